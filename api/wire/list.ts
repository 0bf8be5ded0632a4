/** List queries on the wire: paging, sorting and filters of rest-and-data.md §1.4 and §1.5, whitelisted per table. */
import type { Column, Columns, Cursor, Filter, ListQuery } from '../../db/list';
import { requireStorable } from '../body';
import { RequestError } from '../errors';
import { all, first, type QueryString } from './query';

export const defaultLimit = 1024;
/** The original's UI asks for 10000. */
export const maxLimit = 10_000;
const maxOffset = 2147483647;
const maxInt = 2147483647;
export const maxValuesPerFilter = 1000;
const pagingNames = ['limit', 'offset', 'sort_by', 'order', 'env', 'after'] as const;
export type PagingName = (typeof pagingNames)[number];
const paging: ReadonlySet<string> = new Set(pagingNames);

export type ListRules<C extends Columns> = {
  columns: C;
  sortable: readonly (keyof C & string)[];
  defaultSort: keyof C & string;
};

/** Throws RequestError 400 for whatever is not on the list. `others`: what it may hold besides filters, for the sentence that says so. */
export function listFromWire<C extends Columns>(
  query: QueryString,
  rules: ListRules<C>,
  others: readonly PagingName[] = pagingNames,
): ListQuery<C> {
  const by = { sortBy: sortBy(first(query['sort_by']), rules), order: order(first(query['order'])) };
  return {
    filters: Object.entries(query).flatMap(([key, value]) =>
      paging.has(key) ? [] : filterOf(key, all(value), rules, others),
    ),
    env: envFilters(query),
    ...by,
    ...pageFromWire(query),
    after: cursorFromWire(first(query['after']), by, rules),
  };
}

/** Throws RequestError 400 for what is no number. */
export function pageFromWire(query: QueryString): { limit: number; offset: number } {
  return {
    limit: Math.min(maxLimit, count('limit', first(query['limit']), defaultLimit)),
    offset: count('offset', first(query['offset']), 0),
  };
}

/** Where the next page begins, if there is one: to be given back as `after`, with the rest of the question unchanged. */
export function nextToWire<C extends Columns>(
  { sortBy: field, order: direction }: ListQuery<C>,
  next: Cursor | null,
): { next?: string } {
  if (next === null) return {};
  return { next: Buffer.from(JSON.stringify([field, direction, next.value, next.id])).toString('base64url') };
}

/** Throws RequestError 400 for what no list with this order has answered. */
function cursorFromWire<C extends Columns>(
  text: string,
  by: Pick<ListQuery<C>, 'sortBy' | 'order'>,
  rules: ListRules<C>,
): Cursor | null {
  if (text === '') return null;
  const [field, direction, value, id] = partsOf(text);
  if (typeof id !== 'string' || !(value === null || isOf(value, rules.columns[by.sortBy]))) {
    throw new RequestError(400, 'after must be what the page before has as next', 'after');
  }
  if (field !== by.sortBy || direction !== by.order) {
    throw new RequestError(
      400,
      `after is of a list sorted by [${String(field)}] ${String(direction)}: sort this one so, too`,
      'after',
    );
  }
  [value ?? '', id].forEach((part) => {
    requireStorable(part, 'after');
  });
  return { value, id };
}

/** Whether Postgres takes it as a value to go on from. */
function isOf(value: unknown, column: Column | undefined): value is string {
  if (typeof value !== 'string') return false;
  if (column?.oneOf !== undefined) return column.oneOf.includes(value);
  if (column?.type === 'int') return /^-?\d{1,10}$/.test(value) && Math.abs(Number(value)) <= maxInt;
  return column?.type !== 'timestamptz' || /^-?\d{1,16}$/.test(value);
}

function partsOf(text: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

/** The part of a list's answer that repeats the question; each filter as the array of its strings. */
export function echo<C extends Columns>(query: QueryString, list: ListQuery<C>): Record<string, unknown> {
  const filters = Object.entries(query).filter(([key]) => !paging.has(key));
  return {
    limit: list.limit,
    offset: list.offset,
    sort_by: list.sortBy,
    order: list.order,
    env_filters: Object.fromEntries(list.env.map(({ name, value }) => [name, value])),
    ...Object.fromEntries(filters.map(([key, value]) => [key, all(value)])),
  };
}

function filterOf<C extends Columns>(
  key: string,
  values: string[],
  rules: ListRules<C>,
  others: readonly PagingName[],
): Filter<C>[] {
  const [, base, side] = /^(.+)_(since|until|not)$/.exec(key) ?? [null, key, null];
  const name = base as keyof C & string;
  const column = Object.hasOwn(rules.columns, name) ? rules.columns[name] : undefined;
  if (column === undefined || !sidesOf(column).includes(side ?? null)) {
    throw new RequestError(
      400,
      `Unknown filter [${key}], must be one of [${[...filterNames(rules.columns), ...others].join(', ')}]`,
      key,
    );
  }
  if (values.length > maxValuesPerFilter) {
    throw new RequestError(400, `Filter [${key}] has more than ${maxValuesPerFilter} values`, key);
  }
  values.forEach((value) => {
    requireStorable(value, key);
  });
  if (side !== 'since' && side !== 'until') {
    if (side === null && isAnything(column, values)) return [];
    const op = side === 'not' ? 'differs' : 'equals';
    return [{ column: name, op, values: values.map((value) => typed(key, value, column)) }];
  }
  // An empty time filter means no filter: the original's UI sends one when its box is cleared.
  const times = values.filter((value) => value !== '');
  if (times.length === 0) return [];
  if (times.length > 1) throw new RequestError(400, `Filter [${key}] takes one time`, key);
  return [{ column: name, op: side === 'since' ? 'after' : 'before', values: [time(key, times[0] ?? '')] }];
}

/** The original's UI sends the empty text of a cleared box: every text contains it. */
function isAnything({ like, nullable }: Column, values: string[]): boolean {
  return like === true && nullable !== true && values.length === 1 && values[0] === '';
}

/** What may follow a column's name in a filter. */
function sidesOf({ type, not }: Column): (string | null)[] {
  return type === 'timestamptz' ? ['since', 'until'] : not === true ? [null, 'not'] : [null];
}

function typed(key: string, value: string, column: Column): string | number | boolean {
  if (column.oneOf !== undefined && !column.oneOf.includes(value)) {
    throw new RequestError(400, `invalid ${key} [${value}], must be one of [${column.oneOf.join(', ')}]`, key);
  }
  switch (column.type) {
    case 'int': {
      if (!/^-?\d{1,10}$/.test(value) || Math.abs(Number(value)) > maxInt) {
        throw new RequestError(400, `Filter [${key}] must be an integer, was ${value}`, key);
      }
      return Number(value);
    }
    case 'bool':
      if (value !== 'true' && value !== 'false')
        throw new RequestError(400, `Filter [${key}] must be true or false`, key);
      return value === 'true';
    case 'text':
    case 'phase':
    case 'text[]':
    case 'timestamptz':
      return value;
  }
}

const localTime = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?$/;

function time(key: string, value: string): string {
  // A `+` of a time zone may have become a blank, unless it is the one before the time; without a zone it is UTC, as in the original.
  const zoned = value.replace(/(:\S*) (\d\d:?\d\d)$/, '$1+$2');
  const parsed = new Date(localTime.test(zoned) ? `${zoned.replace(' ', 'T')}Z` : zoned);
  // Postgres and JavaScript agree on years of four digits.
  const year = parsed.getUTCFullYear();
  if (Number.isNaN(parsed.getTime()) || year < 1 || year > 9999) {
    throw new RequestError(400, `Filter [${key}] must be a time such as 2026-01-31T12:00:00Z, was ${value}`, key);
  }
  return parsed.toISOString();
}

/** `env=NAME|VALUE`; an entry without `|` is dropped, as ever. Further ones are the value's. */
function envFilters(query: QueryString): { name: string; value: string }[] {
  return all(query['env']).flatMap((entry) => {
    requireStorable(entry, 'env');
    const end = entry.indexOf('|');
    return end === -1 ? [] : [{ name: entry.slice(0, end), value: entry.slice(end + 1) }];
  });
}

function sortBy<C extends Columns>(field: string, rules: ListRules<C>): keyof C & string {
  if (field === '') return rules.defaultSort;
  const found = rules.sortable.find((name) => name === field);
  if (found !== undefined) return found;
  throw new RequestError(
    400,
    `Invalid field to order by [${field}], must be one of [${rules.sortable.join(', ')}]`,
    'sort_by',
  );
}

function order(text: string): 'asc' | 'desc' {
  if (text === '') return 'asc';
  if (text === 'asc' || text === 'desc') return text;
  throw new RequestError(400, `Invalid order string, must be one of ('asc', 'desc'), was ${text}`, 'order');
}

function count(name: string, text: string, byDefault: number): number {
  if (text === '') return byDefault;
  if (!/^\d{1,10}$/.test(text) || Number(text) > maxOffset) {
    throw new RequestError(400, `${name} must be a whole number from 0, was ${text}`, name);
  }
  return Number(text);
}

export function filterNames(columns: Columns): string[] {
  return Object.entries(columns).flatMap(([name, column]) =>
    sidesOf(column).map((side) => (side === null ? name : `${name}_${side}`)),
  );
}
