/** Headers for browsers: what they may do with answers, and from which pages they may ask. */
import cors from '@koa/cors';
import helmet from 'koa-helmet';
import type { Middleware } from 'koa';

/** TLS is the business of a proxy in front: whether all of its host is to be asked by https, it knows. */
export function securityHeaders(): Middleware {
  return helmet({
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
    strictTransportSecurity: false,
  });
}

const asEver = ['Origin', 'Accept', 'Content-Type', 'X-Requested-With'];

/** As the original (rest-and-data.md §1.6): no credentials; others are served, without the header that lets a page read it. */
export function crossOrigin(origins: readonly string[]): Middleware {
  return cors({
    origin: (ctx) => {
      const asked = ctx.get('Origin');
      return origins.includes('*') || origins.includes(asked) ? asked : '';
    },
    allowMethods: ['GET', 'DELETE', 'POST', 'PUT'],
    allowHeaders: [...asEver, 'Idempotency-Key', 'If-None-Match', 'Last-Event-ID'],
    exposeHeaders: ['Content-Disposition', 'Date', 'ETag', 'Idempotent-Replayed', 'X-Request-Id'],
  });
}
