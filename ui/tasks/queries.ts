/** What the pages of a task read beside the task itself. */
import { queryOptions } from '@tanstack/react-query';
import { api, ApiError, unwrap, type Schemas } from '../api/client';
import { keys } from '../api/queries';
import { openStatuses } from '../parts/status';

export type Revision = Schemas['Revision'];
export type Difference = Schemas['Difference'];

export const chartRuns = 50;
export const revisionsPage = 20;

/** The newest runs of a task, for its chart. */
export const latestRunsQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.task(id), 'latest-runs'],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v6/task/{definition_id}/history', {
          params: { path: { definition_id: id }, query: { limit: chartRuns, sort_by: 'queued_at', order: 'desc' } },
          signal,
        }),
      ),
  });

/** How many runs a task has, and how many of them are not over. */
export const runCountsQuery = (id: string) =>
  queryOptions({
    queryKey: [...keys.task(id), 'run-counts'],
    queryFn: async ({ signal }) => {
      const count = async (query: { status?: (typeof openStatuses)[number][] }): Promise<number> => {
        const asked = { params: { path: { definition_id: id }, query: { ...query, limit: 1 } }, signal };
        return (await unwrap(api.GET('/api/v6/task/{definition_id}/history', asked))).total;
      };
      const [all, active] = await Promise.all([count({}), count({ status: [...openStatuses] })]);
      return { all, active };
    },
    staleTime: 0,
  });

/** `page`: from 1; the newest come first. */
export const revisionsQuery = (id: string, page: number) =>
  queryOptions({
    queryKey: [...keys.revisions(id), page],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v6/task/{definition_id}/revisions', {
          params: {
            path: { definition_id: id },
            query: { limit: revisionsPage, offset: (page - 1) * revisionsPage },
          },
          signal,
        }),
      ),
  });

/** `range`: such as `1..3`. */
export const differenceQuery = (id: string, range: string) =>
  queryOptions({
    queryKey: [...keys.revisions(id), range],
    queryFn: async ({ signal }): Promise<Difference> => {
      const path = { definition_id: id, revision: range };
      const found = await unwrap(
        api.GET('/api/v6/task/{definition_id}/revisions/{revision}', { params: { path }, signal }),
      );
      if ('changes' in found) return found;
      throw new Error(`${range} names no two revisions`);
    },
  });

/** Somebody else has changed the definition since. */
export function isOvertaken(error: unknown): boolean {
  return error instanceof ApiError && error.status === 412;
}
