/** The Koa application: what every request passes through, and all routes. */
import Router from '@koa/router';
import Koa from 'koa';
import { logAccess } from './access';
import { requireStorable } from './body';
import { bulkStopRoutes } from './bulk-stop';
import { clusterListRoutes, clusterRoutes } from './clusters';
import { definitionRoutes } from './definitions';
import type { ApiDeps } from './deps';
import { docsRouter } from './docs';
import { answerErrors, RequestError } from './errors';
import { eventRoutes } from './events';
import { aliasRoutes, executeRoutes } from './execute';
import { explainRoutes } from './explain';
import { crossOrigin, refuseForeignWrites, securityHeaders } from './headers';
import { historyRoutes, runDetailRoutes, templateHistoryRoutes } from './history';
import { infoRoutes } from './info';
import { liveRoutes } from './live';
import { logRoutes } from './logs';
import { nameRoutes } from './names';
import type { Version } from './openapi/operation';
import { declaredOnly, documentRoutes } from './openapi/routes';
import { readyRoutes } from './ready';
import { revisionRoutes } from './revisions';
import { maskSecrets } from './secrets';
import { lightStatusRoutes, reportRoutes } from './status';
import { templateRoutes } from './templates';
import { serveUi } from './ui';
import { webhookRoutes } from './webhooks';
import { workerRoutes } from './workers';

export function createApi(deps: ApiDeps): Koa {
  const app = new Koa();
  app.silent = true;
  app.on('error', (error: unknown) => {
    // Whoever asked went away, as those who follow a stream do.
    const isGone = error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
    deps.log[isGone ? 'debug' : 'warn']({ error }, 'answer not delivered');
  });

  app.use(logAccess(deps.log));
  app.use(securityHeaders());
  app.use(crossOrigin(deps.settings.corsOrigins));
  app.use(answerErrors(deps.log));
  app.use(refuseForeignWrites(deps.settings.corsOrigins));
  app.use(async (ctx, next) => {
    if (ctx.req.httpVersion === '1.1' && ctx.req.headers.host === undefined) {
      throw new RequestError(400, 'The header Host must be specified');
    }
    requireStorable(decode(ctx.path));
    await next();
  });
  app.use(maskSecrets(deps.settings));

  const routers = routersOf(deps);
  for (const router of routers) app.use(router.routes());
  app.use(docsRouter().routes());
  if (deps.settings.uiFolder !== null) app.use(serveUi(deps.settings.uiFolder));
  // Of all: it looks at whatever was matched.
  app.use(routers[0].allowedMethods());
  return app;
}

/** One for each version of the API that the original serves; there is no third (rest-and-data.md §2.1). */
export function routersOf(deps: ApiDeps): [Router, ...Router[]] {
  const version = (name: Version): Router => new Router({ prefix: `/api/${name}` }).use(declaredOnly(name));
  const [v1, v2, v4] = [version('v1'), version('v2'), version('v4')];
  const [v5, v6, v7] = [version('v5'), version('v6'), version('v7')];
  v6.get('/health', (ctx) => {
    ctx.body = { message: 'Service is up and running', status: 'healthy' };
  });
  documentRoutes(v6);
  // Fixed first segments before the patterns beside them.
  for (const router of [v1, v6]) {
    definitionRoutes(router, deps);
    aliasRoutes(router, deps);
    historyRoutes(router, deps);
    nameRoutes(router, deps);
    clusterListRoutes(router, deps);
  }
  infoRoutes(v6, deps);
  readyRoutes(v6, deps);
  runDetailRoutes(v6, deps);
  liveRoutes(v6, deps);
  explainRoutes(v6, deps);
  bulkStopRoutes(v6, deps);
  webhookRoutes(v6, deps);
  revisionRoutes(v6, deps);
  clusterRoutes(v6, deps);
  executeRoutes(v1, deps, 'v1');
  executeRoutes(v2, deps, 'v2');
  executeRoutes(v4, deps, 'v4');
  executeRoutes(v6, deps, 'v4');
  for (const router of [v1, v6]) {
    logRoutes(router, deps);
    eventRoutes(router, deps);
    reportRoutes(router, deps);
  }
  lightStatusRoutes(v6, deps);
  workerRoutes(v5, deps);
  templateHistoryRoutes(v7, deps);
  templateRoutes(v7, deps);
  return [v6, v1, v2, v4, v5, v7];
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new RequestError(400, 'The path has a broken % sequence');
  }
}
