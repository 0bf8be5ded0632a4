/** What the pages of templates read. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap, type Schemas } from '../api/client';
import { keys } from '../api/queries';
import type { ListView } from './view';

export type Template = Schemas['Template'];

/** The latest version of each. */
export const templatesQuery = ({ page, size, order }: ListView) =>
  queryOptions({
    queryKey: [...keys.templates, page, size, order],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v7/template', {
          params: {
            query: { latest_only: 'true', limit: size, offset: (page - 1) * size, sort_by: 'template_name', order },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const templateQuery = (id: string) =>
  queryOptions({
    queryKey: keys.template(id),
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v7/template/{template_id}', { params: { path: { template_id: id } }, signal })),
    // A version never changes.
    staleTime: Infinity,
  });

/** As many as a list gives: the API has no filter by name. */
const mostTemplates = 10_000;

/** All versions of a name, the newest first. */
export const versionsQuery = (name: string) =>
  queryOptions({
    queryKey: [...keys.templates, 'versions', name],
    queryFn: async ({ signal }): Promise<Template[]> => {
      const query = { latest_only: 'false', limit: mostTemplates, sort_by: 'version', order: 'desc' } as const;
      const { templates } = await unwrap(api.GET('/api/v7/template', { params: { query }, signal }));
      return templates.filter((one) => one.template_name === name);
    },
  });
