/** When a run that waits is tried again: told with its note, by its row, its events and its explanation, and no longer than it holds. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import { createSubmit } from '../../activities/submit';
import { createSimulatedEngine } from '../../bench/simulated-engine';
import { markAccepted, openAttempt } from '../../db/attempt';
import { advance, runById, setNote, type Run } from '../../db/run';
import { setWorkerCounts } from '../../db/worker';
import type { Submission } from '../../engines/engine';
import { bareCluster, startBareApi, type BareApi } from '../bare-api';
import { until } from '../stack';

let api: BareApi;
beforeAll(async () => {
  api = await startBareApi();
}, 120_000);
afterAll(() => api.close(), 60_000);

let named = 0;
async function accept(): Promise<string> {
  const job = { alias: `waits-${(named += 1)}`, group_name: 'test', image: 'busybox:1', memory: 64, command: 'true' };
  const { definition_id: id } = await api.ask<{ definition_id: string }>('POST', '/task', job);
  const owner = { run_tags: { owner_id: 'ann' } };
  return (await api.ask<{ run_id: string }>('PUT', `/task/${id}/execute`, owner)).run_id;
}

type Event = { kind: string; data: { version: number; next_attempt_at?: string } };
const inOneMinute = (): Date => new Date(Date.now() + 60_000);
const shown = async (runId: string): Promise<unknown[]> => {
  const run = await api.ask<{ next_attempt_at?: string; version: number }>('GET', `/history/${runId}`);
  const { waiting_for: waiting } = await api.ask<{ waiting_for?: { until?: string } }>(
    'GET',
    `/history/${runId}/explain`,
  );
  const { rows } = await api.db.query<Event>(
    'select kind, data from run_event where run_id = $1 order by xid desc, event_id desc limit 1',
    [runId],
  );
  // The event tells what the answer tells, and both are as new.
  expect([rows[0]?.data.version, rows[0]?.data.next_attempt_at]).toEqual([run.version, run.next_attempt_at]);
  return [rows[0]?.kind, run.next_attempt_at, waiting?.until];
};

test('it is told between two attempts, until the next one', async () => {
  const runId = await accept();
  expect(await shown(runId)).toEqual(['status', undefined, undefined]);
  const at = inOneMinute();
  await advance(api.db, runId, { attempt: 1, phase: 'NEEDS_RETRY' }, { note: 'failed', nextAttemptAt: at });
  expect(await shown(runId)).toEqual(['status', at.toISOString(), at.toISOString()]);
  await advance(api.db, runId, { attempt: 2, phase: 'QUEUED' });
  expect(await shown(runId)).toEqual(['status', undefined, undefined]);
});

test('it is told while it waits for room, anew with each try, until it has it', async () => {
  const runId = await accept();
  for (const at of [inOneMinute(), new Date(Date.now() + 120_000)]) {
    await setNote(api.db, runId, 1, 'Waiting for capacity', at);
    expect(await shown(runId)).toEqual(['note', at.toISOString(), at.toISOString()]);
  }
  await openAttempt(api.db, { runId, attempt: 1 });
  await markAccepted(api.db, { runId, attempt: 1 }, true);
  expect(await shown(runId)).toEqual(['status', undefined, undefined]);
});

test.each<[string, (runId: string) => Promise<unknown>]>([
  ['it is cancelled', (runId) => api.call('DELETE', `/task/any/history/${runId}`)],
  ['it is over', (runId) => api.end(runId, { kind: 'exited', code: 1 })],
  ['it waits for something else', (runId) => setNote(api.db, runId, 1, 'Pulling image')],
])('it is not told once %s', async (_, happens) => {
  const runId = await accept();
  await setNote(api.db, runId, 1, 'Waiting for capacity', inOneMinute());
  await happens(runId);
  const [, at, until] = await shown(runId);
  expect([at, until]).toEqual([undefined, undefined]);
});

test('it is not told while pickup is paused: then no try begins', async () => {
  const runId = await accept();
  await setNote(api.db, runId, 1, 'Waiting for capacity', inOneMinute());
  await setWorkerCounts(api.db, [{ type: 'submit', engine: 'one', count: 0 }]);
  expect(await api.ask('GET', `/history/${runId}`)).not.toHaveProperty('next_attempt_at');
  await setWorkerCounts(api.db, [{ type: 'submit', engine: 'one', count: 1 }]);
  expect(await api.ask('GET', `/history/${runId}`)).toHaveProperty('next_attempt_at');
});

test('it is not told once it is past: then nobody knows', async () => {
  const runId = await accept();
  await setNote(api.db, runId, 1, 'Waiting for capacity', new Date(Date.now() - 1));
  expect(await api.ask('GET', `/history/${runId}`)).not.toHaveProperty('next_attempt_at');
});

describe('a submit that finds no room', () => {
  const seconds = { firstSeconds: 20, maxSeconds: 300, tries: 2 };
  type Answer = Submission & { againInSeconds?: number };

  async function submit(again?: typeof seconds & { dueAt: number }): Promise<{ answer: Answer; run: Run }> {
    const noRoom = () => Promise.resolve({ kind: 'no-capacity', why: 'full' } as const);
    const engine = { ...createSimulatedEngine('one', 'stays').engine, submit: noRoom };
    const unused = {} as never;
    const log = pino({ level: 'silent' });
    const activities = createSubmit({
      db: api.db,
      engines: new Map([['one', engine]]),
      runs: unused,
      post: unused,
      log,
    });
    const runId = await accept();
    const of = { runId, attempt: 1, engine: 'one', cluster: bareCluster };
    const ask = (): Promise<Answer> => activities.submit(of, 60, false, again);
    const answer = await new MockActivityEnvironment().run<[], Answer, typeof ask>(ask);
    const run = await until('its note', async () => {
      const found = await runById(api.db, runId);
      return found?.note === 'Waiting for capacity: full' ? found : null;
    });
    return { answer, run };
  }

  test('tells its owner and its workflow the same', async () => {
    const { answer, run } = await submit({ ...seconds, dueAt: Date.now() + 3_600_000 });
    const { againInSeconds = 0 } = answer;
    expect(againInSeconds).toBeGreaterThanOrEqual(20);
    expect(againInSeconds).toBeLessThan(40);
    const at = run.nextAttemptAt?.getTime() ?? 0;
    expect(Math.abs(at - Date.now() - againInSeconds * 1000)).toBeLessThan(10_000);
  });

  test('tells no time where none begins before its budget is used up, or an older workflow asks', async () => {
    const late = await submit({ ...seconds, dueAt: Date.now() + 10_000 });
    expect(late.run.nextAttemptAt).toBeNull();
    const { answer, run } = await submit();
    expect([answer, run.nextAttemptAt]).toEqual([{ kind: 'no-capacity', why: 'full' }, null]);
  });
});
