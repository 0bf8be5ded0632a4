/** What pages read, by key: whoever changes something says which keys are stale (`queryClient.invalidateQueries`). */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
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
  });

export const explainQuery = (id: string) =>
  queryOptions({
    queryKey: keys.explain(id),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v6/history/{run_id}/explain', { params: { path: { run_id: id } }, signal })),
  });

export const clustersQuery = queryOptions({
  queryKey: keys.clusters,
  queryFn: ({ signal }) => unwrap(api.GET('/api/v6/clusters', { signal })),
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
