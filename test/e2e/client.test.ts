/** A run from its definition to its stop, through the typed client. */
import { createFlotilla, type Flotilla, type Schemas } from '../../client';
import { fetchJudged } from '../judge';
import { startStack, until, type Stack } from '../stack';

let stack: Stack;
let flotilla: Flotilla;
beforeAll(async () => {
  stack = await startStack('process');
  stack.startWorker();
  await stack.startApi();
  flotilla = createFlotilla(new URL(stack.apiUrl).origin, fetchJudged);
}, 120_000);
afterAll(() => stack.close(), 60_000);

const job = { group_name: 'client', image: 'ubuntu:latest', memory: 64 };

async function define(alias: string, command: string): Promise<string> {
  const { data } = await flotilla.POST('/api/v6/task', { body: { ...job, alias, command } });
  return data?.definition_id ?? '';
}

async function execute(definitionId: string): Promise<Schemas['Run'] | undefined> {
  const body = { run_tags: { owner_id: 'tester' } };
  const path = { definition_id: definitionId };
  return (await flotilla.PUT('/api/v6/task/{definition_id}/execute', { params: { path }, body })).data;
}

const reaches = (runId: string, status: Schemas['RunStatus']['status']): Promise<Schemas['RunStatus']> =>
  until(`${runId} is ${status}`, async () => {
    const { data } = await flotilla.GET('/api/v6/{run_id}/status', { params: { path: { run_id: runId } } });
    return data?.status === status ? data : null;
  });

test('a job is defined, executed, followed by status and logs, and stopped', async () => {
  const definitionId = await define('client-sleeps', 'echo hello; sleep 300');
  const { run_id: runId = '', status } = (await execute(definitionId)) ?? {};
  expect(status).toBe('QUEUED');
  await reaches(runId, 'RUNNING');
  const params = { path: { run_id: runId } };
  await until('its log', async () => {
    const { data } = await flotilla.GET('/api/v6/{run_id}/logs', { params });
    return typeof data === 'object' && data.log.includes('hello') ? true : null;
  });
  const path = { definition_id: definitionId, run_id: runId };
  const stopped = await flotilla.DELETE('/api/v6/task/{definition_id}/history/{run_id}', {
    params: { path, header: { 'X-User-Email': 'somebody@example.com' } },
  });
  expect(stopped.data).toEqual({ terminated: true });
  await reaches(runId, 'STOPPED');
  const { data: run } = await flotilla.GET('/api/v6/history/{run_id}', { params });
  expect(run).toMatchObject({ exit_code: 1, exit_reason: 'Task terminated by - somebody@example.com' });
  expect(run?.transitions.at(-1)?.status).toBe('STOPPED');
  const query = { definition_id: [definitionId], status: ['STOPPED' as const], sort_by: 'started_at' as const };
  const { data: list } = await flotilla.GET('/api/v6/history', { params: { query } });
  expect(list?.history.map(({ run_id: id }) => id)).toEqual([runId]);
});

test('a template is saved and rendered from a payload', async () => {
  const schema = { type: 'object', required: ['who'] };
  const template = { template_name: 'typed', image: 'ubuntu:latest', command_template: 'echo {{.who}}', schema };
  expect((await flotilla.POST('/api/v7/template', { body: { ...template, defaults: { loud: true } } })).error).toBe(
    undefined,
  );
  const { data } = await flotilla.PUT('/api/v7/template/name/{template_name}/version/{template_version}/execute', {
    params: { path: { template_name: 'typed', template_version: 'latest' } },
    body: { owner_id: 'tester', template_payload: { who: 'world' }, dry_run: true },
  });
  expect(data?.command).toBe('echo world');
});

test('what is refused is told by its sentence', async () => {
  const { error, response } = await flotilla.GET('/api/v6/history/{run_id}', { params: { path: { run_id: 'none' } } });
  expect(response.status).toBe(404);
  expect(error).toEqual({ error: 'Run with id none not found' });
});

test('what the document does not tell of does not compile', async () => {
  // @ts-expect-error -- memory is a number
  await flotilla.POST('/api/v6/task', { body: { ...job, alias: 'client-text', command: 'true', memory: '64' } });
  // @ts-expect-error -- there is no such field
  const body: Schemas['NewDefinition'] = { ...job, alias: 'client-field', command: 'true', colour: 'red' };
  expect((await flotilla.POST('/api/v6/task', { body })).data).not.toHaveProperty('colour');
  // @ts-expect-error -- there is no such filter
  await flotilla.GET('/api/v6/history', { params: { query: { colour: 'red' } } });
  const { data } = await flotilla.GET('/api/v6/health');
  // @ts-expect-error -- there is no such field in the answer
  expect(data?.colour).toBeUndefined();
});
