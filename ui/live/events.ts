/** What the stream tells of runs, and who listens to it in this tab. */
import type { Schemas } from '../api/client';

type Run = Schemas['Run'];

/** Where a run is now: `status` when it moved, `note` when only its note did. Later ones have a higher `version`. */
export type StatusEvent = Pick<Run, 'run_id' | 'status' | 'version' | 'alias' | 'user' | 'engine' | 'cluster'> &
  Pick<
    Run,
    | 'queued_at'
    | 'started_at'
    | 'finished_at'
    | 'exit_code'
    | 'exit_reason'
    | 'outcome'
    | 'note'
    | 'next_attempt_at'
    | 'stop_requested_at'
    | 'stop_requested_by'
  > & { kind: 'status' | 'note'; attempt: number; definition_id: string };

type AttemptEvent = { kind: 'attempt'; run_id: string; attempt: number; definition_id: string };

/** `gap`: what happened meanwhile is not known, so whatever is shown is to be asked for again. */
export type LiveEvent = StatusEvent | AttemptEvent | { kind: 'gap' };

const listeners = new Set<(event: LiveEvent) => void>();

/** Returns how to stop listening. */
export function onLiveEvent(listener: (event: LiveEvent) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function tellLiveEvent(event: LiveEvent): void {
  for (const tell of listeners) tell(event);
}
