/** What pages read, by key: whoever changes something says which keys are stale (`queryClient.invalidateQueries`). */
import { keepPreviousData, queryOptions, replaceEqualDeep } from '@tanstack/react-query';
import { openStatuses } from '../parts/status';
import { api, unwrap } from './client';

export const keys = {
  tasks: ['tasks'],
  task: (id: string) => ['task', id],
  revisions: (id: string) => ['task', id, 'revisions'],
  runs: ['runs'],
  run: (id: string) => ['run', id],
  explain: (id: string) => ['run', id, 'explain'],
  events: (id: string) => ['run', id, 'events'],
  templates: ['templates'],
  template: (id: string) => ['template', id],
  clusters: ['clusters'],
  workers: ['workers'],
  info: ['info'],
  groups: ['groups'],
  tags: ['tags'],
} as const;

export const infoQuery = queryOptions({
  queryKey: keys.info,
  queryFn: ({ signal }) => unwrap(api.GET('/api/v6/info', { signal })),
  staleTime: 60_000,
});

/** How many runs are not over. */
export const openCountQuery = queryOptions({
  queryKey: [...keys.runs, 'open'],
  queryFn: async ({ signal }) => {
    const query = { status: [...openStatuses], limit: 1 };
    return (await unwrap(api.GET('/api/v6/history', { params: { query }, signal }))).total;
  },
});

export const taskQuery = (id: string) =>
  queryOptions({
    queryKey: keys.task(id),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v6/task/{definition_id}', { params: { path: { definition_id: id } }, signal })),
  });

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: keys.run(id),
    queryFn: ({ signal }) => unwrap(api.GET('/api/v6/history/{run_id}', { params: { path: { run_id: id } }, signal })),
    structuralSharing: newerRow,
  });

/** A late answer never overwrites newer news (ui.md C10). */
function newerRow(before: unknown, now: unknown): unknown {
  return versionOf(before) > versionOf(now) ? before : replaceEqualDeep(before, now);
}

function versionOf(row: unknown): number {
  return typeof row === 'object' && row !== null && 'version' in row ? Number(row.version) : 0;
}

export const explainQuery = (id: string) =>
  queryOptions({
    queryKey: keys.explain(id),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v6/history/{run_id}/explain', { params: { path: { run_id: id } }, signal })),
  });

export const backendEventsQuery = (id: string) =>
  queryOptions({
    queryKey: keys.events(id),
    queryFn: async ({ signal }) => {
      const answer = await unwrap(api.GET('/api/v6/{run_id}/events', { params: { path: { run_id: id } }, signal }));
      return answer.pod_events ?? [];
    },
  });

/** What is known of each cluster. */
export const clustersQuery = queryOptions({
  queryKey: keys.clusters,
  queryFn: async ({ signal }) => {
    const asked = api.GET('/api/v6/clusters', { params: { query: { detail: 'true' } }, signal });
    return (await unwrap(asked)).clusters.filter((one) => typeof one !== 'string');
  },
});

export const workersQuery = queryOptions({
  queryKey: keys.workers,
  queryFn: async ({ signal }) => (await unwrap(api.GET('/api/v5/worker', { signal }))).workers,
});

export const groupsQuery = queryOptions({
  queryKey: keys.groups,
  queryFn: ({ signal }) => unwrap(api.GET('/api/v6/groups', { params: { query: { limit: 1000 } }, signal })),
  staleTime: 60_000,
  placeholderData: keepPreviousData,
});

export const tagsQuery = queryOptions({
  queryKey: keys.tags,
  queryFn: ({ signal }) => unwrap(api.GET('/api/v6/tags', { params: { query: { limit: 1000 } }, signal })),
  staleTime: 60_000,
  placeholderData: keepPreviousData,
});
