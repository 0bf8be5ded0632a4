/** What the list of templates shows, as the query of its address says it. */
import { one, type Search } from '../app/search';
import { pageSizes, type PageSize } from '../runs/filter';

export type ListView = { /** From 1. */ page: number; size: PageSize; order: 'asc' | 'desc' };

export function viewOf(search: Search): ListView {
  const page = Number(one(search, 'page'));
  return {
    page: Number.isInteger(page) && page > 0 ? Math.min(page, 1_000_000) : 1,
    size: pageSizes.find((size) => String(size) === one(search, 'limit')) ?? pageSizes[0],
    order: one(search, 'order') === 'desc' ? 'desc' : 'asc',
  };
}

/** The query with another view in it; what else it says stays. */
export function searchOf({ page, size }: Pick<ListView, 'page' | 'size'>, search: Search): Search {
  return {
    ...search,
    page: page === 1 ? undefined : String(page),
    limit: size === pageSizes[0] ? undefined : String(size),
  };
}

/** What stands for a template that has no image of its own, such as `DR` of `daily-report`. */
export function initialsOf(name: string): string {
  const [first = '?', second] = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const letters = second === undefined ? /^..?/u.exec(first) : [/^./u.exec(first), /^./u.exec(second)];
  return (letters ?? []).flat().join('').toUpperCase();
}
