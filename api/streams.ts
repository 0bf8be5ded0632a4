/** Server-sent events: how they are written, how many streams are open, how they end. */
import { Readable } from 'node:stream';
import type { Context } from 'koa';
import { RequestError } from './errors';

/** Clients call 35 seconds of silence a loss. */
export const heartbeatMs = 15_000;
/**
 * `maxStreams`: of one process. `stalledMs`: a client that takes nothing for so long is cut off; it comes back with its Last-Event-ID.
 */
const bounds = { maxStreams: 1000, stalledMs: 45_000 };
const retryMs = 1000;

export const heartbeat = ': alive\n\n';

/** One event. Data are JSON, and JSON has no line breaks. */
export function frame(event: string, data: unknown, id?: string): string {
  const head = id === undefined ? '' : `id: ${id}\n`;
  return `${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** What a client had last, from its header; null where it begins. */
export function lastEventId(ctx: Context): string | null {
  const [sent] = [ctx.headers['last-event-id']].flat();
  return sent === undefined || sent === '' ? null : sent;
}

export class Streams {
  private readonly open = new Set<AbortController>();
  private isClosed = false;
  private readonly bounds: typeof bounds;

  constructor(narrower: Partial<typeof bounds> = {}) {
    this.bounds = { ...bounds, ...narrower };
  }

  /** So many may be open at once. */
  get most(): number {
    return this.bounds.maxStreams;
  }

  /** Answers with what `frames` yields; its signal is aborted when the client has gone or the process ends. Throws RequestError 503. */
  start(ctx: Context, frames: (signal: AbortSignal) => AsyncGenerator<string>): void {
    if (this.isClosed || this.open.size >= this.bounds.maxStreams) {
      throw new RequestError(503, 'No stream is free here now: try again, or ask without a stream');
    }
    const gone = new AbortController();
    this.open.add(gone);
    ctx.res.once('close', () => {
      this.open.delete(gone);
      gone.abort();
    });
    ctx.res.setTimeout(this.bounds.stalledMs);
    ctx.type = 'text/event-stream';
    ctx.set('Cache-Control', 'no-store');
    ctx.set('X-Accel-Buffering', 'no');
    // It is of no use for another request.
    ctx.set('Connection', 'close');
    ctx.body = Readable.from(begun(frames(gone.signal)), { highWaterMark: 1 });
  }

  /** Ends all: clients come back to another process. */
  close(): void {
    this.isClosed = true;
    for (const gone of this.open) gone.abort();
  }
}

async function* begun(frames: AsyncGenerator<string>): AsyncGenerator<string> {
  yield `retry: ${retryMs}\n\n`;
  yield* frames;
}
