/** The API's document, read when a form is opened. */
import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../api/client';

export const documentQuery = queryOptions({
  queryKey: ['openapi'],
  queryFn: ({ signal }) => unwrap(api.GET('/api/v6/openapi.json', { signal })),
  staleTime: Infinity,
});
