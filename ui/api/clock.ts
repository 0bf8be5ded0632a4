/** The server's time: durations tick against it, whatever this machine's clock says. */

let offsetMs: number | null = null;

/** A `Date` header tells whole seconds: half of one is the best guess at the rest. */
export function observeServerTime(header: string | null): void {
  const told = header === null ? NaN : Date.parse(header);
  if (Number.isNaN(told)) return;
  const now = told + 500 - Date.now();
  // Within what the header cannot tell, the older guess stays: times would jump.
  if (offsetMs === null || Math.abs(now - offsetMs) > 1000) offsetMs = now;
}

/** What the server's clock showed when this machine's showed `ms`. */
export function serverTimeAt(ms: number): number {
  return ms + (offsetMs ?? 0);
}

/** Milliseconds since the epoch. */
export function serverNow(): number {
  return serverTimeAt(Date.now());
}
