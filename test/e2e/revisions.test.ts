/** Revisions of definitions and their deletion: what is kept, told apart, executed and brought back. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Pool } from 'pg';
import { insertRun } from '../../db/accept';
import { untoldRuns } from '../../db/bulk_stop';
import { deleteDefinition, definitionById } from '../../db/definition';
import { anywhere, freeze } from '../../domain/job';
import { acceptedRun } from '../accepted-run';
import { bareCluster, startBareApi, type BareApi } from '../bare-api';
import { until } from '../stack';

type Definition = {
  definition_id: string;
  alias: string;
  revision: number;
  memory: number;
  cpu?: number;
  command: string;
};
type Run = { run_id: string; definition_revision?: number; status: string; note?: string };
type Revision = { revision: number; made_by?: string; made_at: string; changed: string[]; definition: Definition };
type Revisions = { total: number; revisions: Revision[] };

const job = { group_name: 'test', image: 'busybox:1', memory: 64, command: 'echo one' };
const owner = { run_tags: { owner_id: 'tester' } };
const me = { 'x-user-email': 'me@example.com' };

let api: BareApi;
beforeAll(async () => {
  api = await startBareApi();
}, 120_000);
afterAll(() => api.close(), 60_000);

let named = 0;
const newAlias = (): string => `revised-${(named += 1)}`;
const define = (more: object = {}): Promise<Definition> =>
  api.ask('POST', '/task', { ...job, alias: newAlias(), ...more }, me);
const change = (id: string, to: object): Promise<Definition> => api.ask('PUT', `/task/${id}`, to, me);
const revisionsOf = (id: string, query = ''): Promise<Revisions> => api.ask('GET', `/task/${id}/revisions${query}`);
const execute = (id: string, query = ''): Promise<Run> => api.ask('PUT', `/task/${id}/execute${query}`, owner);

test('each update that changes something is a revision: who, when, and what', async () => {
  const { definition_id: id, revision } = await define();
  expect(revision).toBe(1);
  expect(await change(id, { memory: 128, command: 'echo two' })).toMatchObject({ revision: 2, memory: 128 });
  expect(await change(id, { memory: 128 })).toMatchObject({ revision: 2 });
  await api.ask('PUT', `/task/${id}`, { env: [{ name: 'A', value: 'b' }] });
  const { total, revisions } = await revisionsOf(id);
  expect(total).toBe(3);
  expect(revisions.map((one) => [one.revision, one.made_by, one.changed])).toEqual([
    [3, undefined, ['env']],
    [2, 'me@example.com', ['command', 'memory']],
    [1, 'me@example.com', []],
  ]);
  expect(revisions[2]?.definition).toMatchObject({ memory: 64, command: 'echo one', revision: 1 });
  expect((await revisionsOf(id, '?limit=1&offset=1')).revisions).toEqual([revisions[1]]);
  expect(await api.ask('GET', `/task/${id}/revisions/2`)).toEqual(revisions[1]);
  expect(await api.ask('GET', `/task/${id}`)).toMatchObject({ revision: 3 });
});

test('a revision is never changed, and an update that is refused makes none', async () => {
  const { definition_id: id, alias } = await define();
  const [before] = (await revisionsOf(id)).revisions;
  const other = await define();
  expect(await api.call('PUT', `/task/${id}`, { alias: other.alias })).toMatchObject({ status: 409 });
  expect(await api.call('PUT', `/task/${id}`, { memory: 0 })).toMatchObject({ status: 400 });
  expect((await revisionsOf(id)).total).toBe(1);
  await change(id, { alias: newAlias() });
  await api.ask('POST', '/task', { ...job, alias });
  expect((await revisionsOf(id)).revisions[1]).toEqual(before);
});

describe('a change that says which revision it was made from', () => {
  const from = (tag: string): Record<string, string> => ({ ...me, 'If-Match': tag });

  test('is made in that one, and refused where the definition has moved on', async () => {
    const { definition_id: id } = await define();
    expect(await api.ask('PUT', `/task/${id}`, { memory: 128 }, from('"1"'))).toMatchObject({ revision: 2 });
    const sentence = `Definition with ID ${id} is at revision 2, and the change was made from 1: read it again, and make the change in that`;
    const refused = { error: sentence, fields: [{ field: 'If-Match', message: sentence }], revision: 2 };
    expect(await api.call('PUT', `/task/${id}`, { command: 'lost' }, from('"1"'))).toEqual({
      status: 412,
      body: refused,
    });
    expect(await api.call('PUT', `/task/${id}/revisions/1/restore`, undefined, from('W/"1"'))).toMatchObject({
      status: 412,
    });
    expect((await revisionsOf(id)).total).toBe(2);
    expect(await api.ask('PUT', `/task/${id}/revisions/1/restore`, undefined, from('"2"'))).toMatchObject({
      revision: 3,
    });
    expect(await api.ask('PUT', `/task/${id}`, { memory: 256 }, from('*'))).toMatchObject({ revision: 4 });
  });

  test('is made once of many that were made from the same', async () => {
    const { definition_id: id } = await define();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => api.call('PUT', `/task/${id}`, { memory: 100 + n }, from('"1"'))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(412)]);
    expect((await revisionsOf(id)).total).toBe(2);
  });

  test('must name one', async () => {
    const { definition_id: id } = await define();
    for (const tag of ['1', '"one"', '"1", "2"']) {
      expect(await api.call('PUT', `/task/${id}`, { memory: 128 }, from(tag))).toMatchObject({ status: 400 });
    }
  });
});

test('of many updates at once each that changes something has a number of its own', async () => {
  const { definition_id: id } = await define();
  const updates = Array.from({ length: 10 }, (_, n) => change(id, { memory: 100 + n }));
  const numbers = (await Promise.all(updates)).map(({ revision }) => revision);
  expect(numbers.sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  const { revisions } = await revisionsOf(id);
  expect(revisions[0]?.definition).toEqual(await api.ask('GET', `/task/${id}`));
});

test('two revisions are compared field by field, in either direction', async () => {
  const { definition_id: id } = await define();
  await change(id, { memory: 128, cpu: 100 });
  await change(id, { memory: 256 });
  const compared = (range: string): Promise<object> => api.ask('GET', `/task/${id}/revisions/${range}`);
  expect(await compared('1..3')).toEqual({
    from: 1,
    to: 3,
    changes: [
      { field: 'cpu', after: 100 },
      { field: 'memory', before: 64, after: 256 },
    ],
  });
  expect(await compared('3..2')).toMatchObject({ changes: [{ field: 'memory', before: 256, after: 128 }] });
  expect(await compared('2..2')).toMatchObject({ changes: [] });
});

test('a run pins its revision; an older one may be executed', async () => {
  const { definition_id: id, alias } = await define();
  const first = await execute(id);
  await change(id, { command: 'echo two' });
  const second = await execute(id);
  const again = await execute(id, '?revision=1');
  const byAlias = await api.ask<Run>('PUT', `/task/alias/${alias}/execute?revision=1`, owner);
  expect([first, second, again, byAlias].map((run) => run.definition_revision)).toEqual([1, 2, 1, 1]);
  for (const [{ run_id: runId }, revision, command] of [
    [first, 1, 'echo one'],
    [second, 2, 'echo two'],
    [again, 1, 'echo one'],
  ] as const) {
    expect(await api.ask('GET', `/history/${runId}`)).toMatchObject({ definition_revision: revision, command });
  }
  const { total } = await api.ask<{ total: number }>('GET', `/history?definition_id=${id}&definition_revision=1`);
  expect(total).toBe(3);
});

test('a roll back is a new revision with all of the old one, also what it did not have', async () => {
  const { definition_id: id } = await define();
  await change(id, { memory: 128, cpu: 100, tags: ['new'] });
  const restored = await api.ask<Definition>('PUT', `/task/${id}/revisions/1/restore`, undefined, me);
  expect(restored).toMatchObject({ revision: 3, memory: 64, tags: [] });
  expect(restored).not.toHaveProperty('cpu');
  expect(await api.ask('GET', `/task/${id}`)).toEqual(restored);
  const { revisions } = await revisionsOf(id);
  expect(revisions.map(({ changed }) => changed)).toEqual([['cpu', 'memory', 'tags'], ['cpu', 'memory', 'tags'], []]);
});

test('a roll back to an alias that somebody else has is refused', async () => {
  const { definition_id: id, alias } = await define();
  await change(id, { alias: newAlias() });
  await define({ alias });
  const answer = await api.call('PUT', `/task/${id}/revisions/1/restore`);
  expect(answer).toMatchObject({ status: 409, body: { error: `definition with alias [${alias}] already exists` } });
});

test.each([
  ['GET', '/revisions/9', 404, 'has no revision 9'],
  ['GET', '/revisions/x', 400, 'revision must be a whole number from 1, was x'],
  ['GET', '/revisions/1..9', 404, 'has no revision 9'],
  ['GET', '/revisions/0', 404, 'has no revision 0'],
  ['GET', '/revisions?limit=-1', 400, 'limit must be a whole number from 0, was -1'],
  ['PUT', '/revisions/9/restore', 404, 'has no revision 9'],
  ['PUT', '/execute?revision=9', 404, 'has no revision 9'],
  ['PUT', '/execute?revison=1', 400, 'Unknown parameter [revison], must be [revision]'],
  ['PUT', '/execute?revision=x', 400, 'revision must be a whole number from 1, was x'],
  ['DELETE', '?stop_runs=yes', 400, 'stop_runs must be true or false, was yes'],
])('%s of a definition’s %s is refused with a sentence', async (method, path, status, says) => {
  const { definition_id: id } = await define();
  const answer = await api.call(method, `/task/${id}${path}`, method === 'PUT' ? owner : undefined);
  expect(answer).toMatchObject({ status, body: { error: expect.stringContaining(says) as unknown } });
});

describe('a definition is deleted', () => {
  test('with its open runs stopped in the name of the caller, where the caller says so', async () => {
    const { definition_id: id } = await define();
    const [ended, open, waiting] = [await execute(id), await execute(id), await execute(id)];
    await api.end(ended.run_id, { kind: 'exited', code: 0 });
    expect(await api.call('DELETE', `/task/${id}?stop_runs=false`)).toMatchObject({ status: 409 });
    expect(await api.call('DELETE', `/task/${id}`)).toMatchObject({
      status: 409,
      body: { error: expect.stringMatching(/stop them first, or delete it with \?stop_runs=true$/) as unknown },
    });
    const deleted = await api.ask<{ stop_id: string }>('DELETE', `/task/${id}?stop_runs=true`, undefined, me);
    expect(deleted).toEqual({ deleted: true, stopped_runs: 2, stop_id: expect.any(String) as unknown });
    expect(await api.ask('GET', `/history/stop/${deleted.stop_id}`)).toMatchObject({
      ...{ status: 'STOPPING', total: 2, filter: { definition_id: id }, stop_requested_by: 'me@example.com' },
    });
    const told = await untoldRuns(api.db, deleted.stop_id, 10);
    expect(told?.runIds.sort()).toEqual([open.run_id, waiting.run_id].sort());
    expect(await api.call('GET', `/task/${id}/revisions`)).toMatchObject({ status: 404 });
    expect(await api.call('DELETE', `/task/${id}?stop_runs=true`)).toMatchObject({ status: 404 });
  });

  test('never beside a run that is being accepted: one of the two is refused', async () => {
    const { definition_id: id } = await define();
    const definition = await definitionById(api.db, id);
    if (definition === null) throw new Error('not there');
    const run = acceptedRun(definition, {
      ...{ engine: 'one', cluster: bareCluster, user: 'ann', nodeLifecycle: 'spot', activeDeadlineSeconds: 60 },
      commandHash: 'hash',
    });
    const client = await api.db.connect();
    try {
      await client.query('begin');
      await insertRun(client, run, freeze(definition, {}, [], { ...anywhere, owner: 'ann', deadlineSeconds: 60 }));
      const deletion = deleteDefinition(api.db, id, null);
      await until('the deletion waits for the run', async () => {
        const { rowCount } = await api.db.query(`select 1 from pg_stat_activity where wait_event_type = 'Lock'`);
        return rowCount === 0 ? null : true;
      });
      await client.query('commit');
      expect(await deletion).toEqual({ result: 'active', stopping: 0 });
    } finally {
      client.release();
    }
    expect(await api.call('GET', `/task/${id}`)).toMatchObject({ status: 200 });
  });
});

test('a revision that was kept before a column came has what that column says of it', async () => {
  const folder = join(__dirname, '../../db/migrations');
  const files = (await readdir(folder)).sort();
  const url = new URL(api.db.options.connectionString ?? '');
  await api.db.query('create database columns');
  url.pathname = '/columns';
  const db = new Pool({ connectionString: url.href });
  try {
    for (const file of files) {
      await db.query(await readFile(join(folder, file), 'utf8'));
      // The first with revisions.
      if (!file.startsWith('0007')) continue;
      await db.query(
        `insert into definition (definition_id, alias, group_name, image, command) values ('d', 'a', 'g', 'i', 'c')`,
      );
    }
    const { rows } = await db.query<{ kept: object; now: object }>(
      'select content as kept, definition_content(definition) as now from definition join definition_revision using (definition_id)',
    );
    expect(rows.length).toBe(1);
    expect(rows[0]?.kept).toEqual(rows[0]?.now);
  } finally {
    await db.end();
  }
});
