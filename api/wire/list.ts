/** List queries on the wire: paging, sorting and filters of rest-and-data.md §1.4 and §1.5, whitelisted per table. */
import type { Column, Columns, Filter, ListQuery } from '../../db/list';
import { requireStorable } from '../body';
import { RequestError } from '../errors';

export const defaultLimit = 1024;
/** The original's UI asks for 10000. */
export const maxLimit = 10_000;
const maxOffset = 2147483647;
const maxInt = 2147483647;
export const maxValuesPerFilter = 1000;
const pagingNames = ['limit', 'offset', 'sort_by', 'order', 'env'] as const;
export type PagingName = (typeof pagingNames)[number];
const paging: ReadonlySet<string> = new Set(pagingNames);

export type QueryString = Record<string, string | string[] | undefined>;

export type ListRules<C extends Columns> = {
  columns: C;
  sortable: readonly (keyof C & string)[];
  defaultSort: keyof C & string;
};

/** Throws RequestError 400 for whatever is not on the list. */
export function listFromWire<C extends Columns>(query: QueryString, rules: ListRules<C>): ListQuery<C> {
  return {
    filters: Object.entries(query).flatMap(([key, value]) => (paging.has(key) ? [] : filterOf(key, all(value), rules))),
    env: envFilters(query),
    sortBy: sortBy(all(query['sort_by'])[0], rules),
    order: order(all(query['order'])[0]),
    ...pageFromWire(query),
  };
}

/** Throws RequestError 400 for what is no number. */
export function pageFromWire(query: QueryString): { limit: number; offset: number } {
  return {
    limit: Math.min(maxLimit, count('limit', all(query['limit'])[0], defaultLimit)),
    offset: count('offset', all(query['offset'])[0], 0),
  };
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

function filterOf<C extends Columns>(key: string, values: string[], rules: ListRules<C>): Filter<C>[] {
  const [, base, side] = /^(.+)_(since|until)$/.exec(key) ?? [null, key, null];
  const name = base as keyof C & string;
  const column = Object.hasOwn(rules.columns, name) ? rules.columns[name] : undefined;
  if (column === undefined || (column.type === 'timestamptz') !== (side !== null)) {
    throw new RequestError(400, `Unknown filter [${key}], must be one of [${filterNames(rules.columns).join(', ')}]`);
  }
  if (values.length > maxValuesPerFilter) {
    throw new RequestError(400, `Filter [${key}] has more than ${maxValuesPerFilter} values`);
  }
  values.forEach(requireStorable);
  if (side === null) return [{ column: name, op: 'equals', values: values.map((value) => typed(key, value, column)) }];
  // An empty time filter means no filter: the original's UI sends one when its box is cleared.
  const times = values.filter((value) => value !== '');
  if (times.length === 0) return [];
  if (times.length > 1) throw new RequestError(400, `Filter [${key}] takes one time`);
  return [{ column: name, op: side === 'since' ? 'after' : 'before', values: [time(key, times[0] ?? '')] }];
}

function typed(key: string, value: string, column: Column): string | number | boolean {
  switch (column.type) {
    case 'int': {
      if (!/^-?\d{1,10}$/.test(value) || Math.abs(Number(value)) > maxInt) {
        throw new RequestError(400, `Filter [${key}] must be an integer, was ${value}`);
      }
      return Number(value);
    }
    case 'bool':
      if (value !== 'true' && value !== 'false') throw new RequestError(400, `Filter [${key}] must be true or false`);
      return value === 'true';
    case 'text':
    case 'phase':
    case 'text[]':
    case 'timestamptz':
      return value;
  }
}

function time(key: string, value: string): string {
  // Postgres and JavaScript agree on years of four digits; a `+` of a time zone may have become a blank.
  const parsed = new Date(value.replace(/ (\d\d:?\d\d)$/, '+$1'));
  const year = parsed.getUTCFullYear();
  if (Number.isNaN(parsed.getTime()) || year < 1 || year > 9999) {
    throw new RequestError(400, `Filter [${key}] must be a time such as 2026-01-31T12:00:00Z, was ${value}`);
  }
  return parsed.toISOString();
}

/** `env=NAME|VALUE`; an entry without exactly one `|` is dropped, as ever. */
function envFilters(query: QueryString): { name: string; value: string }[] {
  return all(query['env']).flatMap((entry) => {
    requireStorable(entry);
    const [name, value, ...more] = entry.split('|');
    return name === undefined || value === undefined || more.length > 0 ? [] : [{ name, value }];
  });
}

function sortBy<C extends Columns>(field: string | undefined, rules: ListRules<C>): keyof C & string {
  if (field === undefined || field === '') return rules.defaultSort;
  const found = rules.sortable.find((name) => name === field);
  if (found !== undefined) return found;
  throw new RequestError(400, `Invalid field to order by [${field}], must be one of [${rules.sortable.join(', ')}]`);
}

function order(text: string | undefined): 'asc' | 'desc' {
  if (text === undefined || text === '') return 'asc';
  if (text === 'asc' || text === 'desc') return text;
  throw new RequestError(400, `Invalid order string, must be one of ('asc', 'desc'), was ${text}`);
}

function count(name: string, text: string | undefined, byDefault: number): number {
  if (text === undefined || text === '') return byDefault;
  if (!/^\d{1,10}$/.test(text) || Number(text) > maxOffset) {
    throw new RequestError(400, `${name} must be a whole number from 0, was ${text}`);
  }
  return Number(text);
}

export function filterNames(columns: Columns): string[] {
  return Object.entries(columns).flatMap(([name, { type }]) =>
    type === 'timestamptz' ? [`${name}_since`, `${name}_until`] : [name],
  );
}

function all(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
