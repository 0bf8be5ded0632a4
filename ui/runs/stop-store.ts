/** The stops that this tab has asked for: kept while it is open, whatever page it shows. */
import { useSyncExternalStore } from 'react';
import type { Scope } from './scope';
import { listOf, stopsFrom, type AskedStop } from './stops';

const storageKey = 'flotilla-stops';
const listeners = new Set<() => void>();
let current: readonly AskedStop[] = read();

function read(): readonly AskedStop[] {
  try {
    return stopsFrom(sessionStorage.getItem(storageKey));
  } catch {
    // Storage may be forbidden: then a reload forgets them.
    return [];
  }
}

function change(next: readonly AskedStop[]): void {
  current = next;
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(next));
  } catch {
    // Then they hold until the page is closed.
  }
  for (const tell of listeners) tell();
}

export function watchStop(id: string, scope: Scope): void {
  change([...current, { id, list: listOf(scope) }]);
}

export function dismissStop(stopId: string): void {
  change(current.filter(({ id }) => id !== stopId));
}

/** Of the list where they were asked for. */
export function useStops(scope: Scope): string[] {
  const all = useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => current,
  );
  return all.filter(({ list }) => list === listOf(scope)).map(({ id }) => id);
}
