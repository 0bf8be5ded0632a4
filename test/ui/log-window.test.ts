/** Which rows are in view, lines of an address, and what a selection says: all by line, whatever is drawn. */
import fc from 'fast-check';
import { clicked, hashOf, linesOf } from '../../ui/log/anchor';
import { Heights } from '../../ui/log/heights';
import { between, textBetween, wholeOf } from '../../ui/log/range';
import { LogStore } from '../../ui/log/store';
import { followsAfter, type Scrolled } from '../../ui/log/useFollow';
import { LogWindow, type Rows } from '../../ui/log/window';

test('sums of heights are as those of a plain list', () => {
  const height = fc.integer({ min: 1, max: 90 });
  fc.assert(
    fc.property(
      fc.array(height, { minLength: 1, maxLength: 60 }),
      fc.array(fc.tuple(fc.nat(59), height)),
      fc.nat(6000),
      (list, changes, px) => {
        const heights = new Heights();
        for (const one of list) heights.push(one);
        for (const [index, to] of changes.filter(([index]) => index < list.length)) {
          list[index] = to;
          heights.set(index, to);
        }
        const start = (index: number): number => list.slice(0, index).reduce((sum, one) => sum + one, 0);
        expect(list.map((_, index) => heights.startOf(index))).toEqual(list.map((_, index) => start(index)));
        expect(heights.total).toBe(start(list.length));
        const beyond = list.findIndex((_, index) => start(index + 1) > px);
        expect(heights.indexAt(px)).toBe(beyond === -1 ? list.length - 1 : beyond);
      },
    ),
  );
});

const rows = (more: Partial<Rows>): Rows => ({
  first: 1,
  count: 1000,
  filter: null,
  columns: null,
  lengthOf: () => 50,
  ...more,
});

function windowOn(more: Partial<Rows> = {}): LogWindow {
  const view = new LogWindow();
  view.resized(180);
  view.arrange(rows(more));
  return view;
}

test('what is in view is drawn, and a little around it', () => {
  const view = windowOn();
  view.scrolled(9000);
  const drawn = view.drawn(false, [3, 505]);
  expect([drawn[0], drawn[1], drawn.at(-1), drawn.length]).toEqual([2, 470, 540, 72]);
  expect(view.drawn(true, []).at(-1)).toBe(999);
});

test('the line on top stays there: as lines wrap, are measured, are dropped, come, are left out', () => {
  const view = windowOn();
  view.scrolled(9005);
  expect([view.topLine, view.topPx(false)]).toEqual([501, 9005]);
  view.arrange(rows({ count: 2000 }));
  expect(view.topPx(false)).toBe(9005);
  view.arrange(rows({ columns: 20 }));
  expect([view.topLine, view.topPx(false)]).toEqual([501, 500 * 54 + 5]);
  view.measured(10, 180);
  expect([view.topLine, view.topPx(false)]).toEqual([501, 500 * 54 + 126 + 5]);
  view.arrange(rows({ first: 101, count: 1900 }));
  expect([view.topLine, view.topPx(false)]).toEqual([501, 400 * 18 + 5]);
  view.arrange(rows({ filter: [1, 400, 600, 700, ...Array.from({ length: 50 }, (_, at) => 800 + at)], count: 54 }));
  expect(view.topLine).toBe(600);
  view.arrange(rows({ first: 601, count: 400 }));
  expect(view.topLine).toBe(601);
});

test('a line is put into the middle, and stays there while rows above are measured', () => {
  const view = windowOn({ columns: 20 });
  view.centre(500);
  const top = view.topPx(false);
  view.chosen(top);
  view.scrolled(top);
  expect(top).toBe(499 * 54 - 81);
  view.measured(498, 108);
  expect(view.topPx(false)).toBe(top + 54);
});

test('the end is the end, and nothing is above the beginning', () => {
  const view = windowOn();
  expect(view.topPx(true)).toBe(1000 * 18 - 180);
  view.scrolled(-50);
  expect(view.topPx(false)).toBe(0);
  expect(windowOn({ count: 0 }).drawn(false, [])).toEqual([]);
});

const at = (top: number, most = 1000): Scrolled => ({ top, most });

test.each([
  ['a step up leaves the end, however small', true, at(1000), at(995), false],
  ['a jump up leaves it, though lines have come meanwhile', true, at(1000), at(400, 1180), false],
  ['what comes below moves nobody', true, at(1000), at(1000, 1180), true],
  ['what comes below is not followed by who has left', false, at(400), at(400, 1180), false],
  ['down, but not to the end', false, at(400), at(900), false],
  ['down to nearly the end', false, at(400), at(970), true],
  ['up, near the end', false, at(990), at(980), false],
  ['a log that has become shorter takes its reader along', true, at(1000), at(300, 300), true],
  ['so does a window that has become higher', true, at(1000), at(940, 940), true],
  ['and of who has left, it makes no follower', false, at(600), at(300, 300), false],
])('following: %s', (_, isFollowing, before, now, then) => {
  expect(followsAfter(isFollowing, before, now)).toBe(then);
});

test.each([
  ['L120', { from: 120, to: 120 }],
  ['L120-L140', { from: 120, to: 140 }],
  ['L140-120', { from: 120, to: 140 }],
  ['L0', null],
  ['', null],
  ['Lx', null],
])('the address #%s names %j', (hash, lines) => {
  expect(linesOf(hash)).toEqual(lines);
});

test('a click names a line, with shift all from the one before', () => {
  const first = clicked(120, null, true);
  expect(hashOf(first)).toBe('L120');
  expect(hashOf(clicked(140, first, true))).toBe('L120-L140');
  expect(hashOf(clicked(100, first, true))).toBe('L100-L120');
  expect(hashOf(clicked(7, first, false))).toBe('L7');
});

test('what is selected is told by its lines, without their codes and whatever is folded', () => {
  const store = new LogStore();
  store.append(`\x1b[31mred\x1b[0m line\n1 %\r2 %\n${'x'.repeat(20_000)}\nlast`);
  const selected = between({ line: 4, column: 2 }, { line: 1, column: 4 });
  expect(textBetween(store, selected, false)).toBe(`line\n2 %\n${'x'.repeat(20_000)}\nla`);
  expect(textBetween(store, selected, false, [1, 4])).toBe('line\nla');
  expect(textBetween(store, wholeOf(store), false)?.endsWith('\nlast')).toBe(true);
  expect(textBetween(store, between({ line: 2, column: 2 }, { line: 2, column: 0 }), false)).toBe('2 ');
});

test('more than a clipboard takes is not copied', () => {
  const store = new LogStore();
  for (let page = 0; page < 6; page += 1) store.append('y'.repeat(1024 * 1024));
  expect(textBetween(store, wholeOf(store), false)).toBeNull();
});
