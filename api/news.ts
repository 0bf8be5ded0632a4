/**
 * What happens to runs, for the streams of one API process: read from the database once for all of them, and kept a while in memory.
 * A stream pulls: it holds nothing but its place, so that a slow client costs nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Db } from '../db/pool';
import { eventsAfter, isAfter, PlaceLost, streamBounds, type Cursor, type RunEvent } from '../db/run_event';

const readAtOnce = 1000;
/** Who is further behind reads from the database. */
const keptInMemory = 5000;
/** What is committed waits for an older transaction: it is asked for at once at first, then at a fraction of the time that it has waited. */
const heldMs = { first: 25, max: 1000, fraction: 0.1 };
/** No transaction of ours is open for so long. */
const heldTooLongSeconds = 10;
/** Not every writer notifies: after news there may be more. */
const stragglersMs = 200;
/** Where nobody notifies although something happened: while the connection that listens is being made anew. */
const idleMs = 2000;
const troubleMs = 1000;

export type Batch = Pick<Awaited<ReturnType<typeof eventsAfter>>, 'events' | 'upTo'>;

export class News {
  private readonly db: Db;
  private readonly log: Logger;
  private kept: RunEvent[] = [];
  /** What is kept came after `from`, and the stream is read up to `upTo`. */
  private from: Cursor = { xid: 0, id: 0 };
  private upTo: Cursor = { xid: 0, id: 0 };
  /** False until the stream has been found: what is kept and its bounds say nothing then. */
  private isPlaced = false;
  /** For how long events have waited for an open transaction, when last looked at. */
  private heldSeconds = 0;
  private readers = 0;
  private isReading = false;
  private woken = false;
  private wakeUp: () => void = () => undefined;
  /** Who waits for news of which run; null: of any. */
  private readonly waiting = new Map<() => void, string | null>();

  constructor({ db, log }: { db: Db; log: Logger }) {
    this.db = db;
    this.log = log;
  }

  /** Something may have happened. */
  wake(): void {
    this.woken = true;
    this.wakeUp();
  }

  /** Reads along as long as somebody wants to know; the answer leaves again. */
  join(): () => void {
    this.readers += 1;
    if (!this.isReading) void this.read();
    let isIn = true;
    return () => {
      if (isIn) this.readers -= 1;
      isIn = false;
      if (this.readers === 0) this.wake();
    };
  }

  /** Why nothing is told although something happened; null where that is not so. */
  trouble(): string | null {
    return this.heldSeconds < heldTooLongSeconds
      ? null
      : `Events wait for an open transaction of the database, for ${Math.floor(this.heldSeconds)} seconds`;
  }

  /** What came after a place, of one run or of all. Throws PlaceLost. */
  async after(place: Cursor, runId: string | null, limit: number): Promise<Batch> {
    if (!this.holds(place)) return eventsAfter(this.db, place, { runId }, limit);
    const events: RunEvent[] = [];
    for (let n = this.firstAfter(place); n < this.kept.length && events.length < limit; n += 1) {
      const event = this.kept[n];
      if (event !== undefined && (runId === null || event.runId === runId)) events.push(event);
    }
    const last = events.at(-1);
    const upTo = last !== undefined && events.length === limit ? last.at : this.upTo;
    return { events, upTo: isAfter(upTo, place) ? upTo : place };
  }

  /** Returns when there is something after a place, after `ms`, or when `signal` is aborted. */
  async changed(place: Cursor, ms: number, signal: AbortSignal): Promise<void> {
    const last = this.kept.at(-1);
    // A place before what is kept was read in the database, before the stream was found: there may be more by now.
    if (this.isPlaced && (isAfter(this.from, place) || (last !== undefined && isAfter(last.at, place)))) return;
    await this.happened(null, ms, signal);
  }

  /** Returns when something happens to a run (null: to any), after `ms`, or when `signal` is aborted. Nobody but who has joined is told. */
  async happened(runId: string | null, ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.waiting.set(done, runId);
      signal.addEventListener('abort', done);
    });
  }

  /** Whether what came after a place is all in memory. */
  private holds(place: Cursor): boolean {
    return this.isPlaced && !isAfter(this.from, place) && !isAfter(place, this.upTo);
  }

  private firstAfter(place: Cursor): number {
    let n = this.kept.length;
    for (; n > 0; n -= 1) {
      const event = this.kept[n - 1];
      if (event === undefined || !isAfter(event.at, place)) break;
    }
    return n;
  }

  private async read(): Promise<void> {
    this.isReading = true;
    while (this.readers > 0) {
      this.woken = false;
      let waitMs = troubleMs;
      try {
        if (!this.isPlaced) this.place((await streamBounds(this.db)).tip);
        const { events, upTo, heldSeconds } = await eventsAfter(this.db, this.upTo, {}, readAtOnce);
        this.keep(events, upTo);
        this.hold(heldSeconds ?? 0);
        if (events.length === readAtOnce) waitMs = 0;
        else if (heldSeconds !== null) waitMs = heldWaitMs(heldSeconds);
        else waitMs = events.length > 0 ? stragglersMs : idleMs;
      } catch (error) {
        if (error instanceof PlaceLost) this.isPlaced = false;
        this.log.warn({ error }, 'news of runs cannot be read; trying again');
      }
      await this.pause(waitMs);
    }
    this.isReading = false;
    this.isPlaced = false;
  }

  /** From here on it is read along; who read the database until now goes on here. */
  private place(tip: Cursor): void {
    [this.kept, this.from, this.upTo, this.isPlaced] = [[], tip, tip, true];
    this.tell(() => true);
  }

  private hold(seconds: number): void {
    const before = this.trouble();
    this.heldSeconds = seconds;
    if (before === null && this.trouble() !== null) this.tell((runId) => runId === null);
  }

  private tell(isMeant: (runId: string | null) => boolean): void {
    for (const [done, runId] of [...this.waiting]) if (isMeant(runId)) done();
  }

  private keep(events: RunEvent[], upTo: Cursor): void {
    this.kept.push(...events);
    const surplus = this.kept.splice(0, Math.max(0, this.kept.length - keptInMemory));
    this.from = surplus.at(-1)?.at ?? this.from;
    this.upTo = upTo;
    const changed = new Set<string | null>(events.map(({ runId }) => runId));
    if (events.length > 0) this.tell((runId) => runId === null || changed.has(runId));
  }

  private async pause(ms: number): Promise<void> {
    if (this.woken || ms === 0) return;
    const early = new AbortController();
    this.wakeUp = () => {
      early.abort();
    };
    await sleep(ms, null, { signal: early.signal, ref: false }).catch(() => undefined);
    this.wakeUp = () => undefined;
  }
}

const heldWaitMs = (seconds: number): number =>
  Math.min(heldMs.max, Math.max(heldMs.first, seconds * 1000 * heldMs.fraction));
