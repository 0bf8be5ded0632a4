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

/** Versions of a name, the newest first. */
export const versionsQuery = (name: string, { page, size }: Pick<ListView, 'page' | 'size'>) =>
  queryOptions({
    queryKey: [...keys.templates, 'versions', name, page, size],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v7/template', {
          params: {
            query: {
              ...{ template_name: [name], latest_only: 'false', sort_by: 'version', order: 'desc' },
              ...{ limit: size, offset: (page - 1) * size },
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
