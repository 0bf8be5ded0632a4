/** What a list remembers: selected rows, saved filters, stops. */
import { runsText } from '../../ui/parts/count';
import { choose, chooseAll } from '../../ui/runs/range';
import { forget, maxSaved, save, savedFrom, secretIn } from '../../ui/runs/saved';
import type { ColumnName } from '../../ui/runs/columns';
import { fitting } from '../../ui/runs/fitting';
import { askedFor, isTyped, listOf, stopsFrom } from '../../ui/runs/stops';

const shown = ['a', 'b', 'c', 'd', 'e'];
const chosen = (...of: Parameters<typeof choose>) => [...choose(...of)].sort();

test.each([
  ['down', 'b', 'd', ['b', 'c', 'd']],
  ['up', 'd', 'b', ['b', 'c', 'd']],
  ['from one that is not shown any more', 'x', 'b', ['b', 'd']],
])('Shift takes all between, %s', (_, from, id, expected) => {
  expect(chosen(new Set([from === 'x' ? 'd' : from]), shown, { id, from, isChosen: true })).toEqual(expected);
});

test('Shift takes a range away, too, and other pages stay', () => {
  expect(chosen(new Set(['a', 'b', 'c', 'other']), shown, { id: 'c', from: 'b', isChosen: false })).toEqual([
    'a',
    'other',
  ]);
  expect([...chooseAll(new Set(['other']), shown, true)]).toHaveLength(6);
  expect([...chooseAll(new Set(['other', 'a']), shown, false)]).toEqual(['other']);
});

test('there are at most 20 saved filters, and one of the same name is replaced', () => {
  const full = Array.from({ length: maxSaved }, (_, n) => ({ name: `f${n}`, query: '?a' }));
  expect(save(full, { name: 'new', query: '?b' })).toBeNull();
  expect(save(full, { name: 'f3', query: '?b' })?.[3]).toEqual({ name: 'f3', query: '?b' });
  expect(forget(full, 'f3')).toHaveLength(maxSaved - 1);
});

test('a variable that may be a secret is named, so that its value is not kept', () => {
  expect(secretIn({ env: ['MODE|good', 'API_TOKEN|abc'] })).toBe('API_TOKEN');
  expect(secretIn({ env: ['DATABASE|postgres://ada:hunter2@db/x'] })).toBe('DATABASE');
  expect([secretIn({ env: ['MODE|good'] }), secretIn({})]).toEqual([null, null]);
});

test.each([null, '', '{', '{}', '[1,{"name":"x"}]'])('storage with %j in it has no saved filters', (text) => {
  expect(savedFrom(text)).toEqual([]);
  expect(stopsFrom(text)).toEqual([]);
});

test('a stop is remembered with the list where it was asked for', () => {
  const asked = { id: 's', list: listOf({ of: 'task', id: 't' }) };
  expect(stopsFrom(JSON.stringify(['s', null, { id: 's' }, asked]))).toEqual([asked]);
  expect(listOf({ of: 'all' })).not.toBe(asked.list);
});

test('more than 50 are stopped only by whoever types how many', () => {
  expect([askedFor(50), askedFor(51)]).toEqual([null, '51']);
  expect(['1240', '1,240', ' 1 240 ', '1241', ''].map((typed) => isTyped(typed, 1240))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
  expect([runsText(1), runsText(1240)]).toEqual(['1 run', '1,240 runs']);
});

test('columns without room go in their order, but never the time that rows are sorted by', () => {
  const all = 'status alias run owner place queued started duration attempts log';
  const left = (room: number, sortedBy = 'started_at') =>
    fitting(all.split(' ') as ColumnName[], () => 100, room, sortedBy).join(' ');
  expect(left(1000)).toBe(all);
  expect(left(999)).toBe('status alias run owner place queued started duration log');
  expect(left(700)).toBe('status alias run place started duration log');
  expect(left(700, 'queued_at')).toBe('status alias run place queued duration log');
  expect(left(0)).toBe('status alias run started log');
});
