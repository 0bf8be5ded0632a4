/** The view of a list as the page's address has it, and how its filters, pages and order change that. */
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { stringifySearch, type Search } from '../app/search';

type ListView = { filter: unknown; page: number };

export type Change<View extends ListView> = {
  /** A step that Back undoes. */
  push: (view: View) => void;
  /** While somebody types: no steps. The next `push` takes them all together. */
  type: (filter: View['filter']) => void;
};

/** `visit`: another one whenever the address has changed by something else, such as Back: what is being typed is of the one before. */
type Of<View extends ListView> = { view: View; search: Search; change: Change<View>; visit: number };

/** What a list's address means, and the address of a view: what else it says stays. The same functions each time. */
type Form<View extends ListView> = {
  viewOf: (search: Search) => View;
  searchOf: (view: View, search: Search) => Search;
};

export function useListView<View extends ListView>({ viewOf, searchOf }: Form<View>): Of<View> {
  const search: Search = useSearch({ strict: false });
  const view = useMemo(() => viewOf(search), [viewOf, search]);
  const navigate = useNavigate();
  const { history } = useRouter();
  /** What the address was before somebody began to type. */
  const before = useRef<Search | null>(null);
  /** What was put into the address last. */
  const written = useRef('');
  const [visit, setVisit] = useState(0);
  useEffect(
    () =>
      history.subscribe(({ location }) => {
        if (location.search === written.current) return;
        written.current = location.search;
        before.current = null;
        setVisit((one) => one + 1);
      }),
    [history],
  );

  const go = (next: Search, replace: boolean, resetScroll = false): void => {
    written.current = stringifySearch(next);
    void navigate({ to: '.', search: next, replace, resetScroll });
  };
  return {
    view,
    search,
    visit,
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
