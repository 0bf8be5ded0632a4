/** How a tab hears of news: it leads, it is told by whoever leads, it inherits, it polls, it is offline. The test plays its browser. */
import { environmentManager, QueryClient, QueryObserver } from '@tanstack/react-query';
import type { Connection } from '../../ui/live/connection';
import type { LiveEvent } from '../../ui/live/events';
import { setGlobals } from './globals';

type Stream = {
  lastId: string | null;
  signal: AbortSignal;
  /** 200 opens it. */
  answer: (status: number, type?: string) => Promise<void>;
  send: (frames: string) => Promise<void>;
  fail: () => Promise<void>;
};
type Tab = {
  state: () => Connection['state'];
  heard: LiveEvent[];
  /** Each that was asked for, the first first. */
  streams: Stream[];
  said: unknown[];
  /** Another tab says it. */
  hear: (message: unknown) => void;
  /** It has the lock. */
  inherit: () => Promise<void>;
  window: EventTarget;
  document: EventTarget & { hidden: boolean };
  navigator: { onLine: boolean };
};

const flush = (ms = 0): Promise<void> => jest.advanceTimersByTimeAsync(ms);
const status = (id: string, runId = 'local-1'): string =>
  `id: ${id}\nevent: status\ndata: ${JSON.stringify({ run_id: runId, status: 'RUNNING', version: 1 })}\n\n`;
const ready = 'id: 1-1\nevent: ready\ndata: {}\n\n';
const gap = { kind: 'gap' };

/** `isAnswered`: whether the server answers, as polls ask it. */
async function open({
  hasLocks = true,
  queries = new QueryClient(),
  isAnswered = () => true,
}: { hasLocks?: boolean; queries?: QueryClient; isAnswered?: () => boolean } = {}): Promise<Tab> {
  const streams: Stream[] = [];
  const said: unknown[] = [];
  let hear: Tab['hear'] = () => undefined;
  let inherit = (): unknown => undefined;
  const window = Object.assign(new EventTarget(), {
    setTimeout: (job: () => void, ms: number) => setTimeout(job, ms),
    clearTimeout: (timer: NodeJS.Timeout) => {
      clearTimeout(timer);
    },
    setInterval: (job: () => void, ms: number) => setInterval(job, ms),
  });
  const document = Object.assign(new EventTarget(), { hidden: false });
  const locks = {
    request: (_: string, job: () => unknown) => {
      inherit = job;
      return new Promise(() => undefined);
    },
  };
  const navigator = { onLine: true, ...(hasLocks ? { locks } : {}) };
  class Channel {
    addEventListener(_: string, listener: (event: { data: unknown }) => void): void {
      hear = (data) => {
        listener({ data });
      };
    }
    postMessage(message: unknown): void {
      said.push(message);
    }
  }
  const fetch = (url: string, { headers, signal }: { headers: Record<string, string>; signal: AbortSignal }) => {
    if (url.endsWith('/health')) return Promise.resolve(new Response('{}', { status: isAnswered() ? 200 : 502 }));
    return new Promise<Response>((resolve, reject) => {
      signal.addEventListener('abort', reject);
      let body: ReadableStreamDefaultController<Uint8Array> | undefined;
      streams.push({
        lastId: headers['Last-Event-ID'] ?? null,
        signal,
        answer: (code, type = 'text/event-stream') => {
          const stream = new ReadableStream<Uint8Array>({
            start: (controller) => {
              body = controller;
              signal.addEventListener('abort', () => {
                controller.error(new Error('aborted'));
              });
            },
          });
          resolve(new Response(code === 200 ? stream : '{}', { status: code, headers: { 'content-type': type } }));
          return flush();
        },
        send: (frames) => {
          body?.enqueue(new TextEncoder().encode(frames));
          return flush();
        },
        fail: () => {
          if (body === undefined) reject(new TypeError('Failed to fetch'));
          else body.error(new TypeError('network error'));
          return flush();
        },
      });
    });
  };
  setGlobals({ window, document, navigator, BroadcastChannel: Channel, fetch });
  const heard: LiveEvent[] = [];
  let state: Tab['state'] = () => 'connecting';
  await jest.isolateModulesAsync(async () => {
    const { connection } = await import('../../ui/live/connection');
    const { onLiveEvent } = await import('../../ui/live/events');
    const { startLive } = await import('../../ui/live/live');
    state = () => connection().state;
    onLiveEvent((event) => heard.push(event));
    startLive(queries);
  });
  return {
    ...{ state, heard, streams, said, window, document, navigator },
    hear: (message) => {
      hear(message);
    },
    inherit: () => {
      void inherit();
      return flush();
    },
  };
}

function streamOf({ streams }: Tab, n: number): Stream {
  const stream = streams[n];
  if (stream === undefined) throw new Error(`Stream ${n} was not asked for: ${streams.length} were`);
  return stream;
}

/** Its first stream is open. */
async function leading(): Promise<{ tab: Tab; stream: Stream }> {
  const tab = await open();
  await tab.inherit();
  const stream = streamOf(tab, 0);
  await stream.answer(200);
  return { tab, stream };
}

const live = { kind: 'connection', state: 'live', lastId: null };

// It keeps no time where it is not in a browser.
environmentManager.setIsServer(() => false);
beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('the tab that has the lock', () => {
  test('reads the stream, and tells the others what it reads, where it is, and that it is live', async () => {
    const { tab, stream } = await leading();
    expect([tab.state(), stream.lastId]).toEqual(['live', null]);
    await stream.send(ready);
    await stream.send(status('1-2'));
    const event = { kind: 'status', run_id: 'local-1', status: 'RUNNING', version: 1 };
    expect(tab.heard).toEqual([event]);
    expect(tab.said).toEqual([
      { kind: 'hello' },
      live,
      { ...live, lastId: '1-1' },
      { kind: 'event', id: '1-2', event },
    ]);
    tab.hear({ kind: 'hello' });
    expect(tab.said.at(-1)).toEqual({ ...live, lastId: '1-2' });
  });

  test('asks for nothing again when it is the first: its pages are not older than its stream', async () => {
    const { tab } = await leading();
    expect(tab.heard).toEqual([]);
  });

  test('passes on that the server is alive', async () => {
    const { tab, stream } = await leading();
    const before = tab.said.length;
    await stream.send(': alive\n\n');
    expect(tab.said.slice(before)).toEqual([live]);
  });

  test('goes on behind the last event after a loss, later each time, and has all asked for again', async () => {
    const { tab, stream } = await leading();
    await stream.send(status('1-2'));
    await stream.fail();
    expect([tab.state(), tab.said.at(-1)]).toEqual(['reconnecting', { ...live, state: 'reconnecting', lastId: '1-2' }]);
    expect(tab.streams).toHaveLength(1);
    await flush(1200);
    await streamOf(tab, 1).fail();
    await flush(1200);
    expect(tab.streams).toHaveLength(2);
    await flush(1200);
    const third = streamOf(tab, 2);
    expect(third.lastId).toBe('1-2');
    expect(tab.heard).not.toContainEqual(gap);
    await third.answer(200);
    expect([tab.state(), tab.heard.at(-1)]).toEqual(['live', gap]);
    expect(tab.said).toContainEqual({ kind: 'event', id: null, event: gap });
  });

  test('is not open where a proxy answers with its page to sign in', async () => {
    const tab = await open();
    await tab.inherit();
    await streamOf(tab, 0).answer(200, 'text/html; charset=utf-8');
    expect([tab.state(), tab.heard]).toEqual(['reconnecting', []]);
  });

  test('takes what the server no longer keeps for a gap', async () => {
    const { tab, stream } = await leading();
    await stream.send('id: 5-5\nevent: reset\ndata: {"why":"not kept"}\n\n');
    expect(tab.heard).toEqual([gap]);
    expect(tab.said.at(-1)).toEqual({ kind: 'event', id: '5-5', event: gap });
  });

  test('calls 35 s of silence a loss', async () => {
    const { tab } = await leading();
    await flush(34_000);
    expect(tab.state()).toBe('live');
    await flush(1_500);
    expect(tab.state()).toBe('reconnecting');
  });

  test('begins anew, with a gap, where the server refuses its place', async () => {
    const { tab, stream } = await leading();
    await stream.send(status('of-old'));
    await stream.fail();
    await flush(1200);
    expect(streamOf(tab, 1).lastId).toBe('of-old');
    await streamOf(tab, 1).answer(400);
    await flush(2400);
    expect(streamOf(tab, 2).lastId).toBe(null);
    await streamOf(tab, 2).answer(200);
    expect([tab.state(), tab.heard.at(-1)]).toEqual(['live', gap]);
  });
});

describe('a tab without the lock', () => {
  test('opens no stream, and hears by the one that has it', async () => {
    const tab = await open();
    expect(tab.said).toEqual([{ kind: 'hello' }]);
    tab.hear(live);
    tab.hear({ kind: 'event', id: '1-2', event: gap });
    await flush(60_000);
    expect([tab.streams, tab.heard]).toEqual([[], [gap]]);
    // It leads nobody, so it answers nobody.
    tab.hear({ kind: 'hello' });
    expect(tab.said).toHaveLength(1);
  });

  test.each<[string, unknown, string]>([
    ['the last event', { kind: 'event', id: '1-7', event: gap }, '1-7'],
    ['where the stream began, if it was quiet since', { ...live, lastId: '1-1' }, '1-1'],
  ])('goes on, as an heir, behind %s', async (_, message, id) => {
    const tab = await open();
    tab.hear(message);
    const before = tab.heard.length;
    await flush(30_000);
    await tab.inherit();
    expect(streamOf(tab, 0).lastId).toBe(id);
    await streamOf(tab, 0).answer(200);
    expect([tab.state(), tab.heard.length]).toEqual(['live', before]);
  });

  test('has all asked for again, as an heir that was told no place: what it shows is older than its stream', async () => {
    const tab = await open();
    tab.hear(live);
    await flush(30_000);
    await tab.inherit();
    expect(streamOf(tab, 0).lastId).toBe(null);
    await streamOf(tab, 0).answer(200);
    expect(tab.heard).toEqual([gap]);
  });

  test('does not believe a leader that has been silent for 35 s', async () => {
    const tab = await open();
    tab.hear(live);
    for (let n = 0; n < 4; n += 1) {
      await flush(15_000);
      tab.hear(live);
    }
    expect(tab.state()).toBe('live');
    await flush(45_000);
    expect(tab.state()).toBe('reconnecting');
    await flush(10_000);
    expect(tab.state()).toBe('polling');
    tab.hear(live);
    expect(tab.state()).toBe('live');
  });

  test('goes on polling while a leader that nobody looks at tries again and again', async () => {
    const tab = await open();
    tab.hear({ ...live, state: 'reconnecting' });
    await flush(20_000);
    expect(tab.state()).toBe('polling');
    tab.hear({ ...live, state: 'reconnecting' });
    expect(tab.state()).toBe('polling');
  });
});

describe('without a stream', () => {
  const asked = (more: { staleTime?: number; ms?: number }): { queries: QueryClient; times: () => number } => {
    const queries = new QueryClient({ defaultOptions: { queries: { staleTime: 5000, gcTime: Infinity } } });
    let times = 0;
    const { ms = 0, ...options } = more;
    new QueryObserver(queries, {
      queryKey: ['shown'],
      queryFn: async () => {
        times += 1;
        await new Promise((resolve) => setTimeout(resolve, ms));
        return times;
      },
      ...options,
    }).subscribe(() => undefined);
    return { queries, times: () => times };
  };

  test('what is shown is asked for every 10 s, until there is a stream', async () => {
    const { queries, times } = asked({});
    const tab = await open({ queries });
    await tab.inherit();
    await streamOf(tab, 0).answer(503);
    expect(tab.state()).toBe('polling');
    await flush(30_500);
    expect([tab.state(), times()]).toEqual(['polling', 4]);
    await tab.streams.at(-1)?.answer(200);
    const before = times();
    await flush(30_000);
    expect([tab.state(), times()]).toEqual(['live', before]);
  });

  test('nothing is asked for in a tab that nobody looks at, nor where nobody answers', async () => {
    const { queries, times } = asked({});
    let isThere = false;
    const tab = await open({ queries, isAnswered: () => isThere });
    await flush(30_500);
    expect([tab.state(), times()]).toEqual(['reconnecting', 1]);
    isThere = true;
    tab.document.hidden = true;
    await flush(30_000);
    expect([tab.state(), times()]).toEqual(['reconnecting', 1]);
    tab.document.hidden = false;
    await flush(10_000);
    expect([tab.state(), times()]).toEqual(['polling', 2]);
  });

  test('what never gets old is not asked for again', async () => {
    const { queries, times } = asked({ staleTime: Infinity });
    await open({ queries });
    await flush(40_000);
    expect(times()).toBe(1);
  });

  test('a question that takes longer than the time between two polls is answered', async () => {
    const { queries, times } = asked({ ms: 12_000 });
    await open({ queries });
    await flush(32_000);
    expect(queries.getQueryData(['shown'])).toBeGreaterThan(1);
    expect(times()).toBeLessThan(4);
  });
});

describe('without a network', () => {
  test('the stream is given up at once; it is opened at once when the network is back', async () => {
    const { tab, stream } = await leading();
    await stream.send(status('1-2'));
    tab.navigator.onLine = false;
    tab.window.dispatchEvent(new Event('offline'));
    await flush();
    expect([tab.state(), stream.signal.aborted]).toEqual(['offline', true]);
    for (let n = 1; n <= 5; n += 1) {
      await flush(30_000);
      await tab.streams.at(-1)?.fail();
    }
    expect(tab.state()).toBe('offline');
    const before = tab.streams.length;
    tab.navigator.onLine = true;
    tab.window.dispatchEvent(new Event('online'));
    await flush();
    expect([tab.state(), tab.streams.length]).toEqual(['reconnecting', before + 1]);
    await streamOf(tab, before).answer(200);
    expect([tab.state(), streamOf(tab, before).lastId, tab.heard.at(-1)]).toEqual(['live', '1-2', gap]);
  });
});

describe('a page that came by plain http from another machine, and so has no locks,', () => {
  test('has a stream of its own, and is not told by others how theirs are', async () => {
    const tab = await open({ hasLocks: false });
    await flush();
    await streamOf(tab, 0).answer(200);
    await streamOf(tab, 0).send(status('1-2'));
    expect(tab.heard).toHaveLength(1);
    tab.hear({ ...live, state: 'polling' });
    expect([tab.state(), tab.said]).toEqual(['live', []]);
  });

  test('gives it up while it is hidden, does not say that it is live meanwhile, and goes on where it was', async () => {
    const tab = await open({ hasLocks: false });
    await flush();
    const stream = streamOf(tab, 0);
    await stream.answer(200);
    await stream.send(status('1-2'));
    tab.document.hidden = true;
    tab.document.dispatchEvent(new Event('visibilitychange'));
    await flush();
    expect([tab.state(), stream.signal.aborted]).toEqual(['reconnecting', true]);
    await flush(60_000);
    expect(tab.streams).toHaveLength(1);
    tab.document.hidden = false;
    tab.document.dispatchEvent(new Event('visibilitychange'));
    await flush();
    expect(streamOf(tab, 1).lastId).toBe('1-2');
    await streamOf(tab, 1).answer(200);
    expect(tab.state()).toBe('live');
  });
});
