/** Server-sent events, read by `fetch`: it tells statuses and takes headers, which the browser's own reader does not. */
import type { EventSourceMessage } from 'eventsource-parser';
import { observeServerTime } from '../api/clock';
import { readEvents, silenceMs } from './sse';

export type Told = { event: string; data: unknown; id: string | null };

type Reader = {
  /** Where to go on; null: from now. */
  lastId: string | null;
  signal: AbortSignal;
  onOpen: () => void;
  onEvent: (told: Told) => void;
  /** Every 15 s or so, also where nothing happens. */
  onAlive: () => void;
};

/** The server has no stream left for us. */
export class NoStreamFree extends Error {}

/** The server cannot read `lastId`: it is of another version. */
export class PlaceRefused extends Error {}

/** Returns where the server ended the stream in order; throws where it could not be opened, broke or fell silent. */
export async function readStream(url: string, { lastId, signal, onOpen, onEvent, onAlive }: Reader): Promise<void> {
  const opening = new AbortController();
  const timer = window.setTimeout(() => {
    opening.abort(new Error('The stream does not open'));
  }, silenceMs);
  const response = await fetch(url, {
    headers: { Accept: 'text/event-stream', ...(lastId === null ? {} : { 'Last-Event-ID': lastId }) },
    cache: 'no-store',
    signal: AbortSignal.any([signal, opening.signal]),
  }).finally(() => {
    window.clearTimeout(timer);
  });
  observeServerTime(response.headers.get('date'));
  if (response.status === 204) return;
  if (response.status === 503) throw new NoStreamFree('No stream is free');
  if (response.status === 400) throw new PlaceRefused('The place to go on from is refused');
  // A proxy's page to sign in is an answer, too.
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (!response.ok || !isStream || response.body === null) throw new Error(`The stream answered ${response.status}`);
  onOpen();
  const take = ({ event, data, id }: EventSourceMessage): void => {
    onEvent({ event: event ?? 'message', data: JSON.parse(data), id: id ?? null });
  };
  await readEvents(response.body, take, silenceMs, onAlive);
}

const firstMs = 1000;
const mostMs = 30_000;
const spread = 0.2;

/** Before try number `failures` + 1, in milliseconds. `random`: 0 to 1. */
export function delayMs(failures: number, random: number): number {
  const steady = Math.min(mostMs, firstMs * 2 ** Math.max(0, failures - 1));
  return steady * (1 - spread + 2 * spread * random);
}
