/** Idempotence keys: one request, however often it is sent and through whichever API, is one run. */
import { fetchJudged } from '../judge';
import { startStack, type Stack, type WireRun } from '../stack';

const creates = 1000;
const owner = { run_tags: { owner_id: 'tester' } };

let stack: Stack;
const urls: string[] = [];
beforeAll(async () => {
  // So many at once are more than a busy machine reads within the usual few seconds.
  stack = await startStack('process', { HTTP_SERVER_READ_TIMEOUT_SECONDS: '60' });
  for (let n = 0; n < 3; n += 1) {
    await stack.startApi();
    urls.push(stack.apiUrl);
  }
}, 180_000);
afterAll(() => stack.close(), 60_000);

type Created = { status: number; replayed: boolean; run: WireRun & { error?: string; idempotence_key?: string } };

async function put(url: string, body: object, key?: string): Promise<Created> {
  const headers = key === undefined ? {} : { 'Idempotency-Key': key };
  const response = await fetchJudged(url, { method: 'PUT', body: JSON.stringify(body), headers });
  const replayed = response.headers.get('Idempotent-Replayed') === 'true';
  return { status: response.status, replayed, run: (await response.json()) as Created['run'] };
}

const executePath = async (): Promise<string> => `${stack.apiUrl}/task/${await stack.define('true')}/execute`;

async function runsWith(key: string): Promise<number> {
  const { rows } = await stack.db.query<{ n: number }>(
    `select count(*)::int as n from run where idempotence_key = $1`,
    [key],
  );
  return rows[0]?.n ?? 0;
}

test(`${creates} parallel creates with one key through three APIs are one run, and all but one say that they replay`, async () => {
  const id = await stack.define('true');
  const answers = await Promise.all(
    Array.from({ length: creates }, (_, n) => put(`${urls[n % urls.length]}/task/${id}/execute`, owner, 'one-of-many')),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(answers.map(({ run }) => run.run_id)).size).toBe(1);
  expect(answers.filter(({ replayed }) => !replayed).length).toBe(1);
  expect(await runsWith('one-of-many')).toBe(1);
  const { rows } = await stack.db.query(`select 1 from run where definition_id = $1`, [id]);
  expect(rows.length).toBe(1);
}, 120_000);

test('the key counts in the header or in the body, with or without quotes, whatever the order of the fields', async () => {
  const url = await executePath();
  const first = await put(url, { ...owner, memory: 64, labels: { a: '1', b: '2' } }, 'same');
  expect([first.status, first.replayed, first.run.idempotence_key]).toEqual([200, false, 'same']);
  for (const [body, key] of [
    [{ labels: { b: '2', a: '1' }, memory: 64, ...owner }, 'same'],
    [{ ...owner, memory: 64, labels: { a: '1', b: '2' } }, '"same"'],
    [{ ...owner, memory: 64, labels: { a: '1', b: '2' }, idempotence_key: 'same' }, undefined],
    [{ ...owner, memory: 64, labels: { a: '1', b: '2' }, idempotence_key: 'same' }, 'same'],
  ] as const) {
    const again = await put(url, body, key);
    expect([again.status, again.replayed, again.run.run_id]).toEqual([200, true, first.run.run_id]);
  }
});

test.each<[string, object, string | undefined, number, RegExp]>([
  ['another request', { ...owner, memory: 128 }, 'taken', 422, /^Idempotence key taken was used with another request/],
  ['two keys', { ...owner, idempotence_key: 'a' }, 'b', 400, /differ: send one of them$/],
  ['a key too long', owner, 'x'.repeat(256), 400, /^Idempotency-Key must have 1 to 255 characters$/],
  ['an empty key', owner, '', 400, /^Idempotency-Key must have 1 to 255 characters$/],
])('%s is refused and starts nothing', async (_, body, key, status, says) => {
  const url = await executePath();
  await put(url, owner, 'taken');
  const before = await stack.db.query('select 1 from run');
  const answer = await put(url, body, key);
  expect([answer.status, answer.run.error]).toEqual([status, expect.stringMatching(says)]);
  expect((await stack.db.query('select 1 from run')).rowCount).toBe(before.rowCount);
});

test('a key that was used for another request names the run that it stands for', async () => {
  const url = await executePath();
  const { run } = await put(url, owner, 'stands-for-one');
  const refused = await put(url, { ...owner, memory: 128 }, 'stands-for-one');
  expect([refused.status, refused.run.run_id]).toEqual([422, run.run_id]);
});

test('the revision is part of the request, and told by a replay as by the first answer', async () => {
  const url = await executePath();
  const { run } = await put(`${url}?revision=1`, owner, 'revised');
  expect(run).toMatchObject({ definition_revision: 1 });
  expect(await put(`${url}?revision=1`, owner, 'revised')).toMatchObject({
    ...{ status: 200, replayed: true },
    run: { run_id: run.run_id, definition_revision: 1 },
  });
  expect(await put(url, owner, 'revised')).toMatchObject({ status: 422 });
});

test('a refused request leaves its key free', async () => {
  const url = await executePath();
  expect((await put(url, { ...owner, cluster: 'nowhere' }, 'refused')).status).toBe(400);
  expect(await put(url, owner, 'refused')).toMatchObject({ status: 200, replayed: false });
});

test('a key stands for its run also when its definition is gone, and is free again after seven days', async () => {
  const id = await stack.define('true');
  const url = `${stack.apiUrl}/task/${id}/execute`;
  const first = await put(url, owner, 'kept');
  await stack.db.query(`update definition set deleted_at = now() where definition_id = $1`, [id]);
  expect(await put(url, owner, 'kept')).toMatchObject({
    status: 200,
    replayed: true,
    run: { run_id: first.run.run_id },
  });
  await stack.db.query(`update definition set deleted_at = null where definition_id = $1`, [id]);
  await stack.db.query(
    `update idempotence_key set created_at = now() - interval '7 days' where idempotence_key = 'kept'`,
  );
  const later = await Promise.all(Array.from({ length: 20 }, () => put(url, owner, 'kept')));
  expect(new Set(later.map(({ run }) => run.run_id)).size).toBe(1);
  expect(later.filter(({ replayed }) => !replayed).length).toBe(1);
  expect(later[0]?.run.run_id).not.toBe(first.run.run_id);
});

test('executions of templates take keys, too; a dry run uses none up', async () => {
  const url = stack.apiUrl.replace('v6', 'v7');
  const template = {
    template_name: 'keyed',
    image: 'ubuntu:latest',
    schema: { type: 'object' },
    command_template: 'echo {{.who}}',
  };
  await fetchJudged(`${url}/template`, { method: 'POST', body: JSON.stringify(template) });
  const path = `${url}/template/name/keyed/version/latest/execute`;
  const body = { owner_id: 'tester', template_payload: { who: 'x' } };
  expect(await put(path, { ...body, dry_run: true }, 'template')).toMatchObject({ status: 200, replayed: false });
  const first = await put(path, body, 'template');
  expect([first.status, first.replayed]).toEqual([200, false]);
  await fetchJudged(`${url}/template`, {
    method: 'POST',
    body: JSON.stringify({ ...template, command_template: 'echo 2' }),
  });
  expect(await put(path, body, 'template')).toMatchObject({ replayed: true, run: { run_id: first.run.run_id } });
  expect(await put(path, { ...body, template_payload: { who: 'y' } }, 'template')).toMatchObject({ status: 422 });
});
