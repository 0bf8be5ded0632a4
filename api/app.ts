/** The Koa application: what every request passes through, and all routes. */
import Router from '@koa/router';
import Koa from 'koa';
import { requireStorable } from './body';
import { definitionRoutes } from './definitions';
import { bulkStopRoutes } from './bulk-stop';
import type { ApiDeps } from './deps';
import { answerErrors, RequestError } from './errors';
import { eventRoutes } from './events';
import { executeRoutes } from './execute';
import { explainRoutes } from './explain';
import { historyRoutes } from './history';
import { liveRoutes } from './live';
import { logRoutes } from './logs';
import { revisionRoutes } from './revisions';
import { templateRoutes } from './templates';
import { webhookRoutes } from './webhooks';

export function createApi(deps: ApiDeps): Koa {
  const app = new Koa();
  app.silent = true;
  app.on('error', (error: unknown) => {
    deps.log.warn({ error }, 'answer not delivered');
  });

  app.use(async (ctx, next) => {
    const began = performance.now();
    await next();
    const ms = Math.round(performance.now() - began);
    deps.log.debug({ method: ctx.method, path: ctx.path, status: ctx.status, ms }, 'request');
  });
  app.use(answerErrors(deps.log));
  app.use(async (ctx, next) => {
    requireStorable(decode(ctx.path));
    await next();
  });

  const router = new Router({ prefix: '/api/v6' });
  const v7 = new Router({ prefix: '/api/v7' });
  router.get('/health', (ctx) => {
    ctx.body = { message: 'Service is up and running', status: 'healthy' };
  });
  // Fixed first segments before the patterns beside them.
  historyRoutes(router, v7, deps);
  liveRoutes(router, deps);
  explainRoutes(router, deps);
  bulkStopRoutes(router, deps);
  webhookRoutes(router, deps);
  executeRoutes(router, deps);
  definitionRoutes(router, deps);
  revisionRoutes(router, deps);
  logRoutes(router, deps);
  eventRoutes(router, deps);
  templateRoutes(v7, deps);
  app.use(router.routes());
  app.use(v7.routes());
  // Of both: it looks at whatever was matched.
  app.use(
    router.allowedMethods({
      throw: true,
      methodNotAllowed: () => new RequestError(405, 'This method is not allowed here'),
      notImplemented: () => new RequestError(405, 'This method is not allowed here'),
    }),
  );
  return app;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new RequestError(400, 'The path has a broken % sequence');
  }
}
