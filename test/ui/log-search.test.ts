/** The search of a log: all places in all kept lines, bit by bit, while the log grows and its oldest lines go. */
import fc from 'fast-check';
import { plainOf } from '../../ui/log/lines';
import { regexPattern } from '../../ui/log/regex';
import { marksIn, Search, textPattern, type Pattern, type Wanted } from '../../ui/log/search';
import { LogStore } from '../../ui/log/store';
import { LogWindow } from '../../ui/log/window';

const never = (): boolean => false;
const want = (text: string, more: Partial<Wanted> = {}): Wanted => ({
  text,
  isRegex: false,
  isCaseSensitive: false,
  ...more,
});

function patternOf({ text, isRegex, isCaseSensitive }: Wanted): Pattern {
  const pattern = (isRegex ? regexPattern : textPattern)(text, isCaseSensitive);
  if ('error' in pattern) throw new Error(pattern.error);
  return pattern;
}

function searchFor(wanted: Wanted): Search {
  return new Search(patternOf(wanted), false);
}

function storeOf(...lines: string[]): LogStore {
  const store = new LogStore();
  store.append(lines.join('\n'));
  return store;
}

test('each place counts, in a plain log and in one with codes', () => {
  for (const code of ['', '\x1b[31m']) {
    const search = searchFor(want('ab'));
    expect(search.step(storeOf(`abab${code}`, 'none', 'xABx'), never)).toBe(true);
    expect([search.lines, search.total]).toEqual([[1, 3], 3]);
    expect([0, 1, 2].map((at) => search.place(at))).toEqual([
      { line: 1, inLine: 0 },
      { line: 1, inLine: 1 },
      { line: 3, inLine: 0 },
    ]);
    expect(search.place(3)).toBeNull();
    expect([search.firstFrom(1), search.firstFrom(2), search.firstFrom(4)]).toEqual([0, 2, 0]);
  }
});

test('it finds what the text without codes says', () => {
  const search = searchFor(want('red alert'));
  search.step(storeOf('\x1b[31mred\x1b[0m alert', '1 %\rred alert', 'red alert\r'), never);
  expect(search.lines).toEqual([1, 2, 3]);
});

test('nothing is found across lines', () => {
  const store = storeOf('end', 'begin');
  for (const wanted of [want('d\nb'), want('d\\s+b', { isRegex: true }), want('[^x]+', { isRegex: true })]) {
    const search = searchFor(wanted);
    search.step(store, never);
    expect(search.total).toBe(wanted.text === '[^x]+' ? 2 : 0);
  }
});

test('a text is no regular expression unless it is said to be one', () => {
  const store = storeOf('a.c', 'abc');
  const [text, regex] = [searchFor(want('a.c')), searchFor(want('a.c', { isRegex: true }))];
  text.step(store, never);
  regex.step(store, never);
  expect([text.lines, regex.lines]).toEqual([[1], [1, 2]]);
});

test('case matters if it is said to', () => {
  const search = searchFor(want('Ab', { isCaseSensitive: true }));
  search.step(storeOf('ab Ab AB'), never);
  expect(search.total).toBe(1);
});

test.each([
  ['(', 'missing closing ): `(`'],
  ['a(?=b)', 'invalid or unsupported Perl syntax: `(?=`'],
  ['(a)\\1', 'invalid escape sequence: `\\1`'],
])('the regular expression %s is none here, and it is said why', (text, why) => {
  expect(regexPattern(text, false)).toEqual({ error: `Not understood: ${why}` });
});

test('a regular expression that matches nothing marks nothing, and what it matches else is found behind that', () => {
  const search = searchFor(want('x*', { isRegex: true }));
  search.step(storeOf('abc', 'axxbx', ''), never);
  expect([search.lines, search.total]).toEqual([[2], 2]);
  const pattern = patternOf(want('x*', { isRegex: true }));
  expect(marksIn('axxbx', pattern)).toEqual([
    [1, 3],
    [4, 5],
  ]);
});

test.each(['(a+)+$', '(a|a)*b', '(.*)*x', 'a(.*x)?'])(
  'the regular expression %s stops for others within a long line, and costs rows little',
  (text) => {
    const line = 'a'.repeat(50_000) + '!';
    const search = searchFor(want(text, { isRegex: true }));
    const store = storeOf(line, 'aab');
    // Slow machines are not judged; what backtracks takes longer than the age of the universe.
    const sliceMs = 2000;
    for (let slices = 0; slices < 3; slices += 1) {
      const began = performance.now();
      search.step(store, () => performance.now() - began > 10);
      expect(performance.now() - began).toBeLessThan(sliceMs);
    }
    const began = performance.now();
    marksIn(line, patternOf(want(text, { isRegex: true })));
    expect(performance.now() - began).toBeLessThan(sliceMs);
  },
);

test('stopped after any bit, it finds the same', () => {
  const line = fc.stringMatching(/^[ab\x1b[m1]{0,8}$/);
  const wanted = fc.record({ text: fc.constantFrom('a', 'ab', 'A', 'b*'), isRegex: fc.boolean() });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1 }), wanted, (lines, { text, isRegex }) => {
      const store = storeOf(...lines);
      const [once, often] = [searchFor(want(text, { isRegex })), searchFor(want(text, { isRegex }))];
      once.step(store, never);
      for (let steps = 0; !often.step(store, () => true); steps += 1) if (steps > 1000) throw new Error('no end');
      expect([often.lines, often.total]).toEqual([once.lines, once.total]);
      const marks = lines.map((one) => marksIn(plainOf(one), patternOf(want(text, { isRegex }))).length);
      expect(once.total).toBe(marks.reduce((sum, count) => sum + count, 0));
    }),
  );
});

test('it goes on where the log does, and waits for the end of a line', () => {
  const store = new LogStore();
  const search = searchFor(want('hit'));
  store.append('hit\nhi', true);
  search.step(store, never);
  expect(search.lines).toEqual([1]);
  store.append('t\nhit');
  search.step(store, never);
  expect([search.lines, search.total]).toEqual([[1, 2, 3], 3]);
});

test('it forgets what is not kept, and counts on from the first that is', () => {
  const search = searchFor(want('hit'));
  search.step(storeOf('hit hit', 'hit', '', 'hit'), never);
  expect(search.forget(2)).toBe(2);
  expect([search.lines, search.total, search.place(0)]).toEqual([[2, 4], 2, { line: 2, inLine: 0 }]);
  expect(search.forget(2)).toBe(0);
});

test('rows of matching lines are as high as their lines, also where as many go as come', () => {
  const store = new LogStore();
  const search = searchFor(want('hit'));
  const view = new LogWindow();
  const heights = (): number[] => {
    search.step(store, never);
    const { lines: filter } = search;
    view.arrange({ first: 1, count: filter.length, filter, columns: 10, lengthOf: (line) => store.lengthOf(line) });
    return filter.map((_, index) => view.startOf(index + 1) - view.startOf(index));
  };
  store.append(`hit\nhit ${'.'.repeat(10)}`);
  expect(heights()).toEqual([18, 36]);
  search.forget(2);
  store.append('hit');
  expect(heights()).toEqual([36, 18]);
});

test('of 200,000 lines all are looked at, in many slices', () => {
  const store = new LogStore();
  for (let page = 0; page < 20; page += 1) {
    const lines = Array.from({ length: 10_000 }, (_, at) => `line ${page * 10_000 + at} of many, with an error`);
    store.append(lines.join('\n'));
  }
  for (const [text, total] of [
    ['ERROR', 200_000],
    ['line 19999', 11],
  ] as const) {
    const search = searchFor(want(text));
    let slices = 1;
    const isOver = (): boolean => true;
    while (!search.step(store, isOver)) slices += 1;
    expect(search.total).toBe(total);
    expect(slices).toBeGreaterThan(10);
  }
});
