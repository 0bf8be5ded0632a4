/** What happens to runs, as it happens: one stream for all tabs of this browser. */
import type { QueryClient } from '@tanstack/react-query';

export function startLive(queryClient: QueryClient): void {
  queryClient.getQueryCache();
}
