/**
 * What happens to runs, as it happens: one stream for all tabs of this browser, which has only six connections to a server.
 * The tab that holds a lock reads it and tells the others; its heir goes on where it was.
 */
import type { QueryClient } from '@tanstack/react-query';
import { connection, setConnection, type Connection } from './connection';
import { onLiveEvent, tellLiveEvent, type LiveEvent } from './events';
import { silenceMs } from './sse';
import { delayMs, NoStreamFree, PlaceRefused, readStream, type Told } from './stream';

const url = '/api/v6/stream';
const lockName = 'flotilla-live';
const channelName = 'flotilla-live';
/** A stream that is back before it is missed is not worth a word to the server. */
const patienceMs = 5000;
const pollMs = 10_000;
/** A tab that is younger shows nothing that is older than a stream of now. */
const youngMs = 1000;

type Message =
  | { kind: 'event'; event: LiveEvent; id: string | null }
  /** Also says that the leader is alive. */
  | { kind: 'connection'; state: Connection['state']; lastId: string | null }
  | { kind: 'hello' };

/** Of the last event that any tab has read: an heir goes on behind it. */
let lastId: string | null = null;
let isLeader = false;
const startedAt = Date.now();
/** When the leader said something last. */
let heardAt = startedAt;
/** Pages that came by plain http from another machine have none, whatever the types say. */
const locks = navigator.locks as LockManager | undefined;
/** Where nobody leads, each tab is alone: what others say of their streams does not hold for its own. */
const channel =
  locks === undefined || typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(channelName);

export function startLive(queryClient: QueryClient): void {
  channel?.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    hear(data);
  });
  say({ kind: 'hello' });
  onLiveEvent((event) => {
    if (event.kind === 'gap') void queryClient.invalidateQueries({ refetchType: 'active' });
  });
  window.addEventListener('offline', () => {
    setConnection('offline');
    stream.abort();
  });
  window.addEventListener('online', () => {
    if (connection().state === 'offline') setConnection('reconnecting');
    wake.abort();
  });
  window.setInterval(() => void poll(queryClient), pollMs);
  void lead();
}

function hear(message: Message): void {
  switch (message.kind) {
    case 'event':
      heardAt = Date.now();
      lastId = message.id ?? lastId;
      tellLiveEvent(message.event);
      return;
    case 'connection':
      heardAt = Date.now();
      lastId = message.lastId ?? lastId;
      // Whoever polls is answered: that the stream is still being tried is no news.
      if (message.state !== 'reconnecting' || connection().state !== 'polling') setConnection(message.state);
      return;
    case 'hello':
      if (isLeader) report();
  }
}

function say(message: Message): void {
  channel?.postMessage(message);
}

function report(): void {
  say({ kind: 'connection', state: connection().state, lastId });
}

function show(state: Connection['state']): void {
  setConnection(state);
  report();
}

async function lead(): Promise<void> {
  if (locks !== undefined) {
    await locks.request(lockName, () => follow(neverAborted));
    return;
  }
  // Each reads for itself, while it is looked at.
  for (;;) {
    await visible();
    const hidden = new AbortController();
    const leave = (): void => {
      if (document.hidden) hidden.abort();
    };
    document.addEventListener('visibilitychange', leave);
    await follow(hidden.signal);
    document.removeEventListener('visibilitychange', leave);
    // What its title and icon say, it asks for from here on.
    if (connection().state === 'live') setConnection('reconnecting');
  }
}

const neverAborted = new AbortController().signal;

function visible(): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (document.hidden) return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    look();
  });
}

/** Without a network, one that is open may stay so and tell nothing: it is given up, and opened anew. */
let stream = new AbortController();

/** Reads until `signal`, and again after each loss. */
async function follow(signal: AbortSignal): Promise<void> {
  isLeader = true;
  let failures = 0;
  let isBehind = false;
  while (!signal.aborted) {
    let isFull = false;
    stream = new AbortController();
    try {
      await readStream(url, {
        lastId,
        signal: AbortSignal.any([signal, stream.signal]),
        onOpen: () => {
          failures = 0;
          show('live');
          // What a reader sees may have been asked for in between; without a place the stream begins from now.
          if (isBehind || (lastId === null && Date.now() - startedAt > youngMs)) tell({ kind: 'gap' }, null);
          isBehind = false;
        },
        onEvent: take,
        onAlive: report,
      });
    } catch (error) {
      isFull = error instanceof NoStreamFree;
      if (error instanceof PlaceRefused) lastId = null;
    }
    // The page is hidden, and nobody looks.
    if (signal.aborted as boolean) break;
    failures += 1;
    isBehind = true;
    if (connection().state !== 'polling') show(navigator.onLine ? (isFull ? 'polling' : 'reconnecting') : 'offline');
    await pause(delayMs(failures, Math.random()));
  }
  isLeader = false;
}

function take({ event, data, id }: Told): void {
  lastId = id ?? lastId;
  switch (event) {
    case 'status':
    case 'note':
    case 'attempt':
      // Its shape is the API's; see events.ts.
      tell({ ...(data as object), kind: event } as LiveEvent, id);
      return;
    case 'ready':
      report();
      return;
    case 'reset':
      tell({ kind: 'gap' }, id);
  }
}

function tell(event: LiveEvent, id: string | null): void {
  tellLiveEvent(event);
  say({ kind: 'event', event, id });
}

let wake = new AbortController();

/** Being online again ends it before its time. */
function pause(ms: number): Promise<void> {
  wake = new AbortController();
  return new Promise((resolve) => {
    const timer = window.setTimeout(resolve, ms);
    wake.signal.addEventListener('abort', () => {
      window.clearTimeout(timer);
      resolve();
    });
  });
}

/** Without a stream, what is looked at is asked for again, if anybody answers. */
async function poll(queryClient: QueryClient): Promise<void> {
  // The system may have put the leader's tab to sleep.
  if (channel !== null && !isLeader && connection().state === 'live' && Date.now() - heardAt > silenceMs) {
    setConnection('reconnecting');
  }
  const { since } = connection();
  if (document.hidden || !isWithout() || Date.now() - since < patienceMs) return;
  // A proxy that leads elsewhere to sign in is no answer of Flotilla's.
  const answers = await fetch('/api/v6/health', { cache: 'no-store', redirect: 'manual' }).then(
    ({ ok, headers }) => ok && headers.get('content-type')?.startsWith('text/html') !== true,
    () => false,
  );
  // It may be back by now.
  if (!isWithout()) return;
  setConnection(answers ? 'polling' : 'reconnecting');
  // What never gets old is left alone; a question that takes longer than this is waited for.
  if (answers) await queryClient.refetchQueries({ type: 'active', stale: true }, { cancelRefetch: false });
}

/** Without a stream, but not without a network. */
function isWithout(): boolean {
  return connection().state !== 'live' && connection().state !== 'offline';
}
