/** Who follows a log costs the backend less and less while nothing comes, and misses neither a beginning nor an end. */
import { setImmediate } from 'node:timers/promises';
import type Router from '@koa/router';
import type { Context } from 'koa';
import { pino } from 'pino';
import type { ApiDeps } from '../../api/deps';
import { logRoutes } from '../../api/logs';

type Frames = (signal: AbortSignal) => AsyncGenerator<string>;

/** The frames of a follower; `texts`: what the backend answers in turn (null: that it cannot), then nothing. */
async function followed(texts: (string | null)[], phaseAt: (wait: number) => 'RUNNING' | 'STOPPED') {
  const seen = { waits: [] as number[], asks: 0, joined: 0 };
  const db = {
    query: (text: string) =>
      Promise.resolve({
        rows: text.includes('from attempt')
          ? [{ attempt: 1 }]
          : [{ runId: 'run', engine: 'one', cluster: 'here', phase: phaseAt(seen.waits.length) }],
      }),
  };
  const logs = (_: string, __: object, cursor: string) => {
    seen.asks += 1;
    const text = texts.length === 0 ? '' : texts.shift();
    if (text === null || text === undefined) return Promise.reject(new Error('away'));
    const isNew = text !== '';
    return Promise.resolve({ lines: isNew ? [{ time: '', text }] : [], cursor: isNew ? String(seen.asks) : cursor });
  };
  const news = {
    join: () => {
      seen.joined += 1;
      return () => (seen.joined -= 1);
    },
    // In a later turn: a follower that never ends must not keep the test from saying so.
    happened: (_: string, ms: number) => setImmediate(seen.waits.push(ms)),
  };
  let frames: Frames | null = null;
  const streams = { start: (_: Context, of: Frames) => (frames = of) };
  const router = {
    get: (path: string, handle: (ctx: object) => Promise<void>) => {
      if (path.endsWith('/stream')) handler = handle;
    },
  };
  let handler: (ctx: object) => Promise<void> = () => Promise.resolve();
  const deps = { db, engines: new Map([['one', { logs }]]), news, streams, log: pino({ level: 'silent' }) };
  logRoutes(router as unknown as Router, deps as unknown as ApiDeps);
  await handler({ params: { run_id: 'run' }, query: {}, headers: {} });
  const told: string[] = [];
  for await (const frame of (frames as unknown as Frames)(new AbortController().signal)) told.push(frame);
  return { seen, told };
}

const eventsOf = (told: string[]): (string | undefined)[] => told.map((frame) => /event: (\w+)/.exec(frame)?.[1]);

test('it asks at longer and longer intervals, from the first again once something came, and leaves when the log is over', async () => {
  const quiet = Array.from({ length: 7 }, () => '');
  const { seen, told } = await followed([...quiet, 'a line', ''], (wait) => (wait < 8 ? 'RUNNING' : 'STOPPED'));
  expect(seen.waits).toEqual([1000, 1500, 2250, 3375, 5000, 5000, 1000, 1500]);
  expect(eventsOf(told)).toEqual(['log', 'end']);
  expect(seen.joined).toBe(0);
});

test('trouble is told once, and its end at once, though nothing new was written', async () => {
  const { told } = await followed(['a line', '', null, null, '', ''], (wait) => (wait < 5 ? 'RUNNING' : 'STOPPED'));
  expect(eventsOf(told)).toEqual(['log', 'trouble', 'log', 'end']);
  expect(told[2]).toContain('"log":""');
});
