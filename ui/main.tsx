/** Where the page begins: what all pages share, around the router. */
import './styles';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { nonce } from './app/nonce';
import { createQueryClient } from './app/query-client';
import { createAppRouter } from './app/router';
import { theme, variables } from './app/theme';
import { startLive } from './live/live';
import { schemeManager } from './settings/settings';

/** Nothing is told before there is a page. */
const Notifications = lazy(async () => ({ default: (await import('@mantine/notifications')).Notifications }));

setNonce(nonce);
const queryClient = createQueryClient();
const router = createAppRouter(queryClient);
startLive(queryClient);

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root');
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      colorSchemeManager={schemeManager}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queryClient}>
        <Suspense fallback={null}>
          <Notifications position="bottom-right" />
        </Suspense>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
