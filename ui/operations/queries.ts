/** What only the page of operators reads. */
import { queryOptions } from '@tanstack/react-query';
import { api, unwrap, type Schemas } from '../api/client';
import { keys, openCountQuery } from '../api/queries';

const refetchMs = 10_000;

/** How many runs are not over. */
export const openRunsQuery = queryOptions({ ...openCountQuery, refetchInterval: refetchMs });

/** How many runs wait, and the one that waits longest; of one engine where it is named. */
export const waitingQuery = (engine?: string) =>
  queryOptions({
    queryKey: [...keys.runs, 'waiting', engine],
    queryFn: async ({ signal }) => {
      const oldestFirst = { sort_by: 'queued_at', order: 'asc', limit: 1 } as const;
      const query = {
        status: ['QUEUED' as const],
        ...oldestFirst,
        ...(engine === undefined ? {} : { engine: [engine] }),
      };
      const { total, history } = await unwrap(api.GET('/api/v6/history', { params: { query }, signal }));
      return { total, oldest: history[0] };
    },
    refetchInterval: refetchMs,
  });

/** What the installation needs, and whether it answers. One that cannot serve says so in the same shape. */
export const readyQuery = queryOptions({
  queryKey: ['ready'],
  queryFn: async ({ signal }): Promise<Schemas['Readiness']> => {
    const asked = await api.GET('/api/v6/ready', { signal });
    return isReadiness(asked.error) ? asked.error : unwrap(Promise.resolve(asked));
  },
  refetchInterval: refetchMs,
});

function isReadiness(error: unknown): error is Schemas['Readiness'] {
  return typeof error === 'object' && error !== null && 'checks' in error;
}
