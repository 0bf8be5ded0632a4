/** A contract of each route that the original serves, in each version that it serves it, against a whole installation. */
import { temporal } from '@temporalio/proto';
import { startStack, until, type Stack } from '../stack';
import { fetchJudged } from '../judge';

type Reply = { status: number; headers: Headers; text: string; body: Record<string, unknown> };
type Ask = { body?: unknown; headers?: Record<string, string> };

const owner = { run_tags: { owner_id: 'tester' } };
const job = { group_name: 'routes', image: 'ubuntu:latest', memory: 64, command: 'true' };

let stack: Stack;
beforeAll(async () => {
  stack = await startStack('process', { LOCAL_CLUSTERS: 'default blue green' });
  stack.startWorker();
  await stack.startApi();
}, 120_000);
afterAll(() => stack.close(), 60_000);

async function ask(method: string, path: string, { body, headers = {} }: Ask = {}): Promise<Reply> {
  const url = new URL(`/api/${path}`, stack.apiUrl);
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await fetchJudged(url, init);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}

async function expectBody(reply: Promise<Reply>, status: number): Promise<Record<string, unknown>> {
  const { status: was, body, text, headers } = await reply;
  expect({ was, text }).toEqual({ was: status, text });
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  return body;
}

const refused = (error: RegExp): unknown => expect.objectContaining({ error: expect.stringMatching(error) as unknown });

let named = 0;
async function define(more: Record<string, unknown> = {}): Promise<{ id: string; alias: string }> {
  const alias = `routes-${(named += 1)}`;
  const { definition_id: id } = await expectBody(ask('POST', 'v6/task', { body: { ...job, alias, ...more } }), 200);
  return { id: id as string, alias };
}

describe('definitions, runs and metadata are the same in v1 and v6', () => {
  test.each(['v1', 'v6'])('in %s a definition is created, found, listed, changed, executed and deleted', async (v) => {
    const alias = `whole-${v}`;
    const created = await expectBody(ask('POST', `${v}/task`, { body: { ...job, alias } }), 200);
    const id = created['definition_id'] as string;
    expect(await expectBody(ask('GET', `${v}/task/${id}`), 200)).toEqual(created);
    expect(await expectBody(ask('GET', `${v}/task/alias/${alias}`), 200)).toEqual(created);
    const list = await expectBody(ask('GET', `${v}/task?alias=${alias}`), 200);
    expect(list).toMatchObject({ total: 1, definitions: [created], alias: [alias], env_filters: {} });
    const changed = await expectBody(ask('PUT', `${v}/task/${id}`, { body: { memory: 128 } }), 200);
    expect(changed).toEqual({ ...created, memory: 128, revision: 2 });

    const run = await expectBody(ask('PUT', `${v}/task/alias/${alias}/execute`, { body: owner }), 200);
    const runId = run['run_id'] as string;
    expect(run).toMatchObject({ status: 'QUEUED', alias, definition_id: id, cluster: 'default', engine: 'local' });
    await stack.reaches(runId, ['STOPPED']);
    for (const path of [`history/${runId}`, `task/history/${runId}`, `task/${id}/history/${runId}`]) {
      expect(await expectBody(ask('GET', `${v}/${path}`), 200)).toMatchObject({ run_id: runId, exit_code: 0 });
    }
    expect(await expectBody(ask('GET', `${v}/task/${id}/history`), 200)).toMatchObject({
      ...{ total: 1, history: [{ run_id: runId }], definition_id: [id] },
    });
    expect(await expectBody(ask('GET', `${v}/history?run_id=${runId}`), 200)).toMatchObject({ total: 1 });
    expect(await expectBody(ask('GET', `${v}/${runId}/logs`), 200)).toEqual({
      ...{ last_seen: expect.any(String) as unknown, log: expect.stringContaining('+ true') as unknown },
      ...{ attempt: 1, first_line: 1, next_line: expect.any(Number) as unknown },
    });
    expect(await expectBody(ask('GET', `${v}/${runId}/events`), 200)).toEqual({ total: 0, pod_events: null });
    expect(await expectBody(ask('DELETE', `${v}/task/${id}/history/${runId}`), 200)).toEqual({ terminated: true });
    expect(await expectBody(ask('PUT', `${v}/${runId}/status`, { body: { status: 'STOPPED' } }), 409)).toEqual(
      refused(/is over/),
    );
    expect(await expectBody(ask('DELETE', `${v}/task/${id}`), 200)).toEqual({ deleted: true });
    expect(await expectBody(ask('GET', `${v}/task/${id}`), 404)).toEqual(refused(/not found/));
  });

  const elsewhere: [method: string, path: string, status: number][] = [
    ...(['GET', 'PUT'] as const).map((method) => [method, 'v3/task', 404] as [string, string, number]),
    ['GET', 'v2/task', 404],
    ['GET', 'v4/task', 404],
    ['GET', 'v7/task', 404],
    ['GET', 'v1/worker', 404],
    ['GET', 'v6/worker', 404],
    ['GET', 'v6/template', 404],
    ['GET', 'v1/health', 404],
    ['GET', 'v1/history/x/payload', 404],
    ['GET', 'v1/x/status', 405],
    ['POST', 'v1/clusters', 405],
    ['POST', 'v6/groups', 405],
    ['POST', 'v6/task/x/execute', 405],
    ['DELETE', 'v7/template/x', 405],
    ['PUT', 'v7/template/x', 405],
  ];
  test.each(elsewhere)('%s %s is served nowhere: %i, told as JSON', async (method, path, status) => {
    expect(await expectBody(ask(method, path, method === 'GET' ? {} : { body: {} }), status)).toEqual(refused(/./));
  });

  test('the alias history is an alias, and the run of a definition called alias is none', async () => {
    expect(await expectBody(ask('GET', 'v6/task/alias/history'), 404)).toEqual(refused(/alias history not found/));
  });
});

describe('execute in its dialects', () => {
  test('v1 needs no owner and reads no overrides', async () => {
    const { id } = await define();
    const body = { cluster: 'blue', env: [{ name: 'A', value: '1' }], memory: 9, command: 'false' };
    const run = await expectBody(ask('PUT', `v1/task/${id}/execute`, { body }), 200);
    expect(run).toMatchObject({ user: 'v1-unknown', cluster: 'blue', command: 'true' });
    expect(run).not.toHaveProperty('memory');
    expect(run['env']).toContainEqual({ name: 'A', value: '1' });
  });

  test('v1 by alias is the dialect of v4: without an owner it is refused', async () => {
    const { alias } = await define();
    const refusal = refused(/^run_tags must exist in body and contain \[owner_id\]$/);
    expect(await expectBody(ask('PUT', `v1/task/alias/${alias}/execute`, { body: {} }), 400)).toEqual(refusal);
  });

  test('v2 has its owner by email', async () => {
    const { id } = await define();
    const tags = { owner_email: 'me@example.com', team_name: 'etl' };
    const run = await expectBody(ask('PUT', `v2/task/${id}/execute`, { body: { run_tags: tags, memory: 9 } }), 200);
    expect(run).toMatchObject({ user: 'me@example.com' });
    expect(run).not.toHaveProperty('memory');
    const refusal = refused(/contain \[owner_email\] and \[team_name\]$/);
    expect(await expectBody(ask('PUT', `v2/task/${id}/execute`, { body: owner }), 400)).toEqual(refusal);
  });

  test.each(['v4', 'v6'])('%s reads all', async (v) => {
    const { id } = await define();
    const body = { ...owner, memory: 9, command: 'echo hi', description: 'nightly', tier: '3' };
    expect(await expectBody(ask('PUT', `${v}/task/${id}/execute`, { body }), 200)).toMatchObject({
      ...{ user: 'tester', memory: 9, command: 'echo hi', description: 'nightly', tier: '3', task_type: 'task' },
    });
  });
});

describe('names', () => {
  test('groups and tags are listed once each, in order, by part of the name and in pages', async () => {
    await define({ group_name: 'names_b', tags: ['names-y', 'names-x'] });
    await define({ group_name: 'names_a', tags: ['names-x'] });
    await define({ group_name: 'names_a' });
    for (const v of ['v1', 'v6']) {
      const groups = { groups: ['names_a', 'names_b'], total: 2, limit: 1024, offset: 0 };
      expect(await expectBody(ask('GET', `${v}/groups?name=names_`), 200)).toEqual(groups);
      const tags = { tags: ['names-y'], total: 2, limit: 1, offset: 1 };
      expect(await expectBody(ask('GET', `${v}/tags?name=names-&limit=1&offset=1`), 200)).toEqual(tags);
    }
    expect(await expectBody(ask('GET', 'v6/groups?name=nobody'), 200)).toMatchObject({ groups: [], total: 0 });
    expect(await expectBody(ask('GET', 'v6/groups?limit=x'), 400)).toEqual(refused(/^limit must be/));
  });

  test('those of deleted definitions are gone', async () => {
    const { id } = await define({ group_name: 'names_gone', tags: ['names-gone'] });
    await ask('DELETE', `v6/task/${id}`);
    expect(await expectBody(ask('GET', 'v6/groups?name=names_gone'), 200)).toMatchObject({ total: 0 });
    expect(await expectBody(ask('GET', 'v6/tags?name=names-gone'), 200)).toMatchObject({ total: 0 });
  });
});

describe('clusters', () => {
  async function rowOf(name: string): Promise<Record<string, unknown> & { id: string }> {
    const { clusters } = await expectBody(ask('GET', 'v6/clusters?detail=true'), 200);
    const found = (clusters as (Record<string, unknown> & { id: string })[]).find((one) => one['name'] === name);
    if (found === undefined) throw new Error(`no row of ${name}`);
    return found;
  }
  const set = async (name: string, body: object): Promise<void> => {
    await expectBody(ask('PUT', `v6/clusters/${(await rowOf(name)).id}`, { body }), 200);
  };
  const placed = async (id: string, body: object = {}): Promise<unknown> =>
    (await expectBody(ask('PUT', `v6/task/${id}/execute`, { body: { ...owner, ...body } }), 200))['cluster'];

  test('are names, as the UI wants them', async () => {
    for (const v of ['v1', 'v6']) {
      expect(await expectBody(ask('GET', `${v}/clusters`), 200)).toEqual({ clusters: ['default', 'blue', 'green'] });
    }
  });

  test('have rows that are created, changed in part, and deleted', async () => {
    const body = {
      name: 'later',
      status: 'maintenance',
      status_reason: 'new',
      allowed_tiers: ['a,b'],
      capabilities: [],
    };
    const created = await expectBody(ask('POST', 'v6/clusters', { body }), 200);
    expect(created).toMatchObject({ created: true, ...body, engine: 'local', cluster_version: '', region: '' });
    expect(created['id']).toEqual(expect.stringMatching(/^\d+$/));
    const path = `v6/clusters/${String(created['id'])}`;
    const row = Object.fromEntries(Object.entries(created).filter(([key]) => key !== 'created'));
    expect(await expectBody(ask('GET', path), 200)).toEqual(row);
    expect(await expectBody(ask('POST', 'v6/clusters', { body }), 409)).toEqual(refused(/\[later\] already exists/));

    const renamed = await expectBody(ask('PUT', path, { body: { region: 'eu' } }), 200);
    expect(renamed).toMatchObject({ updated: true, ...row, region: 'eu', updated_at: expect.any(String) as unknown });
    const open = await expectBody(ask('PUT', path, { body: { status: 'active' } }), 200);
    expect(open).toMatchObject({ status: 'active', status_reason: '' });
    expect(open['status_since']).not.toBe(row['status_since']);
    const clash = ask('PUT', path, { body: { name: (await rowOf('blue'))['name'] } });
    expect(await expectBody(clash, 409)).toEqual(refused(/\[blue\] already exists/));

    expect(await expectBody(ask('DELETE', path), 200)).toEqual({ deleted: true });
    for (const method of ['GET', 'DELETE']) {
      expect(await expectBody(ask(method, path), 404)).toEqual(refused(/^Cluster with ID \d+ not found$/));
    }
    expect(await expectBody(ask('PUT', path, { body: {} }), 404)).toEqual(refused(/not found/));
  });

  test.each([
    [{ name: 'x', status: 'gone' }, /^status must be one of \[active, maintenance, offline\]$/],
    [{ name: 'x' }, /\[status\] must be specified/],
    [{ status: 'active' }, /\[name\] must be specified/],
    [{ name: 'x', status: 'active', engine: 'nowhere' }, /^engine must be \[local\] nowhere was specified$/],
    [{ name: 'x', status: 'active', allowed_tiers: 'all' }, /^allowed_tiers must be an array$/],
  ])('that are %j are refused', async (body, says) => {
    expect(await expectBody(ask('POST', 'v6/clusters', { body }), 400)).toEqual(refused(says));
  });

  test.each(['events', 'logs', 'status', '99999999999999999999'])('%s is the id of none', async (id) => {
    expect(await expectBody(ask('GET', `v6/clusters/${id}`), 404)).toEqual(refused(/^Cluster with ID/));
  });

  test('place runs by request, tier, target and default, and take none while they are not active', async () => {
    const { id } = await define({ command: 'sleep 600' });
    const { id: targeted } = await define({ target_cluster: 'green' });
    expect(await placed(id)).toBe('default');
    expect(await placed(id, { cluster: 'blue' })).toBe('blue');
    expect(await placed(targeted)).toBe('green');
    expect(await placed(targeted, { cluster: 'blue' })).toBe('blue');

    await set('blue', { allowed_tiers: ['gold'] });
    await set('green', { allowed_tiers: ['gold'] });
    // Blue has one open run by now, green none: its only one ends at once.
    await until('green is empty', async () => {
      const { total } = await expectBody(ask('GET', 'v6/history?cluster_name=green&status=STOPPED'), 200);
      return total === 1 ? true : null;
    });
    expect(await placed(id, { tier: 'gold' })).toBe('green');
    expect(await placed(id, { tier: 'lead' })).toBe('default');

    await set('green', { status: 'maintenance', status_reason: 'upgrade' });
    expect(await placed(id, { tier: 'gold' })).toBe('blue');
    const named = ask('PUT', `v6/task/${id}/execute`, { body: { ...owner, cluster: 'green' } });
    expect(await expectBody(named, 400)).toEqual(
      refused(/^cluster \[green\] takes no runs now, its status is maintenance: upgrade$/),
    );
    await set('default', { status: 'offline' });
    expect(await placed(id)).toBe('blue');
    await set('blue', { status: 'offline' });
    expect(await expectBody(ask('PUT', `v6/task/${id}/execute`, { body: owner }), 503)).toEqual(
      refused(
        /^No cluster of engine local takes runs now; try again: cluster \[default\] is in status offline; .*\[green\] is in status maintenance: upgrade$/,
      ),
    );
    for (const name of ['default', 'blue', 'green']) await set(name, { status: 'active', allowed_tiers: [] });
    expect(await placed(id)).toBe('default');
    const unknown = ask('PUT', `v6/task/${id}/execute`, { body: { ...owner, cluster: 'pink' } });
    expect(await expectBody(unknown, 400)).toEqual(refused(/^pink was not found in the list of valid clusters: \[/));
  });
});

describe('the status of a run', () => {
  test('is light, and 304 while nothing has changed', async () => {
    const { id } = await define();
    const runId = await stack.execute(id);
    await stack.reaches(runId, ['STOPPED']);
    const first = await ask('GET', `v6/${runId}/status`);
    expect(first.status).toBe(200);
    expect(first.body).toEqual({
      ...{ run_id: runId, status: 'STOPPED', exit_code: 0, exit_reason: 'Command exited with code 0', engine: 'local' },
      ...{ definition_id: id, alias: expect.any(String) as unknown, cluster_name: 'default' },
      ...{ queued_at: expect.any(String) as unknown, started_at: expect.any(String) as unknown },
      finished_at: expect.any(String) as unknown,
    });
    expect(first.headers.get('etag')).toBe('"STOPPED-0"');
    expect(first.headers.get('cache-control')).toBe('max-age=5');
    const again = await ask('GET', `v6/${runId}/status`, { headers: { 'if-none-match': '"STOPPED-0"' } });
    expect({ status: again.status, text: again.text }).toEqual({ status: 304, text: '' });
    const changed = await ask('GET', `v6/${runId}/status`, { headers: { 'if-none-match': '"RUNNING-unknown"' } });
    expect(changed.status).toBe(200);
    expect(await expectBody(ask('GET', 'v6/none/status'), 404)).toEqual(refused(/^Run with id none not found$/));
  });

  test('is told by the job itself: its end is accepted, and its container stopped', async () => {
    const { id } = await define({ command: 'trap "echo stopped by TERM; exit 1" TERM; sleep 600 & wait' });
    const runId = await stack.execute(id);
    await stack.reaches(runId, ['RUNNING']);
    const body = { status: 'STOPPED', exit_code: 7, run_exceptions: ['Repository not found'] };
    expect(await expectBody(ask('PUT', `v6/${runId}/status`, { body }), 200)).toEqual({ updated: true });
    const run = await stack.reaches(runId, ['STOPPED']);
    expect(run).toMatchObject({ exit_code: 7, exit_reason: 'Git clone error', outcome: 'REPORTED' });
    expect(run).toMatchObject({ run_exceptions: ['Repository not found'], finished_at: expect.any(String) as unknown });
    expect(await expectBody(ask('PUT', `v6/${runId}/status`, { body }), 409)).toEqual(refused(/is over/));
    expect((await stack.run(runId)).exit_code).toBe(7);
    // A plain process has none.
    expect(run).not.toHaveProperty('memory_limit');
  });

  test('that is no end changes no state, and what is told of it is kept', async () => {
    const { id } = await define({ command: 'sleep 600' });
    const runId = await stack.execute(id);
    const put = (body: object) => ask('PUT', `v6/${runId}/status`, { body });
    await stack.reaches(runId, ['RUNNING']);
    expect(await expectBody(put({ status: 'QUEUED' }), 200)).toEqual({ updated: false });
    expect(await expectBody(put({ status: 'RUNNING', run_exceptions: ['e'] }), 200)).toEqual({ updated: true });
    expect(await stack.run(runId)).toMatchObject({ status: 'RUNNING', run_exceptions: ['e'] });
    expect(await stack.run(runId)).not.toHaveProperty('finished_at');
    expect(await expectBody(put({ status: 'GONE' }), 400)).toEqual(
      refused(/^status GONE is invalid, must be one of \[/),
    );
    expect(await expectBody(put({}), 400)).toEqual(refused(/^status {2}is invalid, must be one of \[/));
    const unknown = ask('PUT', 'v6/none/status', { body: { status: 'STOPPED' } });
    expect(await expectBody(unknown, 404)).toEqual(refused(/^Run with id none not found$/));
    await stack.cancel(runId, 'me@example.com');
    await stack.reaches(runId, ['STOPPED']);
  });
});

test('a run names those that its job has started', async () => {
  const { id } = await define();
  const parent = await stack.execute(id);
  expect(await stack.run(parent)).not.toHaveProperty('spawned_runs');
  const env = [{ name: 'PARENT_FLOTILLA_RUN_ID', value: parent }];
  const children = [await stack.execute(id, { env }), await stack.execute(id, { env })];
  const spawned = children.map((runId) => ({ run_id: runId }));
  expect(await stack.run(parent)).toMatchObject({ spawned_runs: spawned });
});

describe('the payload of a run', () => {
  test('is empty for a definition', async () => {
    const runId = await stack.execute((await define()).id);
    expect(await expectBody(ask('GET', `v6/history/${runId}/payload`), 200)).toEqual({});
    expect(await expectBody(ask('GET', 'v6/history/none/payload'), 404)).toEqual(refused(/not found/));
  });
});

describe('workers', () => {
  const submit = (count: number) => ({ worker_type: 'submit', count_per_instance: count, engine: 'local' });
  const queuedRun = async (): Promise<string> => stack.execute((await define()).id);

  test('are listed once each', async () => {
    const { total, workers } = await expectBody(ask('GET', 'v5/worker'), 200);
    expect(total).toBe(3);
    expect(workers).toContainEqual(submit(1));
    expect(await expectBody(ask('GET', 'v5/worker/submit'), 200)).toEqual(submit(1));
    expect(await expectBody(ask('GET', 'v5/worker/x'), 400)).toEqual(refused(/^Worker type: \[x\] is not a valid/));
    expect(await expectBody(ask('GET', 'v5/worker/submit?engine=x'), 400)).toEqual(refused(/^engine must be/));
  });

  test('of type submit with a count of 0 pick nothing up, for all worker processes, and what runs goes on', async () => {
    const second = stack.startWorker();
    const running = await stack.execute((await define({ command: 'sleep 600' })).id);
    await stack.reaches(running, ['RUNNING']);
    const body = { count_per_instance: 0 };
    expect(await expectBody(ask('PUT', 'v5/worker/submit', { body }), 200)).toEqual(submit(0));

    const waiting = await Promise.all(Array.from({ length: 5 }, queuedRun));
    // One that is started now, too, and one whose cancel needs no pickup.
    const third = stack.startWorker();
    await stack.kill(second);
    await stack.cancel(running, 'me@example.com');
    expect(await stack.reaches(running, ['STOPPED'])).toMatchObject({ outcome: 'CANCELLED' });
    const [unwanted = '', ...wanted] = waiting;
    await stack.cancel(unwanted, 'me@example.com');
    await stack.reaches(unwanted, ['STOPPED']);
    for (const runId of wanted) {
      const run = await stack.run(runId);
      expect(run).toMatchObject({
        status: 'QUEUED',
        note: expect.stringMatching(/^Pickup of this engine is paused/) as unknown,
      });
    }

    const open = ask('PUT', 'v5/worker', { body: [submit(2)] });
    expect((await expectBody(open, 200))['workers']).toContainEqual(submit(2));
    const ends = await Promise.all(wanted.map((runId) => stack.reaches(runId, ['STOPPED'])));
    expect(ends.map(({ outcome }) => outcome)).toEqual(wanted.map(() => 'SUCCESS'));
    await stack.kill(third);
  });

  test('keep their pause where Temporal is away when it is said, and where it has lost it', async () => {
    await stack.killServer('temporal');
    expect(await expectBody(ask('PUT', 'v5/worker/submit', { body: { count_per_instance: 0 } }), 200)).toEqual(
      submit(0),
    );
    await stack.restart('temporal');
    const client = await stack.client();
    await until(
      'the reconciler has closed the pickup',
      async () => {
        const { config } = await client.workflowService.describeTaskQueue({
          ...{
            namespace: 'default',
            taskQueue: { name: 'flotilla-local-submit' },
            taskQueueType: temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
            reportConfig: true,
          },
        });
        return config?.queueRateLimit?.rateLimit?.requestsPerSecond === 0 ? true : null;
      },
      120,
    );
    await client.connection.close();
    const runId = await queuedRun();
    await expectBody(ask('PUT', 'v5/worker/submit', { body: { count_per_instance: 1 } }), 200);
    await stack.reaches(runId, ['STOPPED']);
  });

  test.each([
    ['submit', {}, /^int \[count_per_instance\] must be specified$/],
    ['submit', { count_per_instance: -1 }, /^count_per_instance must be >= 0$/],
    ['status', { count_per_instance: 0 }, /cannot be switched off/],
    ['x', { count_per_instance: 1 }, /is not a valid worker type/],
  ])('of type %s are refused %j', async (type, body, says) => {
    expect(await expectBody(ask('PUT', `v5/worker/${type}`, { body }), 400)).toEqual(refused(says));
  });

  test('are refused as an object, and taken as an empty list', async () => {
    expect(await expectBody(ask('PUT', 'v5/worker', { body: {} }), 400)).toEqual(refused(/must be a JSON array/));
    expect(await expectBody(ask('PUT', 'v5/worker', { body: [] }), 200)).toMatchObject({ total: 3 });
  });
});

type Line = { requestId: string; method: string; path: string; status: number; ms: number; msg: string };

test('each answer has an id, which the access log tells with method, path, status and time, and never a query', async () => {
  const own = await ask('GET', 'v6/task?env=SECRET|never-told', { headers: { 'x-request-id': 'mine-1' } });
  expect(own.headers.get('x-request-id')).toBe('mine-1');
  const odd = await ask('GET', 'v6/nowhere', { headers: { 'x-request-id': 'not an id' } });
  const id = odd.headers.get('x-request-id') ?? '';
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  const lines = await until('both are in the log', () => {
    const all = [...stack.output().matchAll(/\{"level":30[^\n]*"msg":"request"\}/g)].map(
      ([l]) => JSON.parse(l) as Line,
    );
    const found = ['mine-1', id].map((one) => all.find(({ requestId }) => requestId === one));
    return Promise.resolve(found.every((one) => one !== undefined) ? found : null);
  });
  const ms = expect.any(Number) as number;
  expect(lines).toMatchObject([
    { method: 'GET', path: '/api/v6/task', status: 200, ms },
    { method: 'GET', path: '/api/v6/nowhere', status: 404, ms },
  ]);
  expect(stack.output()).not.toContain('never-told');
});
