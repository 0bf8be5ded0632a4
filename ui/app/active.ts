/** How many runs are open, moved on by what the stream tells; a question now and then puts it right. */
import type { LiveEvent } from '../live/events';

export function activeAfter(count: number, event: LiveEvent): number {
  if (event.kind !== 'status') return count;
  if (event.status === 'STOPPED') return Math.max(0, count - 1);
  // The first that is told of a run.
  return event.version === 1 ? count + 1 : count;
}
