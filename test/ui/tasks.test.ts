/** What the pages of tasks compute: the view of an address, the news of a list, differences, bars. */
import type { Schemas } from '../../client/index';
import type { StatusEvent } from '../../ui/live/events';
import { barsOf, heightOf, isSteep, topOf, type Bar } from '../../ui/tasks/chart';
import { envBetween, linesBetween, plainText } from '../../ui/tasks/difference';
import { remember, withEvent, withNews, type ListedTask, type News } from '../../ui/tasks/last-run';
import { queryOf, searchOf, sortedBy, viewOf, withValues } from '../../ui/tasks/task-view';

test('a bookmark of the original is understood; what it does not know is left alone, and not sent', () => {
  const search = { page: '3', sort_by: 'memory', order: 'desc', alias: 'x', image: ['a', 'b'], odd: '1' };
  const view = viewOf(search);
  expect(queryOf(view)).toEqual({
    alias: ['x'],
    image: ['a', 'b'],
    sort_by: 'memory',
    order: 'desc',
    limit: 20,
    offset: 40,
  });
  expect(searchOf(view, search)).toEqual({ ...search, alias: ['x'] });
});

test('a bare address is sorted by alias; what cannot be is as if it were not said', () => {
  expect(viewOf({})).toEqual({ filter: {}, sort: { by: 'alias', order: 'asc' }, page: 1, size: 20 });
  expect(viewOf({ page: '-1', sort_by: 'odd', limit: '7', order: 'up' })).toEqual(viewOf({}));
  expect(viewOf({ limit: '100' }).size).toBe(100);
});

test('an owner is what the API calls user', () => {
  expect(queryOf(viewOf({ owner: 'ann' }))).toMatchObject({ user: ['ann'] });
});

test('filters are set and taken away; a column turns its order', () => {
  expect(withValues({ alias: ['a'] }, 'tags', ['x', 'x'])).toEqual({ alias: ['a'], tags: ['x'] });
  expect(withValues({ alias: ['a'] }, 'alias', [])).toEqual({});
  expect(sortedBy({ by: 'alias', order: 'asc' }, 'alias')).toEqual({ by: 'alias', order: 'desc' });
  expect(sortedBy({ by: 'alias', order: 'desc' }, 'image')).toEqual({ by: 'image', order: 'asc' });
});

const task = (id: string, last?: ListedTask['last_run']): ListedTask =>
  ({ definition_id: id, ...(last === undefined ? {} : { last_run: last }) }) as ListedTask;
const event = (of: Partial<StatusEvent>): StatusEvent =>
  ({
    kind: 'status',
    definition_id: 'a',
    run_id: 'r2',
    version: 5,
    status: 'RUNNING',
    queued_at: '2026-01-02T00:00:00Z',
    ...of,
  }) as StatusEvent;

test('news move the last run of a task where it is; older runs and older news do not', () => {
  const old = { run_id: 'r1', version: 7, status: 'STOPPED', queued_at: '2026-01-01T00:00:00Z', exit_code: 0 } as const;
  const page = { total: 2, definitions: [task('b'), task('a', old)] };
  expect(withEvent(page, event({})).definitions[1]?.last_run).toEqual({
    run_id: 'r2',
    version: 5,
    status: 'RUNNING',
    queued_at: '2026-01-02T00:00:00Z',
  });
  expect(withEvent(page, event({ queued_at: '2025-01-01T00:00:00Z' }))).toBe(page);
  expect(withEvent(page, event({ run_id: 'r1', status: 'RUNNING' }))).toBe(page);
  expect(withEvent(page, event({ definition_id: 'c' }))).toBe(page);
});

test('an answer that was on its way while news came has them, unless it is the newer', () => {
  const news: News = new Map();
  remember(news, event({ version: 6, status: 'STOPPED' }));
  remember(news, event({ version: 5 }));
  remember(news, event({ run_id: 'r1', version: 9, queued_at: '2025-01-01T00:00:00Z' }));
  const answer = (version: number, status: 'RUNNING' | 'NEEDS_RETRY') => ({
    total: 1,
    definitions: [task('a', { run_id: 'r2', version, status, queued_at: '2026-01-02T00:00:00Z' })],
  });
  expect(withNews(answer(4, 'RUNNING'), news).definitions[0]?.last_run?.status).toBe('STOPPED');
  expect(withNews({ total: 1, definitions: [task('a')] }, news).definitions[0]?.last_run?.run_id).toBe('r2');
  const newer = answer(8, 'NEEDS_RETRY');
  expect(withNews(newer, news)).toBe(newer);
});

test('lines that differ are shown with three around them, the rest is counted', () => {
  const lines = Array.from({ length: 20 }, (_, n) => `line ${n}`);
  const after = lines.with(10, 'other');
  expect(linesBetween(lines.join('\n'), after.join('\n'))).toEqual([
    { kind: 'skipped', count: 7 },
    ...lines.slice(7, 10).map((text) => ({ kind: 'same', text })),
    { kind: 'gone', text: 'line 10' },
    { kind: 'new', text: 'other' },
    ...lines.slice(11, 14).map((text) => ({ kind: 'same', text })),
    { kind: 'skipped', count: 6 },
  ]);
});

test('a last line without its end is no other line', () => {
  expect(linesBetween('a', 'a\nb')).toEqual([
    { kind: 'same', text: 'a' },
    { kind: 'new', text: 'b' },
  ]);
});

test('variables differ by name, whatever their order', () => {
  const before = [
    { name: 'A', value: '1' },
    { name: 'B', value: '2' },
    { name: 'C', value: '' },
  ];
  const after = [
    { name: 'B', value: '3' },
    { name: 'A', value: '1' },
    { name: 'D', value: '' },
  ];
  expect(envBetween(before, after)).toEqual([
    { name: 'B', before: '2', after: '3' },
    { name: 'C', before: '', after: null },
    { name: 'D', before: null, after: '' },
  ]);
  expect(envBetween(before, before.toReversed())).toEqual([]);
});

test('values that are no texts are read out', () => {
  expect([true, undefined, [80, 443], 12, 'x', { a: 1 }].map(plainText)).toEqual([
    'yes',
    '',
    '80, 443',
    '12',
    'x',
    '{"a":1}',
  ]);
});

test('bars go from the oldest to the newest; one that did not start has no length', () => {
  const at = (second: number): string => new Date(second * 1000).toISOString();
  const runs = [
    { run_id: 'open', status: 'RUNNING', queued_at: at(90), started_at: at(95) },
    { run_id: 'none', status: 'STOPPED', outcome: 'CONFIG', queued_at: at(50), finished_at: at(51) },
    {
      run_id: 'good',
      status: 'STOPPED',
      outcome: 'SUCCESS',
      exit_code: 0,
      queued_at: at(0),
      started_at: at(1),
      finished_at: at(13),
    },
  ] as const satisfies Partial<Schemas['Run']>[];
  const bars = barsOf(runs, 100_000);
  expect(bars.map(({ runId, kind, ms }) => [runId, kind, ms])).toEqual([
    ['good', 'succeeded', 12_000],
    ['none', 'failed', null],
    ['open', 'open', 5000],
  ]);
  expect(topOf(bars)).toBe(15_000);
  expect(topOf([])).toBe(1000);
});

test('one run that took very long does not flatten the others', () => {
  const bars = [1000, 2000, null, 1000, 600_000].map((ms) => ({ ms }) as Bar);
  expect(isSteep(bars)).toBe(true);
  expect(isSteep(bars.slice(0, 4))).toBe(false);
  const heights = bars.map((bar) => heightOf(bar, topOf(bars), true));
  expect(heights[0]).toBeGreaterThan(0.2);
  expect(heights[2]).toBe(0);
  expect(heights[4]).toBe(1);
});
