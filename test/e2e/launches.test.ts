/** What the API makes of a launch on engine `eks`, and what it shows of it, on a real database; engine and Temporal are stand-ins. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { createApi } from '../../api/app';
import { News } from '../../api/news';
import { Streams } from '../../api/streams';
import { markAccepted, openAttempt, recordUsage, setMemory, setWhereabouts } from '../../db/attempt';
import { markFresh, markStale } from '../../db/cluster_health';
import { insertEvents } from '../../db/event';
import { advance, confirmCancels, settle } from '../../db/run';
import type { AttemptKey } from '../../domain/id';
import type { Job } from '../../domain/job';
import type { OutcomeClass } from '../../domain/outcome';
import type { Engine } from '../../engines/engine';
import { createRenderer } from '../../templates/renderer';
import { startDatabase, type Database } from '../postgres';
import type { WireRun } from '../stack';
import { fetchJudged } from '../judge';

type Shown = WireRun & Record<string, unknown>;

const never = (): never => {
  throw new Error('not asked for by the API');
};
const standIn = (name: string, maxAdaptedMemoryMb: number | null, manifest: Engine['manifest']): Engine => ({
  ...{ name, clusters: ['main', 'other'], warning: null, maxAdaptedMemoryMb, manifest },
  ...{ submit: never, look: never, stop: never, observe: never, logs: never },
});
const cap = 2000;
const engines = new Map([
  ['eks', standIn('eks', cap, (cluster, key, job) => ({ cluster, key, job }))],
  ['local', standIn('local', null, () => null)],
]);

let database: Database;
let db: Database['db'];
let server: Server;
let url: string;
let started: [runId: string, cancelledBy: string | null][] = [];
let cancelled: [runId: string, by: string][] = [];
/** Whether the workflows of runs can be reached. */
let reachable = true;

beforeAll(async () => {
  database = await startDatabase();
  ({ db } = database);
  const app = createApi({
    ...{ db, engines, log: pino({ level: 'silent' }), isImageMissing: null },
    runs: {
      start: ({ runId }, by) => {
        started.push([runId, by ?? null]);
        return Promise.resolve(true);
      },
      cancel: (runId, by) => {
        cancelled.push([runId, by]);
        return Promise.resolve(reachable);
      },
      report: () => Promise.resolve(reachable),
      setPickup: () => Promise.resolve('set'),
      stopRuns: () => Promise.resolve(),
      ensureDelivery: () => Promise.resolve(),
      requireTemporal: () => Promise.resolve(),
    },
    templates: createRenderer(),
    ...{ news: new News({ db, log: pino({ level: 'silent' }) }), streams: new Streams() },
    settings: {
      ...{ mode: 'test', baseUri: 'http://api', ownerVariable: 'OWNER', defaultEngine: 'eks', deadlineSeconds: 60 },
      stopGraceSeconds: 1,
      ...{ maxBodyBytes: 1024 * 1024, corsOrigins: [], callerHeader: '', secretsVisibleTo: [] },
      ...{ workflowsUrl: null, uiFolder: null, version: 'test' },
    },
  });
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v6`;
}, 120_000);
afterAll(async () => {
  server.close();
  await database.close();
}, 60_000);
beforeEach(() => {
  started = [];
  cancelled = [];
  reachable = true;
});

async function call(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> {
  const headers = { 'x-user-email': 'me@example.com' };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await fetchJudged(`${url}${path}`, init);
  return { status: response.status, body: await response.json() };
}

let named = 0;
async function define(more: object = {}): Promise<string> {
  const job = { group_name: 'test', image: 'busybox:1', memory: 512, command: 'true', alias: `launch-${(named += 1)}` };
  const answer = await call('POST', '/task', { ...job, ...more });
  expect(answer.status).toBe(200);
  return (answer.body as { definition_id: string }).definition_id;
}

const launch = (definitionId: string, more: object = {}) =>
  call('PUT', `/task/${definitionId}/execute`, { run_tags: { owner_id: 'ann' }, ...more });

async function execute(definitionId: string, more: object = {}): Promise<Shown> {
  const answer = await launch(definitionId, more);
  expect(answer.status).toBe(200);
  return answer.body as Shown;
}

async function show(runId: string): Promise<Shown> {
  return (await call('GET', `/history/${runId}`)).body as Shown;
}

async function manifestOf(runId: string): Promise<{ cluster: string; key: AttemptKey; job: Job }> {
  return (await call('GET', `/history/${runId}/manifest`)).body as { cluster: string; key: AttemptKey; job: Job };
}

async function stop(runId: string, of: OutcomeClass, memoryMb?: number): Promise<void> {
  const key = { runId, attempt: 1 };
  await openAttempt(db, key);
  if (memoryMb !== undefined) await setMemory(db, key, memoryMb);
  const verdict = { class: of, exitCode: null, reason: of };
  await settle(db, runId, { attempt: 1, verdict, startedAt: null, finishedAt: new Date(), seenExitCode: null });
}

describe('a launch', () => {
  test('is shown as it was asked for, and frozen into the job', async () => {
    const asked = {
      ...{ arch: 'arm64', service_account: 'etl', ephemeral_storage: 100, labels: { team: 'a' } },
      ...{ node_lifecycle: 'ondemand', retry_on_interruption: true, retry_on_oom: true, cluster: 'other' },
    };
    const run = await execute(await define(), asked);
    expect(run).toMatchObject(asked);
    expect(await show(run.run_id)).toMatchObject(JSON.parse(JSON.stringify(run)) as object);
    expect(await manifestOf(run.run_id)).toMatchObject({
      cluster: 'other',
      key: { runId: run.run_id, attempt: 1 },
      job: {
        ...{ arch: 'arm64', serviceAccount: 'etl', ephemeralStorageMb: 100, labels: { team: 'a' } },
        ...{ nodeLifecycle: 'ondemand', owner: 'ann', deadlineSeconds: 60, memoryMb: 512 },
      },
    });
  });

  test('takes what it does not say from its definition', async () => {
    const definitionId = await define({ ephemeral_storage: 7, retry_on_interruption: true, retry_on_oom: true });
    const run = await execute(definitionId, { retry_on_oom: false });
    expect(run).toMatchObject({ retry_on_interruption: true, retry_on_oom: false });
    for (const name of ['ephemeral_storage', 'arch', 'service_account', 'labels', 'parent_run_id', 'note']) {
      expect(run).not.toHaveProperty(name);
    }
    expect((await manifestOf(run.run_id)).job).toMatchObject({ ephemeralStorageMb: 7, arch: null });
  });

  test('of a privileged definition is refused on eks alone', async () => {
    const definitionId = await define({ privileged: true });
    const error = 'eks cannot run containers with privileged mode';
    expect(await launch(definitionId)).toEqual({ status: 400, body: { error } });
    expect((await launch(definitionId, { engine: 'local' })).status).toBe(200);
  });

  test('by a job is a child of its run, and cancelled with it', async () => {
    const definitionId = await define();
    const parent = await execute(definitionId);
    const env = [{ name: 'PARENT_FLOTILLA_RUN_ID', value: parent.run_id }];
    const child = await execute(definitionId, { env });
    expect(child['parent_run_id']).toBe(parent.run_id);
    const by = `me@example.com (parent ${parent.run_id} cancelled)`;
    expect((await call('DELETE', `/task/any/history/${parent.run_id}`)).body).toEqual({ terminated: true });
    expect(cancelled).toEqual([
      [parent.run_id, 'me@example.com'],
      [child.run_id, by],
    ]);
    const late = await execute(definitionId, { env });
    expect(started.at(-1)).toEqual([late.run_id, by]);
  });

  test('whose cancel was not delivered is told again, one that has it is not', async () => {
    reachable = false;
    const { run_id: runId } = await execute(await define());
    for (let n = 0; n < 2; n += 1) await call('DELETE', `/task/any/history/${runId}`);
    expect(cancelled).toHaveLength(2);
    await confirmCancels(db, [runId]);
    expect((await call('DELETE', `/task/any/history/${runId}`)).status).toBe(200);
    expect(cancelled).toHaveLength(2);
    expect((await call('DELETE', '/task/any/history/none')).status).toBe(404);
  });
});

describe('after an OOM kill the next run', () => {
  const memoryOf = async (run: Shown): Promise<number | null> => (await manifestOf(run.run_id)).job.memoryMb;

  test('of the same command gets more memory and says why, also when its note says something else', async () => {
    const definitionId = await define();
    await stop((await execute(definitionId)).run_id, 'OOM');
    const run = await execute(definitionId);
    const why = 'Memory 896 MB instead of 512 MB: the same command was OOM killed with 512 MB';
    expect(run).toMatchObject({ note: why, adaptive_resources: why });
    expect(run).not.toHaveProperty('memory');
    expect(await memoryOf(run)).toBe(896);
    await advance(db, run.run_id, { attempt: 1, phase: 'RUNNING' });
    expect(await show(run.run_id)).toMatchObject({ adaptive_resources: why });
    expect(await show(run.run_id)).not.toHaveProperty('note');
    await stop(run.run_id, 'SUCCESS');
    expect(await memoryOf(await execute(definitionId))).toBe(896);
    expect(await memoryOf(await execute(definitionId, { command: 'other' }))).toBe(512);
  });

  test('gets no more than the cap, and never less than it asks for', async () => {
    const definitionId = await define();
    await stop((await execute(definitionId)).run_id, 'OOM', 1568);
    expect(await memoryOf(await execute(definitionId))).toBe(cap);
    expect(await memoryOf(await execute(definitionId, { memory: 4000 }))).toBe(4000);
  });

  test.each<[string, object, object]>([
    ['where the definition opts out', { adaptive_resource_allocation: false }, {}],
    ['with a GPU', { gpu: 1 }, {}],
    ['on an engine that is not adaptive', {}, { engine: 'local' }],
  ])('%s gets what it asks for', async (_, definition, more) => {
    const definitionId = await define(definition);
    await stop((await execute(definitionId, more)).run_id, 'OOM');
    expect(await execute(definitionId, more)).not.toHaveProperty('adaptive_resources');
    const { rows } = await db.query<{ memory: number }>(
      `select (job->>'memoryMb')::int as memory from run where definition_id = $1 and phase = 'QUEUED'`,
      [definitionId],
    );
    expect(rows).toEqual([{ memory: 512 }]);
  });
});

test('a run shows where it runs and what it used', async () => {
  const { run_id: runId } = await execute(await define());
  const key = { runId, attempt: 1 };
  await openAttempt(db, key);
  await setWhereabouts(db, key, { podName: 'pod', node: 'node' });
  await recordUsage(db, [{ key, memoryMb: 300, cpuMilli: 20 }]);
  expect(await show(runId)).toMatchObject({
    instance: { dns_name: 'node', instance_id: '' },
    pod_name: 'pod',
    max_memory_used: 300,
    max_cpu_used: 20,
  });
});

test('a run shows the memory that its container was made with, and none before', async () => {
  const { run_id: runId } = await execute(await define());
  const key = { runId, attempt: 1 };
  await openAttempt(db, key);
  expect(await show(runId)).not.toHaveProperty('memory_limit');
  await markAccepted(db, key, true);
  expect(await show(runId)).toMatchObject({ memory_limit: 512 });
  await setMemory(db, key, 896);
  expect(await show(runId)).toMatchObject({ memory_limit: 896 });
});

test('events of a run are shown in the original’s words, and null where there are none', async () => {
  const { run_id: runId } = await execute(await define());
  expect(await call('GET', `/${runId}/events`)).toEqual({ status: 200, body: { total: 0, pod_events: null } });
  const event = { id: 'e', at: 1000, type: 'Normal', reason: 'Pulled', message: 'pulled', source: 'Pod/x' };
  await insertEvents(db, [{ key: { runId, attempt: 1 }, ...event }]);
  const shown = {
    ...{ timestamp: '1970-01-01T00:00:01.000Z', event_type: 'Normal', reason: 'Pulled', source_object: 'Pod/x' },
    ...{ message: 'pulled', attempt: 1 },
  };
  expect((await call('GET', `/${runId}/events`)).body).toEqual({ total: 1, pod_events: [shown] });
  expect((await call('GET', '/none/events')).status).toBe(404);
});

test('a manifest is shown by both paths, and refused with a sentence where there is none', async () => {
  const definitionId = await define();
  const { run_id: runId } = await execute(definitionId);
  expect((await call('GET', `/task/${definitionId}/history/${runId}/manifest`)).body).toEqual(await manifestOf(runId));
  const local = await execute(definitionId, { engine: 'local' });
  const error = 'Engine local makes no manifest of its runs';
  expect(await call('GET', `/history/${local.run_id}/manifest`)).toEqual({ status: 404, body: { error } });
  expect((await call('GET', '/history/none/manifest')).status).toBe(404);
});

test('open runs of a cluster that cannot be seen say since when; runs that are over and other clusters do not', async () => {
  const definitionId = await define();
  const runs = [
    await execute(definitionId),
    await execute(definitionId),
    await execute(definitionId, { cluster: 'other' }),
  ];
  const [open, over, elsewhere] = runs.map((run) => run.run_id);
  await stop(over ?? '', 'SUCCESS');
  await db.query(`update run set note = 'Pulling image' where run_id = $1`, [open]);
  await markStale(db, 'eks', 'main', 'connect ECONNREFUSED');
  const since = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown;
  const note = expect.stringMatching(/^stale since \d.*Z: connect ECONNREFUSED; Pulling image$/) as unknown;
  expect(await show(open ?? '')).toMatchObject({ stale_since: since, note });
  for (const runId of [over, elsewhere]) expect(await show(runId ?? '')).not.toHaveProperty('stale_since');
  const { history } = (await call('GET', `/task/${definitionId}/history`)).body as { history: Shown[] };
  expect(history.map((run) => [run.run_id, 'stale_since' in run]).sort()).toEqual(
    [
      [open, true],
      [over, false],
      [elsewhere, false],
    ].sort(),
  );
  await markFresh(db, 'eks', 'main');
  expect(await show(open ?? '')).toMatchObject({ note: 'Pulling image' });
  expect(await show(open ?? '')).not.toHaveProperty('stale_since');
});
