/** Headers for browsers: what they may do with answers, and from which pages they may ask. */
import cors from '@koa/cors';
import helmet from 'koa-helmet';
import type { Middleware } from 'koa';
import { RequestError } from './errors';

/** TLS is the business of a proxy in front: whether all of its host is to be asked by https, it knows. */
export function securityHeaders(): Middleware {
  return helmet({
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
    strictTransportSecurity: false,
  });
}

const originals = ['Origin', 'Accept', 'Content-Type', 'X-Requested-With'];

/** As the original (rest-and-data.md §1.6): no credentials; others are served, without the header that lets a page read it. */
export function crossOrigin(origins: readonly string[]): Middleware {
  return cors({
    origin: (ctx) => {
      const asked = ctx.get('Origin');
      return isAllowed(origins, asked) ? asked : '';
    },
    allowMethods: ['GET', 'DELETE', 'POST', 'PUT'],
    allowHeaders: [...originals, 'Idempotency-Key', 'If-Match', 'If-None-Match', 'Last-Event-ID'],
    exposeHeaders: ['Content-Disposition', 'Date', 'ETag', 'Idempotent-Replayed', 'X-Request-Id'],
  });
}

/**
 * A page elsewhere may send writes without asking first, because bodies need no content type: such a write is refused, by what
 * browsers say of it. Programs say neither, and pass. The order of Go's http.CrossOriginProtection.
 */
export function refuseForeignWrites(origins: readonly string[]): Middleware {
  return async (ctx, next) => {
    const [site, origin] = [ctx.get('Sec-Fetch-Site'), ctx.get('Origin')];
    // By plain http, browsers only tell the origin.
    const isOwn =
      site === '' ? origin === '' || hostOf(origin) === ctx.host : site === 'same-origin' || site === 'none';
    if (!readMethods.has(ctx.method) && !isOwn && !isAllowed(origins, origin)) {
      throw new RequestError(403, 'Pages of other origins may not write: see http.server.cors_allowed_origins');
    }
    await next();
  };
}

const readMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

function isAllowed(origins: readonly string[], asked: string): boolean {
  return origins.includes('*') || origins.includes(asked);
}

/** Null for what is no address, such as `null`. */
function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
