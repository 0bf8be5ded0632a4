/** Reading a log: pages until a cursor repeats, then the stream, or asking, until the end; trouble is waited out. */
import { whyNoLog } from '../../ui/log/causes';
import {
  attemptAsked,
  backOffMs,
  isCut,
  linesIn,
  readLog,
  type Page,
  type ReaderState,
  type Source,
} from '../../ui/log/reader';
import { LogSession } from '../../ui/log/session';
import { readEvents } from '../../ui/live/sse';

const page = (log: string, from: number, next: number, more: Partial<Page> = {}): Page => ({
  last_seen: `1:${next - 1}:x`,
  attempt: 1,
  log,
  first_line: from,
  next_line: next,
  ...more,
});

/** Answers of the API, one after the other; an error is thrown. Waits are told, not waited. */
function scripted(answers: (Page | Error)[], more: Partial<Source> = {}): { source: Source; did: string[] } {
  const did: string[] = [];
  const source: Source = {
    page: (cursor) => {
      did.push(`page ${cursor}`);
      const answer = answers.shift();
      if (answer === undefined) throw new Error('nothing more is scripted');
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    stream: () => Promise.reject(new Error('no stream is scripted')),
    slot: () => Promise.resolve(null),
    away: () => new AbortController().signal,
    back: () => Promise.resolve(),
    wait: (ms) => {
      did.push(`wait ${ms}`);
      return Promise.resolve();
    },
    now: () => 0,
    random: () => 0.5,
    ...more,
  };
  return { source, did };
}

async function read(source: Source, isOver = true): Promise<{ states: string[]; logs: string[] }> {
  const states: string[] = [];
  const logs: string[] = [];
  let cursor = '';
  const target = {
    get cursor() {
      return cursor;
    },
    take: (told: Page) => {
      if (told.log !== undefined && told.log !== '') logs.push(told.log);
      cursor = told.last_seen;
      return true;
    },
    isOver: () => isOver,
    tell: (state: ReaderState) => states.push(state.kind),
  };
  await readLog(source, target, new AbortController().signal);
  return { states, logs };
}

test('pages are read until the log has its end', async () => {
  const { source, did } = scripted([page('a', 1, 2), page('b', 2, 3), page('', 3, 3, { total_lines: 2 })]);
  expect(await read(source)).toEqual({ states: ['reading', 'ended'], logs: ['a', 'b'] });
  expect(did).toEqual(['page ', 'page 1:1:x', 'page 1:2:x']);
});

test('after the end of the run, late lines are waited for', async () => {
  const { source, did } = scripted([
    page('a', 1, 2),
    page('', 2, 2),
    page('late', 2, 3),
    page('', 3, 3, { total_lines: 2 }),
  ]);
  expect(await read(source)).toEqual({ states: ['reading', 'collecting', 'ended'], logs: ['a', 'late'] });
  expect(did).toContain('wait 1000');
});

test('with a slot, the stream tells the rest; the slot is given back', async () => {
  let free = 0;
  const { source } = scripted([page('a', 1, 2), page('', 2, 2)], {
    slot: () => Promise.resolve(() => (free += 1)),
    stream: (cursor, on) => {
      expect(cursor).toBe('1:1:x');
      on.page(page('b', 2, 3));
      on.trouble('away');
      on.page(page('c', 3, 4));
      return Promise.resolve('ended');
    },
  });
  expect(await read(source, false)).toEqual({
    states: ['reading', 'live', 'live', 'trouble', 'live', 'ended'],
    logs: ['a', 'b', 'c'],
  });
  expect(free).toBe(1);
});

test('trouble of a stream is over with the page that tells so, also one without lines', async () => {
  const { source } = scripted([page('a', 1, 2), page('', 2, 2)], {
    slot: () => Promise.resolve(() => undefined),
    stream: (_, on) => {
      on.trouble('away');
      on.page(page('', 2, 2));
      return Promise.resolve('ended');
    },
  });
  expect(await read(source, false)).toEqual({
    states: ['reading', 'live', 'trouble', 'live', 'ended'],
    logs: ['a'],
  });
});

test('a stream that breaks is taken up again behind what it told', async () => {
  let streams = 0;
  const { source, did } = scripted(
    [page('', 1, 1, { last_seen: '' }), page('', 2, 2), page('', 2, 2, { total_lines: 1 })],
    {
      slot: () => Promise.resolve(() => undefined),
      stream: (_, on) => {
        streams += 1;
        if (streams === 1) on.page(page('a', 1, 2));
        return streams === 1 ? Promise.reject(new Error('cut')) : Promise.resolve('closed');
      },
    },
  );
  const { states, logs } = await read(source, false);
  expect(logs).toEqual(['a']);
  expect(states.at(-1)).toBe('ended');
  expect(did).toEqual(['page ', 'wait 1000', 'page 1:1:x', 'wait 1000', 'page 1:1:x']);
});

test('without a slot, or a stream that is free, it asks every 2 s', async () => {
  const answers = (): Page[] => [page('a', 1, 2), page('', 2, 2), page('b', 2, 3), page('', 3, 3, { total_lines: 2 })];
  const none = scripted(answers());
  const busy = scripted(answers(), {
    slot: () => Promise.resolve(() => undefined),
    stream: () => Promise.resolve('busy'),
  });
  for (const { source, did } of [none, busy]) {
    expect((await read(source, false)).logs).toEqual(['a', 'b']);
    expect(did).toContain('wait 2000');
  }
});

test('trouble is waited out, longer and longer; what was read is not read again', async () => {
  const away = new Error('The logs cannot be read');
  const { source, did } = scripted([page('a', 1, 2), away, away, page('', 2, 2, { total_lines: 1 })]);
  expect((await read(source)).states).toEqual(['reading', 'trouble', 'trouble', 'ended']);
  expect(did).toEqual(['page ', 'page 1:1:x', 'wait 1000', 'page 1:1:x', 'wait 2000', 'page 1:1:x']);
  expect([backOffMs(20, 0), backOffMs(20, 1)]).toEqual([24_000, 36_000]);
});

test('what is refused is not asked again', async () => {
  const { source } = scripted([Object.assign(new Error('no such run'), { status: 404 })]);
  expect((await read(source)).states).toEqual(['reading', 'refused']);
});

test('while nobody looks, nothing is read', async () => {
  let isAway = true;
  const { source, did } = scripted([page('', 1, 1, { total_lines: 0 })], {
    away: () => (isAway ? AbortSignal.abort() : new AbortController().signal),
    back: () => {
      isAway = false;
      return Promise.resolve();
    },
  });
  expect((await read(source)).states).toEqual(['paused', 'reading', 'ended']);
  expect(did).toHaveLength(1);
});

test('how many lines a page has, and whether its last goes on', () => {
  expect([linesIn(page('', 1, 1)), linesIn(page('', 1, 2)), linesIn(page('a\nb', 1, 3))]).toEqual([0, 1, 2]);
  expect([isCut(page('a\nb', 1, 3)), isCut(page('a\nb', 1, 2)), isCut(page('', 1, 1))]).toEqual([false, true, false]);
});

test('a log that is read twice, as in strict mode, has each line once', async () => {
  const { source } = scripted([
    page('lost', 1, 2),
    page('a\nb', 1, 2),
    page('', 2, 3),
    page('', 3, 3, { total_lines: 2 }),
  ]);
  const session = new LogSession(source);
  session.setOver(true);
  session.start()();
  const stop = session.start();
  while (session.get().state.kind !== 'ended') await new Promise((done) => setImmediate(done));
  stop();
  expect([session.store.last, session.store.line(1), session.store.line(2)]).toEqual([2, 'a', 'b']);
});

test('characters may be cut by the network', async () => {
  const bytes = new TextEncoder().encode('data: Grüße 🚀\n\nevent: end\ndata: {}\n\n');
  const told: unknown[] = [];
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  await readEvents(body, ({ event, data }) => told.push([event, data]));
  expect(told).toEqual([
    [undefined, 'Grüße 🚀'],
    ['end', '{}'],
  ]);
});

test('silence is a loss', async () => {
  await expect(readEvents(new ReadableStream(), () => undefined, 20)).rejects.toThrow('silent');
});

test('the attempt of an address, or the last', () => {
  const run = { attempt_count: 3 };
  expect([undefined, '2', '4', '0', 'x'].map((wanted) => attemptAsked(run, wanted))).toEqual([3, 2, 3, 3, 3]);
  expect(attemptAsked({ attempt_count: 0 }, '1')).toBeUndefined();
});

test('why there is nothing to read', () => {
  const now = Date.parse('2026-02-01T00:00:00Z');
  const unstarted = { status: 'STOPPED', attempt_count: 1, finished_at: '2026-01-31T12:01:00Z' } as const;
  const run = { ...unstarted, started_at: '2026-01-31T12:00:00Z', exit_code: 0 };
  const why = (one: Parameters<typeof whyNoLog>[0], isAll = true, at = now): string => whyNoLog(one, 1, isAll, at);
  expect(why(run)).toBe('The command printed nothing');
  expect(why(run, false)).toBe('Run ended, collecting its output');
  expect(why(run, true, now + 8 * 24 * 3600 * 1000)).toMatch(/^Log no longer kept/);
  expect(why({ ...unstarted, exit_reason: 'no such image' })).toBe('Never started: no such image');
  expect(why({ ...unstarted, status: 'PENDING', note: 'pulling image' })).toBe(
    'No output yet: the container has not started (pulling image)',
  );
  expect(why({ ...run, attempt_count: 2 })).toBe('Attempt 1 printed nothing');
});
