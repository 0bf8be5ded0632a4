/** The functions of Go's text/template itself. `and` and `or` are the executor's: they stop early. `slice` is sprig's. */
import { isPrintable, show, sprint, sprintf } from '../print';
import {
  byBytes,
  byteLength,
  deepEqual,
  isDict,
  isOpaque,
  isTrue,
  runes,
  TemplateError,
  typeOf,
  type Value,
} from '../value';
import { define, variadic, type Functions } from './define';

export const builtins: Functions = {
  not: define(['any'], (value) => !isTrue(value)),
  eq: variadic(['any'], 'any', (first, ...others) => {
    if (others.length === 0) throw new TemplateError('missing argument for comparison');
    return others.some((other) => isEqual(first, other));
  }),
  ne: define(['any', 'any'], (a, b) => !isEqual(a, b)),
  lt: define(['any', 'any'], (a, b) => compare(a, b) < 0),
  le: define(['any', 'any'], (a, b) => compare(a, b) <= 0),
  gt: define(['any', 'any'], (a, b) => compare(a, b) > 0),
  ge: define(['any', 'any'], (a, b) => compare(a, b) >= 0),
  len: define(['any'], lengthOf),
  index: variadic(['any'], 'any', (from, ...keys) => keys.reduce<Value>(at, requireSome(from, 'index'))),
  print: variadic([], 'any', (...values) => sprint(values)),
  println: variadic([], 'any', (...values) => `${values.map(show).join(' ')}\n`),
  printf: variadic(['string'], 'any', (format, ...values) => sprintf(format, values)),
  html: variadic([], 'any', (...values) => escapeHtml(joined(values))),
  js: variadic([], 'any', (...values) => escapeJs(joined(values))),
  urlquery: variadic([], 'any', (...values) => escapeQuery(joined(values))),
  call: variadic(['any'], 'any', (of) => {
    throw new TemplateError(`non-function of type ${typeOf(of)}`);
  }),
};

const simple = new Set(['string', 'boolean', 'number', 'bigint']);

function isEqual(a: Value, b: Value): boolean {
  if (a === null || b === null) return a === b;
  const [kindA, kindB] = [basicKind(a), basicKind(b)];
  if (kindA !== kindB) throw incomparable(a, b);
  if (kindA === null) {
    if (!isOpaque(a) || !isOpaque(b)) throw new TemplateError(`non-comparable type ${typeOf(a)}`);
    return deepEqual(a, b);
  }
  return a === b;
}

function compare(a: Value, b: Value): number {
  const kind = basicKind(a);
  if (kind === null || kind === 'boolean' || kind !== basicKind(b)) throw incomparable(a, b);
  if (typeof a === 'string' && typeof b === 'string') return byBytes(a, b);
  return (a as number) < (b as number) ? -1 : a === b ? 0 : 1;
}

function basicKind(value: Value): string | null {
  return simple.has(typeof value) ? typeof value : null;
}

function incomparable(a: Value, b: Value): TemplateError {
  const types = [typeOf(a), typeOf(b)];
  const hint =
    types.includes('float64') && types.includes('int') ? ': numbers of the payload are float64, write 1.0 or int' : '';
  return new TemplateError(`incompatible types for comparison, ${types.join(' and ')}${hint}`);
}

function requireSome(value: Value, name: string): Value {
  if (value === null) throw new TemplateError(`${name} of untyped nil`);
  return value;
}

function lengthOf(of: Value): bigint {
  if (typeof of === 'string') return BigInt(byteLength(of));
  if (Array.isArray(of)) return BigInt(of.length);
  if (of !== null && isDict(of)) return BigInt(of.size);
  throw new TemplateError(of === null ? 'len of nil pointer' : `len of type ${typeOf(of)}`);
}

function at(from: Value, key: Value): Value {
  if (from === null) throw new TemplateError('index of nil pointer');
  if (isDict(from)) {
    if (typeof key !== 'string') throw new TemplateError(`value has type ${typeOf(key)}; should be string`);
    return from.get(key) ?? null;
  }
  if (Array.isArray(from)) return from[position(key, from.length - 1)] ?? null;
  if (typeof from === 'string') return BigInt(Buffer.from(from)[position(key, byteLength(from) - 1)] ?? 0);
  throw new TemplateError(`can't index item of type ${typeOf(from)}`);
}

function position(key: Value, last: number): number {
  if (typeof key !== 'bigint') throw new TemplateError(`cannot index slice/array with type ${typeOf(key)}`);
  if (key < 0n || key > BigInt(last)) throw new TemplateError(`index out of range: ${key}`);
  return Number(key);
}

/** What cannot be printed says so, where fmt would say `<nil>`. */
function joined(values: Value[]): string {
  return sprint(values.map((value) => value ?? '<no value>'));
}

const entities: Record<string, string> = {
  ...{ '\0': '\ufffd', '"': '&#34;', "'": '&#39;', '&': '&amp;', '<': '&lt;', '>': '&gt;' },
};

function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (char) => entities[char] ?? char);
}

function escapeJs(text: string): string {
  return runes(text)
    .map((char) => {
      if ('\\\'"'.includes(char)) return `\\${char}`;
      const isPlain = !'<>&='.includes(char) && (isPrintable(char) || char === '\x7f');
      return isPlain ? char : `\\u${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
    })
    .join('');
}

/** As url.QueryEscape. */
function escapeQuery(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
