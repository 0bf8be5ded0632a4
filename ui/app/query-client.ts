/** The cache of what the API answered. */
import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/client';

const retries = 3;
const staleMs = 5_000;

/** Only reads try again by themselves, and only where that may help. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: staleMs,
        refetchOnWindowFocus: true,
        networkMode: 'always',
        retry: (failures, error) => failures < retries && !isRefusal(error),
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}

/** The API has said no, and will again. One that did not answer (status 0) may, the next time. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500;
}
