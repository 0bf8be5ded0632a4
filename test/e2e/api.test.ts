/** What the API answers, for real: to wrong requests, to clashes, to lists, and while the database is away. */
import { startStack, until, type Answer, type Stack } from '../stack';

type Listed = { total: number; definitions: { definition_id: string }[]; history: { run_id: string }[] };
type Wrong = { method: string; path: string; body?: unknown; status: number; says: RegExp };

const job = { group_name: 'test', image: 'ubuntu:latest', memory: 64, command: 'true' };
const owner = { run_tags: { owner_id: 'tester' } };

let stack: Stack;
beforeAll(async () => {
  stack = await startStack('process');
  stack.startWorker();
  await stack.startApi();
}, 120_000);
afterAll(() => stack.close(), 60_000);

/** Calls, and sees to it that nothing of our insides is told. */
async function call(...args: Parameters<Stack['call']>): Promise<Answer> {
  const answer = await stack.call(...args);
  expect(JSON.stringify(answer.body)).not.toMatch(/\bselect\b|pq:|syntax error|\bat \S+ \(|\.[jt]s:\d|node_modules/i);
  return answer;
}

async function expectRefusal(answer: Promise<Answer> | Answer, status: number, says: RegExp): Promise<void> {
  expect(await answer).toMatchObject({ status, body: { error: expect.stringMatching(says) as unknown } });
}

async function list(path: string): Promise<Listed> {
  const answer = await call('GET', path);
  expect(answer.status).toBe(200);
  return answer.body as Listed;
}

let named = 0;
const newAlias = (): string => `api-${(named += 1)}`;

const wrong: Record<string, Wrong> = {
  'malformed JSON': {
    method: 'POST',
    path: '/task',
    body: '{"alias": ',
    status: 400,
    says: /^The body is not valid JSON$/,
  },
  'an empty body': {
    method: 'POST',
    path: '/task',
    body: '',
    status: 400,
    says: /^The body is empty: send a JSON object$/,
  },
  'no body': { method: 'POST', path: '/task', status: 400, says: /^The body is empty: send a JSON object$/ },
  'the body null': {
    method: 'POST',
    path: '/task',
    body: 'null',
    status: 400,
    says: /^string \[image\] must be specified$/m,
  },
  'the body []': { method: 'POST', path: '/task', body: [], status: 400, says: /^The body must be a JSON object$/ },
  'memory as text': {
    ...{ method: 'POST', path: '/task', status: 400 },
    body: { ...job, alias: 'wrong', memory: '512' },
    says: /^memory must be an integer$/,
  },
  'env as an object': {
    ...{ method: 'POST', path: '/task', status: 400 },
    body: { ...job, alias: 'wrong', env: { A: 'b' } },
    says: /^env must be an array$/,
  },
  'NUL in the body': {
    ...{ method: 'POST', path: '/task', status: 400 },
    body: { ...job, alias: 'wrong', command: 'a\0b' },
    says: /^NUL characters and broken Unicode cannot be stored$/,
  },
  'NUL in the path': { method: 'GET', path: '/task/a%00b', status: 400, says: /^NUL characters .* cannot be stored$/ },
  'NUL in a filter': {
    method: 'GET',
    path: '/task?alias=%00',
    status: 400,
    says: /^NUL characters .* cannot be stored$/,
  },
  'SQL as a filter': {
    ...{ method: 'GET', status: 400 },
    path: "/history?x';drop table run--=1",
    says: /^Unknown filter \[x';drop table run--\], must be one of \[/,
  },
  'SQL to sort by': {
    ...{ method: 'GET', status: 400 },
    path: '/history?sort_by=run_id;drop table run',
    says: /^Invalid field to order by \[run_id;drop table run\], must be one of \[/,
  },
  'an invalid status': {
    method: 'GET',
    path: '/history?status=DONE',
    status: 400,
    says: /^invalid status \[DONE\], must be one of \[QUEUED/,
  },
  'a negative limit': {
    method: 'GET',
    path: '/task?limit=-1',
    status: 400,
    says: /^limit must be a whole number from 0, was -1$/,
  },
  'an unknown definition': {
    method: 'GET',
    path: '/task/none',
    status: 404,
    says: /^Definition with ID none not found$/,
  },
  'an unknown alias': {
    method: 'GET',
    path: '/task/alias/none',
    status: 404,
    says: /^Definition with alias none not found$/,
  },
  'an unknown definition to change': {
    ...{ method: 'PUT', path: '/task/none', status: 404 },
    body: { memory: 1 },
    says: /^Definition with ID none not found$/,
  },
  'an unknown definition to execute': {
    ...{ method: 'PUT', path: '/task/none/execute', status: 404 },
    body: owner,
    says: /^Definition with ID none not found$/,
  },
  'an unknown definition to delete': {
    ...{ method: 'DELETE', path: '/task/none', status: 404 },
    says: /^Definition with ID none not found$/,
  },
  'an unknown run': { method: 'GET', path: '/history/none', status: 404, says: /^Run with id none not found$/ },
  'an unknown run to stop': {
    ...{ method: 'DELETE', path: '/task/any/history/none', status: 404 },
    says: /^Run with id none not found$/,
  },
  'the log of an unknown run': { method: 'GET', path: '/none/logs', status: 404, says: /^Run with id none not found$/ },
  'a wrong method': {
    method: 'PATCH',
    path: '/task',
    body: {},
    status: 405,
    says: /^This method is not allowed here$/,
  },
  'an unknown route': { method: 'GET', path: '/nowhere', status: 404, says: /^No route for \/api\/v6\/nowhere$/ },
};

test.each(Object.entries(wrong))('%s is refused with a sentence', async (_, { method, path, body, status, says }) => {
  await expectRefusal(call(method, path, body), status, says);
});

test('SQL as the value of a filter finds nothing and does nothing', async () => {
  await stack.define('true');
  for (const value of ["' or 1=1--", "x'; drop table definition; --", "') or ('a'='a"]) {
    expect((await list(`/task?alias=${encodeURIComponent(value)}`)).total).toBe(0);
    expect((await list(`/history?run_id=${encodeURIComponent(value)}`)).total).toBe(0);
  }
  expect((await list('/task')).total).toBeGreaterThan(0);
  await stack.db.query('select count(*) from run');
});

test('a body of 2 MB is refused and does the requests after it no harm', async () => {
  const body = { ...job, alias: newAlias(), command: 'x'.repeat(2 * 1024 * 1024) };
  await expectRefusal(call('POST', '/task', body), 413, /^The body is too large: at most \d+ kB are accepted$/);
  for (let n = 0; n < 4; n += 1) expect((await call('GET', '/health')).status).toBe(200);
});

describe('a definition', () => {
  test('with an alias that exists is refused', async () => {
    const alias = newAlias();
    await stack.define('true', { alias });
    const answer = call('POST', '/task', { ...job, alias });
    await expectRefusal(answer, 409, new RegExp(`^definition with alias \\[${alias}\\] already exists$`));
  });

  test('is stored once of two with one alias at once', async () => {
    for (let n = 0; n < 10; n += 1) {
      const alias = newAlias();
      const answers = await Promise.all([1, 2].map(() => call('POST', '/task', { ...job, alias })));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect((await list(`/task?alias=${alias}`)).definitions.length).toBeGreaterThan(0);
    }
  });

  test('is read as JSON whatever the content type, up to the end of the first value', async () => {
    const alias = newAlias();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await call('POST', '/task', `${JSON.stringify({ ...job, alias })} and more }`, headers);
    expect(answer).toMatchObject({ status: 200, body: { alias } });
    expect(await call('GET', `/task/alias/${alias}`)).toEqual(answer);
  });

  test('is merged by PUT, which keeps what it does not name', async () => {
    const more = { env: [{ name: 'A', value: 'b' }], tags: ['one'], cpu: 100 };
    const id = await stack.define('true', more);
    const before = (await call('GET', `/task/${id}`)).body as object;
    const answer = await call('PUT', `/task/${id}`, { memory: 128, group_name: 'other' });
    expect(answer).toEqual({ status: 200, body: { ...before, memory: 128, revision: 2 } });
    expect(answer.body).toMatchObject(more);
    expect(await call('GET', `/task/${id}`)).toEqual(answer);
    await expectRefusal(call('PUT', `/task/${id}`, { memory: 'much' }), 400, /^memory must be an integer$/);
    expect(await call('GET', `/task/${id}`)).toEqual(answer);
  });

  test('does not take another one’s alias by PUT', async () => {
    const alias = newAlias();
    await stack.define('true', { alias });
    const id = await stack.define('true');
    const answer = call('PUT', `/task/${id}`, { alias });
    await expectRefusal(answer, 409, new RegExp(`^definition with alias \\[${alias}\\] already exists$`));
  });

  test('is deleted only without open runs, frees its alias and keeps its runs', async () => {
    const alias = newAlias();
    const id = await stack.define('sleep 600', { alias });
    const runId = await stack.execute(id);
    await expectRefusal(
      call('DELETE', `/task/${id}`),
      409,
      /^Definition with ID .* has runs that are not over: stop them first/,
    );
    await stack.cancel(runId, 'me@example.com');
    await stack.reaches(runId, ['STOPPED']);
    expect(await call('DELETE', `/task/${id}`)).toEqual({ status: 200, body: { deleted: true } });
    await expectRefusal(call('GET', `/task/${id}`), 404, /not found$/);
    await expectRefusal(call('GET', `/task/alias/${alias}`), 404, /not found$/);
    await expectRefusal(call('PUT', `/task/${id}/execute`, owner), 404, /not found$/);
    await expectRefusal(call('DELETE', `/task/${id}`), 404, /not found$/);
    expect((await list(`/task?definition_id=${id}`)).total).toBe(0);
    expect(await stack.define('true', { alias })).not.toBe(id);
    const run = await call('GET', `/history/${runId}`);
    expect(run).toMatchObject({ status: 200, body: { definition_id: id, alias, status: 'STOPPED' } });
  });
});

describe('an execution', () => {
  let path: string;
  beforeAll(async () => {
    path = `/task/${await stack.define('true')}/execute`;
  });

  test.each<[string, object, number, RegExp]>([
    [
      'a reserved variable',
      { ...owner, env: [{ name: 'FLOTILLA_RUN_ID', value: 'x' }] },
      409,
      /^environment variable FLOTILLA_RUN_ID is reserved$/,
    ],
    [
      'an unknown cluster',
      { ...owner, cluster: 'nowhere' },
      400,
      /^nowhere was not found in the list of valid clusters: \[.*default.*\]$/,
    ],
    ['an unknown engine', { ...owner, engine: 'abacus' }, 400, /^engine must be \[local\] abacus was specified$/],
    ['no owner', {}, 400, /^run_tags must exist in body and contain \[owner_id\]$/],
  ])('with %s is refused', async (_, body, status, says) => {
    await expectRefusal(call('PUT', path, body), status, says);
  });

  test('takes OWNER_ID in any case', async () => {
    const answer = await call('PUT', path, { RUN_TAGS: { OWNER_ID: 'somebody' } });
    expect(answer).toMatchObject({ status: 200, body: { user: 'somebody' } });
  });
});

describe('a list', () => {
  test('takes a limit of 10000', async () => {
    expect(await list('/task?limit=10000')).toMatchObject({ limit: 10000 });
    expect(await list('/history?limit=10000')).toMatchObject({ limit: 10000 });
  });

  test('of definitions is filtered by a part of the alias and by env', async () => {
    const id = await stack.define('true', { alias: 'find-me-here', env: [{ name: 'PLACE', value: 'sea' }] });
    for (const filter of ['alias=d-me-h', 'env=PLACE|sea', 'alias=find&env=PLACE|sea']) {
      const { total, definitions } = await list(`/task?${filter}`);
      expect([total, definitions.map((one) => one.definition_id)]).toEqual([1, [id]]);
    }
    for (const filter of ['alias=%25me%25x', 'env=PLACE|land', 'alias=other&env=PLACE|sea']) {
      expect(await list(`/task?${filter}`)).toMatchObject({ total: 0, definitions: [] });
    }
  });

  test('of runs is filtered by status, a part of the alias and env', async () => {
    const env = [{ name: 'TIDE', value: 'high' }];
    const runId = await stack.execute(await stack.define('true', { alias: 'run-me-here' }), { env });
    await stack.reaches(runId, ['STOPPED']);
    for (const filter of [
      'alias=n-me-h',
      'env=TIDE|high',
      'alias=run-me&status=STOPPED',
      'env=TIDE|high&status=STOPPED&status=QUEUED',
    ]) {
      const { total, history } = await list(`/history?${filter}`);
      expect([total, history.map((one) => one.run_id)]).toEqual([1, [runId]]);
    }
    for (const filter of ['alias=run-me&status=RUNNING', 'env=TIDE|low']) {
      expect(await list(`/history?${filter}`)).toMatchObject({ total: 0, history: [] });
    }
  });

  test.each(['asc', 'desc'])('pages %s over ties without doubles or losses', async (order) => {
    const id = await stack.define('true');
    const runIds = await Promise.all(Array.from({ length: 5 }, () => stack.execute(id)));
    const seen: string[] = [];
    for (const offset of [0, 2, 4, 6]) {
      const query = `definition_id=${id}&sort_by=group_name&order=${order}&limit=2&offset=${offset}`;
      const { total, history } = await list(`/history?${query}`);
      expect(total).toBe(5);
      seen.push(...history.map((run) => run.run_id));
    }
    expect([...seen].sort()).toEqual([...runIds].sort());
  });
});

// The last: what comes after it would wait for Postgres.
test('without the database the answer is 503, and all is well once it is back', async () => {
  const alias = newAlias();
  const id = await stack.define('true', { alias });
  await stack.killServer('postgres');
  const says = /^The database cannot be reached now; try again$/;
  await expectRefusal(call('GET', `/task/${id}`), 503, says);
  await expectRefusal(call('GET', '/history'), 503, says);
  expect(await call('GET', '/ready')).toMatchObject({ status: 503, body: { status: 'unready' } });
  await expectRefusal(call('POST', '/task', { ...job, alias: newAlias() }), 503, says);
  await expectRefusal(call('PUT', `/task/${id}/execute`, owner), 503, says);
  await stack.restart('postgres');
  await until('the API has the database again', async () =>
    (await stack.call('GET', `/task/${id}`)).status === 200 ? true : null,
  );
  expect(await call('GET', `/task/alias/${alias}`)).toMatchObject({ status: 200, body: { definition_id: id } });
  await stack.reaches(await stack.execute(id), ['STOPPED']);
});
