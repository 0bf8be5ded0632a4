/** The view of a list as the page's address has it, and how it is changed. */
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import type { Search } from '../app/search';
import { searchOf, viewOf, type RunFilter, type View } from './filter';

export type Change = {
  /** A step that Back undoes. */
  push: (view: View) => void;
  /** While somebody types: no steps. The next `push` takes them all together. */
  type: (filter: RunFilter) => void;
};

export function useView(): { view: View; search: Search; change: Change } {
  const search = useSearch({ strict: false }) satisfies Search;
  const view = useMemo(() => viewOf(search), [search]);
  const navigate = useNavigate();
  const { history } = useRouter();
  /** What the address was before somebody began to type. */
  const before = useRef<Search | null>(null);

  const go = (next: Search, replace: boolean, resetScroll = false): void => {
    void navigate({ to: '.', search: next, replace, resetScroll });
  };
  return {
    view,
    search,
    change: {
      push: (next) => {
        if (before.current !== null) {
          go(before.current, true);
          // Two changes of an address at once would be one.
          history.flush();
          before.current = null;
        }
        go(searchOf(next, search), false, next.page !== view.page && next.filter === view.filter);
      },
      type: (filter) => {
        before.current ??= search;
        go(searchOf({ ...view, filter, page: 1 }, search), true);
      },
    },
  };
}
