/** News of a run merged into what is shown of it: by the version of its row, the newest wins. */
import type { Schemas } from '../api/client';
import type { StatusEvent } from '../live/events';

type Run = Schemas['RunDetail'];

/** What an event does not say of these is not so any more: a note goes with the phase that it explained. */
const movable = [
  'started_at',
  'finished_at',
  'exit_code',
  'exit_reason',
  'outcome',
  'note',
  'stop_requested_at',
  'stop_requested_by',
] as const satisfies readonly (keyof Run & keyof StatusEvent)[];

/** The run as an event says that it is now; the same object where the event is no news. */
export function withEvent(run: Run, event: StatusEvent): Run {
  if (event.run_id !== run.run_id || event.version <= run.version) return run;
  const { status, version, cluster, attempt } = event;
  const kept = Object.entries(run).filter(([key]) => !movable.some((one) => one === key));
  const told = movable.filter((key) => event[key] !== undefined).map((key) => [key, event[key]] as const);
  const now = { ...Object.fromEntries([...kept, ...told]), status, version, cluster, attempt_count: attempt };
  return now as Run;
}

/** How often a page asks by itself, in ms; false: news come by the stream, or there will be none. */
export function pollMs(of: { isLive: boolean; isOver: boolean }): number | false {
  return of.isLive || of.isOver ? false : everyMs;
}

const everyMs = 5000;
