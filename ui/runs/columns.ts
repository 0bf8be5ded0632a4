/** The columns of the list, and which of them this browser hides. */
import { useSyncExternalStore } from 'react';
import type { SortKey } from './filter';
import type { Scope } from './scope';

export const columns = {
  status: { title: 'Status', width: 190, sort: 'status' },
  alias: { title: 'Alias', width: undefined, sort: null },
  run: { title: 'Run ID', width: 150, sort: 'run_id' },
  owner: { title: 'Owner', width: 120, sort: null },
  place: { title: 'Engine / cluster', width: 164, sort: 'cluster_name' },
  queued: { title: 'Queued', width: 130, sort: 'queued_at' },
  started: { title: 'Started', width: 130, sort: 'started_at' },
  duration: { title: 'Duration', width: 100, sort: null },
  attempts: { title: 'Attempts', width: 84, sort: null },
  log: { title: 'Log', width: 52, sort: null },
} as const satisfies Record<string, { title: string; width: number | undefined; sort: SortKey | null }>;
export type ColumnName = keyof typeof columns;

const all = Object.keys(columns) as ColumnName[];
/** Without these a row says nothing. */
const always: readonly ColumnName[] = ['status', 'run'];

export function hideable(scope: Scope): ColumnName[] {
  return columnsOf(scope).filter((name) => !always.includes(name));
}

/** Those of a definition all have its alias. */
function columnsOf(scope: Scope): ColumnName[] {
  return scope.of === 'all' ? all : all.filter((name) => name !== 'alias');
}

const storageKey = 'flotilla-run-columns-hidden';
const listeners = new Set<() => void>();
let hidden = read();

function read(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]');
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : [];
  } catch {
    // Storage may be forbidden or broken: then all are shown.
    return [];
  }
}

// Another tab of this browser may have changed them.
window.addEventListener('storage', ({ key }) => {
  if (key !== storageKey && key !== null) return;
  hidden = read();
  for (const tell of listeners) tell();
});

export function showColumn(name: ColumnName, isShown: boolean): void {
  hidden = isShown ? hidden.filter((one) => one !== name) : [...hidden, name];
  try {
    localStorage.setItem(storageKey, JSON.stringify(hidden));
  } catch {
    // Then it holds until the page is closed.
  }
  for (const tell of listeners) tell();
}

export function useColumns(scope: Scope): ColumnName[] {
  const now = useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => hidden,
  );
  return columnsOf(scope).filter((name) => always.includes(name) || !now.includes(name));
}
