/** Serves the document, and keeps routes to what it declares. */
import type Router from '@koa/router';
import type { RouterMiddleware } from '@koa/router';
import { document } from './document';
import type { Version } from './operation';
import { operations } from './operations';

const served = JSON.stringify(document);

export function documentRoutes(router: Router): void {
  router.get('/openapi.json', (ctx) => {
    ctx.type = 'json';
    ctx.body = served;
  });
}

/** What is not declared is not read: a query parameter that nobody described does nothing, which its own test would tell. */
export function declaredOnly(version: Version): RouterMiddleware {
  const declared = new Map(
    operations.filter(({ versions }) => versions.includes(version)).map((route) => [keyOf(route), route]),
  );
  return async (ctx, next) => {
    const layer = ctx.matched?.find(({ methods }) => methods.includes(ctx.method));
    const path = String(layer?.path)
      .slice(`/api/${version}`.length)
      .replace(/:(\w+)/g, '{$1}');
    const route = declared.get(keyOf({ method: ctx.method, path }));
    if (route?.refusesUndeclared !== true) {
      const known = Object.entries(ctx.query).filter(([name]) => Object.hasOwn(route?.query ?? {}, name));
      ctx.query = Object.fromEntries(known);
    }
    await next();
  };
}

/** HEAD is GET without its body. */
function keyOf({ method, path }: { method: string; path: string }): string {
  return `${method === 'HEAD' ? 'GET' : method} ${path}`;
}
