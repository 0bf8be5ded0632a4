/** What every request has: an id, which its answer and the log name, and a line in the log. */
import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';
import type { Logger } from 'pino';

const header = 'X-Request-Id';
/** One that a proxy gave is kept where it is one. */
const given = /^[A-Za-z0-9._:-]{1,128}$/;
/** Asked for by machines all the time. */
const quiet = /\/(health|ready)$/;

/** Bodies and query strings are not told: they may hold values of variables. */
export function logAccess(log: Logger): Middleware {
  return async (ctx, next) => {
    const began = performance.now();
    const asked = ctx.get(header);
    const requestId = given.test(asked) ? asked : randomUUID();
    ctx.state['requestId'] = requestId;
    ctx.set(header, requestId);
    await next();
    const line = {
      requestId,
      method: ctx.method,
      path: ctx.path,
      status: ctx.status,
      ms: Math.round(performance.now() - began),
      from: ctx.ip,
    };
    if (quiet.test(ctx.path)) log.debug(line, 'request');
    else log.info(line, 'request');
  };
}
