/** Why there is nothing to read, in words. */
import type { Schemas } from '../api/client';

type Run = Pick<
  Schemas['RunDetail'],
  'status' | 'started_at' | 'finished_at' | 'exit_reason' | 'exit_code' | 'note' | 'attempt_count'
>;

/** Backends keep logs for a while, and none tells that it has kept one no longer. */
const keptForSureMs = 7 * 24 * 3600 * 1000;

/** `attempt`: the one that is looked at; `now`: milliseconds since the epoch. */
export function whyNoLog(run: Run, attempt: number | undefined, isAll: boolean, now: number): string {
  if (attempt !== undefined && attempt < run.attempt_count) {
    return isAll ? `Attempt ${attempt} printed nothing` : `Collecting the output of attempt ${attempt}`;
  }
  const note = run.note === undefined || run.note === '' ? '' : ` (${run.note})`;
  switch (run.status) {
    case 'QUEUED':
      return `No output yet: the run waits in its queue${note}`;
    case 'PENDING':
      return `No output yet: the container has not started${note}`;
    case 'NEEDS_RETRY':
      return `No output: the attempt is over, and the next one has not begun${note}`;
    case 'RUNNING':
      return 'No output yet: the command has printed nothing';
    case 'STOPPED':
      return whyNoneAtTheEnd(run, isAll, now);
  }
}

function whyNoneAtTheEnd(run: Run, isAll: boolean, now: number): string {
  if (run.started_at === undefined && run.exit_code !== 0) {
    return `Never started: ${run.exit_reason ?? 'no reason was reported'}`;
  }
  if (!isAll) return 'Run ended, collecting its output';
  const isOld = run.finished_at !== undefined && now - Date.parse(run.finished_at) > keptForSureMs;
  return isOld ? 'Log no longer kept, or the command printed nothing' : 'The command printed nothing';
}
