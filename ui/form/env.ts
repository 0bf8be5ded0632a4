/** Variables of an environment as rows of a form, and as text that people paste. */
import { reservedNames } from '../../domain/job';
import { mask } from '../../domain/secret';
import { secrecyOf } from '../parts/secret';

export type EnvVar = { name: string; value: string };

/** `here`: the value is in the form. `kept`: only the server has it, and keeps it. `lost`: it was masked, and nobody can fill it in but the user. */
export type EnvRow = EnvVar & { id: string; held: 'here' | 'kept' | 'lost' };

let made = 0;

export function newRow(name = '', value = '', held: EnvRow['held'] = 'here'): EnvRow {
  made += 1;
  return { id: `env-${made}`, name, value, held };
}

/** `whenMasked`: what becomes of values that the API does not show. */
export function rowsOf(env: readonly EnvVar[], whenMasked: 'kept' | 'lost'): EnvRow[] {
  return env.map(({ name, value }) =>
    secrecyOf(name, value) === 'absent' ? newRow(name, '', whenMasked) : newRow(name, value),
  );
}

/** Rows that say something: what the body has, in its order. */
export function written(rows: readonly EnvRow[]): EnvRow[] {
  return rows.filter(({ name, value, held }) => name !== '' || value !== '' || held !== 'here');
}

/** A kept value goes back as it came: the API knows what it stands for. */
export function envOf(rows: readonly EnvRow[]): EnvVar[] {
  return written(rows).map(({ name, value, held }) => ({ name, value: held === 'kept' ? mask : value }));
}

/** What rows lack that no rule of the API tells; by their place in the body. */
export function lostFaults(rows: readonly EnvRow[]): { field: string; message: string }[] {
  return written(rows).flatMap(({ held }, n) =>
    held === 'lost'
      ? [{ field: `env.${n}.value`, message: 'Its value is not shown here: give it, or remove the variable' }]
      : [],
  );
}

/** Which variable names the owner is up to the installation: the API knows. */
export function isReserved(name: string): boolean {
  return reservedNames.some((one) => one === name);
}

/** What to know about a row's name; undefined where there is nothing. */
export function nameWarning(rows: readonly EnvRow[], row: EnvRow): string | undefined {
  if (row.name === '') return undefined;
  if (isReserved(row.name)) return 'Flotilla sets this variable itself';
  const same = rows.filter(({ name }) => name === row.name);
  if (same.length < 2) return undefined;
  return same.at(-1) === row ? 'Named twice: this one counts' : 'Named twice: the last one counts';
}

/** `unread`: numbers of the lines, from 1, that are none of `NAME=value`. */
export type Pasted = { env: EnvVar[]; unread: number[] };

/**
 * Lines as shells and `.env` files have them: `export`, quotes (over several lines, too), comments. In double quotes, `\n` and the
 * like are what they stand for; single quotes keep everything.
 */
export function parseEnv(text: string): Pasted {
  const found: Pasted = { env: [], unread: [] };
  const source = text.replaceAll('\r\n', '\n');
  let at = 0;
  while (at < source.length) {
    const end = endOfLine(source, at);
    const line = source.slice(at, end);
    const [head, name] = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*/.exec(line) ?? [];
    if (head === undefined || name === undefined) {
      if (!/^\s*(#|$)/.test(line)) found.unread.push(lineOf(source, at));
      at = end + 1;
      continue;
    }
    const value = valueAt(source, at + head.length);
    found.env.push({ name, value: value.text });
    at = endOfLine(source, value.end) + 1;
  }
  return found;
}

/** Pasted variables are the new values of those that are there; the others come after `into`, or in its place where it says nothing. */
export function withPasted(rows: readonly EnvRow[], env: readonly EnvVar[], into: EnvRow): EnvRow[] {
  // Of a name that is pasted twice the last one counts.
  const values = new Map(env.map(({ name, value }) => [name, value]));
  const known = new Set(rows.map(({ name }) => name));
  const added = [...values].flatMap(([name, value]) => (known.has(name) ? [] : [newRow(name, value)]));
  return rows.flatMap((row): EnvRow[] => {
    const value = values.get(row.name);
    const now: EnvRow = value === undefined ? row : { ...row, value, held: 'here' };
    if (row.id !== into.id) return [now];
    return written([now]).length === 0 ? added : [now, ...added];
  });
}

function valueAt(source: string, start: number): { text: string; end: number } {
  const quote = source[start];
  if (quote === "'" || quote === '"') {
    const end = closing(source, start + 1, quote);
    // A quote that nothing closes is a character like others.
    if (end !== -1) {
      const inside = source.slice(start + 1, end);
      return { text: quote === '"' ? unescape(inside) : inside, end };
    }
  }
  const end = endOfLine(source, start);
  return {
    text: source
      .slice(start, end)
      .replace(/(^|\s+)#.*$/, '')
      .trim(),
    end,
  };
}

function closing(source: string, start: number, quote: string): number {
  for (let n = start; n < source.length; n += 1) {
    if (source[n] === quote) return n;
    if (source[n] === '\\' && quote === '"') n += 1;
  }
  return -1;
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$', '`': '`' };

function unescape(text: string): string {
  return text.replace(/\\(.)/gs, (all, char: string) => escapes[char] ?? all);
}

function endOfLine(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end === -1 ? source.length : end;
}

function lineOf(source: string, at: number): number {
  return source.slice(0, at).split('\n').length;
}
