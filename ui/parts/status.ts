/** What the status of a run is called, and how it looks: text, icon and colour. */
import type { Schemas } from '../api/client';
import type { IconName } from './icons';

type Run = Schemas['Run'];
export type StatusFacts = Pick<
  Run,
  'status' | 'outcome' | 'exit_code' | 'next_attempt_at' | 'stop_requested_at' | 'stop_requested_by'
>;

/** Of runs that are not over. */
export const openStatuses = ['QUEUED', 'PENDING', 'RUNNING', 'NEEDS_RETRY'] as const satisfies readonly Run['status'][];

/** Each has colours in `status.css`. */
export type Tone = 'queued' | 'pending' | 'running' | 'stopping' | 'succeeded' | 'cancelled' | 'failed';

export type Look = { text: string; tone: Tone; icon: IconName };

export function lookOf(run: StatusFacts): Look {
  switch (run.status) {
    case 'STOPPED':
      return endOf(run);
    case 'QUEUED':
    case 'PENDING':
    case 'RUNNING':
    case 'NEEDS_RETRY':
      if (run.stop_requested_at !== undefined) return { text: 'Stopping', tone: 'stopping', icon: 'hand' };
      return open[run.status];
  }
}

/** When it is tried again, as the API writes times; null where that is not awaited. */
export function nextOf({ status, stop_requested_at: stopping, next_attempt_at: next }: StatusFacts): string | null {
  return status === 'STOPPED' || stopping !== undefined ? null : (next ?? null);
}

const open: Record<Exclude<Run['status'], 'STOPPED'>, Look> = {
  QUEUED: { text: 'Queued', tone: 'queued', icon: 'clock' },
  PENDING: { text: 'Pending', tone: 'pending', icon: 'box' },
  RUNNING: { text: 'Running', tone: 'running', icon: 'play' },
  NEEDS_RETRY: { text: 'Needs retry', tone: 'stopping', icon: 'rotate' },
};

function endOf({ outcome, exit_code: exitCode, stop_requested_by: by }: StatusFacts): Look {
  // Told by a caller: the exit code that they gave says which it is.
  if (outcome === 'SUCCESS' || (outcome === 'REPORTED' && exitCode === 0)) {
    return { text: 'Succeeded', tone: 'succeeded', icon: 'check' };
  }
  if (outcome === 'CANCELLED') {
    return { text: by === undefined ? 'Cancelled' : `Cancelled by ${by}`, tone: 'cancelled', icon: 'slash' };
  }
  return { text: `Failed · ${causeOf(outcome, exitCode)}`, tone: 'failed', icon: 'close' };
}

/** Why a run failed, in two words. */
function causeOf(outcome: Run['outcome'], exitCode: number | undefined): string {
  switch (outcome) {
    case 'OOM':
      return 'out of memory';
    case 'TIMEOUT':
      return 'timed out';
    case 'CONFIG':
      return 'cannot run';
    case 'INFRA_START':
      return 'could not start';
    case 'INFRA_LOST':
      return 'interrupted';
    case 'CAPACITY':
      return 'no capacity';
    case 'CANCELLED':
      return 'cancelled';
    case 'SUCCESS':
    case 'USER':
    case 'REPORTED':
    case undefined:
      return exitCode === undefined ? 'no exit code' : `exit ${exitCode}`;
  }
}
