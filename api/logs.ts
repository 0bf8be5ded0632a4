/** Logs of a run: page by page, by cursor; whole, as a file; or as it is written. */
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type Router from '@koa/router';
import type { Context } from 'koa';
import { attemptsWithLogs, wasCreated } from '../db/attempt';
import { runById, type Run } from '../db/run';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';
import { requireRun } from './history';
import {
  cursorOf,
  pageAfter,
  placeFrom,
  textOf,
  wholeLog,
  type LogPlace,
  type ReadLog,
  type RunLogPage,
} from './log-pages';
import { frame, heartbeat, heartbeatMs, lastEventId } from './streams';
import { first } from './wire/query';

/** At most about so much of a log is told in one answer. */
export const pageBytes = 1024 * 1024;
/** A backend may take longer for a page than other answers may last without a byte. */
const silenceMs = 60_000;
/** Of a follower: how long it waits before it asks for more; longer and longer, while nothing comes. */
const askEveryMs = 1000;
const quietAskMs = { factor: 1.5, max: 5000 };
/** Logs come late (engine-behaviour.md §10.4, 72): so often nothing new after the run's end is the log's end. */
const quietAsks = 3;

/** Of which attempt; null: of all, one after the other. */
type Asked = { attempt: number | null; hasTimes: boolean };

export function logRoutes(router: Router, { db, engines, news, streams, log }: ApiDeps): void {
  router.get('/:run_id/logs/stream', async (ctx) => {
    const run = await requireRun(db, ctx.params['run_id'] ?? '');
    const asked = askedFrom(ctx, run);
    const last = lastEventId(ctx);
    const place = placeAsked(last ?? first(ctx.query['last_seen']), run, asked);
    if (last !== null && isOver(run, asked.attempt)) {
      const page = await pageOf(run, asked, place).catch(() => null);
      if (page?.lines.length === 0) {
        // All is told: this is how a client learns not to come back.
        ctx.status = 204;
        return;
      }
    }
    streams.start(ctx, (signal) => follow(run.runId, asked, place, signal));
  });

  /** The output after a place, as it comes, until it is over. A backend that is away is waited for. */
  async function* follow(runId: string, asked: Asked, from: LogPlace, signal: AbortSignal): AsyncGenerator<string> {
    // What happens to the run is a reason to ask: it begins, or has ended.
    const leave = news.join();
    try {
      yield* following(runId, asked, from, signal);
    } finally {
      leave();
    }
  }

  async function* following(runId: string, asked: Asked, from: LogPlace, signal: AbortSignal): AsyncGenerator<string> {
    let place = from;
    let quiet = 0;
    let isEnding = false;
    let waitMs = askEveryMs;
    let isTrouble = false;
    let toldAt = performance.now();
    while (!signal.aborted) {
      try {
        const run = await runById(db, runId);
        if (run === null) return;
        const page = await pageOf(run, asked, place);
        const isNew = page.lines.length > 0;
        // The end of trouble is told at once: until the next line it may be long.
        if (isNew || isTrouble) yield frame('log', pageToWire(run, asked, page, false), cursorOf(page.to));
        const isMore = isNew || cursorOf(page.to) !== cursorOf(place);
        isEnding = run.phase === 'STOPPED' || (asked.attempt !== null && asked.attempt < run.attempt);
        quiet = isMore || !isEnding ? 0 : quiet + 1;
        if (isNew || isTrouble) toldAt = performance.now();
        [place, isTrouble] = [page.to, false];
        if (quiet >= quietAsks) {
          yield frame('end', {
            ...pageToWire(run, asked, page, true),
            ...(await stateOf(run, asked, page)),
            log: undefined,
          });
          return;
        }
        if (isMore) {
          waitMs = askEveryMs;
          continue;
        }
      } catch (error) {
        if (!isTrouble) {
          log.warn({ error, runId }, 'logs cannot be read; a stream tries again');
          isTrouble = true;
          yield frame('trouble', { error: 'The logs cannot be read now; trying again' });
        }
      }
      if (performance.now() - toldAt >= heartbeatMs) {
        yield heartbeat;
        toldAt = performance.now();
      }
      if (isEnding) await sleep(askEveryMs, null, { signal, ref: false }).catch(() => undefined);
      else await news.happened(runId, waitMs, signal);
      waitMs = Math.min(quietAskMs.max, waitMs * quietAskMs.factor);
    }
  }

  router.get('/:run_id/logs', async (ctx) => {
    ctx.res.setTimeout(silenceMs);
    const run = await requireRun(db, ctx.params['run_id'] ?? '');
    const asked = askedFrom(ctx, run);
    const unreadable = (error: unknown): never => {
      log.warn({ error, runId: run.runId }, 'logs cannot be read');
      throw new RequestError(503, `The logs cannot be read from ${run.engine}/${run.cluster} now; try again`);
    };
    if (!isTrue(ctx.query['raw_text'])) {
      const page = await pageOf(run, asked, placeAsked(first(ctx.query['last_seen']), run, asked)).catch(unreadable);
      // Behind a page that is full there is more, as good as always; and one that was read is told, whatever fails after it.
      const isFull = page.lines.reduce((length, { text }) => length + Buffer.byteLength(text) + 1, 0) >= pageBytes;
      const isAll = async (): Promise<boolean> =>
        page.lines.length === 0 || (!isFull && (await pageOf(run, asked, page.to)).lines.length === 0);
      const isEnd = isOver(run, asked.attempt) && (await isAll().catch(() => false));
      ctx.body = { ...pageToWire(run, asked, page, isEnd), ...(isEnd ? await stateOf(run, asked, page) : {}) };
      return;
    }
    const pages = rawPages(wholeLog(readerOf(run), await attemptsOf(run, asked)), asked);
    // The first page decides the answer's status.
    const begun = await pages.next().catch(unreadable);
    ctx.attachment([run.alias, run.runId, ...(asked.attempt === null ? [] : [asked.attempt])].join('-') + '.log');
    ctx.type = 'text/plain; charset=utf-8';
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.body = begun.done === true ? '' : Readable.from(startingWith(begun.value, pages));
  });

  async function pageOf(run: Run, asked: Asked, after: LogPlace): Promise<RunLogPage> {
    return pageAfter(readerOf(run), await attemptsOf(run, asked), after);
  }

  /** At its end: whether nothing of it is kept. What never had a container has lost none. */
  async function stateOf({ runId }: Run, { attempt }: Asked, { isGone }: RunLogPage): Promise<{ log_state?: 'gone' }> {
    return isGone === true && (await wasCreated(db, runId, attempt)) ? { log_state: 'gone' } : {};
  }

  function readerOf({ engine: name, cluster, runId }: Run): ReadLog {
    const engine = engines.get(name);
    if (engine === undefined) return (_, cursor) => Promise.resolve({ lines: [], cursor });
    return (attempt, cursor) => engine.logs(cluster, { runId, attempt }, cursor, pageBytes);
  }

  async function attemptsOf({ runId }: Run, { attempt }: Asked): Promise<number[]> {
    const attempts = await attemptsWithLogs(db, runId);
    return attempt === null ? attempts : attempts.filter((one) => one === attempt);
  }
}

/** Throws RequestError: 400 for what is no number, 404 for an attempt that the run has not had. */
function askedFrom({ query }: Context, run: Run): Asked {
  const hasTimes = isTrue(query['timestamps']);
  const text = first(query['attempt']);
  if (text === '') return { attempt: null, hasTimes };
  const attempt = Number(text);
  if (!/^\d{1,6}$/.test(text) || attempt === 0) {
    throw new RequestError(400, `attempt must be a whole number from 1, was ${text}`, 'attempt');
  }
  if (attempt > run.attempt) throw new RequestError(404, `Run with id ${run.runId} has had no attempt ${attempt}`);
  return { attempt, hasTimes };
}

/** Throws RequestError 400 where it is in another attempt, or none that we gave. */
function placeAsked(cursor: string, run: Run, { attempt }: Asked): LogPlace {
  const place = placeFrom(cursor);
  // 0 is where the original's count of lines begins.
  const isOurs = cursor === '' || cursor === '0' || place.attempt !== 0;
  if (!isOurs || place.attempt > run.attempt) {
    throw new RequestError(
      400,
      `last_seen must be what an answer of this log has as last_seen, or left out`,
      'last_seen',
    );
  }
  if (attempt === null || place.attempt === 0 || place.attempt === attempt) return place;
  throw new RequestError(400, `last_seen is of attempt ${place.attempt}, not of attempt ${attempt}`, 'last_seen');
}

/** Long enough ago that no more is to be expected. */
function isOver({ attempt, finishedAt }: Run, asked: number | null): boolean {
  if (asked !== null && asked < attempt) return true;
  return finishedAt !== null && Date.now() - finishedAt.getTime() > quietAsks * askEveryMs;
}

/**
 * `next_line` is the number of the line that the next page begins with or, where this page's last line is cut, goes on in.
 * Numbers are left out where a cursor of a time when lines were not counted tells none; `total_lines` is told at the end only.
 */
function pageToWire(run: Run, { attempt, hasTimes }: Asked, page: RunLogPage, isEnd: boolean): Record<string, unknown> {
  const { from, to } = page;
  const shown = to.attempt === 0 ? (attempt ?? run.attempt) : to.attempt;
  const told = { last_seen: cursorOf(to), log: textOf(page, hasTimes), attempt: shown };
  if (from.told === null || to.told === null) return told;
  const total = isEnd ? { total_lines: to.told + (to.isWithinLine ? 1 : 0) } : {};
  return { ...told, first_line: from.told + 1, next_line: to.told + 1, ...total };
}

/** A line that goes on on the next page has its end there. */
async function* rawPages(pages: AsyncGenerator<RunLogPage>, { hasTimes }: Asked): AsyncGenerator<string> {
  for await (const page of pages) yield `${textOf(page, hasTimes)}${page.to.isWithinLine ? '' : '\n'}`;
}

async function* startingWith(begun: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield begun;
  yield* rest;
}

/** As in the original, nothing else counts (rest-and-data.md §2.5). */
function isTrue(value: string | string[] | undefined): boolean {
  return first(value).toLowerCase() === 'true';
}
