/** A run as an event says that it is now: by the version of its row, the newest wins. */
import type { Schemas } from '../api/client';
import type { StatusEvent } from '../live/events';

type Run = Schemas['Run'];

/** What an event does not say of these is not so any more: a note goes with the phase that it explained. */
const movable = [
  'started_at',
  'finished_at',
  'exit_code',
  'exit_reason',
  'outcome',
  'note',
  'next_attempt_at',
  'stop_requested_at',
  'stop_requested_by',
] as const satisfies readonly (keyof Run & keyof StatusEvent)[];

/** The same object where the event is no news of it. */
export function withEvent<Known extends Run>(run: Known, event: StatusEvent): Known {
  if (event.run_id !== run.run_id || event.version <= run.version) return run;
  const { status, version, cluster, attempt } = event;
  const now: Known = { ...run, status, version, cluster, attempt_count: attempt };
  for (const key of movable) Reflect.deleteProperty(now, key);
  const told = movable.filter((key) => event[key] !== undefined).map((key) => [key, event[key]] as const);
  return Object.assign(now, Object.fromEntries(told));
}
