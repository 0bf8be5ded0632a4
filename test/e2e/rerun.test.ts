/** Executions like an earlier run (`from_run`): what is as it was there, what is the request's own, and what is never taken along. */
import { startBareApi, type BareApi } from '../bare-api';

type EnvVar = { name: string; value: string };
type Run = { run_id: string; env: EnvVar[]; parent_run_id?: string } & Record<string, unknown>;

const owner = { run_tags: { owner_id: 'ann' } };
const asked = {
  ...{ engine: 'two', command: 'echo mine', memory: 128, cpu: 300, arch: 'arm64' },
  ...{ active_deadline_seconds: 90, node_lifecycle: 'ondemand', retry_on_oom: true, labels: { team: 'a' } },
};
const bobs = { ...asked, run_tags: { owner_id: 'bob' } };
const variables = [
  { name: 'TOKEN', value: 'secret' },
  { name: 'DATE', value: '2026-01-01' },
];

let api: BareApi;
beforeAll(async () => {
  api = await startBareApi();
}, 120_000);
afterAll(() => api.close(), 60_000);

let named = 0;
async function define(): Promise<string> {
  const job = {
    group_name: 'test',
    image: 'busybox:1',
    memory: 64,
    command: 'echo one',
    alias: `rerun-${(named += 1)}`,
  };
  return (await api.ask<{ definition_id: string }>('POST', '/task', job)).definition_id;
}
/** As one who sees values. */
const execute = (id: string, body: object, query = ''): Promise<Run> =>
  api.ask('PUT', `/task/${id}/execute${query}`, body, { 'x-proven': 'seer' });
/** Without what we set ourselves. */
const ownOf = ({ env }: Run): EnvVar[] => env.filter(({ name }) => !/^(FLOTILLA_|AWS_ROLE_)/.test(name));

test('all that the request leaves out is as it was, but for the owner and the parent', async () => {
  const id = await define();
  const parent = await execute(id, owner);
  const origin = await execute(id, {
    ...bobs,
    env: [...variables, { name: 'PARENT_FLOTILLA_RUN_ID', value: parent.run_id }],
  });
  expect(origin.parent_run_id).toBe(parent.run_id);
  await api.ask('PUT', `/task/${id}`, { image: 'busybox:2', command: 'echo two' });
  const again = await execute(id, { ...owner, from_run: origin.run_id });
  expect(again).toMatchObject({
    ...asked,
    ...{ user: 'ann', from_run: origin.run_id, image: 'busybox:1', definition_revision: 1 },
  });
  expect(again.parent_run_id).toBeUndefined();
  expect(ownOf(again)).toEqual(variables);
  expect(again.env).toContainEqual({ name: 'FLOTILLA_RUN_ID', value: again.run_id });
  expect(await api.ask('GET', `/history/${again.run_id}`)).toMatchObject({ from_run: origin.run_id, version: 1 });
});

test('who may not see the values of a run does not by one that is like it, whoever is said to own that', async () => {
  const id = await define();
  const origin = await execute(id, { ...bobs, env: variables });
  const headers = { 'x-user-email': 'ann', 'a-email': 'seer' };
  const again = await api.ask<Run>('PUT', `/task/${id}/execute`, { ...owner, from_run: origin.run_id }, headers);
  expect(ownOf(again)).toEqual([{ name: 'TOKEN', value: '********' }, variables[1]]);
});

test('what the request says is its own; a variable without a value keeps the one of that run', async () => {
  const id = await define();
  const origin = await execute(id, { ...bobs, env: variables });
  const env = [{ name: 'TOKEN' }, { name: 'MODE', value: 'fast' }];
  const again = await execute(id, { ...owner, from_run: origin.run_id, memory: 256, engine: 'one', labels: {}, env });
  expect(again).toMatchObject({ engine: 'one', memory: 256, cpu: 300, command: 'echo mine' });
  expect(again['labels']).toBeUndefined();
  expect(ownOf(again)).toEqual([variables[0], env[1]]);
});

test('of another revision it has that one’s command and retries, and the run’s resources', async () => {
  const id = await define();
  const origin = await execute(id, { ...bobs, env: variables });
  await api.ask('PUT', `/task/${id}`, { image: 'busybox:2', command: 'echo two' });
  const again = await execute(id, { ...owner, from_run: origin.run_id }, '?revision=2');
  expect(again).toMatchObject({
    ...{ image: 'busybox:2', command: 'echo two', definition_revision: 2, retry_on_oom: false, memory: 128 },
  });
  expect(ownOf(again)).toEqual(variables);
});

test('of a run that nobody knows, of another definition, or of a variable that it has not, nothing is started', async () => {
  const [id, other] = [await define(), await define()];
  const { run_id: of } = await execute(other, owner);
  const { run_id: own } = await execute(id, owner);
  for (const [body, says] of [
    [{ from_run: 'none' }, /^from_run none was not found$/],
    [{ from_run: of }, /^from_run .* is no run of definition /],
    [
      { from_run: own, env: [{ name: 'NEW' }] },
      /^env NEW needs a value: run .* was given none; left out, it is as the/,
    ],
  ] as const) {
    const answer = await api.call('PUT', `/task/${id}/execute`, { ...owner, ...body });
    expect(answer).toMatchObject({ status: 400, body: { error: expect.stringMatching(says) as unknown } });
  }
});

test.each([
  ['v1', {}],
  ['v2', { run_tags: { owner_email: 'ann', team_name: 'etl' } }],
])('%s knows of no run that is like another one', async (version, body) => {
  const id = await define();
  const origin = await execute(id, { ...bobs, env: variables });
  for (const fromRun of [origin.run_id, 'none', 5]) {
    const path = `/../${version}/task/${id}/execute`;
    const run = await api.ask<Run>('PUT', path, { ...body, from_run: fromRun });
    expect(run).toMatchObject({ engine: 'one', command: 'echo one' });
    expect(run).not.toHaveProperty('from_run');
    expect(ownOf(run)).toEqual([]);
  }
});

test('a run tells since when and by whom its stop is asked for, and the change has a version', async () => {
  const id = await define();
  const run = await execute(id, owner);
  await api.call('DELETE', `/task/${id}/history/${run.run_id}`, undefined, { 'x-user-email': 'me@example.com' });
  expect(await api.ask('GET', `/history/${run.run_id}`)).toMatchObject({
    ...{ version: 2, stop_requested_by: 'me@example.com', stop_requested_at: expect.any(String) as unknown },
  });
  const child = await execute(id, { ...owner, env: [{ name: 'PARENT_FLOTILLA_RUN_ID', value: run.run_id }] });
  expect(child['stop_requested_by']).toBe(`me@example.com (parent ${run.run_id} cancelled)`);
});
