/** The stops that this tab has asked for: kept while it is open, whatever page it shows. */
import { useSyncExternalStore } from 'react';
import { stopsFrom } from './stops';

const storageKey = 'flotilla-stops';
const listeners = new Set<() => void>();
let current: readonly string[] = read();

function read(): readonly string[] {
  try {
    return stopsFrom(sessionStorage.getItem(storageKey));
  } catch {
    // Storage may be forbidden: then a reload forgets them.
    return [];
  }
}

function change(next: readonly string[]): void {
  current = next;
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(next));
  } catch {
    // Then they hold until the page is closed.
  }
  for (const tell of listeners) tell();
}

export function watchStop(stopId: string): void {
  change([...current, stopId]);
}

export function dismissStop(stopId: string): void {
  change(current.filter((id) => id !== stopId));
}

export function useStops(): readonly string[] {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => current,
  );
}
