/** Logs of a run: its attempts' output, one after the other, by cursor, whole, or as it is written. */
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type Router from '@koa/router';
import { attemptsWithLogs } from '../db/attempt';
import { runById, type Run } from '../db/run';
import type { Engine, LogPage } from '../engines/engine';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';
import { requireRun } from './history';
import { frame, heartbeat, heartbeatMs, lastEventId } from './streams';
import { first } from './wire/query';

const pageBytes = 1024 * 1024;
/** A backend may take longer for a page than other answers may last without a byte. */
const silenceMs = 60_000;
/** Of a follower: how long it waits before it asks for more; longer and longer, while nothing comes. */
const askEveryMs = 1000;
const quietAskMs = { factor: 1.5, max: 5000 };
/** Logs come late (engine-behaviour.md §10.4, 72): so often nothing new after the run's end is the log's end. */
const quietAsks = 3;

export function logRoutes(router: Router, { db, engines, news, streams, log }: ApiDeps): void {
  router.get('/:run_id/logs/stream', async (ctx) => {
    const run = await requireRun(db, ctx.params['run_id'] ?? '');
    const last = lastEventId(ctx);
    const cursor = last ?? first(ctx.query['last_seen']);
    if (run.phase === 'STOPPED' && last !== null && isOld(run)) {
      const page = await pageOf(run, cursor).catch(() => null);
      if (page?.text === '') {
        // All is told: this is how a client learns not to come back.
        ctx.status = 204;
        return;
      }
    }
    streams.start(ctx, (signal) => follow(run.runId, cursor, signal));
  });

  /** The output after a cursor, as it comes, until the run and its log are over. A backend that is away is waited for. */
  async function* follow(runId: string, from: string, signal: AbortSignal): AsyncGenerator<string> {
    // What happens to the run is a reason to ask: it begins, or has ended.
    const leave = news.join();
    try {
      yield* following(runId, from, signal);
    } finally {
      leave();
    }
  }

  async function* following(runId: string, from: string, signal: AbortSignal): AsyncGenerator<string> {
    let cursor = from;
    let quiet = 0;
    let isOver = false;
    let waitMs = askEveryMs;
    let trouble: string | null = null;
    let toldAt = performance.now();
    while (!signal.aborted) {
      try {
        const run = await runById(db, runId);
        if (run === null) return;
        const page = await pageOf(run, cursor);
        const isNew = page.text !== '';
        if (isNew) yield frame('log', { log: page.text, last_seen: page.cursor }, page.cursor);
        const isMore = isNew || page.cursor !== cursor;
        quiet = isMore || run.phase !== 'STOPPED' ? 0 : quiet + 1;
        [cursor, trouble] = [page.cursor, null];
        if (isNew) toldAt = performance.now();
        if (quiet === quietAsks) {
          yield frame('end', { last_seen: cursor });
          return;
        }
        isOver = run.phase === 'STOPPED';
        if (isMore) {
          waitMs = askEveryMs;
          continue;
        }
      } catch (error) {
        if (trouble === null) {
          log.warn({ error, runId }, 'logs cannot be read; a stream tries again');
          trouble = 'The logs cannot be read now; trying again';
          yield frame('trouble', { error: trouble });
        }
      }
      if (performance.now() - toldAt >= heartbeatMs) {
        yield heartbeat;
        toldAt = performance.now();
      }
      if (isOver) await sleep(askEveryMs, null, { signal, ref: false }).catch(() => undefined);
      else await news.happened(runId, waitMs, signal);
      waitMs = Math.min(quietAskMs.max, waitMs * quietAskMs.factor);
    }
  }

  async function pageOf(run: Run, cursor: string): Promise<LogPage> {
    const engine = engines.get(run.engine);
    if (engine === undefined) return { text: '', cursor };
    return pageAfter(engine, run, await attemptsWithLogs(db, run.runId), cursor);
  }

  router.get('/:run_id/logs', async (ctx) => {
    ctx.res.setTimeout(silenceMs);
    const run = await requireRun(db, ctx.params['run_id'] ?? '');
    const engine = engines.get(run.engine);
    const attempts = await attemptsWithLogs(db, run.runId);
    const lastSeen = first(ctx.query['last_seen']);
    const unreadable = (error: unknown): RequestError => {
      log.warn({ error, runId: run.runId }, 'logs cannot be read');
      return new RequestError(503, `The logs cannot be read from ${run.engine}/${run.cluster} now; try again`);
    };
    // As in the original, nothing else counts (rest-and-data.md §2.5).
    const raw = first(ctx.query['raw_text']).toLowerCase() === 'true';
    if (raw) {
      ctx.type = 'text/plain; charset=utf-8';
      ctx.set('X-Content-Type-Options', 'nosniff');
      if (engine === undefined) {
        ctx.body = '';
        return;
      }
      const pages = whole(engine, run, attempts);
      // The first page decides the answer's status.
      const page = await pages.next().catch((error: unknown) => Promise.reject(unreadable(error)));
      ctx.body = page.done === true ? '' : Readable.from(startingWith(page.value, pages));
      return;
    }
    const page: LogPage =
      engine === undefined
        ? { text: '', cursor: lastSeen }
        : await pageAfter(engine, run, attempts, lastSeen).catch((error: unknown) => Promise.reject(unreadable(error)));
    ctx.body = { last_seen: page.cursor, log: page.text };
  });
}

function isOld({ finishedAt }: Run): boolean {
  return finishedAt !== null && Date.now() - finishedAt.getTime() > quietAsks * askEveryMs;
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
