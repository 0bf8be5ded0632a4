/** How many runs are open, beside the way to them. */
import { Badge } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, type ReactElement } from 'react';
import { openCountQuery } from '../api/queries';
import { onLiveEvent } from '../live/events';
import { activeAfter } from './active';

/** A burst of news makes one question of it. */
const mostOftenMs = 10_000;

export function ActiveCount(): ReactElement | null {
  const { data } = useQuery(openCountQuery);
  const queryClient = useQueryClient();
  useEffect(() => {
    let timer: number | undefined;
    const stop = onLiveEvent((event) => {
      if (event.kind !== 'status') return;
      queryClient.setQueryData(openCountQuery.queryKey, (count) =>
        count === undefined ? count : activeAfter(count, event),
      );
      timer ??= window.setTimeout(() => {
        timer = undefined;
        void queryClient.invalidateQueries({ queryKey: openCountQuery.queryKey });
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
