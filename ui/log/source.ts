/** Where a log comes from, in a browser: the API's pages and stream, its share of connections, and whether somebody looks. */
import { api, ApiError, unwrap } from '../api/client';
import { serverNow } from '../api/clock';
import type { Page, Source } from './reader';
import { readEvents } from '../live/sse';

export type LogOf = { runId: string; attempt: number | undefined; hasTimes: boolean };

/** Browsers open six connections to a server, for all tabs together: logs take at most two of them for long. */
const slotNames = ['flotilla-log-1', 'flotilla-log-2'];
/** A tab that nobody has seen for so long reads no more. */
const hiddenMs = 60_000;

export function createSource(of: LogOf): Source {
  return {
    page: (cursor, signal) => pageOf(of, cursor, signal),
    stream: (cursor, on, signal) => streamOf(of, cursor, on, signal),
    slot,
    away: awaySignal,
    back: untilVisible,
    wait,
    now: serverNow,
    random: () => Math.random(),
  };
}

/** The whole log, as a file. */
export function rawAddress({ runId, attempt, hasTimes }: LogOf): string {
  const query = new URLSearchParams({ raw_text: 'true' });
  if (attempt !== undefined) query.set('attempt', String(attempt));
  if (hasTimes) query.set('timestamps', 'true');
  return `/api/v6/${encodeURIComponent(runId)}/logs?${query}`;
}

async function pageOf({ runId, attempt, hasTimes }: LogOf, cursor: string, signal: AbortSignal): Promise<Page> {
  const query = {
    ...(attempt === undefined ? {} : { attempt }),
    ...(cursor === '' ? {} : { last_seen: cursor }),
    ...(hasTimes ? { timestamps: 'true' as const } : {}),
  };
  const page = await unwrap(api.GET('/api/v6/{run_id}/logs', { params: { path: { run_id: runId }, query }, signal }));
  // Text is the answer to `raw_text` alone.
  if (typeof page === 'string') throw new ApiError(0, 'The server answered with something else than a log', [], null);
  return page;
}

async function streamOf(
  { runId, attempt, hasTimes }: LogOf,
  cursor: string,
  on: Parameters<Source['stream']>[1],
  signal: AbortSignal,
): Promise<'ended' | 'busy' | 'closed'> {
  const query = new URLSearchParams({ last_seen: cursor });
  if (attempt !== undefined) query.set('attempt', String(attempt));
  if (hasTimes) query.set('timestamps', 'true');
  const response = await fetch(`/api/v6/${encodeURIComponent(runId)}/logs/stream?${query}`, { signal });
  if (response.status === 204) return 'ended';
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    if (response.status === 503) return 'busy';
    throw new ApiError(response.status, `The server answered ${response.status} ${response.statusText}`, [], null);
  }
  let end = 'closed' as 'closed' | 'ended';
  await readEvents(response.body, ({ event, data }) => {
    if (signal.aborted) return;
    const told: unknown = JSON.parse(data);
    if (event === 'trouble') on.trouble((told as { error: string }).error);
    if (event === 'log' || event === 'end') on.page(told as Page);
    if (event === 'end') end = 'ended';
  });
  return end;
}

/** Without locks (a page that came without encryption from another machine has none), logs are asked for instead. */
async function slot(): Promise<(() => void) | null> {
  if (!window.isSecureContext) return null;
  for (const name of slotNames) {
    const release = await new Promise<(() => void) | null>((resolve) => {
      const held = navigator.locks.request(name, { ifAvailable: true }, (lock) => {
        if (lock === null) {
          resolve(null);
          return null;
        }
        return new Promise<void>((leave) => {
          resolve(leave);
        });
      });
      held.catch(() => {
        resolve(null);
      });
    });
    if (release !== null) return release;
  }
  return null;
}

let away = new AbortController();
let timer: number | undefined;

function onVisibility(): void {
  window.clearTimeout(timer);
  if (document.visibilityState === 'visible') {
    if (away.signal.aborted) away = new AbortController();
    return;
  }
  timer = window.setTimeout(() => {
    away.abort();
  }, hiddenMs);
}
document.addEventListener('visibilitychange', onVisibility);
onVisibility();

function awaySignal(): AbortSignal {
  return away.signal;
}

function untilVisible(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = new AbortController();
    const end = (): void => {
      if (document.visibilityState !== 'visible' && !signal.aborted) return;
      done.abort();
      resolve();
    };
    document.addEventListener('visibilitychange', end, { signal: done.signal });
    signal.addEventListener('abort', end, { signal: done.signal });
    end();
  });
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      window.clearTimeout(ending);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const ending = window.setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
