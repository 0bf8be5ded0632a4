/** Logs of a run: its attempts' output, one after the other, by cursor or whole. */
import { Readable } from 'node:stream';
import type Router from '@koa/router';
import { attemptsWithLogs } from '../db/attempt';
import type { Run } from '../db/run';
import type { Engine, LogPage } from '../engines/engine';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';
import { requireRun } from './history';

const pageBytes = 1024 * 1024;
/** A backend may take longer for a page than other answers may last without a byte. */
const silenceMs = 60_000;

export function logRoutes(router: Router, { db, engines, log }: ApiDeps): void {
  router.get('/:run_id/logs', async (ctx) => {
    ctx.res.setTimeout(silenceMs);
    const run = await requireRun(db, ctx.params['run_id'] ?? '');
    const engine = engines.get(run.engine);
    const attempts = await attemptsWithLogs(db, run.runId);
    const lastSeen = [ctx.query['last_seen'] ?? ''].flat()[0] ?? '';
    const unreadable = (error: unknown): RequestError => {
      log.warn({ error, runId: run.runId }, 'logs cannot be read');
      return new RequestError(503, `The logs cannot be read from ${run.engine}/${run.cluster} now; try again`);
    };
    const raw = [ctx.query['raw_text'] ?? ''].flat()[0]?.toLowerCase() === 'true';
    if (raw) {
      ctx.type = 'text/plain; charset=utf-8';
      ctx.set('X-Content-Type-Options', 'nosniff');
      if (engine === undefined) {
        ctx.body = '';
        return;
      }
      const pages = whole(engine, run, attempts);
      // The first page decides the answer's status.
      const first = await pages.next().catch((error: unknown) => Promise.reject(unreadable(error)));
      ctx.body = first.done === true ? '' : Readable.from(startingWith(first.value, pages));
      return;
    }
    const page: LogPage =
      engine === undefined
        ? { text: '', cursor: lastSeen }
        : await pageAfter(engine, run, attempts, lastSeen).catch((error: unknown) => Promise.reject(unreadable(error)));
    ctx.body = { last_seen: page.cursor, log: page.text };
  });
}

/** The cursor is `<attempt>:<the engine's own>`; the same one comes back when there is nothing new. */
async function pageAfter(engine: Engine, run: Run, attempts: number[], lastSeen: string): Promise<LogPage> {
  const [, seenAttempt, seenCursor] = /^(\d{1,6}):(.*)$/s.exec(lastSeen) ?? [null, '0', ''];
  let cursor = lastSeen;
  for (const attempt of attempts.filter((one) => one >= Number(seenAttempt))) {
    const after = attempt === Number(seenAttempt) ? seenCursor : '';
    const page = await engine.logs(run.cluster, { runId: run.runId, attempt }, after, pageBytes);
    if (page.text !== '' || page.cursor !== after) return { text: page.text, cursor: `${attempt}:${page.cursor}` };
    if (attempt !== Number(seenAttempt)) cursor = `${attempt}:`;
  }
  return { text: '', cursor };
}

async function* startingWith(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}

async function* whole(engine: Engine, run: Run, attempts: number[]): AsyncGenerator<string> {
  let cursor = '';
  for (;;) {
    const page = await pageAfter(engine, run, attempts, cursor);
    if (page.cursor === cursor || (page.text === '' && page.cursor.endsWith(':'))) return;
    cursor = page.cursor;
    yield `${page.text}\n`;
  }
}
