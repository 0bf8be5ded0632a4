/** Lists against the plainest reading of rest-and-data.md §1.4 and §1.5: every filter, sort, page and total, on real rows. */
import type { Outcome } from '../../domain/outcome';
import { bareEngines, startBareApi, type BareApi } from '../bare-api';

type WireRun = {
  run_id: string;
  definition_id: string;
  alias: string;
  group_name: string;
  user: string;
  engine: string;
  cluster: string;
  status: string;
  outcome?: string;
  exit_code?: number;
  exit_reason?: string;
  queued_at: string;
  started_at?: string;
  finished_at?: string;
  env: { name: string; value: string }[];
};
type Listed = { total: number; next?: string; history: WireRun[] };
type Keep = (run: WireRun) => boolean;

const aliases = ['etl-orders', 'etl-users', 'ETL-orders', 'train_orders', 'trainXorders', '100%', 'report'];
const groups = ['data', 'data-two', 'ml'];
const owners = ['ann', 'ben', 'joe'];
const ends: Outcome[] = [
  { kind: 'exited', code: 0 },
  { kind: 'exited', code: 2 },
  { kind: 'oom', limitMb: 64 },
  { kind: 'cancelled', by: 'ann' },
  { kind: 'reported', code: 4, reason: 'Git clone error' },
];
const runsMade = 90;

let api: BareApi;
let all: WireRun[];
let definitionIds: string[];
beforeAll(async () => {
  api = await startBareApi();
  definitionIds = await Promise.all(aliases.map((alias, n) => define(alias, groups[n % groups.length] ?? '')));
  for (let n = 0; n < runsMade; n += 1) await makeRun(n);
  // What was there before the tallies, or was written past the triggers, is counted anew; one that goes is no longer counted.
  const gone = await api.ask<WireRun>('PUT', `/task/${definitionIds[0] ?? ''}/execute`, owner('ann'));
  await api.end(gone.run_id, ends[0] as Outcome);
  await api.db.query('delete from transition where run_id = $1', [gone.run_id]);
  await api.db.query('delete from run where run_id = $1', [gone.run_id]);
  all = (await list('limit=10000')).history;
}, 120_000);
afterAll(() => api.close(), 60_000);

const owner = (name: string): object => ({ run_tags: { owner_id: name } });

async function define(alias: string, groupName: string): Promise<string> {
  const job = { alias, group_name: groupName, image: 'busybox:1', memory: 64, command: 'true' };
  return (await api.ask<{ definition_id: string }>('POST', '/task', job)).definition_id;
}

/** Of each kind some, some of them still open; times tie, and differ by less than JavaScript can tell. */
async function makeRun(n: number): Promise<void> {
  const launch = {
    ...owner(owners[(n * 7) % owners.length] ?? ''),
    engine: bareEngines[n % 5 === 0 ? 1 : 0],
    env: [{ name: 'SHARD', value: String(n % 4) }],
  };
  const { run_id: runId } = await api.ask<WireRun>(
    'PUT',
    `/task/${definitionIds[n % aliases.length] ?? ''}/execute`,
    launch,
  );
  const at = new Date(Date.UTC(2026, 0, 1, 0, Math.floor(n / 3)));
  if (n % 6 !== 0) await api.end(runId, ends[n % ends.length] as Outcome, at);
  await api.db.query(`update run set queued_at = $2::timestamptz + $3 * interval '1 microsecond' where run_id = $1`, [
    runId,
    at,
    n % 3,
  ]);
}

async function list(query: string): Promise<Listed> {
  return api.ask<Listed>('GET', `/history?${query}`);
}

/** LIKE as §1.5 has it: case matters, `%` and `_` are wildcards. */
function contains(text: string | undefined, pattern: string): boolean {
  const source = [...pattern]
    .map((one) => (one === '%' ? '.*' : one === '_' ? '.' : one.replace(/[^\w-]/, '\\$&')))
    .join('');
  return text !== undefined && new RegExp(source, 's').test(text);
}

const filters: Record<string, Keep> = {
  '': () => true,
  'alias=orders': ({ alias }) => contains(alias, 'orders'),
  'alias=ETL': ({ alias }) => contains(alias, 'ETL'),
  'alias=': () => true,
  'alias=train_o': ({ alias }) => contains(alias, 'train_o'),
  'alias=l%25rs': ({ alias }) => contains(alias, 'l%rs'),
  'alias=none': () => false,
  'alias=etl-orders&alias=report': ({ alias }) => ['etl-orders', 'report'].includes(alias),
  'alias=etl&alias=report': ({ alias }) => alias === 'report',
  'alias_not=orders': ({ alias }) => !contains(alias, 'orders'),
  'alias_not=': () => false,
  'alias_not=report&alias_not=100%25': ({ alias }) => !['report', '100%'].includes(alias),
  'alias=orders&alias_not=etl': ({ alias }) => contains(alias, 'orders') && !contains(alias, 'etl'),
  'group_name=data': ({ group_name }) => contains(group_name, 'data'),
  'group_name=data&group_name=ml': ({ group_name }) => ['data', 'ml'].includes(group_name),
  'status=STOPPED': ({ status }) => status === 'STOPPED',
  'status=QUEUED&status=RUNNING': ({ status }) => status === 'QUEUED',
  'status=QUEUED&status=STOPPED': () => true,
  'outcome=SUCCESS': ({ outcome }) => outcome === 'SUCCESS',
  'outcome=REPORTED': ({ outcome }) => outcome === 'REPORTED',
  'outcome=USER&outcome=OOM': ({ outcome }) => ['USER', 'OOM'].includes(outcome ?? ''),
  'owner=ann': ({ user }) => user === 'ann',
  'owner=an': () => false,
  'user=ann&user=ben': ({ user }) => ['ann', 'ben'].includes(user),
  'engine=two': ({ engine }) => engine === 'two',
  'cluster_name=simulated': () => true,
  'cluster=nowhere': () => false,
  'exit_code=2': ({ exit_code: code }) => code === 2,
  'exit_reason=code': ({ exit_reason: reason }) => contains(reason, 'code'),
  'exit_reason=': ({ exit_reason: reason }) => reason !== undefined,
  'env=SHARD|1': ({ env }) => env.some(({ name, value }) => name === 'SHARD' && value === '1'),
  'queued_at_since=2026-01-01T00:09:30Z': ({ queued_at: at }) => at > '2026-01-01T00:09:30.000Z',
  'started_at_until=2026-01-01T00:10:00Z&started_at_since=': ({ started_at: at }) =>
    at !== undefined && at < '2026-01-01T00:10:00.000Z',
};
/** What needs more than one of them to go wrong. */
const together = [
  'alias=orders',
  'alias_not=orders',
  'owner=ann',
  'outcome=SUCCESS',
  'status=STOPPED',
  'engine=two',
  'outcome=REPORTED',
];

test.each(Object.entries(filters))(
  'the filter [%s] lists and counts just what it says, alone and with others',
  async (query, keep) => {
    for (const other of ['', ...together]) {
      const isKept = (run: WireRun): boolean => keep(run) && filters[other]?.(run) === true;
      const key = (text: string): string[] => text.split('&').map((one) => one.split('=')[0] ?? '');
      if (key(query).some((one) => one !== '' && key(other).includes(one))) continue;
      const wanted = all.filter(isKept).map((run) => run.run_id);
      const { total, history } = await list(`${query}&${other}&limit=10000`.replace(/^&+/, '').replace(/&&+/, '&'));
      expect([other, total, history.map((run) => run.run_id).sort()]).toEqual([other, wanted.length, wanted.sort()]);
    }
  },
);

test('a definition’s runs are counted and listed under its id, as under executable_id', async () => {
  const [definitionId = ''] = definitionIds;
  const wanted = all.filter((run) => run.definition_id === definitionId).length;
  expect(wanted).toBeGreaterThan(0);
  for (const path of [`/task/${definitionId}/history`, `/history?executable_id=${definitionId}`]) {
    const { total, history } = await api.ask<Listed>('GET', path);
    expect([path, total, history.length]).toEqual([path, wanted, wanted]);
  }
});

test('totals follow each run as it is accepted and ends, and are right where nobody kept them', async () => {
  const totals = async (): Promise<number[]> =>
    Promise.all(
      ['', 'status=STOPPED', 'outcome=OOM&owner=zoe', 'owner=zoe'].map(async (query) => (await list(query)).total),
    );
  const before = await totals();
  const plus = (...more: number[]): number[] => before.map((total, n) => total + (more[n] ?? 0));
  const { run_id: runId } = await api.ask<WireRun>('PUT', `/task/${definitionIds[1] ?? ''}/execute`, owner('zoe'));
  expect(await totals()).toEqual(plus(1, 0, 0, 1));
  await api.end(runId, { kind: 'oom', limitMb: 64 });
  await api.end(runId, { kind: 'exited', code: 0 });
  expect(await totals()).toEqual(plus(1, 1, 1, 1));
  await api.db.query('update run_tally set n = 0');
  await api.db.query('delete from run_tally_all');
  await api.db.query('select tally_runs_anew()');
  expect(await totals()).toEqual(plus(1, 1, 1, 1));
  await api.db.query('delete from attempt where run_id = $1', [runId]);
  await api.db.query('delete from transition where run_id = $1', [runId]);
  await api.db.query('delete from run where run_id = $1', [runId]);
  expect(await totals()).toEqual(before);
});

test('two hundred ends at once are all counted', async () => {
  const launched = Array.from({ length: 200 }, () =>
    api.ask<WireRun>('PUT', `/task/${definitionIds[2] ?? ''}/execute`, owner('crowd')),
  );
  const runIds = (await Promise.all(launched)).map((run) => run.run_id);
  await Promise.all(runIds.map((runId, n) => api.end(runId, ends[n % 2] as Outcome)));
  expect((await list('owner=crowd&outcome=SUCCESS')).total).toBe(100);
  expect((await list('owner=crowd&alias=ETL')).total).toBe(200);
});

describe('pages', () => {
  const sorts = ['run_id', 'cluster_name', 'status', 'queued_at', 'started_at', 'finished_at', 'group_name'];
  const cases = sorts.flatMap((sort) => ['asc', 'desc'].map((order) => [sort, order] as const));

  test.each(cases)('by %s %s are the whole list, each run once, with offsets and with cursors', async (sort, order) => {
    const query = `sort_by=${sort}&order=${order}&owner=ann`;
    const whole = (await list(`${query}&limit=10000`)).history.map((run) => run.run_id);
    expect(new Set(whole).size).toBe(all.filter(({ user }) => user === 'ann').length);
    const byOffset: string[] = [];
    const byCursor: string[] = [];
    let after = '';
    for (let offset = 0; offset < whole.length; offset += 4) {
      byOffset.push(...(await list(`${query}&limit=4&offset=${offset}`)).history.map((run) => run.run_id));
      const page = await list(`${query}&limit=4&after=${after}`);
      expect(page.total).toBe(whole.length);
      byCursor.push(...page.history.map((run) => run.run_id));
      expect(page.next !== undefined).toBe(byCursor.length < whole.length);
      after = page.next ?? '';
    }
    expect(byOffset).toEqual(whole);
    expect(byCursor).toEqual(whole);
  });

  test('that begin at a cursor neither skip nor repeat what was there when runs are accepted meanwhile', async () => {
    const query = 'sort_by=queued_at&order=desc&alias=report&limit=2';
    const first = await list(query);
    await api.ask('PUT', `/task/${definitionIds[6] ?? ''}/execute`, owner('late'));
    const rest = await list(`${query}&after=${first.next ?? ''}`.replace('limit=2', 'limit=10000'));
    const seen = [...first.history, ...rest.history].map((run) => run.run_id);
    const there = all.filter(({ alias }) => alias === 'report').map((run) => run.run_id);
    expect(seen.sort()).toEqual(there.sort());
  });

  test('of definitions have cursors, also over what has no value', async () => {
    const whole = (
      await api.ask<{ definitions: { definition_id: string }[] }>('GET', '/task?sort_by=memory&order=desc')
    ).definitions;
    type Page = { definitions: { definition_id: string }[]; next?: string };
    const seen: string[] = [];
    let after: string | undefined = '';
    while (after !== undefined && seen.length <= whole.length) {
      const page: Page = await api.ask<Page>('GET', `/task?sort_by=memory&order=desc&limit=3&after=${after}`);
      seen.push(...page.definitions.map((one) => one.definition_id));
      after = page.next;
    }
    expect(seen).toEqual(whole.map((one) => one.definition_id));
  });
});
