/** The server's time, ticking, for whatever shows how long ago or how long: one clock for all of a page. */
import { useSyncExternalStore } from 'react';
import { serverNow, serverTimeAt } from '../api/clock';
import { useConnection, type Connection } from '../live/connection';

const listeners = new Set<() => void>();
let now = serverNow();
let timer: number | undefined;

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  // While nobody listened, time went on, and the server may have told its own.
  if (timer === undefined) now = serverNow();
  timer ??= window.setInterval(() => {
    now = serverNow();
    for (const one of listeners) one();
  }, 1000);
  return () => {
    listeners.delete(tell);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

/** Milliseconds since the epoch, by the second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

/** The same for what is said to go on: it stands still while nobody tells whether it does. */
export function useToldNow(): number {
  const connection = useConnection();
  return toldUntil(useNow(), connection);
}

export function toldUntil(at: number, { state, liveUntil }: Connection): number {
  const isCut = state === 'reconnecting' || state === 'offline';
  return isCut && liveUntil > 0 ? Math.min(at, serverTimeAt(liveUntil)) : at;
}
