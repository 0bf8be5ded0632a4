/** The search of a log: all places in all kept lines, bit by bit, while the log grows and its oldest lines go. */
import fc from 'fast-check';
import { plainOf } from '../../ui/log/lines';
import { compile, marksIn, Search, type Wanted } from '../../ui/log/search';
import { LogStore } from '../../ui/log/store';

const never = (): boolean => false;
const want = (text: string, more: Partial<Wanted> = {}): Wanted => ({
  text,
  isRegex: false,
  isCaseSensitive: false,
  ...more,
});

function searchFor(wanted: Wanted): Search {
  const pattern = compile(wanted);
  if (!(pattern instanceof RegExp)) throw new Error('no pattern');
  return new Search(pattern, wanted.isRegex, false);
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

test('a regular expression that is none says why; one that matches nothing marks nothing', () => {
  expect(JSON.stringify(compile(want('(', { isRegex: true })))).toMatch(/^\{"error":"Not a regular expression: /);
  expect(compile(want(''))).toBeNull();
  const search = searchFor(want('x*', { isRegex: true }));
  search.step(storeOf('abc'), never);
  expect(search.total).toBe(0);
});

test('stopped after any bit, it finds the same', () => {
  const line = fc.stringMatching(/^[ab\x1b[m1]{0,8}$/);
  fc.assert(
    fc.property(fc.array(line, { minLength: 1 }), fc.constantFrom('a', 'ab', 'A'), (lines, text) => {
      const store = storeOf(...lines);
      const [once, often] = [searchFor(want(text)), searchFor(want(text))];
      once.step(store, never);
      for (let steps = 0; !often.step(store, () => true); steps += 1) if (steps > 1000) throw new Error('no end');
      expect([often.lines, often.total]).toEqual([once.lines, once.total]);
      const marks = lines.map((one) => marksIn(plainOf(one), /a/gi).length);
      if (text === 'a') expect(once.total).toBe(marks.reduce((sum, count) => sum + count, 0));
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

test('of 200,000 lines (the time is told, not judged)', () => {
  const store = new LogStore();
  for (let page = 0; page < 20; page += 1) {
    const lines = Array.from(
      { length: 10_000 },
      (_, at) => `line ${page * 10_000 + at} of many, with an error ${'.'.repeat(80)}`,
    );
    store.append(lines.join('\n'));
  }
  const times: string[] = [];
  for (const wanted of [want('ERROR'), want('line 19999'), want('err.r', { isRegex: true })]) {
    const search = searchFor(wanted);
    const began = performance.now();
    search.step(store, never);
    times.push(`${wanted.text}: ${search.total} places in ${Math.round(performance.now() - began)} ms`);
  }
  console.log(times.join('\n'));
  expect(times[0]).toMatch(/^ERROR: 200000 places/);
  expect(times[1]).toMatch(/^line 19999: 11 places/);
});
