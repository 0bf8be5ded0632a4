/**
 * What happens to runs, for the streams of one API process: read from the database once for all of them, and kept a while in memory.
 * A stream pulls: it holds nothing but its place, so that a slow client costs nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Db } from '../db/pool';
import { eventsAfter, isAfter, streamBounds, type Cursor, type RunEvent } from '../db/run_event';

const readAtOnce = 1000;
/** Who is further behind reads from the database. */
const keptInMemory = 5000;
/** What is committed waits for an older transaction. */
const lateMs = 25;
/** Not every writer notifies: after news there may be more. */
const stragglersMs = 200;
/** Where nobody notifies although something happened: while the connection that listens is being made anew. */
const idleMs = 2000;
const troubleMs = 1000;

export type Batch = { events: RunEvent[]; upTo: Cursor };

export class News {
  private readonly db: Db;
  private readonly log: Logger;
  private kept: RunEvent[] = [];
  /** What is kept came after `from`, and the stream is read up to `upTo`. */
  private from: Cursor = { xid: 0, id: 0 };
  private upTo: Cursor = { xid: 0, id: 0 };
  private readers = 0;
  private isReading = false;
  private woken = false;
  private wakeUp: () => void = () => undefined;
  private readonly waiting = new Set<() => void>();

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

  /** What came after a place, of one run or of all. */
  async after(place: Cursor, runId: string | null, limit: number): Promise<Batch> {
    if (isAfter(this.from, place)) return eventsAfter(this.db, place, runId, limit);
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
    if (signal.aborted || (last !== undefined && isAfter(last.at, place))) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.waiting.add(done);
      signal.addEventListener('abort', done);
    });
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
    let isPlaced = false;
    while (this.readers > 0) {
      this.woken = false;
      let waitMs = troubleMs;
      try {
        if (!isPlaced) {
          const { tip } = await streamBounds(this.db);
          [this.kept, this.from, this.upTo] = [[], tip, tip];
          isPlaced = true;
        }
        const { events, upTo, isLate } = await eventsAfter(this.db, this.upTo, null, readAtOnce);
        this.keep(events, upTo);
        waitMs = events.length === readAtOnce ? 0 : isLate ? lateMs : events.length > 0 ? stragglersMs : idleMs;
      } catch (error) {
        this.log.warn({ error }, 'news of runs cannot be read; trying again');
      }
      await this.pause(waitMs);
    }
    this.isReading = false;
  }

  private keep(events: RunEvent[], upTo: Cursor): void {
    this.kept.push(...events);
    const surplus = this.kept.splice(0, Math.max(0, this.kept.length - keptInMemory));
    this.from = surplus.at(-1)?.at ?? this.from;
    this.upTo = upTo;
    if (events.length > 0) for (const done of [...this.waiting]) done();
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
