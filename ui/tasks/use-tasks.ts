/** The list of tasks as its address asks for it, and its news. */
import { keepPreviousData, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useRef } from 'react';
import { api, unwrap } from '../api/client';
import { keys } from '../api/queries';
import type { Search } from '../app/search';
import { onLiveEvent } from '../live/events';
import { withEvent, type TaskPage } from './last-run';
import { queryOf, searchOf, viewOf, type TaskFilter, type TaskView } from './task-view';

export function useTasks(view: TaskView): UseQueryResult<TaskPage> {
  const queryClient = useQueryClient();
  const queryKey = useMemo(() => [...keys.tasks, queryOf(view)], [view]);
  useEffect(
    () =>
      onLiveEvent((event) => {
        if (event.kind === 'gap') void queryClient.invalidateQueries({ queryKey: keys.tasks });
        if (event.kind !== 'status') return;
        queryClient.setQueryData<TaskPage>(queryKey, (page) => (page === undefined ? page : withEvent(page, event)));
      }),
    [queryClient, queryKey],
  );
  return useQuery({
    queryKey,
    queryFn: ({ signal }): Promise<TaskPage> =>
      unwrap(api.GET('/api/v6/task', { params: { query: queryOf(view) }, signal })),
    placeholderData: keepPreviousData,
  });
}

export type Change = {
  /** A step that Back undoes. */
  push: (view: TaskView) => void;
  /** While somebody types: no steps. The next `push` takes them all together. */
  type: (filter: TaskFilter) => void;
};

export function useTaskView(): { view: TaskView; change: Change } {
  const search: Search = useSearch({ strict: false });
  const view = useMemo(() => viewOf(search), [search]);
  const navigate = useNavigate();
  const { history } = useRouter();
  /** What the address was before somebody began to type. */
  const before = useRef<Search | null>(null);
  const go = (next: Search, replace: boolean): void => {
    void navigate({ to: '/tasks', search: next, replace, resetScroll: false });
  };
  return {
    view,
    change: {
      push: (next) => {
        if (before.current !== null) {
          go(before.current, true);
          // Two changes of an address at once would be one.
          history.flush();
          before.current = null;
        }
        go(searchOf(next, search), false);
      },
      type: (filter) => {
        before.current ??= search;
        go(searchOf({ ...view, filter, page: 1 }, search), true);
      },
    },
  };
}
