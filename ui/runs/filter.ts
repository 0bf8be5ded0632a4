/**
 * What a list of runs shows, as the query of an address says it: the original's keys and ours. A query means just what it says; keys
 * that are none of these are left alone, and are never sent.
 */
import { many, one, type Search } from '../app/search';

/** Filters with any number of values, of which one is enough. `env`: `NAME|VALUE`, of which all are needed. */
export const valueKeys = [
  'status',
  'outcome',
  'alias',
  'alias_not',
  'owner',
  'user',
  'group_name',
  'engine',
  'cluster_name',
  'cluster',
  'env',
  'image',
  'node_lifecycle',
  'exit_code',
  'definition_id',
  'executable_id',
  'run_id',
] as const;
export type ValueKey = (typeof valueKeys)[number];

/** A time as the API takes it, or how long before now: `-24h`, `-7d`. */
export const timeKeys = [
  'queued_at_since',
  'queued_at_until',
  'started_at_since',
  'started_at_until',
  'finished_at_since',
  'finished_at_until',
] as const;
export type TimeKey = (typeof timeKeys)[number];

export type FilterKey = ValueKey | TimeKey;
/** Empty lists and texts are left out. */
export type RunFilter = Readonly<Partial<Record<ValueKey, readonly string[]> & Record<TimeKey, string>>>;

export const sortKeys = [
  'run_id',
  'cluster_name',
  'status',
  'queued_at',
  'started_at',
  'finished_at',
  'group_name',
] as const;
export type SortKey = (typeof sortKeys)[number];
export type Sort = { by: SortKey; order: 'asc' | 'desc' };

export const pageSizes = [20, 50, 100] as const;
export type PageSize = (typeof pageSizes)[number];

export type View = { filter: RunFilter; sort: Sort; /** From 1. */ page: number; size: PageSize };

/** Not by their start: those that have not started would come last. */
const newestFirst: Sort = { by: 'queued_at', order: 'desc' };

export function viewOf(search: Search): View {
  const filter: Partial<Record<FilterKey, string | readonly string[]>> = {};
  for (const key of valueKeys) {
    const values = [...new Set(many(search, key))].filter((value) => value !== '');
    if (values.length > 0) filter[key] = values;
  }
  for (const key of timeKeys) {
    const value = one(search, key);
    if (value !== undefined && value !== '') filter[key] = value;
  }
  const by = sortKeys.find((key) => key === one(search, 'sort_by'));
  const order = one(search, 'order') === 'desc' ? 'desc' : 'asc';
  const page = Number(one(search, 'page'));
  return {
    filter: filter as RunFilter,
    sort: by === undefined ? newestFirst : { by, order },
    page: Number.isInteger(page) && page > 0 ? Math.min(page, maxPage) : 1,
    size: pageSizes.find((size) => String(size) === one(search, 'limit')) ?? pageSizes[0],
  };
}

/** The API counts what is left out by 32 bits. */
const maxPage = 10_000_000;

/** The query with another view in it; what else it says stays. */
export function searchOf(view: View, search: Search): Search {
  const others = Object.entries(search).filter(([key]) => !isOurs(key));
  return {
    ...Object.fromEntries(others),
    page: String(view.page),
    sort_by: view.sort.by,
    order: view.sort.order,
    ...(view.size === pageSizes[0] ? {} : { limit: String(view.size) }),
    ...view.filter,
  };
}

const ours: ReadonlySet<string> = new Set([...valueKeys, ...timeKeys, 'page', 'sort_by', 'order', 'limit']);

export function isOurs(key: string): boolean {
  return ours.has(key);
}

/** The filter with the values of one key; none takes the key away. */
export function withValues(filter: RunFilter, key: ValueKey, values: readonly string[]): RunFilter {
  return { ...without(filter, key), ...(values.length === 0 ? {} : { [key]: [...new Set(values)] }) };
}

export function withTime(filter: RunFilter, key: TimeKey, value: string): RunFilter {
  return { ...without(filter, key), ...(value === '' ? {} : { [key]: value }) };
}

export function without(filter: RunFilter, key: FilterKey): RunFilter {
  return Object.fromEntries(Object.entries(filter).filter(([name]) => name !== key));
}

export function isEmpty(filter: RunFilter): boolean {
  return Object.keys(filter).length === 0;
}

const unitMs = { h: 3_600_000, d: 86_400_000 } as const;

/** How long before now; null for a time of its own. */
export function agoOf(value: string): { count: number; unit: 'h' | 'd' } | null {
  const [, count, unit] = /^-(\d{1,5})([hd])$/.exec(value) ?? [];
  return count === undefined ? null : { count: Number(count), unit: unit === 'd' ? 'd' : 'h' };
}

/** As the API takes it. */
export function timeOf(value: string, now: number): string {
  const ago = agoOf(value);
  return ago === null ? value : new Date(now - ago.count * unitMs[ago.unit]).toISOString();
}

/** The filter as the API takes it, times made of how long ago they are. `now`: milliseconds since the epoch. */
export function toApi(filter: RunFilter, now: number): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(filter).map(([key, value]) => [key, typeof value === 'string' ? timeOf(value, now) : [...value]]),
  );
}
