/** Filters that somebody has given a name, as queries of addresses. Kept in this browser. */
import { secrecyOf } from '../parts/secret';
import type { RunFilter } from './filter';

export const maxSaved = 20;

export type Saved = { name: string; query: string };

/** Of what storage has; whatever is no such list is none. */
export function savedFrom(text: string | null): Saved[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(kept) ? kept.filter(isSaved).slice(0, maxSaved) : [];
  } catch {
    return [];
  }
}

function isSaved(value: unknown): value is Saved {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    'query' in value &&
    typeof value.name === 'string' &&
    typeof value.query === 'string'
  );
}

/** The name of a variable whose value this browser must not keep; null where there is none. */
export function secretIn({ env = [] }: RunFilter): string | null {
  const pairs = env.map((entry) => entry.split('|'));
  return pairs.find(([name = '', value = '']) => secrecyOf(name, value) !== 'plain')?.[0] ?? null;
}

/** One of the same name is replaced where it stands. Null where there is no room for another. */
export function save(kept: readonly Saved[], one: Saved): Saved[] | null {
  if (kept.some(({ name }) => name === one.name)) return kept.map((old) => (old.name === one.name ? one : old));
  return kept.length < maxSaved ? [...kept, one] : null;
}

export function forget(kept: readonly Saved[], name: string): Saved[] {
  return kept.filter((one) => one.name !== name);
}
