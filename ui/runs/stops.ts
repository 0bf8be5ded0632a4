/** Stops of many runs that this tab has asked for and whose end nobody has read: a reload forgets none. */
import type { Scope } from './scope';

const maxKept = 10;

/** `list`: where it was asked for (`listOf`). */
export type AskedStop = { id: string; list: string };

/** Of what storage has. */
export function stopsFrom(text: string | null): AskedStop[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(kept) ? kept.filter(isAskedStop).slice(-maxKept) : [];
  } catch {
    return [];
  }
}

function isAskedStop(one: unknown): one is AskedStop {
  const { id, list } = (one ?? {}) as Partial<AskedStop>;
  return typeof id === 'string' && typeof list === 'string';
}

export function listOf(scope: Scope): string {
  return scope.of === 'all' ? scope.of : `${scope.of} ${scope.id}`;
}

/** So many may be stopped without being counted aloud. */
const unasked = 50;

/** What has to be typed before so many are stopped; null where nothing. */
export function askedFor(total: number): string | null {
  return total > unasked ? String(total) : null;
}

/** Whether what was typed is the number: with or without the marks that numbers are shown with. */
export function isTyped(typed: string, total: number): boolean {
  return typed.replace(/[\s.,'’\u00a0\u202f]/g, '') === String(total);
}
