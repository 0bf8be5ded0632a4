/** What a list remembers: selected rows, saved filters, moments of a form, stops. */
import { momentOf, wallOf } from '../../ui/runs/moment';
import { choose, chooseAll } from '../../ui/runs/range';
import { forget, maxSaved, save, savedFrom } from '../../ui/runs/saved';
import { askedFor, isTyped, runsText, stopsFrom } from '../../ui/runs/stops';

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

test.each([null, '', '{', '{}', '[1,{"name":"x"}]'])('storage with %j in it has no saved filters', (text) => {
  expect(savedFrom(text)).toEqual([]);
  expect(stopsFrom(text)).toEqual([]);
});

test.each([
  ['2026-01-31T12:00', 'UTC', '2026-01-31T12:00:00.000Z'],
  ['2026-01-31T12:00', 'Europe/Berlin', '2026-01-31T11:00:00.000Z'],
  ['2026-07-31T12:00', 'America/New_York', '2026-07-31T16:00:00.000Z'],
  ['2026-01-31T00:10', 'Asia/Kathmandu', '2026-01-30T18:25:00.000Z'],
  // Twice: the earlier.
  ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
])('%s in %s is %s', (wall, zone, moment) => {
  expect(momentOf(wall, zone)).toBe(moment);
  expect(wallOf(Date.parse(moment), zone)).toBe(wall);
});

test('a moment that a clock leaves out is one all the same, and what is none is null', () => {
  expect(momentOf('2026-03-29T02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
  expect(momentOf('', 'UTC')).toBeNull();
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
