/** Server-sent events, read by `fetch`: it tells statuses and takes headers, which the browser's own reader does not. */
import { createParser } from 'eventsource-parser';
import { observeServerTime } from '../api/clock';

/** The server shows every 15 seconds that it is there. */
const silenceMs = 35_000;

export type Told = { event: string; data: unknown; id: string | null };

type Reader = {
  /** Where to go on; null: from now. */
  lastId: string | null;
  signal: AbortSignal;
  onOpen: () => void;
  onEvent: (told: Told) => void;
};

/** The server has no stream left for us. */
export class NoStreamFree extends Error {}

/** Returns where the server ended the stream in order; throws where it could not be opened, broke or fell silent. */
export async function readStream(url: string, { lastId, signal, onOpen, onEvent }: Reader): Promise<void> {
  const silence = new AbortController();
  let timer: number | undefined;
  const wait = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      silence.abort(new Error('The stream fell silent'));
    }, silenceMs);
  };
  wait();
  try {
    const response = await fetch(url, {
      headers: { Accept: 'text/event-stream', ...(lastId === null ? {} : { 'Last-Event-ID': lastId }) },
      cache: 'no-store',
      signal: AbortSignal.any([signal, silence.signal]),
    });
    observeServerTime(response.headers.get('date'));
    if (response.status === 204) return;
    if (response.status === 503) throw new NoStreamFree('No stream is free');
    if (!response.ok || response.body === null) throw new Error(`The stream answered ${response.status}`);
    onOpen();
    const parser = createParser({
      onEvent: ({ event, data, id }) => {
        onEvent({ event: event ?? 'message', data: JSON.parse(data), id: id ?? null });
      },
    });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      wait();
      parser.feed(value);
    }
  } finally {
    window.clearTimeout(timer);
    silence.abort();
  }
}

const firstMs = 1000;
const mostMs = 30_000;
const spread = 0.2;

/** Before try number `failures` + 1, in milliseconds. `random`: 0 to 1. */
export function delayMs(failures: number, random: number): number {
  const steady = Math.min(mostMs, firstMs * 2 ** Math.max(0, failures - 1));
  return steady * (1 - spread + 2 * spread * random);
}
