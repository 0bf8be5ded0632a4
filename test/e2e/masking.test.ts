/** Values of variables that look secret: masked wherever they are shown, given to the job, kept by whoever sends a mask back. */
import { startStack, type Stack } from '../stack';

type Reply = { status: number; text: string; body: Record<string, unknown> };
type Ask = { body?: unknown; headers?: Record<string, string> };

const owner = { run_tags: { owner_id: 'tester' } };
const env = [
  { name: 'PLAIN', value: 'seen' },
  { name: 'API_TOKEN', value: 'hush-hush' },
];
const hidden = { name: 'API_TOKEN', value: '********' };
const admin = { 'x-forwarded-email': 'admin@example.com' };
const pretender = { 'a-email': 'admin@example.com', 'x-user-email': 'tester' };

let stack: Stack;
beforeAll(async () => {
  stack = await startStack('process', {
    HTTP_SERVER_CALLER_HEADER: 'X-Forwarded-Email',
    HTTP_SERVER_SECRETS_VISIBLE_TO: 'admin@example.com',
  });
  stack.startWorker();
  await stack.startApi();
}, 120_000);
afterAll(() => stack.close(), 60_000);

/** `path`: with its version. */
async function ask(method: string, path: string, { body, headers = {} }: Ask = {}): Promise<Reply> {
  const answer = await stack.call(method, `/../${path}`, body, headers);
  return { status: answer.status, text: JSON.stringify(answer.body), body: answer.body as Reply['body'] };
}

async function expectBody(reply: Promise<Reply>, status: number): Promise<Record<string, unknown>> {
  const { status: was, body, text } = await reply;
  expect({ was, text }).toEqual({ was: status, text });
  return body;
}

const define = async (more: Record<string, unknown>): Promise<{ id: string }> => ({
  id: await stack.define('true', { image: 'ubuntu:latest', ...more }),
});
const refused = (error: RegExp): object => ({ error: expect.stringMatching(error) as unknown });

test('values that look secret are masked for all but those who may see them, reach the job, and survive an edit of what was read', async () => {
  const { id } = await define({ env, command: 'test ${#API_TOKEN} = 9 && test ${#OTHER_SECRET} = 4' });
  const read = await expectBody(ask('GET', `v6/task/${id}`), 200);
  expect(read['env']).toEqual([env[0], hidden]);
  expect((await expectBody(ask('GET', `v6/task/${id}`, { headers: admin }), 200))['env']).toEqual(env);
  const list = await ask('GET', `v6/task?definition_id=${id}`);
  expect(list.text).not.toContain('hush-hush');

  // A client that changes something sends all of what it has read.
  await expectBody(ask('PUT', `v6/task/${id}`, { body: { ...read, memory: 65 } }), 200);
  const run = { run_tags: { owner_id: 'tester' }, env: [{ name: 'OTHER_SECRET', value: 'psst' }] };
  const accepted = await ask('PUT', `v6/task/${id}/execute`, { body: run });
  expect(accepted.text).not.toContain('psst');
  const runId = accepted.body['run_id'] as string;
  expect(await stack.reaches(runId, ['STOPPED'])).toMatchObject({ exit_code: 0 });

  for (const path of [`v6/history/${runId}`, `v6/history?run_id=${runId}`, `v1/task/${id}/history`]) {
    expect((await ask('GET', path)).text).not.toContain('psst');
    expect((await ask('GET', path, { headers: admin })).text).toContain('psst');
    expect((await ask('GET', path, { headers: pretender })).text).not.toContain('psst');
  }
  expect(await expectBody(ask('GET', `v6/history?env=PLAIN|seen`), 200)).toMatchObject({
    env_filters: { PLAIN: 'seen' },
  });
  const masked = { ...owner, env: [{ name: 'OTHER_SECRET', value: '********' }] };
  expect(await expectBody(ask('PUT', `v6/task/${id}/execute`, { body: masked }), 400)).toMatchObject(
    refused(/^env OTHER_SECRET is masked/),
  );
  expect(stack.output()).not.toMatch(/hush-hush|psst/);
});

test('they are masked in each revision, in what differs between two, and in a template and its runs', async () => {
  const { id } = await define({ env });
  await expectBody(ask('PUT', `v6/task/${id}`, { body: { env: [{ name: 'API_TOKEN', value: 'psst' }] } }), 200);
  const schema = { type: 'object' };
  const draft = { template_name: 'masked', image: 'ubuntu:latest', schema, command_template: 'true', env };
  const created = await ask('POST', 'v7/template', { body: draft });
  expect(created).toMatchObject({ status: 200, body: { did_create: true, template: { env: [env[0], hidden] } } });
  const { template_id: templateId } = created.body['template'] as { template_id: string };
  const launch = { owner_id: 'tester', env: [{ name: 'API_TOKEN', value: 'psst' }] };
  const accepted = await ask('PUT', `v7/template/${templateId}/execute`, { body: launch });
  expect(accepted.body['env']).toContainEqual(hidden);
  const dry = await ask('PUT', `v7/template/${templateId}/execute`, { body: { ...launch, dry_run: true } });
  expect(dry.body['env']).toContainEqual(hidden);
  const runId = accepted.body['run_id'] as string;
  for (const path of [
    ...[`v6/task/${id}/revisions`, `v6/task/${id}/revisions/1`, `v6/task/${id}/revisions/1..2`],
    ...[`v7/template`, `v7/template/${templateId}`, `v7/template/${templateId}/history`],
    `v7/template/history/${runId}`,
  ]) {
    const shown = await ask('GET', path);
    expect({ path, status: shown.status, text: shown.text }).toMatchObject({ path, status: 200 });
    expect(shown.text).toContain('********');
    expect(shown.text).not.toMatch(/hush-hush|psst/);
    expect((await ask('GET', path, { headers: admin })).text).toMatch(/hush-hush|psst/);
  }
  const restored = await ask('PUT', `v6/task/${id}/revisions/1/restore`);
  expect(restored).toMatchObject({ status: 200, body: { env: [env[0], hidden] } });
  expect((await ask('GET', `v6/task/${id}`, { headers: admin })).body['env']).toEqual(env);
});

test('the values of a run are those of one that is executed like it, although whoever asks has seen only masks', async () => {
  const { id } = await define({ command: 'test ${#API_TOKEN} = 9 && test ${#OTHER_SECRET} = 4' });
  const secrets = [...env, { name: 'OTHER_SECRET', value: 'psst' }];
  const origin = await expectBody(ask('PUT', `v6/task/${id}/execute`, { body: { ...owner, env: secrets } }), 200);
  const shown = (origin['env'] as typeof env).filter(({ name }) => secrets.some((one) => one.name === name));
  expect(shown).toEqual([env[0], hidden, { name: 'OTHER_SECRET', value: '********' }]);
  for (const sent of [{}, { env: shown }]) {
    const body = { ...owner, from_run: origin['run_id'], ...sent };
    const again = await ask('PUT', `v6/task/${id}/execute`, { body });
    expect(again.text).not.toMatch(/hush-hush|psst/);
    expect(await stack.reaches(again.body['run_id'] as string, ['STOPPED'])).toMatchObject({ exit_code: 0 });
  }
  const unknown = { ...owner, from_run: origin['run_id'], env: [{ name: 'NEW_SECRET', value: '********' }] };
  expect(await expectBody(ask('PUT', `v6/task/${id}/execute`, { body: unknown }), 400)).toMatchObject(
    refused(/^env NEW_SECRET is masked/),
  );
});
