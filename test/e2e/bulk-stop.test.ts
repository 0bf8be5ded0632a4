/** Stops of many runs: those that matched when it was asked for, no others, whatever dies in between. */
import type { ChildProcess } from 'node:child_process';
import { startStack, until, type Stack } from '../stack';

type Stop = { stop_id: string; status: string; total: number; requested: number; stopped: number; refused: number };

let stack: Stack;
let worker: ChildProcess;
beforeAll(async () => {
  stack = await startStack('process', { RUN_STOP_GRACE_SECONDS: '1' });
  worker = stack.startWorker();
  await stack.startApi();
}, 120_000);
afterAll(() => stack.close(), 60_000);

async function stop(body: object): Promise<{ status: number; body: Stop & { error?: string } }> {
  const answer = await stack.call('POST', '/history/stop', body, { 'x-user-email': 'ann@example.com' });
  return { status: answer.status, body: answer.body as Stop };
}

const done = (stopId: string): Promise<Stop> =>
  until(
    'all are stopped',
    async () => {
      const { body } = await stack.call('GET', `/history/stop/${stopId}`);
      return (body as Stop).status === 'DONE' ? (body as Stop) : null;
    },
    120,
  );

test('a stop by filter stops what matched when it was asked for, and tells how far it is', async () => {
  const definition = await stack.define('sleep 300', { alias: 'many-to-stop' });
  const others = await stack.define('sleep 300', { alias: 'not-to-stop' });
  const runIds = await Promise.all(Array.from({ length: 20 }, () => stack.execute(definition)));
  const other = await stack.execute(others);
  await stack.reaches(runIds[0] ?? '', ['RUNNING']);
  const filter = { alias: 'many-to-stop', status: ['QUEUED', 'PENDING', 'RUNNING'] };
  expect((await stop({ filter, dry_run: true })).body).toEqual({
    ...{ dry_run: true, total: 20, spawned: 0, filter },
    by_alias: [{ alias: 'many-to-stop', runs: 20 }],
    by_owner: [{ owner: 'tester', runs: 20 }],
  });
  const { status, body } = await stop({ filter });
  expect([status, body.total]).toEqual([200, 20]);
  const later = await stack.execute(definition);
  expect(await done(body.stop_id)).toMatchObject({ total: 20, requested: 20, stopped: 20, refused: 0, filter });
  for (const runId of runIds) {
    expect((await stack.run(runId)).exit_reason).toBe('Task terminated by - ann@example.com');
  }
  for (const runId of [later, other])
    expect(['PENDING', 'RUNNING']).toContain((await stack.reaches(runId, ['PENDING', 'RUNNING'])).status);
  const rest = await stop({ run_ids: [later, other, 'no-such-run'] });
  expect(await done(rest.body.stop_id)).toMatchObject({ total: 2, stopped: 2, named: 3, unknown: 1 });
});

test('a definition that is deleted with its runs is gone at once, and they are stopped as by any stop of many', async () => {
  const definition = await stack.define('sleep 300', { alias: 'stopped-with-it' });
  const runIds = await Promise.all(Array.from({ length: 5 }, () => stack.execute(definition)));
  await stack.reaches(runIds[0] ?? '', ['RUNNING']);
  const by = { 'x-user-email': 'ann@example.com' };
  const { status, body } = await stack.call('DELETE', `/task/${definition}?stop_runs=true`, undefined, by);
  expect([status, body]).toEqual([200, expect.objectContaining({ deleted: true, stopped_runs: 5 })]);
  expect((await stack.call('GET', `/task/${definition}`)).status).toBe(404);
  expect(await done((body as Stop).stop_id)).toMatchObject({ total: 5, stopped: 5, refused: 0 });
  for (const runId of runIds) {
    expect((await stack.run(runId)).exit_reason).toBe('Task terminated by - ann@example.com');
  }
});

test.each<[string, object, RegExp]>([
  ['nothing', {}, /^Say which runs to stop: filter or run_ids$/],
  ['both', { filter: { alias: 'x' }, run_ids: ['y'] }, /^Say which runs to stop: filter or run_ids$/],
  ['an empty filter', { filter: {} }, /^filter must not be empty$/],
  ['a filter by nothing', { filter: { alias: [] } }, /^filter.alias must not be empty$/],
  [
    'an unknown filter',
    { filter: { colour: 'red' } },
    /^Unknown filter \[colour\], must be one of \[(?!.*sort_by).*, env\]$/,
  ],
  ['an invalid status', { filter: { status: 'DONE' } }, /^invalid status \[DONE\], must be one of \[/],
  ['a limit', { filter: { alias: 'x', limit: 5 } }, /^filter.limit has a value that filters nothing/],
])('a stop of %s is refused', async (_, body, says) => {
  expect(await stop(body)).toMatchObject({ status: 400, body: { error: expect.stringMatching(says) as unknown } });
});

test('a stop that was taken while Temporal was away is done once it is back, also if the worker is killed', async () => {
  const definition = await stack.define('sleep 300', { alias: 'stop-while-away' });
  const runIds = await Promise.all(Array.from({ length: 5 }, () => stack.execute(definition)));
  for (const runId of runIds) await stack.reaches(runId, ['RUNNING']);
  expect(await stack.call('GET', '/ready')).toMatchObject({ status: 200, body: { status: 'ready' } });
  await stack.killServer('temporal');
  expect(await stack.call('GET', '/ready')).toMatchObject({ status: 503, body: { status: 'unready' } });
  const { status, body } = await stop({ filter: { alias: 'stop-while-away' } });
  expect([status, body.total]).toEqual([200, 5]);
  await stack.restart('temporal');
  await stack.kill(worker);
  stack.startWorker();
  expect(await done(body.stop_id)).toMatchObject({ total: 5, stopped: 5 });
}, 240_000);
