/** What the list of tasks shows, as the query of its address says it: the original's keys and ours. Other keys are left alone, and never sent. */
import { many, one, type Search } from '../app/search';
import { pageSizes, type PageSize } from '../runs/filter';

/** In an address, and what the API calls them. */
const filterKeys = {
  alias: 'alias',
  group_name: 'group_name',
  image: 'image',
  owner: 'user',
  tags: 'tags',
} as const;
export type FilterKey = keyof typeof filterKeys;
export type TaskFilter = Readonly<Partial<Record<FilterKey, readonly string[]>>>;

const sortKeys = ['alias', 'group_name', 'image', 'memory'] as const;
export type SortKey = (typeof sortKeys)[number];
export type Sort = { by: SortKey; order: 'asc' | 'desc' };

export type TaskView = { filter: TaskFilter; sort: Sort; /** From 1. */ page: number; size: PageSize };

const keysOfFilters = Object.keys(filterKeys) as FilterKey[];
/** What the API counts ends at 32 bits. */
const maxPage = 10_000_000;

export function viewOf(search: Search): TaskView {
  const said = keysOfFilters.map((key) => [key, many(search, key)] as const);
  const page = Number(one(search, 'page'));
  return {
    filter: Object.fromEntries(said.filter(([, values]) => values.length > 0)),
    sort: {
      by: sortKeys.find((key) => key === one(search, 'sort_by')) ?? 'alias',
      order: one(search, 'order') === 'desc' ? 'desc' : 'asc',
    },
    page: Number.isInteger(page) && page > 0 ? Math.min(page, maxPage) : 1,
    size: pageSizes.find((size) => String(size) === one(search, 'limit')) ?? pageSizes[0],
  };
}

/** The query with another view in it; what else it says stays. */
export function searchOf(view: TaskView, search: Search): Search {
  const ours: readonly string[] = [...keysOfFilters, 'page', 'limit', 'sort_by', 'order'];
  return {
    ...Object.fromEntries(Object.entries(search).filter(([key]) => !ours.includes(key))),
    ...(view.page === 1 ? {} : { page: String(view.page) }),
    ...(view.size === pageSizes[0] ? {} : { limit: String(view.size) }),
    sort_by: view.sort.by,
    order: view.sort.order,
    ...view.filter,
  };
}

/** As the API is asked. */
export function queryOf({ filter, sort, page, size }: TaskView): Record<string, unknown> {
  const filters = Object.entries(filter).map(([key, values]): [string, unknown] => [
    filterKeys[key as FilterKey],
    values,
  ]);
  return {
    ...Object.fromEntries(filters),
    sort_by: sort.by,
    order: sort.order,
    limit: size,
    offset: (page - 1) * size,
  };
}

export function withValues(filter: TaskFilter, key: FilterKey, values: readonly string[]): TaskFilter {
  const others: TaskFilter = Object.fromEntries(Object.entries(filter).filter(([name]) => name !== key));
  return values.length === 0 ? others : { ...others, [key]: [...new Set(values)] };
}

/** The same column again turns the order. */
export function sortedBy({ by, order }: Sort, key: SortKey): Sort {
  return { by: key, order: by === key && order === 'asc' ? 'desc' : 'asc' };
}
