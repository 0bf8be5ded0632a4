/** The attempts of a run as bars (ui.md C6). */
import type { Schemas } from '../../client/index';
import { axisOf, barsText, foldRows, placeOf, rowsOf, type Row } from '../../ui/run/bars';

const base = Date.parse('2026-01-31T12:00:00.000Z');
const time = (seconds: number): string => new Date(base + seconds * 1000).toISOString();
const to = (status: Schemas['Transition']['status'], seconds: number, attempt = 1): Schemas['Transition'] => ({
  status,
  attempt,
  at: time(seconds),
});
const spans = (row: Row | undefined): unknown[] =>
  (row?.bars ?? []).map(({ kind, from, to: until, isOpen }) => [
    kind,
    (from - base) / 1000,
    (until - base) / 1000,
    isOpen,
  ]);

test('a run that is running has a bar for each phase, and the last grows', () => {
  const [row] = rowsOf([to('QUEUED', 0), to('PENDING', 2), to('RUNNING', 7)], [], base + 20_500);
  expect(spans(row)).toEqual([
    ['queued', 0, 2, false],
    ['pending', 2, 7, false],
    ['running', 7, 20.5, true],
  ]);
  expect(barsText(row?.bars ?? [])).toBe('queued 2 s · pending 5 s · running for 13 s');
  expect(row?.end).toBeNull();
});

test('each attempt is a row; the wait before the next one ends where that begins', () => {
  const transitions = [to('QUEUED', 0), to('PENDING', 1), to('RUNNING', 2), to('NEEDS_RETRY', 10)];
  const next = [to('QUEUED', 40, 2), to('RUNNING', 42, 2), to('STOPPED', 50, 2)];
  const attempts = [
    {
      attempt: 1,
      opened_at: time(0),
      ended_at: time(9),
      outcome: 'OOM' as const,
      exit_code: 137,
      exit_reason: 'OOMKilled',
    },
    { attempt: 2, opened_at: time(41), ended_at: time(50), outcome: 'SUCCESS' as const, exit_code: 0, node: 'n1' },
  ];
  const rows = rowsOf([...transitions, ...next], attempts, base + 99_000);
  expect(rows.map(spans)).toEqual([
    [
      ['queued', 0, 1, false],
      ['pending', 1, 2, false],
      ['running', 2, 9, false],
      ['backoff', 10, 40, false],
    ],
    [
      ['queued', 40, 42, false],
      ['running', 42, 50, false],
    ],
  ]);
  expect(rows.map(({ end, reason, node }) => [end?.text, reason, node])).toEqual([
    ['Failed · out of memory', 'OOMKilled', null],
    ['Succeeded', null, 'n1'],
  ]);
});

test('a wait for the next attempt grows', () => {
  const [row] = rowsOf([to('QUEUED', 0), to('NEEDS_RETRY', 5)], [], base + 8_000);
  expect(spans(row).at(-1)).toEqual(['backoff', 5, 8, true]);
});

test('a run stopped while it waited for the next attempt waits no longer', () => {
  const [row] = rowsOf([to('QUEUED', 0), to('NEEDS_RETRY', 5), to('STOPPED', 9)], [], base + 60_000);
  expect(spans(row).at(-1)).toEqual(['backoff', 5, 9, false]);
});

test('what was over before anybody saw it begin is known from the attempt', () => {
  const attempts = [{ attempt: 1, opened_at: time(0), accepted_at: time(1), started_at: time(2), ended_at: time(3) }];
  const [row] = rowsOf([to('QUEUED', 0), to('STOPPED', 4)], attempts, base + 60_000);
  expect(spans(row)).toEqual([
    ['queued', 0, 1, false],
    ['pending', 1, 2, false],
    ['running', 2, 4, false],
  ]);
});

test('clocks that differ make no bar that goes backwards', () => {
  const [row] = rowsOf([to('QUEUED', 5), to('RUNNING', 3)], [], base + 2_000);
  expect(spans(row)).toEqual([['running', 3, 3, true]]);
});

test('an axis holds all rows, with few ticks that tell how long after the first moment', () => {
  const rows = rowsOf([to('QUEUED', 0), to('RUNNING', 60), to('STOPPED', 240)], [], 0);
  const axis = axisOf(rows);
  expect(axis.ticks.map(({ text }) => text)).toEqual(['0', '1 min', '2 min', '3 min', '4 min']);
  expect(placeOf(axis, base + 120_000)).toBe(50);
  expect(placeOf(axis, base - 5)).toBe(0);
  expect(placeOf(axis, base + 999_000)).toBe(100);
});

test.each([0.2, 1, 7, 59, 3_600, 40_000, 100_000, 2_000_000, 90_000_000])(
  'an axis of %d s has one to six ticks',
  (seconds) => {
    const { ticks } = axisOf(rowsOf([to('QUEUED', 0), to('STOPPED', seconds)], [], 0));
    expect(ticks.length).toBeGreaterThan(0);
    expect(ticks.length).toBeLessThanOrEqual(6);
  },
);

test('an axis of nothing is one all the same', () => {
  expect(axisOf([]).spanMs).toBe(1000);
});

test('of more than 20 attempts the middle is folded', () => {
  const rows = (n: number): Row[] =>
    Array.from({ length: n }, (_, i) => ({ attempt: i + 1, bars: [], end: null, reason: null, node: null }));
  expect(foldRows(rows(20))).toMatchObject({ hidden: 0, first: { length: 20 } });
  const { first, hidden, last } = foldRows(rows(50));
  expect([first.length, hidden, last.length]).toEqual([3, 31, 16]);
  expect(last.at(-1)?.attempt).toBe(50);
});
