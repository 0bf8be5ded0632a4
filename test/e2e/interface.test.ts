/** What a user interface asks of the API besides runs and definitions themselves (ui.md C12). */
import { markFresh, markStale } from '../../db/cluster_health';
import { setWorkerCounts } from '../../db/worker';
import { bareCluster, bareEngines, startBareApi, type BareApi } from '../bare-api';
import { fetchJudged } from '../judge';

let api: BareApi;
beforeAll(async () => {
  api = await startBareApi();
}, 120_000);
afterAll(() => api.close(), 60_000);

const owner = { run_tags: { owner_id: 'ann' } };

async function define(alias: string): Promise<string> {
  const job = { alias, group_name: 'test', image: 'busybox:1', memory: 64, command: 'true' };
  return (await api.ask<{ definition_id: string }>('POST', '/task', job)).definition_id;
}

async function execute(definitionId: string): Promise<string> {
  return (await api.ask<{ run_id: string }>('PUT', `/task/${definitionId}/execute`, owner)).run_id;
}

describe('a list of definitions', () => {
  type Row = { alias: string; last_run?: Record<string, unknown> };
  const rowOf = async (alias: string): Promise<Row | undefined> =>
    (await api.ask<{ definitions: Row[] }>('GET', `/task?alias=${alias}`)).definitions[0];

  test('shows the newest run of each: open, ended, and of what never ran nothing', async () => {
    await define('never');
    const definitionId = await define('often');
    const earlier = await execute(definitionId);
    await api.end(earlier, { kind: 'exited', code: 0 });
    const later = await execute(definitionId);
    // Accepted in the same millisecond, they would be told apart by their ids.
    await api.db.query(`update run set queued_at = queued_at - interval '1 second' where run_id = $1`, [earlier]);
    expect(await rowOf('never')).not.toHaveProperty('last_run');
    const queuedAt = expect.any(String) as unknown;
    const queued = { run_id: later, version: 1, status: 'QUEUED', queued_at: queuedAt };
    expect((await rowOf('often'))?.last_run).toEqual(queued);
    const at = new Date('2026-01-02T03:04:05.000Z');
    await api.end(later, { kind: 'exited', code: 3 }, at);
    expect((await rowOf('often'))?.last_run).toEqual({
      ...{ run_id: later, version: expect.any(Number) as unknown, status: 'STOPPED', queued_at: queuedAt },
      ...{ exit_code: 3, outcome: 'USER' },
      ...{ started_at: at.toISOString(), finished_at: at.toISOString() },
    });
  });

  test('shows it on each of many rows, and asks for all of them at once', async () => {
    const ids = await Promise.all(Array.from({ length: 30 }, (_, n) => define(`many-${n}`)));
    const runIds = await Promise.all(ids.map(execute));
    const asked = jest.spyOn(api.db, 'query');
    const { definitions } = await api.ask<{ definitions: Row[] }>('GET', '/task?alias=many-&sort_by=alias');
    expect(asked.mock.calls).toHaveLength(2);
    asked.mockRestore();
    const shown = new Map(definitions.map((row) => [row.alias, row.last_run?.['run_id']]));
    expect(shown).toEqual(new Map(runIds.map((runId, n) => [`many-${n}`, runId])));
  });
});

test('the installation tells its version, engines, zone, limits and where the Temporal UI is', async () => {
  const { now, ...info } = await api.ask<{ now: string }>('GET', '/info');
  expect(info).toEqual({
    ...{ version: '1.2.3', mode: 'test', time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone },
    engines: bareEngines.map((name, n) => ({ name, clusters: [bareCluster], is_default: n === 0 })),
    limits: {
      ...{ body_bytes: 65_536, list_rows: 10_000, list_rows_default: 1024, filter_values: 1000 },
      ...{ log_page_bytes: 1_048_576, stop_runs: 50_000, streams: 1000, deadline_seconds_default: 60 },
      stop_grace_seconds: 10,
    },
    temporal_ui_url: 'http://temporal.example/namespaces/default/workflows',
  });
  expect(Math.abs(Date.parse(now) - Date.now())).toBeLessThan(5000);
});

describe('a page from elsewhere', () => {
  const headers = { Origin: 'https://ui.example.com' };

  test('may read the headers that it needs, of refusals, too', async () => {
    for (const path of ['/task', '/task/none']) {
      const answer = await fetchJudged(`${api.url}${path}`, { headers });
      expect(Math.abs(Date.parse(answer.headers.get('date') ?? '') - Date.now())).toBeLessThan(5000);
      const exposed = answer.headers.get('access-control-expose-headers')?.split(',');
      expect(exposed).toEqual(['Content-Disposition', 'Date', 'ETag', 'Idempotent-Replayed', 'X-Request-Id']);
    }
  });

  test('may send the headers that we know', async () => {
    const asks = { ...headers, 'Access-Control-Request-Method': 'PUT' };
    const answer = await fetchJudged(`${api.url}/task`, { method: 'OPTIONS', headers: asks });
    const allowed = answer.headers.get('access-control-allow-headers')?.toLowerCase().split(',');
    expect(allowed).toEqual(
      expect.arrayContaining(['content-type', 'idempotency-key', 'if-match', 'if-none-match', 'last-event-id']),
    );
  });
});

test('a refusal says which fields it is about', async () => {
  const job = { alias: 'a/b', group_name: 'test', image: 'busybox:1', command: 'true', env: [{ value: '1' }] };
  const { status, body } = await api.call('POST', '/task', job);
  const { error, fields } = body as { error: string; fields: { field: string; message: string }[] };
  expect(status).toBe(400);
  expect(fields.map(({ field }) => field).sort()).toEqual(['alias', 'env.0.name', 'memory']);
  expect(fields.map(({ message }) => message).sort()).toEqual(error.split('\n').sort());
  const reserved = {
    ...owner,
    env: [
      { name: 'A', value: '' },
      { name: 'FLOTILLA_RUN_ID', value: '' },
    ],
  };
  const message = 'environment variable FLOTILLA_RUN_ID is reserved';
  expect(await api.call('PUT', `/task/${await define('refusing')}/execute`, reserved)).toEqual({
    status: 409,
    body: { error: message, fields: [{ field: 'env.1.name', message }] },
  });
});

describe('what rows of runs have for a user interface', () => {
  test('is their version, who stopped them and when, and their class', async () => {
    type Row = { version: number; stop_requested_at?: string; stop_requested_by?: string; outcome?: string };
    const runId = await execute(await define('rows'));
    const row = async (): Promise<Row | undefined> =>
      (await api.ask<{ history: Row[] }>('GET', `/history?run_id=${runId}`)).history[0];
    const before = await row();
    expect(before).not.toHaveProperty('stop_requested_at');
    await api.call('DELETE', `/task/any/history/${runId}`, undefined, { 'x-user-email': 'joe@example.com' });
    const stopping = await row();
    expect(stopping).toMatchObject({ status: 'QUEUED', stop_requested_by: 'joe@example.com' });
    expect(Date.parse(stopping?.stop_requested_at ?? '')).not.toBeNaN();
    await api.end(runId, { kind: 'cancelled', by: 'joe@example.com' });
    const stopped = await row();
    expect(stopped).toMatchObject({ status: 'STOPPED', outcome: 'CANCELLED' });
    const versions = [before, stopping, stopped].map((one) => one?.version ?? 0);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
  });
});

describe('readiness', () => {
  type Check = { name: string; ok: boolean; error?: string; checked_at?: string; since?: string };
  const ready = async (): Promise<{ status: number; is: string; checks: Record<string, Check> }> => {
    const { status, body } = await api.call('GET', '/ready');
    const { status: is, checks } = body as { status: string; checks: Check[] };
    return { status, is, checks: Object.fromEntries(checks.map((check) => [check.name, check])) };
  };
  const good = (name: string): Check => ({ name, ok: true, checked_at: expect.any(String) as string });
  afterEach(() => {
    jest.restoreAllMocks();
    api.temporal.answer = () => Promise.resolve();
  });

  test('is told with a check for Postgres, Temporal and each cluster', async () => {
    const names = ['postgres', 'temporal', ...bareEngines.map((engine) => `${engine}/${bareCluster}`)];
    const checks = Object.fromEntries(names.map((name) => [name, good(name)]));
    expect(await ready()).toEqual({ status: 200, is: 'ready', checks });
  });

  test('stays where a cluster cannot be seen, with since when and why', async () => {
    await markStale(api.db, 'two', bareCluster, 'no route to it');
    const { status, is, checks } = await ready();
    const { engines } = await api.ask<{ engines: object[] }>('GET', '/info');
    expect(engines[1]).toMatchObject({ warning: `two/${bareCluster} cannot be seen: no route to it` });
    expect(engines[0]).not.toHaveProperty('warning');
    await markFresh(api.db, 'two', bareCluster);
    expect([status, is]).toEqual([200, 'degraded']);
    const name = `two/${bareCluster}`;
    const since = expect.any(String) as string;
    expect(checks[name]).toEqual({ ...good(name), ok: false, error: 'no route to it', since });
    expect(checks[`one/${bareCluster}`]?.ok).toBe(true);
  });

  test('is gone where Temporal fails, or says nothing: told within seconds', async () => {
    api.temporal.answer = () => new Promise(() => undefined);
    const began = performance.now();
    const silent = await ready();
    expect(performance.now() - began).toBeLessThan(4000);
    expect([silent.status, silent.is]).toEqual([503, 'unready']);
    expect(silent.checks['temporal']).toMatchObject({ ok: false, error: 'No answer within 2 seconds' });
    expect(silent.checks['postgres']?.ok).toBe(true);
  });

  test('is gone where Postgres fails, whose words are not told: clusters are not known then', async () => {
    jest.spyOn(api.db, 'query').mockRejectedValue(new Error('user flotilla at 10.0.0.7') as never);
    const { status, is, checks } = await ready();
    expect([status, is]).toEqual([503, 'unready']);
    expect(checks['postgres']).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^Cannot be reached/) as string,
    });
    expect(JSON.stringify(checks)).not.toContain('10.0.0.7');
    expect(checks[`one/${bareCluster}`]?.ok).toBe(false);
  });
});

test('a run that waits says that its engine is paused, or that Temporal is away', async () => {
  const runId = await execute(await define('waits'));
  const waits = async (): Promise<unknown> => {
    const told = await api.ask<{ waiting_for: { what: string } }>('GET', `/history/${runId}/explain`);
    return told.waiting_for.what;
  };
  expect(await waits()).toBe('a worker with engine one');
  await setWorkerCounts(api.db, [{ type: 'submit', engine: 'one', count: 0 }]);
  expect(await waits()).toMatch(/^pickup of engine one to be opened/);
  await setWorkerCounts(api.db, [{ type: 'submit', engine: 'one', count: 1 }]);
  api.temporal.answer = () => Promise.reject(new Error('ECONNREFUSED'));
  expect(await waits()).toMatch(/^Temporal to answer/);
  api.temporal.answer = () => Promise.resolve();
});

test('a stop with a misspelt field stops nothing', async () => {
  const runId = await execute(await define('misspelt'));
  const error = 'Unknown field [dry_runn], must be one of [filter, run_ids, dry_run]';
  expect(await api.call('POST', '/history/stop', { filter: { alias: 'misspelt' }, dry_runn: true })).toEqual({
    ...{ status: 400, body: { error, fields: [{ field: 'dry_runn', message: error }] } },
  });
  expect(await api.ask('GET', `/history/${runId}`)).not.toHaveProperty('stop_requested_by');
});

test('runs of a definition that was deleted are found by its id', async () => {
  const definitionId = await define('gone');
  const runId = await execute(definitionId);
  await api.end(runId, { kind: 'exited', code: 0 });
  await api.ask('DELETE', `/task/${definitionId}`);
  for (const path of [`/task/${definitionId}/history`, `/history?definition_id=${definitionId}`]) {
    expect((await api.ask<{ history: object[] }>('GET', path)).history).toMatchObject([{ run_id: runId }]);
  }
  expect((await api.call('GET', '/history?definition_id=never')).status).toBe(404);
});

test('a place in a log that no answer has told is refused', async () => {
  const runId = await execute(await define('logs'));
  const status = async (lastSeen: string): Promise<number> =>
    (await api.call('GET', `/${runId}/logs?last_seen=${encodeURIComponent(lastSeen)}`)).status;
  for (const given of ['', '0', '1:2:3/4', '1:2+:3/4', '1:1700000000/5'])
    expect([given, await status(given)]).toEqual([given, 200]);
  for (const never of ['garbage', '7:99:999999', '0:1:2', '12'])
    expect([never, await status(never)]).toEqual([never, 400]);
  expect((await api.call('GET', `/${runId}/logs/stream`, undefined, { 'Last-Event-ID': 'garbage' })).status).toBe(400);
});

test('a method that a path has not is refused with those that it has', async () => {
  const answer = await fetchJudged(`${api.url}/task`, { method: 'PATCH' });
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'HEAD, GET, POST']);
});
