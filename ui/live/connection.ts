/** How this browser hears of news: shown in the header, and read by whoever polls instead. */
import { useSyncExternalStore } from 'react';

export type Connection = {
  state: 'connecting' | 'live' | 'reconnecting' | 'polling' | 'offline';
  /** Of this state, milliseconds since the epoch. */
  since: number;
  /** Until when news came as they happened; 0 where they never have. */
  liveUntil: number;
};

let current: Connection = { state: 'connecting', since: Date.now(), liveUntil: 0 };
const listeners = new Set<() => void>();

export function setConnection(state: Connection['state']): void {
  if (state === current.state) return;
  const now = Date.now();
  current = { state, since: now, liveUntil: current.state === 'live' ? now : current.liveUntil };
  for (const tell of listeners) tell();
}

export function connection(): Connection {
  return current;
}

export function useConnection(): Connection {
  return useSyncExternalStore((tell) => {
    listeners.add(tell);
    return () => listeners.delete(tell);
  }, connection);
}
