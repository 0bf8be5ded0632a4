/** The list of tasks as its address asks for it, and its news. */
import { keepPreviousData, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { api, unwrap } from '../api/client';
import { keys } from '../api/queries';
import { onLiveEvent } from '../live/events';
import { remember, withEvent, withNews, type News, type TaskPage } from './last-run';
import { queryOf, type TaskView } from './task-view';

export function useTasks(view: TaskView): UseQueryResult<TaskPage> {
  const queryClient = useQueryClient();
  const [news] = useState((): News => new Map());
  const queryKey = useMemo(() => [...keys.tasks, queryOf(view)], [view]);
  useEffect(
    () =>
      onLiveEvent((event) => {
        if (event.kind === 'gap') void queryClient.invalidateQueries({ queryKey: keys.tasks });
        if (event.kind !== 'status') return;
        remember(news, event);
        queryClient.setQueryData<TaskPage>(queryKey, (page) => (page === undefined ? page : withEvent(page, event)));
      }),
    [queryClient, queryKey, news],
  );
  return useQuery({
    queryKey,
    queryFn: async ({ signal }): Promise<TaskPage> =>
      withNews(await unwrap(api.GET('/api/v6/task', { params: { query: queryOf(view) }, signal })), news),
    placeholderData: keepPreviousData,
  });
}
