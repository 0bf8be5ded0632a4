/** The API's lists of runs, one for each scope. */
import type { paths } from '../../client/types';
import { api, unwrap, type Schemas } from '../api/client';
import { toApi, without, type RunFilter } from './filter';
import type { Scope } from './scope';

type Query = NonNullable<paths['/api/v6/history']['get']['parameters']['query']>;
export type RunPage = { total: number; history: Schemas['Run'][] };
export type Paging = Pick<Query, 'limit' | 'offset' | 'sort_by' | 'order'>;

/** What the paths say. */
const pathKey = { task: 'definition_id', template: 'executable_id' } as const;

/** `now`: what times that say how long ago are counted from. */
export async function listRuns(
  scope: Scope,
  filter: RunFilter,
  paging: Paging,
  now: number,
  signal: AbortSignal,
): Promise<RunPage> {
  // Values of an address may be none that the API knows: it refuses them in a sentence.
  const query = { ...toApi(scope.of === 'all' ? filter : without(filter, pathKey[scope.of]), now), ...paging } as Query;
  switch (scope.of) {
    case 'all':
      return unwrap(api.GET('/api/v6/history', { params: { query }, signal }));
    case 'task': {
      const path = { definition_id: scope.id };
      return unwrap(api.GET('/api/v6/task/{definition_id}/history', { params: { path, query }, signal }));
    }
    case 'template': {
      const path = { template_id: scope.id };
      return unwrap(api.GET('/api/v7/template/{template_id}/history', { params: { path, query }, signal }));
    }
  }
}
