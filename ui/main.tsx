/** Where the page begins: what all pages share, around the router. */
import './styles';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { lazy, StrictMode, Suspense, type ReactElement } from 'react';
import { createRoot } from 'react-dom/client';
import { again } from './app/again';
import { nonce } from './app/nonce';
import { createQueryClient } from './app/query-client';
import { createAppRouter } from './app/router';
import { theme, variables } from './app/theme';
import { startLive } from './live/live';
import { schemeManager } from './settings/settings';

/** Nothing is told before there is a page, which goes on without notices where they cannot be loaded. */
const Notices = lazy(() =>
  again(() => import('@mantine/notifications')).then(
    ({ Notifications }) => ({ default: (): ReactElement | null => <Notifications position="bottom-right" /> }),
    () => ({ default: (): ReactElement | null => null }),
  ),
);

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
          <Notices />
        </Suspense>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
