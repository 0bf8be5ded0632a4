/** Events of backends as they are shown: oldest first, what repeats is told once, with how often. */
import type { Schemas } from '../api/client';

type BackendEvent = Schemas['BackendEvent'];

export type FoldedEvent = BackendEvent & {
  /** When it was first told; `timestamp` is when it was told last. */
  first: string;
  times: number;
};

/** Events of one attempt that follow each other and say the same are one. */
export function foldEvents(events: readonly BackendEvent[]): FoldedEvent[] {
  const folded: FoldedEvent[] = [];
  for (const event of events.toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp))) {
    const last = folded.at(-1);
    if (last !== undefined && isSame(last, event)) {
      last.times += 1;
      last.timestamp = event.timestamp;
    } else folded.push({ ...event, first: event.timestamp, times: 1 });
  }
  return folded;
}

function isSame(a: BackendEvent, b: BackendEvent): boolean {
  return (
    a.attempt === b.attempt &&
    a.event_type === b.event_type &&
    a.reason === b.reason &&
    a.message === b.message &&
    a.source_object === b.source_object
  );
}
