/** Every address of the UI, and the page behind it. The original's addresses are among them: people have bookmarked them. */
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { api, unwrap } from '../api/client';
import { runQuery } from '../api/queries';
import { NotFound, PageTrouble } from './NotFound';
import { again } from './again';
import { parseSearch, stringifySearch, type Search } from './search';
import { Shell } from './Shell';

type Context = { queryClient: QueryClient };

const root = createRootRouteWithContext<Context>()({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: PageTrouble,
  validateSearch: (search: Record<string, unknown>): Search => search as Search,
});

const at = { getParentRoute: () => root } as const;

const home = createRoute({
  ...at,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/tasks', replace: true });
  },
});

const tasks = createRoute({
  ...at,
  path: '/tasks',
  component: lazyRouteComponent(() => again(() => import('../tasks/TaskListPage')), 'TaskListPage'),
});
const createTask = createRoute({
  ...at,
  path: '/tasks/create',
  component: lazyRouteComponent(() => again(() => import('../tasks/TaskFormPage')), 'CreateTaskPage'),
});
const task = createRoute({
  ...at,
  path: '/tasks/$taskId',
  component: lazyRouteComponent(() => again(() => import('../tasks/TaskPage')), 'TaskPage'),
});
const updateTask = createRoute({
  ...at,
  path: '/tasks/$taskId/update',
  component: lazyRouteComponent(() => again(() => import('../tasks/TaskFormPage')), 'UpdateTaskPage'),
});
const copyTask = createRoute({
  ...at,
  path: '/tasks/$taskId/copy',
  component: lazyRouteComponent(() => again(() => import('../tasks/TaskFormPage')), 'CopyTaskPage'),
});
const executeTask = createRoute({
  ...at,
  path: '/tasks/$taskId/execute',
  component: lazyRouteComponent(() => again(() => import('../launch/LaunchPage')), 'LaunchPage'),
});
const compareRevisions = createRoute({
  ...at,
  path: '/tasks/$taskId/revisions/$range',
  component: lazyRouteComponent(() => again(() => import('../tasks/DifferencePage')), 'DifferencePage'),
});

/** Goes on to the address of the definition that has the alias. */
const byAlias = (path: '/tasks/alias/$alias' | '/tasks/alias/$alias/execute') =>
  createRoute({
    ...at,
    path,
    loader: async ({ params, location }) => {
      const { definition_id: taskId } = await unwrap(
        api.GET('/api/v6/task/alias/{alias}', { params: { path: { alias: params.alias } } }),
      );
      throw redirect({
        to: path.endsWith('/execute') ? '/tasks/$taskId/execute' : '/tasks/$taskId',
        params: { taskId },
        search: location.search,
        replace: true,
      });
    },
  });
const taskByAlias = byAlias('/tasks/alias/$alias');
const executeByAlias = byAlias('/tasks/alias/$alias/execute');

const templates = createRoute({
  ...at,
  path: '/templates',
  component: lazyRouteComponent(() => again(() => import('../templates/TemplateListPage')), 'TemplateListPage'),
});
const template = createRoute({
  ...at,
  path: '/templates/$templateId',
  component: lazyRouteComponent(() => again(() => import('../templates/TemplatePage')), 'TemplatePage'),
});
const templateHistory = createRoute({
  ...at,
  path: '/templates/$templateId/history',
  component: lazyRouteComponent(() => again(() => import('../templates/TemplatePage')), 'TemplateHistoryPage'),
});
const executeTemplate = createRoute({
  ...at,
  path: '/templates/$templateId/execute',
  component: lazyRouteComponent(() => again(() => import('../templates/TemplateLaunchPage')), 'TemplateLaunchPage'),
});

/** What a bare address of the runs has always meant: what is open. */
const activeRuns = {
  page: '1',
  sort_by: 'started_at',
  order: 'desc',
  status: ['PENDING', 'QUEUED', 'RUNNING'],
} as const;

const runs = createRoute({
  ...at,
  path: '/runs',
  beforeLoad: ({ search }) => {
    if (Object.keys(search).length === 0) throw redirect({ to: '/runs', search: activeRuns, replace: true });
  },
  component: lazyRouteComponent(() => again(() => import('../runs/RunListPage')), 'RunListPage'),
});
const run = createRoute({
  ...at,
  path: '/runs/$runId',
  // Asked for beside the page's script; the page waits for it, and says how that went.
  loader: ({ context, params, preload }) => {
    if (!preload) context.queryClient.query(runQuery(params.runId)).catch(() => undefined);
  },
  component: lazyRouteComponent(() => again(() => import('../run/RunPage')), 'RunPage'),
});

const operations = createRoute({
  ...at,
  path: '/operations',
  component: lazyRouteComponent(() => again(() => import('../operations/OperationsPage')), 'OperationsPage'),
});
const settings = createRoute({
  ...at,
  path: '/settings',
  component: lazyRouteComponent(() => again(() => import('../settings/SettingsPage')), 'SettingsPage'),
});

const routeTree = root.addChildren([
  home,
  tasks,
  createTask,
  taskByAlias,
  executeByAlias,
  task,
  updateTask,
  copyTask,
  executeTask,
  compareRevisions,
  templates,
  template,
  templateHistory,
  executeTemplate,
  runs,
  run,
  operations,
  settings,
]);

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch,
    stringifySearch,
    scrollRestoration: true,
    defaultPreload: 'intent',
    // What pages read is kept by the cache of queries.
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: PageTrouble,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
