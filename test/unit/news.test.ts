/** What streams are told from memory is what the database has, in its order, from wherever a stream is. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { News } from '../../api/news';
import type { Db } from '../../db/pool';
import { isAfter, PlaceLost, type Cursor } from '../../db/run_event';

const log = pino({ level: 'silent' });
const never = new AbortController().signal;
/** Longer than any of these tests may take: who waits so long has not been woken. */
const longMs = 60_000;
const events = Array.from({ length: 12_000 }, (_, n) => ({
  xid: 10 + Math.floor(n / 3),
  id: n + 1,
  runId: `run-${n % 2}`,
}));

/** A database that has `tip.n` of the events, and counts who asks. */
function fake() {
  const tip = { n: 0, asked: 0, fails: 0, isLost: false, heldSeconds: null as number | null, found: Promise.resolve() };
  const query = async (text: string, values: unknown[] = []): Promise<unknown> => {
    if (text.includes('run_event_removed')) await tip.found;
    if (tip.fails > 0) {
      tip.fails -= 1;
      return Promise.reject(new Error('away'));
    }
    const { isLost, heldSeconds } = tip;
    const horizon = isLost ? '5' : String(events[tip.n]?.xid ?? 1_000_000);
    if (text.includes('run_event_removed')) {
      return Promise.resolve({ rows: [{ kept: '0', keptId: '0', tip: horizon, end: horizon }] });
    }
    tip.asked += 1;
    const [xid, id, runId, , , limit] = values as [string, number, string | null, string | null, string[], number];
    const after = { xid: Number(xid), id };
    const found = events
      .slice(0, tip.n)
      .filter((one) => isAfter(one, after) && (runId === null || one.runId === runId))
      .slice(0, limit)
      .map((one) => ({ xid: String(one.xid), id: String(one.id), runId: one.runId, kind: 'note', data: {} }));
    const rows = found.length === 0 ? [{ kind: null }] : found;
    return Promise.resolve({
      rows: rows.map((row) => ({ ...row, horizon, isLost: isLost && after.xid > 5, heldSeconds })),
    });
  };
  return { tip, db: { query } as unknown as Db };
}

async function readTo(news: News, from: Cursor, runId: string | null, count: number): Promise<number[]> {
  const seen: number[] = [];
  let place = from;
  while (seen.length < count) {
    const batch = await news.after(place, runId, 100);
    seen.push(...batch.events.map(({ at }) => at.id));
    place = batch.upTo;
    if (batch.events.length === 0) await news.changed(place, 1000, never);
  }
  return seen;
}

test('streams at different places, of one run and of all, are told everything once and in order', async () => {
  const { tip, db } = fake();
  tip.n = 3000;
  const news = new News({ db, log });
  const leave = news.join();
  const beginning = { xid: 0, id: 0 };
  const reading = [readTo(news, beginning, null, 12_000), readTo(news, beginning, 'run-1', 6000)];
  for (; tip.n < 12_000; tip.n += 1500) {
    await new Promise((resolve) => setImmediate(resolve));
    news.wake();
  }
  news.wake();
  const [all, one] = await Promise.all(reading);
  expect(all).toEqual(events.map(({ id }) => id));
  expect(one).toEqual(events.filter(({ runId }) => runId === 'run-1').map(({ id }) => id));
  leave();
});

test('many streams that are up to date ask the database nothing themselves', async () => {
  const { tip, db } = fake();
  const news = new News({ db, log });
  const leaves = Array.from({ length: 50 }, () => news.join());
  const reading = Array.from({ length: 50 }, () => readTo(news, { xid: 10, id: 0 }, null, 900));
  await new Promise((resolve) => setImmediate(resolve));
  const before = tip.asked;
  tip.n = 900;
  news.wake();
  for (const seen of await Promise.all(reading)) expect(seen.length).toBe(900);
  expect(tip.asked - before).toBeLessThan(10);
  for (const leave of leaves) leave();
});

test('a database that is away is asked again, and nothing is missed', async () => {
  const { tip, db } = fake();
  tip.fails = 2;
  const news = new News({ db, log });
  const leave = news.join();
  tip.n = 30;
  const until = setInterval(() => {
    news.wake();
  }, 5);
  const seen: number[] = [];
  let place = { xid: 0, id: 0 };
  while (seen.length < 30) {
    const batch = await news.after(place, null, 100).catch(() => ({ events: [], upTo: place }));
    seen.push(...batch.events.map(({ at }) => at.id));
    place = batch.upTo;
    await news.changed(place, 10, never);
  }
  clearInterval(until);
  expect(seen).toEqual(events.slice(0, 30).map(({ id }) => id));
  leave();
});

test('who joins while the last one leaves is read for, too', async () => {
  const { tip, db } = fake();
  const news = new News({ db, log });
  news.join()();
  const leave = news.join();
  tip.n = 300;
  news.wake();
  expect((await readTo(news, { xid: 0, id: 0 }, null, 300)).length).toBe(300);
  leave();
});

test('the first stream of a quiet process is told what is there, without waiting for something new', async () => {
  const { tip, db } = fake();
  tip.n = 30;
  const news = new News({ db, log });
  const leave = news.join();
  const { events: past } = await news.after({ xid: 0, id: 0 }, null, 100);
  expect(past.length).toBe(30);
  leave();
});

test('who waits before the stream was found is woken when it is, and told what came meanwhile', async () => {
  const { tip, db } = fake();
  let find = (): void => undefined;
  tip.found = new Promise((resolve) => {
    find = resolve;
  });
  const news = new News({ db, log });
  const leave = news.join();
  const { upTo } = await news.after({ xid: 0, id: 0 }, null, 100);
  const woken = news.changed(upTo, longMs, never);
  tip.n = 30;
  find();
  await woken;
  expect((await news.after(upTo, null, 100)).events.length).toBe(30);
  // Read in the database before the stream was found, waiting only now: nobody would wake it.
  await news.changed(upTo, longMs, never);
  leave();
});

test('who comes after the last one has left is told what happened in between, without waiting for something new', async () => {
  const { tip, db } = fake();
  const news = new News({ db, log });
  news.join()();
  await sleep(50);
  tip.n = 30;
  const leave = news.join();
  expect((await news.after({ xid: 0, id: 0 }, null, 100)).events.length).toBe(30);
  leave();
});

test('who waits for one run is woken by that run only', async () => {
  const { tip, db } = fake();
  const news = new News({ db, log });
  const leave = news.join();
  await readTo(news, { xid: 0, id: 0 }, null, 0);
  await sleep(20);
  const woken: string[] = [];
  const waits = ['run-0', 'run-1', 'another'].map((runId) =>
    news.happened(runId, 300, never).then(() => woken.push(runId)),
  );
  const begun = performance.now();
  tip.n = 30;
  news.wake();
  await Promise.all(waits.slice(0, 2));
  expect(woken.sort()).toEqual(['run-0', 'run-1']);
  expect(performance.now() - begun).toBeLessThan(250);
  await waits[2];
  leave();
});

test('streams are told that events are held back, once it lasts, and that they no longer are', async () => {
  const { tip, db } = fake();
  const news = new News({ db, log });
  const leave = news.join();
  await sleep(20);
  tip.heldSeconds = 0.5;
  news.wake();
  await sleep(20);
  expect(news.trouble()).toBeNull();
  const woken = news.changed({ xid: 10, id: 0 }, longMs, never);
  tip.heldSeconds = 12.5;
  news.wake();
  await woken;
  expect(news.trouble()).toBe('Events wait for an open transaction of the database, for 12 seconds');
  tip.heldSeconds = null;
  news.wake();
  await sleep(20);
  expect(news.trouble()).toBeNull();
  leave();
});

test('a database that was replaced by one that has counted less is found, and a place of the old one is refused', async () => {
  const { tip, db } = fake();
  tip.n = 300;
  const news = new News({ db, log });
  const leave = news.join();
  const old = (await news.after({ xid: 0, id: 0 }, null, 1000)).upTo;
  tip.n = 0;
  tip.isLost = true;
  news.wake();
  await sleep(50);
  await expect(news.after(old, null, 100)).rejects.toThrow(PlaceLost);
  await expect(news.after({ xid: 5, id: 0 }, null, 100)).resolves.toMatchObject({ events: [] });
  leave();
});
