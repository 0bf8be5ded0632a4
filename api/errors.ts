/** What a caller is told when something goes wrong: a sentence to mend a request by, and nothing of our insides. */
import type { Middleware } from 'koa';
import type { Logger } from 'pino';

/** What is wrong with one field: its path in the body, such as `env.0.name`, or the name of a parameter. */
export type FieldFault = { field: string; message: string };

/** What a caller can mend. `message` is public. */
export class RequestError extends Error {
  readonly status: 400 | 404 | 405 | 409 | 413 | 422 | 503;
  readonly fields: FieldFault[];

  /** `fields`: the one that all of it is about, or what is wrong with each; none where nobody knows. */
  constructor(status: RequestError['status'], message: string, fields: string | FieldFault[] = []) {
    super(message);
    this.status = status;
    this.fields = typeof fields === 'string' ? [{ field: fields, message }] : fields;
  }
}

/**
 * Every answer that is not a success is `{"error": …}`, with `fields` where they are known. What is not a RequestError is our own
 * trouble, told only to the log.
 */
export function answerErrors(log: Logger): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body === undefined) throw new RequestError(404, `No route for ${ctx.path}`);
    } catch (error) {
      if (error instanceof RequestError) {
        ctx.status = error.status;
        ctx.body = { error: error.message, ...(error.fields.length === 0 ? {} : { fields: error.fields }) };
      } else if (isDatabaseDown(error)) {
        log.error({ error, requestId: ctx.state['requestId'] as unknown }, 'database out of reach');
        ctx.status = 503;
        ctx.body = { error: 'The database cannot be reached now; try again' };
      } else {
        log.error(
          { error, requestId: ctx.state['requestId'] as unknown, method: ctx.method, path: ctx.path },
          'request failed',
        );
        ctx.status = 500;
        ctx.body = { error: 'Internal error' };
      }
    }
  };
}

/** Connection trouble, by Node's codes, Postgres' classes 08 and 57P, and the pool's own words. */
function isDatabaseDown(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    /^(ECONN|ENOENT|EPIPE|ETIMEDOUT|08|57P)/.test(code) ||
    /Connection terminated|timeout exceeded when trying to connect|timeout expired/.test(error.message)
  );
}
