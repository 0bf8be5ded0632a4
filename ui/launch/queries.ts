/** What launch forms read beside the definition itself. */
import { queryOptions } from '@tanstack/react-query';
import { api, unwrap, type Schemas } from '../api/client';
import { keys } from '../api/queries';

/** A definition as it was. */
export const revisionQuery = (taskId: string, revision: number) =>
  queryOptions({
    queryKey: [...keys.revisions(taskId), 'one', revision],
    queryFn: async ({ signal }): Promise<Schemas['Definition']> => {
      const path = { definition_id: taskId, revision: String(revision) };
      const found = await unwrap(
        api.GET('/api/v6/task/{definition_id}/revisions/{revision}', { params: { path }, signal }),
      );
      if ('definition' in found) return found.definition;
      throw new Error(`${revision} names no revision`);
    },
    staleTime: Infinity,
  });
