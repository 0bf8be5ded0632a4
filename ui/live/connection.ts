/** How this browser hears of news: shown in the header, and read by whoever polls instead. */
import { useSyncExternalStore } from 'react';

export type Connection = {
  state: 'connecting' | 'live' | 'reconnecting' | 'polling' | 'offline';
  /** Of this state, milliseconds since the epoch. */
  since: number;
};

let current: Connection = { state: 'connecting', since: Date.now() };
const listeners = new Set<() => void>();

export function setConnection(state: Connection['state']): void {
  if (state === current.state) return;
  current = { state, since: Date.now() };
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
