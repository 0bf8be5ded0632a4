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
        retry: (failures, error) => failures < retries && !(error instanceof ApiError && error.status < 500),
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
