/** The life of a run as a pure reducer: which facts move it, which are too late, doubled or of an older attempt. */
import type { Outcome, Reported, Verdict } from './outcome';

/**
 * Positions of one attempt, in their one order (the database's enum `phase` has the same). A run's position is
 * (attempt, phase): it only grows, and STOPPED is absorbing. NEEDS_RETRY is followed by QUEUED of the next attempt.
 */
export const phases = ['QUEUED', 'PENDING', 'RUNNING', 'NEEDS_RETRY', 'STOPPED'] as const;
export type Phase = (typeof phases)[number];

/** What was seen of an attempt's end. Times are ms since the epoch, null where the backend did not tell them. */
export type End = { outcome: Outcome; startedAt: number | null; finishedAt: number | null };

export type RunState = {
  attempt: number;
  phase: Phase;
  /** When this attempt's command began, ms since the epoch. */
  startedAt: number | null;
  /** This attempt's end; the first one told stays. */
  end: End | null;
  /** Its container is being stopped: how it ended is for the stop to tell, what observers see now is its consequence. */
  stopping: boolean;
  /** The exit code that the backend showed of this attempt, whatever the verdict makes of it. */
  seenExitCode: number | null;
  /** The first canceller; later ones change nothing. */
  cancelledBy: string | null;
  /** What a caller said of its end; the first one told stays, unless a cancel came before. */
  reported: Reported | null;
  verdict: Verdict | null;
};

export type RunEvent =
  | { kind: 'submitted'; attempt: number }
  | { kind: 'started'; attempt: number; at: number }
  | { kind: 'ended'; attempt: number; end: End }
  | { kind: 'cancel'; by: string }
  | { kind: 'report'; as: Reported }
  | { kind: 'stopping' }
  | { kind: 'stopped'; end: End }
  | { kind: 'retry' }
  | { kind: 'requeue' }
  | { kind: 'settle'; verdict: Verdict };

export const newRun: RunState = {
  attempt: 1,
  phase: 'QUEUED',
  startedAt: null,
  end: null,
  stopping: false,
  seenExitCode: null,
  cancelledBy: null,
  reported: null,
  verdict: null,
};

/** Pure and total: an event that comes too late, twice or from another attempt returns the same state. */
export function reduce(state: RunState, event: RunEvent): RunState {
  if (state.phase === 'STOPPED') return state;
  switch (event.kind) {
    case 'submitted':
      return event.attempt === state.attempt && state.phase === 'QUEUED' ? { ...state, phase: 'PENDING' } : state;
    case 'started':
      return event.attempt === state.attempt && live(state) && state.startedAt === null
        ? { ...state, phase: 'RUNNING', startedAt: event.at }
        : state;
    case 'ended':
      if (event.attempt !== state.attempt || !live(state)) return state;
      return state.stopping
        ? { ...state, seenExitCode: state.seenExitCode ?? exitCodeOf(event.end) }
        : { ...state, end: event.end, seenExitCode: exitCodeOf(event.end) };
    case 'cancel':
      return state.cancelledBy === null ? { ...state, cancelledBy: event.by } : state;
    case 'report':
      return state.reported === null && state.cancelledBy === null ? { ...state, reported: event.as } : state;
    case 'stopping':
      return live(state) ? { ...state, stopping: true } : state;
    case 'stopped':
      return live(state) && state.stopping
        ? { ...state, stopping: false, end: event.end, seenExitCode: exitCodeOf(event.end) ?? state.seenExitCode }
        : state;
    case 'retry':
      // Nothing is tried again of what somebody ended, and an attempt whose end is unknown may still be alive.
      return state.end !== null && !isEnding(state) && state.phase !== 'NEEDS_RETRY'
        ? { ...state, phase: 'NEEDS_RETRY' }
        : state;
    case 'requeue':
      return state.phase === 'NEEDS_RETRY' && !isEnding(state) ? { ...newRun, attempt: state.attempt + 1 } : state;
    case 'settle':
      // Stopped means that nothing of it runs any more: no end, no STOPPED.
      return state.end !== null ? { ...state, phase: 'STOPPED', verdict: event.verdict } : state;
  }
}

/** Whether somebody wants it to be over. */
export function isEnding(state: RunState): boolean {
  return state.cancelledBy !== null || state.reported !== null;
}

/** Whether facts about the current attempt still matter: its end is not known yet. */
function live(state: RunState): boolean {
  return state.end === null && state.phase !== 'NEEDS_RETRY';
}

/** The code that the backend showed with it; null where it showed none. */
export function exitCodeOf({ outcome }: End): number | null {
  switch (outcome.kind) {
    case 'exited':
    case 'cannot-start':
      return outcome.code;
    case 'oom':
      return 137;
    case 'lost':
      return outcome.code ?? null;
    case 'not-started':
    case 'start-timeout':
    case 'queue-timeout':
    case 'deadline':
    case 'cancelled':
    case 'reported':
      return null;
  }
}

/** Whether (attempt, phase) `a` comes strictly before `b`. */
export function before(a: { attempt: number; phase: Phase }, b: { attempt: number; phase: Phase }): boolean {
  return a.attempt !== b.attempt ? a.attempt < b.attempt : phases.indexOf(a.phase) < phases.indexOf(b.phase);
}
