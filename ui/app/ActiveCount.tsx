/** How many runs are open, beside the way to them. */
import { Badge } from '@mantine/core';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, type ReactElement } from 'react';
import { api, unwrap } from '../api/client';
import { onLiveEvent } from '../live/events';
import { activeAfter } from './active';

/** A burst of news makes one question of it. */
const mostOftenMs = 10_000;

const activeCountQuery = queryOptions({
  queryKey: ['active-count'],
  queryFn: async ({ signal }) => {
    const query = { status: ['QUEUED', 'PENDING', 'RUNNING', 'NEEDS_RETRY'], limit: 1 } as const;
    const { total } = await unwrap(
      api.GET('/api/v6/history', { params: { query: { ...query, status: [...query.status] } }, signal }),
    );
    return total;
  },
});

export function ActiveCount(): ReactElement | null {
  const { data } = useQuery(activeCountQuery);
  const queryClient = useQueryClient();
  useEffect(() => {
    let timer: number | undefined;
    const stop = onLiveEvent((event) => {
      if (event.kind !== 'status') return;
      queryClient.setQueryData(activeCountQuery.queryKey, (count) =>
        count === undefined ? count : activeAfter(count, event),
      );
      timer ??= window.setTimeout(() => {
        timer = undefined;
        void queryClient.invalidateQueries({ queryKey: activeCountQuery.queryKey });
      }, mostOftenMs);
    });
    return () => {
      window.clearTimeout(timer);
      stop();
    };
  }, [queryClient]);
  if (data === undefined || data === 0) return null;
  return (
    <Badge size="sm" variant="light" ml={6} aria-label={`${data} active`}>
      {data > 999 ? '999+' : data}
    </Badge>
  );
}
