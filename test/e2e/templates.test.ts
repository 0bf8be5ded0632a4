/** Templates, for real: saved in versions, filled, checked, and run like any definition. */
import { startStack, until, type Answer, type Stack, type WireRun } from '../stack';

type WireTemplate = { template_id: string; template_name: string; version: number; memory: number; env: unknown[] };
type Created = { did_create: boolean; template: WireTemplate };
type Listed = { total: number; templates: WireTemplate[]; history: WireRun[] };
type TemplateRun = WireRun & {
  alias: string;
  command: string;
  group_name: string;
  executable_id: string;
  execution_request_custom: unknown;
};

let stack: Stack;
beforeAll(async () => {
  stack = await startStack('process');
  stack.startWorker();
  await stack.startApi();
}, 120_000);
afterAll(() => stack.close(), 60_000);

/** Version 7; stack.call asks version 6. */
const v7 = (method: string, path: string, body?: unknown): Promise<Answer> => stack.call(method, `/../v7${path}`, body);

let named = 0;
const draft = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  template_name: `template-${(named += 1)}`,
  image: 'ubuntu:latest',
  schema: { type: 'object', properties: { who: { type: 'string' } }, required: ['who'] },
  command_template: 'echo {{.greeting}} {{.who | squote}}',
  defaults: { greeting: 'hello' },
  memory: 64,
  ...more,
});

async function create(body: Record<string, unknown>): Promise<Created> {
  const answer = await v7('POST', '/template', body);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body as Created;
}

async function expectRefusal(answer: Promise<Answer>, status: number, says: string | RegExp): Promise<void> {
  const error = typeof says === 'string' ? says : (expect.stringMatching(says) as string);
  expect(await answer).toMatchObject({ status, body: { error } });
}

async function settled(runId: string): Promise<TemplateRun> {
  return until(`${runId} is over`, async () => {
    const run = (await v7('GET', `/template/history/${runId}`)).body as TemplateRun;
    return run.status === 'STOPPED' ? run : null;
  });
}

describe('create', () => {
  test('what is left out has its default, and the answer is the stored template', async () => {
    const body = draft({ memory: null });
    const { did_create: created, template } = await create(body);
    expect(created).toBe(true);
    expect(template).toEqual({
      ...body,
      ...{ template_id: expect.stringMatching(/^tpl-[0-9a-f-]{32}$/) as string, version: 1, avatar_uri: '' },
      ...{ memory: 512, cpu: 256, env: [], privileged: false, adaptive_resource_allocation: true },
      container_name: template.template_id,
    });
    expect(await v7('GET', `/template/${template.template_id}`)).toEqual({ status: 200, body: template });
  });

  test('fields stay in the order in which they were written', async () => {
    const fields = ['zone', 'at', 'a_longer_name', 'b'];
    const schema = { type: 'object', properties: Object.fromEntries(fields.map((name) => [name, { type: 'string' }])) };
    const defaults = Object.fromEntries(fields.map((name) => [name, 'x']));
    const { template } = await create(draft({ schema, defaults }));
    const kept = (await v7('GET', `/template/${template.template_id}`)).body as {
      schema: { properties: object };
      defaults: object;
    };
    expect([Object.keys(kept.schema.properties), Object.keys(kept.defaults)]).toEqual([fields, fields]);
  });

  test('the same again is no new version; a difference is', async () => {
    const body = draft({ env: [{ name: 'A', value: '1' }] });
    const first = await create(body);
    expect(await create(body)).toEqual({ did_create: false, template: first.template });
    const second = await create({ ...body, env: [] });
    expect(second).toMatchObject({ did_create: true, template: { version: 2, env: [] } });
    // Only the latest is compared.
    expect(await create(body)).toMatchObject({ did_create: true, template: { version: 3 } });
  });

  test('of many at once each different one gets a version of its own, and the same one only one', async () => {
    const body = draft();
    const different = await Promise.all(Array.from({ length: 8 }, (_, n) => create({ ...body, memory: 100 + n })));
    expect(different.map(({ template }) => template.version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const other = draft();
    const same = await Promise.all(Array.from({ length: 8 }, () => create(other)));
    expect(same.filter(({ did_create: created }) => created)).toHaveLength(1);
    expect(new Set(same.map(({ template }) => template.template_id)).size).toBe(1);
  });

  const wrong: Record<string, [body: Record<string, unknown>, says: string | RegExp]> = {
    'nothing of what is needed': [
      {},
      [
        'string [template_name] must be specified',
        'schema must be specified',
        'string [command_template] must be specified',
        'string [image] must be specified',
      ].join('\n'),
    ],
    'an empty schema': [draft({ schema: {} }), 'schema must not be empty'],
    'a schema that is none': [draft({ schema: { type: 'thing' } }), /^schema: schema is invalid/],
    'a schema from elsewhere': [draft({ schema: { $ref: 'http://127.0.0.1/x' } }), /^schema: can't resolve reference/],
    'a broken template': [draft({ command_template: 'a\n{{if}}' }), 'line 2: missing value for if'],
    'an unknown function': [draft({ command_template: '{{env "PATH"}}' }), 'line 1: function "env" not defined'],
    'a template that is too long': [draft({ command_template: 'x'.repeat(70_000) }), /^the template is longer than/],
    'a slash in its name': [draft({ template_name: 'a/b' }), /^template_name must have/],
    'a negative memory': [draft({ memory: -1 }), 'memory must be >= 1'],
    'defaults that are no object': [draft({ defaults: [] }), 'defaults must be an object'],
  };
  test.each(Object.entries(wrong))('%s is refused with a sentence', async (_, [body, says]) => {
    await expectRefusal(v7('POST', '/template', body), 400, says);
  });
});

describe('list', () => {
  test('the latest of each name, or all versions, in pages', async () => {
    const names = ['list-b', 'list-a'];
    for (const name of names) {
      for (const memory of [1, 2]) await create(draft({ template_name: name, memory }));
    }
    const listed = async (query: string): Promise<Listed> => (await v7('GET', `/template?${query}`)).body as Listed;
    const ours = ({ templates }: Listed): string[] =>
      templates.flatMap(({ template_name: name, version }) => (names.includes(name) ? [`${name} ${version}`] : []));
    expect(ours(await listed(''))).toEqual(['list-a 2', 'list-b 2']);
    expect(ours(await listed('order=desc'))).toEqual(['list-b 2', 'list-a 2']);
    expect(ours(await listed('latest_only=false')).sort()).toEqual(['list-a 1', 'list-a 2', 'list-b 1', 'list-b 2']);
    const { total } = await listed('latest_only=false');
    expect(await listed('latest_only=false&sort_by=version&limit=1&offset=2&name=x')).toEqual({
      ...{ total, limit: 1, offset: 2, sort_by: 'version', order: 'asc', templates: [expect.anything()] },
    });
    await expectRefusal(v7('GET', '/template?sort_by=image'), 400, /^Invalid field to order by \[image\]/);
  });

  test('all versions of one name, which is no part of another, in pages', async () => {
    for (const memory of [1, 2, 3]) await create(draft({ template_name: 'one-name', memory }));
    await create(draft({ template_name: 'one-name-more' }));
    const listed = async (query: string) => {
      const { total, templates } = (await v7('GET', `/template?template_name=one-name&${query}`)).body as Listed;
      return [total, templates.map(({ template_name: name, version }) => `${name} ${version}`)] as const;
    };
    expect(await listed('')).toEqual([1, ['one-name 3']]);
    const versions = 'latest_only=false&sort_by=version&order=desc&limit=2';
    expect(await listed(versions)).toEqual([3, ['one-name 3', 'one-name 2']]);
    expect(await listed(`${versions}&offset=2`)).toEqual([3, ['one-name 1']]);
    const [total, both] = await listed('template_name=one-name-more&latest_only=false');
    expect([total, [...both].sort()]).toEqual([4, ['one-name 1', 'one-name 2', 'one-name 3', 'one-name-more 1']]);
  });
});

describe('execute', () => {
  test('the rendered command runs, and the run says what it was filled with', async () => {
    const { template } = await create(draft({ env: [{ name: 'FROM', value: 'template' }] }));
    const id = template.template_id;
    const body = {
      ...{ owner_id: 'ann', template_payload: { who: "O'Neil" }, env: [{ name: 'RUN', value: '1' }] },
      ...{ command: 'test "$FROM$RUN" = template1', cluster: 'default' },
    };
    const { status, body: accepted } = await v7('PUT', `/template/${id}/execute`, body);
    expect(status).toBe(200);
    const payload = { template_payload: { greeting: 'hello', who: "O'Neil" } };
    expect(accepted).toMatchObject({
      ...{
        status: 'QUEUED',
        definition_id: id,
        alias: id,
        executable_id: id,
        executable_type: 'template',
        user: 'ann',
      },
      ...{ group_name: 'template_group_name', execution_request_custom: payload, command: body.command },
      queued_at: expect.any(String) as string,
    });
    const which = { template_id: id, template_name: template.template_name, template_version: 1 };
    expect(accepted).toMatchObject(which);
    const run = await settled((accepted as WireRun).run_id);
    expect(run).toMatchObject({ exit_code: 0, execution_request_custom: payload, executable_id: id, ...which });
    const { rows } = await stack.db.query<{ data: object }>(
      `select data from run_event where run_id = $1 and kind in ('status', 'note')`,
      [run.run_id],
    );
    expect(rows.length).toBeGreaterThan(1);
    for (const { data } of rows) expect(data).toMatchObject(which);
    expect(await stack.call('GET', `/history/${run.run_id}/payload`)).toEqual({ status: 200, body: payload });
    const history = (await v7('GET', `/template/${id}/history`)).body as Listed;
    expect(history).toMatchObject({ total: 1, executable_id: [id] });
    expect(history.history.map(({ run_id: runId }) => runId)).toEqual([run.run_id]);
    expect((await stack.call('GET', `/history?executable_type=template&executable_id=${id}`)).body).toMatchObject({
      total: 1,
    });
  });

  test('the log has what the template made of its payload', async () => {
    const { template } = await create(draft());
    const path = `/template/${template.template_id}/execute`;
    const { body } = await v7('PUT', path, { owner_id: 'ann', template_payload: { who: 'a  b' } });
    const run = await settled((body as WireRun).run_id);
    expect(run).toMatchObject({ exit_code: 0, command: "echo hello 'a  b'" });
    expect((await stack.call('GET', `/${run.run_id}/logs`)).body).toMatchObject({
      log: expect.stringContaining('hello a  b') as string,
    });
  });

  test('a dry run is shown as it would be, and is not there', async () => {
    const { template } = await create(draft());
    const path = `/template/${template.template_id}/execute`;
    const body = { owner_id: 'ann', dry_run: true, template_payload: { who: 'Ann' }, memory: 99 };
    const answer = await v7('PUT', path, body);
    expect(answer).toMatchObject({
      ...{ status: 200, body: { status: 'QUEUED', command: "echo hello 'Ann'", memory: 99, user: 'ann' } },
    });
    expect(answer.body).not.toHaveProperty('queued_at');
    // In the wrong place it would start the run.
    const misplaced = v7('PUT', `${path}?dry_run=true`, { ...body, dry_run: false });
    await expectRefusal(misplaced, 400, 'Unknown parameter [dry_run], there are none');
    expect((await v7('GET', `/template/${template.template_id}/history`)).body).toMatchObject({
      total: 0,
      history: [],
    });
    expect((await stack.call('GET', `/history/${(answer.body as WireRun).run_id}`)).status).toBe(404);
  });

  test('by name a version is meant, and by any other word the latest', async () => {
    const body = draft();
    await create(body);
    await create({ ...body, command_template: 'echo second {{.who}}' });
    const launch = { owner_id: 'ann', dry_run: true, template_payload: { who: 'Ann' } };
    const commandOf = async (version: string): Promise<unknown> =>
      (await v7('PUT', `/template/name/${String(body['template_name'])}/version/${version}/execute`, launch)).body;
    expect(await commandOf('1')).toMatchObject({ command: "echo hello 'Ann'" });
    expect(await commandOf('2')).toMatchObject({ command: 'echo second Ann' });
    for (const latest of ['latest', 'lates', '1.5']) {
      expect(await commandOf(latest)).toMatchObject({ command: 'echo second Ann' });
    }
    for (const none of ['3', '-1', '0', '99999999999']) {
      const which = `template_name: ${String(body['template_name'])}, template_version: ${none}`;
      expect(await commandOf(none)).toEqual({ error: `invalid template name or version, ${which}` });
    }
  });

  test('like an earlier run, it has that one’s payload, command and variables, also those that were masked', async () => {
    const body = draft({ adaptive_resource_allocation: false });
    const { template } = await create(body);
    const path = `/template/${template.template_id}/execute`;
    const env = [{ name: 'API_TOKEN', value: 'hush-hush' }];
    const launch = { owner_id: 'ann', template_payload: { who: 'Ann' }, command: 'echo mine', memory: 99, env };
    const origin = (await v7('PUT', path, launch)).body as TemplateRun & { env: unknown };
    const again = { owner_id: 'bob', from_run: origin.run_id };
    const answer = await v7('PUT', path, again);
    const payload = { greeting: 'hello', who: 'Ann' };
    const custom = { execution_request_custom: { template_payload: payload } };
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      ...{ from_run: origin.run_id, user: 'bob', command: 'echo mine', memory: 99, ...custom },
    });
    const { rows } = await stack.db.query<{ env: unknown[] }>('select env from run where run_id = $1', [
      (answer.body as WireRun).run_id,
    ]);
    expect(rows[0]?.env).toContainEqual(env[0]);
    expect(JSON.stringify(answer.body)).not.toContain('hush-hush');

    // Of another payload the command is another, and so it is of another version.
    const dry = async (where: string, more: object): Promise<unknown> =>
      (await v7('PUT', where, { ...again, dry_run: true, ...more })).body;
    expect(await dry(path, { template_payload: { who: 'Eve' } })).toMatchObject({ command: "echo hello 'Eve'" });
    await create({ ...body, command_template: 'echo second {{.who}}' });
    const latest = `/template/name/${template.template_name}/version/latest/execute`;
    expect(await dry(latest, {})).toMatchObject({ command: 'echo second Ann', memory: 99, ...custom });

    const other = await create(draft());
    const definition = await stack.execute(await stack.define('true'));
    for (const [where, fromRun] of [
      [`/template/${other.template.template_id}/execute`, origin.run_id],
      [path, definition],
    ] as const) {
      await expectRefusal(
        v7('PUT', where, { ...again, from_run: fromRun }),
        400,
        /^from_run .* is no run of template /,
      );
    }
  });

  test('a cancel ends it, with its author', async () => {
    const { template } = await create(draft({ command_template: 'sleep 600', schema: { type: 'object' } }));
    const id = template.template_id;
    const { body } = await v7('PUT', `/template/${id}/execute`, { owner_id: 'ann' });
    const runId = (body as WireRun).run_id;
    expect(await v7('DELETE', `/template/${id}/history/${runId}`)).toEqual({ status: 200, body: { terminated: true } });
    expect(await settled(runId)).toMatchObject({ exit_code: 1, exit_reason: 'Task terminated by user' });
  });

  const owner = { owner_id: 'ann' };
  const wrong: Record<string, [body: Record<string, unknown>, says: string | RegExp]> = {
    'nobody’s run': [
      { run_tags: owner, template_payload: { who: 'x' } },
      'request payload must contain [owner_id]; the run_tags field is deprecated for the v7 endpoint.',
    ],
    'an empty body': [{}, /^request payload must contain \[owner_id\]/],
    'no payload': [owner, 'who: who is required'],
    'a payload that is no object': [{ ...owner, template_payload: [] }, 'template_payload must be an object'],
    'a wrong payload': [
      { ...owner, template_payload: { who: 5 } },
      'who: Invalid type. Expected: string, given: integer',
    ],
    'an unknown cluster': [
      { ...owner, cluster_name: 'nowhere', template_payload: { who: 'x' } },
      /^nowhere was not found in the list of valid clusters/,
    ],
    'a reserved variable, even in a dry run': [
      { ...owner, dry_run: true, template_payload: { who: 'x' }, env: [{ name: 'FLOTILLA_RUN_ID', value: 'x' }] },
      'environment variable FLOTILLA_RUN_ID is reserved',
    ],
  };
  test.each(Object.entries(wrong))('%s is refused with a sentence', async (name, [body, says]) => {
    const { template } = await create(draft());
    const path = `/template/${template.template_id}/execute`;
    await expectRefusal(v7('PUT', path, body), name.includes('reserved') ? 409 : 400, says);
  });

  test('what is wrong with a payload is told at its fields', async () => {
    const { template } = await create(draft());
    const path = `/template/${template.template_id}/execute`;
    const { body } = await v7('PUT', path, { ...owner, template_payload: { who: 5 } });
    const message = 'who: Invalid type. Expected: string, given: integer';
    expect(body).toEqual({ error: message, fields: [{ field: 'template_payload.who', message }] });
  });

  test('what goes wrong while it is rendered is told, and the API goes on', async () => {
    const schema = { type: 'object' };
    const fails = await create(draft({ schema, command_template: 'x\n{{fail "no such table"}}' }));
    const path = `/template/${fails.template.template_id}/execute`;
    await expectRefusal(v7('PUT', path, owner), 400, 'line 2: error calling fail: no such table');
    const loops = await create(
      draft({ schema, command_template: '{{range until 90000}}{{range until 90000}}{{end}}{{end}}' }),
    );
    const slow = v7('PUT', `/template/${loops.template.template_id}/execute`, owner);
    const began = performance.now();
    expect((await stack.call('GET', '/health')).status).toBe(200);
    expect(performance.now() - began).toBeLessThan(900);
    await expectRefusal(slow, 400, 'the template takes longer than 3000 ms');
  });
});

test.each([
  ['GET', '/template/none', 404, /^Template with ID none not found$/],
  ['PUT', '/template/none/execute', 404, /^Template with ID none not found$/],
  ['PUT', '/template/name/none/version/1/execute', 404, /^invalid template name or version, template_name: none/],
  ['GET', '/template/history/none', 404, /^Run with id none not found$/],
  ['DELETE', '/template/any/history/none', 404, /^Run with id none not found$/],
  ['PUT', '/template', 405, /^This method is not allowed here$/],
  ['DELETE', '/template/none', 405, /^This method is not allowed here$/],
  ['GET', '/task', 404, /^No route for \/api\/v7\/task$/],
] as const)('%s %s is refused', async (method, path, status, says) => {
  const body = method === 'PUT' ? { owner_id: 'ann' } : undefined;
  await expectRefusal(v7(method, path, body), status, says);
});

test('a definition’s run has no payload', async () => {
  const id = await stack.define('true');
  const { body } = await stack.call('PUT', `/task/${id}/execute`, { run_tags: { owner_id: 'ann' } });
  expect(body).not.toHaveProperty('execution_request_custom');
  expect(await stack.call('GET', `/history/${(body as WireRun).run_id}/payload`)).toEqual({ status: 200, body: {} });
});
