/** How two revisions differ, for readers: lines of texts, variables of environments. */
import { diffLines } from 'diff';

/** `skipped`: so many lines that are the same are left out. */
export type DiffLine = { kind: 'same' | 'gone' | 'new'; text: string } | { kind: 'skipped'; count: number };

/** Lines around a change that are shown. */
const context = 3;

export function linesBetween(before: string, after: string): DiffLine[] {
  // With an end each, so that a last line is not another one for lacking it.
  const parts = diffLines(ended(before), ended(after));
  return parts.flatMap(({ value, added, removed }, n): DiffLine[] => {
    const lines = value.replace(/\n$/, '').split('\n');
    if (added) return lines.map((text) => ({ kind: 'new', text }));
    if (removed) return lines.map((text) => ({ kind: 'gone', text }));
    return folded(lines, n > 0, n < parts.length - 1);
  });
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function folded(lines: string[], isAfterChange: boolean, isBeforeChange: boolean): DiffLine[] {
  const same = (some: string[]): DiffLine[] => some.map((text) => ({ kind: 'same', text }));
  const head = isAfterChange ? context : 0;
  const tail = isBeforeChange ? context : 0;
  const count = lines.length - head - tail;
  // A fold of one line is as long as the line.
  if (count <= 1) return same(lines);
  return [...same(lines.slice(0, head)), { kind: 'skipped', count }, ...same(lines.slice(lines.length - tail))];
}

type EnvVar = { name: string; value: string };
/** A side that has no such variable is null. */
export type EnvChange = { name: string; before: string | null; after: string | null };

/** Where names are said more than once the last one counts, as it does for runs. Empty: the order differs, or what is not shown. */
export function envBetween(before: readonly EnvVar[], after: readonly EnvVar[]): EnvChange[] {
  const [from, to] = [valuesOf(before), valuesOf(after)];
  const names = [...new Set([...from.keys(), ...to.keys()])];
  return names
    .map((name) => ({ name, before: from.get(name) ?? null, after: to.get(name) ?? null }))
    .filter((change) => change.before !== change.after);
}

function valuesOf(env: readonly EnvVar[]): Map<string, string> {
  return new Map(env.map(({ name, value }) => [name, value]));
}

export function isEnv(value: unknown): value is EnvVar[] {
  return (
    Array.isArray(value) &&
    value.every((one: unknown) => typeof one === 'object' && one !== null && 'name' in one && 'value' in one)
  );
}

/** A value that is no text of lines. */
export function plainText(value: unknown): string {
  if (value === undefined || value === '') return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(plainText).join(', ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}
