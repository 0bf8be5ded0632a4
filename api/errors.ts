/** What a caller is told when something goes wrong: a sentence to mend a request by, and nothing of our insides. */
import type { Middleware } from 'koa';
import type { Logger } from 'pino';

/** What is wrong with one field: its path in the body, such as `env.0.name`, or the name of a parameter. */
export type FieldFault = { field: string; message: string };

/** What the sentence says and a program goes on with: in the words of the wire. */
type ErrorFacts = { run_id?: string; revision?: number };

/** What a caller can mend. `message` is public. */
export class RequestError extends Error {
  readonly status: 400 | 403 | 404 | 405 | 409 | 412 | 413 | 422 | 503;
  readonly fields: FieldFault[];
  readonly facts: ErrorFacts;

  /** `fields`: the one that all of it is about, or what is wrong with each; none where nobody knows. */
  constructor(
    status: RequestError['status'],
    message: string,
    fields: string | FieldFault[] = [],
    facts: ErrorFacts = {},
  ) {
    super(message);
    this.status = status;
    this.fields = typeof fields === 'string' ? [{ field: fields, message }] : fields;
    this.facts = facts;
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
      // Beside the header Allow.
      if ([405, 501].includes(ctx.status) && ctx.body === undefined) {
        throw new RequestError(405, 'This method is not allowed here');
      }
    } catch (error) {
      if (error instanceof RequestError) {
        ctx.status = error.status;
        ctx.body = {
          error: error.message,
          ...(error.fields.length === 0 ? {} : { fields: error.fields }),
          ...error.facts,
        };
        return;
      }
      const sentence = ofDatabase(error);
      log.error(
        { error, requestId: ctx.state['requestId'] as unknown, method: ctx.method, path: ctx.path },
        sentence === null ? 'request failed' : 'database could not answer',
      );
      ctx.status = sentence === null ? 500 : 503;
      ctx.body = { error: sentence ?? 'Internal error' };
    }
  };
}

/** What passes, or what a narrower question mends, by Postgres' codes, Node's and the pool's own words; null for our own mistakes. */
function ofDatabase(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const code = 'code' in error ? String(error.code) : '';
  if (code === statementTimeout) return 'This takes the database too long: narrow it, by time for instance';
  if (busy.has(code)) return 'The database is too busy now; try again';
  const isDown =
    /^(ECONN|ENOENT|EPIPE|ETIMEDOUT|08|57P)/.test(code) ||
    /Connection terminated|timeout exceeded when trying to connect|timeout expired/.test(error.message);
  return isDown ? 'The database cannot be reached now; try again' : null;
}

const statementTimeout = '57014';
/** Too many connections, deadlock. */
const busy = new Set(['53300', '40P01']);
