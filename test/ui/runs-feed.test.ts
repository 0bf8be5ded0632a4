/** Rows under a reader: they change in place, and neither come, go nor move until the next load. */
import type { StatusEvent } from '../../ui/live/events';
import type { Schemas } from '../../client/index';
import { activeAfter } from '../../ui/app/active';
import { absorb, decide, emptyFeed, hear, load, tell, type Wanted } from '../../ui/runs/feed';
import type { RunFilter } from '../../ui/runs/filter';
import { matches } from '../../ui/runs/match';

type Run = Schemas['Run'];
const now = Date.parse('2026-03-10T12:00:00Z');

/** Queued `age` minutes ago. */
const run = (id: string, age: number, more: Partial<Run> = {}): Run =>
  ({
    run_id: id,
    alias: 'etl',
    user: 'me',
    engine: 'local',
    cluster: 'default',
    status: 'RUNNING',
    definition_id: 'd',
    executable_id: 'd',
    group_name: 'g',
    env: [{ name: 'A', value: '1' }],
    queued_at: new Date(now - age * 60_000).toISOString(),
    attempt_count: 1,
    version: 3,
    ...more,
  }) as Run;

const event = (id: string, age: number, more: Partial<StatusEvent> = {}): StatusEvent => {
  const { run_id, alias, user, engine, cluster, status, definition_id, queued_at } = run(id, age);
  const base = { run_id, alias, user, engine, cluster, status, definition_id, queued_at };
  return { ...base, kind: 'status', attempt: 1, version: 4, ...more };
};

const wanted = (filter: RunFilter = {}, more: Partial<Wanted> = {}): Wanted => ({
  filter,
  scope: { of: 'all' },
  sort: { by: 'queued_at', order: 'desc' },
  page: 1,
  size: 20,
  ...more,
});
const loaded = (of: Wanted, rows: Run[]) => load(emptyFeed(of), of, rows, now);
const ids = (feed: { rows: readonly Run[] }) => feed.rows.map(({ run_id: id }) => id);
const active = { status: ['QUEUED', 'PENDING', 'RUNNING'] };
const end: Partial<StatusEvent> = { status: 'STOPPED', outcome: 'SUCCESS', exit_code: 0, version: 5 };

test('a row that changes stays where it is; one that no longer matches stays, marked', () => {
  const feed = hear(loaded(wanted(active), [run('a', 1), run('b', 2)]), [event('a', 1, end)], now);
  expect(ids(feed)).toEqual(['a', 'b']);
  expect(feed.rows[0]).toMatchObject({ status: 'STOPPED', outcome: 'SUCCESS', version: 5, group_name: 'g' });
  expect([...feed.gone]).toEqual(['a']);
  expect(feed.changes).toBe(1);
});

test('what an event does not tell of a run is gone: its note', () => {
  const feed = hear(loaded(wanted(), [run('a', 1, { note: 'waiting' })]), [event('a', 1)], now);
  expect(feed.rows[0]).not.toHaveProperty('note');
});

test('rows that do not change stay the same objects', () => {
  const before = loaded(wanted(active), [run('a', 1), run('b', 2)]);
  const feed = hear(before, [event('a', 1, { version: 4 })], now);
  expect(feed.rows[1]).toBe(before.rows[1]);
  expect(feed.gone).toBe(before.gone);
});

test('an older event changes nothing, whichever comes first', () => {
  const before = loaded(wanted(), [run('a', 1)]);
  expect(hear(before, [event('a', 1, { version: 3, status: 'QUEUED' })], now).rows).toEqual(before.rows);
  const feed = hear(before, [event('a', 1, end), event('a', 1, { version: 4, status: 'PENDING' })], now);
  expect(feed.rows[0]?.status).toBe('STOPPED');
});

test('an answer that is older than an event does not overwrite it', () => {
  const feed = hear(loaded(wanted(), [run('a', 1)]), [event('a', 1, end)], now);
  expect(absorb(feed, [run('a', 1)], now).rows[0]?.status).toBe('STOPPED');
  expect(load(feed, wanted(), [run('a', 1)], now).rows[0]?.status).toBe('STOPPED');
});

test('new runs only raise a number, each once, and only those that match', () => {
  let feed = loaded(wanted(active), [run('a', 1)]);
  feed = hear(feed, [event('n', 0, { status: 'QUEUED', version: 1 }), event('m', 0, end)], now);
  feed = hear(feed, [event('n', 0, { status: 'RUNNING', version: 2 })], now);
  expect(ids(feed)).toEqual(['a']);
  expect([...feed.fresh]).toEqual(['n']);
  // It is over before anybody has looked.
  expect(hear(feed, [event('n', 0, end)], now).fresh.size).toBe(0);
});

test('a run that comes to match counts as new where its place is on the page, not where it is on a later one', () => {
  const failed = { outcome: ['USER'] };
  const failure = { ...end, outcome: 'USER', exit_code: 2 } as const;
  const full = wanted(failed, { size: 1 });
  const rows = [run('a', 5, { status: 'STOPPED', outcome: 'USER' })];
  expect([...hear(loaded(wanted(failed), rows), [event('old', 60, failure)], now).fresh]).toEqual(['old']);
  expect(hear(loaded(full, rows), [event('old', 60, failure)], now).fresh.size).toBe(0);
});

test.each([
  ['on page 2', { page: 2 }],
  ['oldest first', { sort: { by: 'queued_at', order: 'asc' } as const }],
  ['by status', { sort: { by: 'status', order: 'desc' } as const }],
])('%s new runs change the total only', (_, more) => {
  const feed = hear(loaded(wanted({}, more), [run('a', 1)]), [event('n', 0)], now);
  expect(feed.fresh.size).toBe(0);
  expect(feed.changes).toBe(1);
});

test('a run of which an event tells too little is in doubt until the API has decided', () => {
  const feed = hear(loaded(wanted({ group_name: ['g'] }), [run('a', 1)]), [event('n', 0), event('m', 0)], now);
  expect([feed.fresh.size, [...feed.unsure]]).toEqual([0, ['n', 'm']]);
  const decided = decide(feed, ['n', 'm'], ['m']);
  expect([[...decided.fresh], decided.unsure.size]).toEqual([['m'], 0]);
  expect([...hear(decided, [event('m', 0, { version: 9 })], now).fresh]).toEqual(['m']);
});

test('an answer that nobody asked for moves no row, tells new ones, and names those that it does not have', () => {
  const before = loaded(wanted(active), [run('a', 1), run('b', 2), run('c', 3)]);
  const feed = absorb(before, [run('n', 0), run('c', 3), run('b', 2, { version: 7, status: 'PENDING' })], now);
  expect(ids(feed)).toEqual(['a', 'b', 'c']);
  expect(feed.rows[1]?.status).toBe('PENDING');
  expect([...feed.fresh]).toEqual(['n']);
  expect(feed.missing).toEqual(['a']);
  const told = tell(feed, [run('a', 1, { version: 8, status: 'STOPPED' })], now);
  expect([[...told.gone], told.missing]).toEqual([['a'], []]);
});

test('a load takes the place of all, and what was heard while it was on its way is new', () => {
  const heard = hear(loaded(wanted(active), [run('a', 1)]), [event('a', 1, end), event('n', 0), event('p', 0.5)], now);
  const feed = load(heard, wanted(active), [run('p', 0.5), run('b', 2)], now);
  expect(ids(feed)).toEqual(['p', 'b']);
  expect([[...feed.gone], [...feed.fresh]]).toEqual([[], ['n']]);
});

test('the list of a definition hears of no other', () => {
  const of = wanted({}, { scope: { of: 'task', id: 'd' } });
  const feed = hear(loaded(of, [run('a', 1)]), [event('n', 0, { definition_id: 'x' }), event('m', 0)], now);
  expect([...feed.fresh]).toEqual(['m']);
});

describe('whether a run matches', () => {
  const of = run('a', 90, { started_at: '2026-03-10T11:30:00.000Z' });
  const cases: Record<string, [RunFilter, 'yes' | 'no' | 'unsure']> = {
    'a part of an alias': [{ alias: ['tl'] }, 'yes'],
    'a pattern': [{ alias: ['e%l'] }, 'yes'],
    'signs of patterns of others are signs': [{ alias: ['e.l'] }, 'no'],
    'several aliases are whole': [{ alias: ['tl', 'et'] }, 'no'],
    'no part of an alias': [{ alias_not: ['tl'] }, 'no'],
    'an owner is whole': [{ owner: ['m'] }, 'no'],
    'one of several': [{ owner: ['you', 'me'], engine: ['local'], cluster_name: ['default'] }, 'yes'],
    'all variables': [{ env: ['A|1'] }, 'yes'],
    'not all variables': [{ env: ['A|1', 'B|1'] }, 'no'],
    'since a time': [{ queued_at_since: '-1h' }, 'no'],
    'since a time of its start': [{ started_at_since: '-1h' }, 'yes'],
    'a time without a zone is UTC': [{ started_at_until: '2026-03-10T11:31' }, 'yes'],
    'not over': [{ finished_at_since: '-1h' }, 'no'],
    'no end': [{ outcome: ['SUCCESS'] }, 'no'],
  };
  test.each(Object.entries(cases))('%s', (_, [filter, answer]) => {
    expect(matches(of, filter, { of: 'all' }, now)).toBe(answer);
  });
});

test.each([
  ['one more with the first that is told of a run', { status: 'QUEUED', version: 1 }, 3],
  ['one less with its end', { status: 'STOPPED', version: 4 }, 1],
  ['the same when it moves on', { status: 'RUNNING', version: 3 }, 2],
] as const)('of 2 active runs there is %s', (_, of, count) => {
  expect(activeAfter(2, event('a', 1, of))).toBe(count);
  expect([activeAfter(2, { kind: 'gap' }), activeAfter(0, event('a', 1, { status: 'STOPPED' }))]).toEqual([2, 0]);
});
