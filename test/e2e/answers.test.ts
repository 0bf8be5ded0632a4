/** What the API answers on its rows alone: stops of many with what jobs have started, reports that come too late, keys that expire. */
import { removeOldStop } from '../../db/bulk_stop';
import { startBareApi, type BareApi } from '../bare-api';

type Run = { run_id: string } & Record<string, unknown>;

const owner = { run_tags: { owner_id: 'ann' } };

let api: BareApi;
beforeAll(async () => {
  api = await startBareApi();
}, 120_000);
afterAll(() => api.close(), 60_000);

async function define(alias: string): Promise<string> {
  const job = { group_name: 'test', image: 'busybox:1', memory: 64, command: 'true', alias };
  return (await api.ask<{ definition_id: string }>('POST', '/task', job)).definition_id;
}
const execute = (id: string, more: object = {}): Promise<Run> =>
  api.ask('PUT', `/task/${id}/execute`, { ...owner, ...more });
const startedBy = ({ run_id }: Run): object => ({ env: [{ name: 'PARENT_FLOTILLA_RUN_ID', value: run_id }] });

describe('a stop of many', () => {
  const stop = (body: object): Promise<Run> => api.ask('POST', '/history/stop', body);

  test('counts the open runs that jobs of the matching ones have started, at any depth, each once', async () => {
    const [parents, children] = [await define('parents'), await define('children')];
    const parent = await execute(parents);
    const child = await execute(children, startedBy(parent));
    await execute(children, startedBy(child));
    const over = await execute(children, startedBy(parent));
    await api.end(over.run_id, { kind: 'exited', code: 0 });
    // It matches, too: none of those that come besides.
    await execute(parents, startedBy(parent));
    const counts = { total: 2, spawned: 2 };
    expect(await stop({ filter: { alias: 'parents' }, dry_run: true })).toMatchObject(counts);
    const asked = await stop({ filter: { alias: 'parents' } });
    expect(asked).toMatchObject(counts);
    expect(await api.ask('GET', `/history/stop/${String(asked['stop_id'])}`)).toMatchObject(counts);
  });

  test('by ids tells how many there were and how many are unknown, and not which', async () => {
    const id = await define('named');
    const [open, over] = [await execute(id), await execute(id)];
    await api.end(over.run_id, { kind: 'exited', code: 0 });
    const body = { run_ids: [open.run_id, over.run_id, 'none', 'none'] };
    for (const more of [{ dry_run: true }, {}]) {
      const answer = await stop({ ...body, ...more });
      expect(answer).toMatchObject({ total: 1, named: 3, unknown: 1 });
      expect(answer).not.toHaveProperty('run_ids');
    }
  });

  test('is forgotten three days after all were told of it, and not before', async () => {
    await execute(await define('forgotten'));
    const { stop_id: id } = await stop({ filter: { alias: 'forgotten' } });
    const tell = `update bulk_stop set told_at = now() - make_interval(hours => $2) where stop_id = $1`;
    await api.db.query(tell, [id, 71]);
    expect(await removeOldStop(api.db)).toBe(false);
    await api.db.query(tell, [id, 73]);
    expect(await removeOldStop(api.db)).toBe(true);
    expect((await api.call('GET', `/history/stop/${String(id)}`)).status).toBe(404);
  });
});

describe('a report of how a run ended', () => {
  const report = async (runId: string, more: object = {}): Promise<unknown> =>
    (await api.call('PUT', `/${runId}/status`, { status: 'STOPPED', ...more })).body;

  test('is updated where it is the first, also sent again, and not where another came before', async () => {
    const { run_id: runId } = await execute(await define('reported'));
    const first = { exit_code: 3, run_exceptions: ['first'] };
    expect(await report(runId, { status: 'RUNNING', run_exceptions: ['before'] })).toEqual({ updated: true });
    expect(await report(runId, first)).toEqual({ updated: true });
    expect(await report(runId, first)).toEqual({ updated: true });
    expect(await report(runId, { exit_code: 0, run_exceptions: ['second'] })).toEqual({ updated: false });
    expect(await report(runId, { status: 'RUNNING', run_exceptions: ['third'] })).toEqual({ updated: false });
    expect(await api.ask('GET', `/history/${runId}`)).toMatchObject({ run_exceptions: ['first'] });
  });

  test('is not updated after a cancel', async () => {
    const id = await define('cancelled');
    const { run_id: runId } = await execute(id);
    await api.call('DELETE', `/task/${id}/history/${runId}`);
    expect(await report(runId, { exit_code: 0 })).toEqual({ updated: false });
    expect(await report(runId, { run_exceptions: ['late'] })).toEqual({ updated: false });
    expect(await api.ask('GET', `/history/${runId}`)).not.toHaveProperty('run_exceptions');
  });
});

test('a key that expires while its request waits for it is free, and not taken for a definition that is gone', async () => {
  const id = await define('keyed');
  const query = api.db.query.bind(api.db) as (...args: unknown[]) => unknown;
  let refused = 0;
  // The first insert meets a key that is gone when it is looked for.
  jest.spyOn(api.db, 'query').mockImplementation((...args: unknown[]) => {
    const isInsert = String(args[0]).includes('insert into idempotence_key');
    return isInsert && (refused += 1) === 1 ? Promise.resolve({ rows: [], rowCount: 0 }) : query(...args);
  });
  const answer = await api.call('PUT', `/task/${id}/execute`, { ...owner, idempotence_key: 'expiring' });
  jest.restoreAllMocks();
  expect([answer.status, refused]).toEqual([200, 2]);
});

test('of webhooks there are a thousand at most', async () => {
  const webhook = { url: 'https://hooks.example/' };
  await api.ask('POST', '/webhook', webhook);
  const [url, secret, kinds] = [webhook.url, 'x', ['status']];
  await api.db.query(
    `insert into webhook (webhook_id, url, secret, kinds) select n::text, $1, $2, $3 from generate_series(1, 999) n`,
    [url, secret, kinds],
  );
  const error = 'There are 1000 webhooks: remove one first';
  expect(await api.call('POST', '/webhook', webhook)).toEqual({ status: 409, body: { error } });
  await api.db.query(`delete from webhook where webhook_id = '1'`);
  await api.ask('POST', '/webhook', webhook);
});
