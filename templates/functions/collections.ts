/** Sprig's lists, dictionaries, defaults, JSON, and questions after types. Keys come in the order of their bytes: Go gives them at random. */
import {
  byBytes,
  deepCopy,
  deepEqual,
  isDict,
  isOpaque,
  isTrue,
  kindOf,
  requireItems,
  sortedEntries,
  TemplateError,
  typeOf,
  type Dict,
  type Value,
} from '../value';
import { define, variadic, type Functions } from './define';
import { toInt } from './numbers';
import { toText, toTexts } from './strings';

const isEmpty = (value: Value): boolean => !isTrue(value);
const has = (list: Value[], wanted: Value): boolean => list.some((item) => deepEqual(wanted, item));

export const collections: Functions = {
  list: variadic([], 'any', (...items) => items),
  tuple: variadic([], 'any', (...items) => items),
  append: define(['list', 'any'], (list, item) => grown([...list, item])),
  push: define(['list', 'any'], (list, item) => grown([...list, item])),
  prepend: define(['list', 'any'], (list, item) => grown([item, ...list])),
  concat: variadic([], 'list', (...lists) => grown(lists.flat())),
  first: define(['list'], (list) => list[0] ?? null),
  last: define(['list'], (list) => list.at(-1) ?? null),
  rest: define(['list'], (list) => list.slice(1)),
  initial: define(['list'], (list) => list.slice(0, -1)),
  reverse: define(['list'], (list) => list.toReversed()),
  compact: define(['list'], (list) => list.filter((item) => !isEmpty(item))),
  uniq: define(['list'], (list) =>
    list.reduce<Value[]>((seen, item) => {
      if (!has(seen, item)) seen.push(item);
      return seen;
    }, []),
  ),
  without: variadic(['list'], 'any', (list, ...unwanted) => list.filter((item) => !has(unwanted, item))),
  has: define(['any', 'any'], (wanted, list) => {
    if (list === null) return false;
    if (!Array.isArray(list)) throw new TemplateError(`Cannot find has on type ${kindOf(list)}`);
    return has(list, wanted);
  }),
  slice: variadic(['list'], 'any', (list, ...bounds) => {
    if (list.length === 0) return null;
    const from = bounds[0] === undefined ? 0n : toInt(bounds[0]);
    const to = bounds[1] === undefined ? BigInt(list.length) : toInt(bounds[1]);
    if (from < 0n || from > to || to > BigInt(list.length))
      throw new TemplateError(`slice bounds out of range [${from}:${to}]`);
    return list.slice(Number(from), Number(to));
  }),
  sortAlpha: define(['any'], (list) => (Array.isArray(list) ? toTexts(list).sort(byBytes) : [toText(list)])),

  dict: variadic([], 'any', (...items) => {
    const entries = Array.from({ length: Math.ceil(items.length / 2) }, (_, n): [string, Value] => [
      toText(items[2 * n] ?? null),
      2 * n + 1 < items.length ? (items[2 * n + 1] ?? null) : '',
    ]);
    return new Map(entries);
  }),
  set: define(['dict', 'string', 'any'], (dict, key, value) => {
    requireItems(dict.size + 1);
    return dict.set(key, value);
  }),
  unset: define(['dict', 'string'], (dict, key) => {
    dict.delete(key);
    return dict;
  }),
  hasKey: define(['dict', 'string'], (dict, key) => dict.has(key)),
  pluck: variadic(['string'], 'dict', (key, ...dicts) =>
    dicts.filter((dict) => dict.has(key)).map((dict) => dict.get(key) ?? null),
  ),
  keys: variadic([], 'dict', (...dicts) => dicts.flatMap((dict) => sortedEntries(dict).map(([key]) => key))),
  values: define(['dict'], (dict) => sortedEntries(dict).map(([, value]) => value)),
  pick: variadic(['dict'], 'string', (dict, ...keys) => new Map([...dict].filter(([key]) => keys.includes(key)))),
  omit: variadic(['dict'], 'string', (dict, ...keys) => new Map([...dict].filter(([key]) => !keys.includes(key)))),
  merge: variadic(['dict'], 'dict', (into, ...from) =>
    from.reduce((merged, dict) => mergeInto(merged, dict, false), into),
  ),
  mergeOverwrite: variadic(['dict'], 'dict', (into, ...from) =>
    from.reduce((merged, dict) => mergeInto(merged, dict, true), into),
  ),
  deepCopy: define(['any'], deepCopy),
  deepEqual: define(['any', 'any'], deepEqual),

  default: variadic(['any'], 'any', (otherwise, ...[value]) =>
    value === undefined || isEmpty(value) ? otherwise : value,
  ),
  empty: define(['any'], isEmpty),
  coalesce: variadic([], 'any', (...values) => values.find((value) => !isEmpty(value)) ?? null),
  ternary: define(['any', 'any', 'bool'], (yes, no, condition) => (condition ? yes : no)),
  toJson: define(['any'], (value) => toJson(value, 0)),
  toPrettyJson: define(['any'], (value) => toJson(value, 2)),

  typeOf: define(['any'], typeOf),
  typeIs: define(['string', 'any'], (type, value) => typeOf(value) === type),
  typeIsLike: define(['string', 'any'], (type, value) => typeOf(value) === type || typeOf(value) === `*${type}`),
  kindOf: define(['any'], kindOf),
  kindIs: define(['string', 'any'], (kind, value) => kindOf(value) === kind),
};

function grown(list: Value[]): Value[] {
  requireItems(list.length);
  return list;
}

/** As mergo 0.3.5: what is missing or empty is filled, with `overwrites` all of it. A dictionary replaces nothing else. */
function mergeInto(into: Dict, from: Dict, overwrites: boolean): Dict {
  for (const [key, value] of from) {
    const own = into.get(key) ?? null;
    if (value === null) continue;
    if (isDict(value) && into.has(key)) {
      if (own !== null && isDict(own)) mergeInto(own, value, overwrites);
    } else if (overwrites || isEmpty(own)) into.set(key, value);
  }
  requireItems(into.size);
  return into;
}

/** As encoding/json: sorted keys, and characters that mean something to HTML escaped. */
function toJson(value: Value, spaces: number): string {
  const text = encode(value, spaces === 0 ? '' : '\n', ' '.repeat(spaces));
  return text.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** `lineEnd` is a new line with the indentation of the value, or nothing. */
function encode(value: Value, lineEnd: string, indent: string): string {
  if (value === null) return 'null';
  const inner = lineEnd === '' ? '' : lineEnd + indent;
  const enclose = (open: string, items: string[], close: string): string =>
    items.length === 0 ? open + close : open + inner + items.join(`,${inner}`) + lineEnd + close;
  if (Array.isArray(value))
    return enclose(
      '[',
      value.map((item) => encode(item, inner, indent)),
      ']',
    );
  if (isDict(value)) {
    const colon = lineEnd === '' ? ':' : ': ';
    const items = sortedEntries(value).map(([key, item]) => JSON.stringify(key) + colon + encode(item, inner, indent));
    return enclose('{', items, '}');
  }
  if (isOpaque(value)) return JSON.stringify(value.text);
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}
