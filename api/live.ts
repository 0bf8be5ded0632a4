/** Routes of what happens to runs, as it happens: of one run and of all. */
import { setTimeout as sleep } from 'node:timers/promises';
import type Router from '@koa/router';
import type { Context } from 'koa';
import {
  eventsAfter,
  idOf,
  isAfter,
  isToldWhole,
  PlaceLost,
  streamBounds,
  type Cursor,
  type RunEvent,
} from '../db/run_event';
import { transitionsOf, type Run } from '../db/run';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';
import { requireRun } from './history';
import { shownTo } from './secrets';
import { frame, heartbeat, heartbeatMs, lastEventId } from './streams';
import { runToWire, transitionToWire } from './wire/run';

const eventsAtOnce = 100;
const troubleMs = 1000;
/** How often the stream of a run that is over looks whether all of it is told. */
const endingMs = 200;
const beginning: Cursor = { xid: 0, id: 0 };

/** Whose events, from where on, what is told first, and from where on a run that is over has nothing more to tell. */
type Course = { runId: string | null; from: Cursor; first: string | null; overAt: Cursor | null };

export function liveRoutes(router: Router, { db, news, streams, log, settings }: ApiDeps): void {
  router.get('/stream', async (ctx) => {
    const { place, tip } = await placeOf(ctx);
    const first =
      lastEventId(ctx) === null
        ? frame('ready', {}, idOf(tip))
        : frame('reset', { why: 'What happened since is not kept: ask for the lists again' }, idOf(tip));
    const course = { runId: null, from: place ?? tip, first: place === null ? first : null, overAt: null };
    streams.start(ctx, (signal) => follow(course, signal));
  });

  router.get('/history/:run_id/stream', async (ctx) => {
    const run = await requireRun(db, ctx.params['run_id'] ?? '');
    const { runId } = run;
    const { place, end } = await placeOf(ctx);
    const overAt = run.phase === 'STOPPED' ? end : null;
    if (place !== null && overAt !== null) {
      const { events, upTo } = await eventsAfter(db, place, { runId }, 1);
      if (events.length === 0 && !isAfter(overAt, upTo)) {
        // All is told: this is how a client learns not to come back.
        ctx.status = 204;
        return;
      }
    }
    const isWhole = place !== null || (await isToldWhole(db, runId));
    const first = isWhole ? null : frame('run', shownTo(ctx, settings, await whole(run)));
    streams.start(ctx, (signal) => follow({ runId, from: place ?? beginning, first, overAt }, signal));
  });

  /** Events after a place; of a run, until it is over. A database that is away is waited for. */
  async function* follow({ runId, from, first, overAt }: Course, signal: AbortSignal): AsyncGenerator<string> {
    if (first !== null) yield first;
    const leave = news.join();
    try {
      let place = from;
      let isOver = false;
      let isInTrouble = false;
      let toldAt = performance.now();
      while (!signal.aborted) {
        const batch = await news.after(place, runId, eventsAtOnce).catch((error: unknown) => {
          if (error instanceof PlaceLost) return 'lost';
          log.warn({ error }, 'a stream cannot read on; it tries again');
          return null;
        });
        // The database was replaced under us: the client comes back, and is told to begin anew.
        if (batch === 'lost') return;
        if (batch === null) await sleep(troubleMs, null, { signal, ref: false }).catch(() => undefined);
        place = batch?.upTo ?? place;
        if (batch !== null && batch.events.length > 0) {
          yield batch.events.map(told).join('');
          toldAt = performance.now();
          isOver ||= runId !== null && batch.events.some(({ data }) => data['status'] === 'STOPPED');
          continue;
        }
        if (isOver || (overAt !== null && !isAfter(overAt, place))) {
          yield frame('end', {});
          return;
        }
        const trouble = news.trouble();
        if (trouble !== null && !isInTrouble) {
          yield frame('trouble', { error: trouble });
          toldAt = performance.now();
        }
        isInTrouble = trouble !== null;
        const silentMs = performance.now() - toldAt;
        if (silentMs >= heartbeatMs) {
          yield heartbeat;
          toldAt = performance.now();
        } else await news.changed(place, overAt === null ? heartbeatMs - silentMs : endingMs, signal);
      }
    } finally {
      leave();
    }
  }

  /** Where a client goes on; null where it begins, or what came after its place is not kept. */
  async function placeOf(ctx: Context): Promise<{ place: Cursor | null; tip: Cursor; end: Cursor }> {
    const place = placeFrom(ctx);
    const { kept, tip, end } = await streamBounds(db);
    const isKept = place !== null && !isAfter(kept, place) && !isAfter(place, end);
    return { place: isKept ? place : null, tip, end };
  }

  /** The run as it is, where not all that happened to it is kept. */
  async function whole(run: Run): Promise<Record<string, unknown>> {
    return { ...runToWire(run, null), transitions: (await transitionsOf(db, run.runId)).map(transitionToWire) };
  }
}

const told = ({ at, kind, data }: RunEvent): string => frame(kind, data, idOf(at));

/** Throws RequestError 400. */
function placeFrom(ctx: Context): Cursor | null {
  const text = lastEventId(ctx);
  if (text === null) return null;
  const [, xid, id] = /^(\d{1,15})-(\d{1,15})$/.exec(text) ?? [];
  if (xid === undefined || id === undefined) throw new RequestError(400, `Last-Event-ID ${text} is none of ours`);
  return { xid: Number(xid), id: Number(id) };
}
