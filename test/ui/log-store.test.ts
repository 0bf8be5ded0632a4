/** A log in memory: each line under its number, whatever the pages, however many. */
import fc from 'fast-check';
import { LogStore } from '../../ui/log/store';

const all = (store: LogStore): (string | undefined)[] =>
  Array.from({ length: store.kept }, (_, at) => store.line(store.first + at));

test('lines have the numbers that they were told in, on one page or many', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.stringMatching(/^[a-z\u00e4\u{1f680} ]{0,12}$/u), { minLength: 1 })), (pages) => {
      const store = new LogStore();
      for (const page of pages) store.append(page.join('\n'));
      const lines = pages.flat();
      expect(all(store)).toEqual(lines);
      expect(store.last).toBe(lines.length);
      expect(store.lengthOf(1)).toBe(lines[0]?.length ?? 0);
    }),
  );
});

test('a line that goes on over pages is one line', () => {
  const store = new LogStore();
  store.append('one\ntw', true);
  expect([store.last, store.lastWhole, store.line(2)]).toEqual([2, 1, 'tw']);
  store.append('o', true);
  store.append('!\nthree');
  expect(all(store)).toEqual(['one', 'two!', 'three']);
  expect(store.lastWhole).toBe(3);
});

test('the end of the log is the end of a line that went on', () => {
  const store = new LogStore();
  store.append('a', true);
  store.close();
  store.append('b');
  expect(all(store)).toEqual(['a', 'b']);
});

test('empty lines are lines', () => {
  const store = new LogStore();
  store.append('');
  store.append('\n');
  store.append('x');
  expect(all(store)).toEqual(['', '', '', 'x']);
});

test('a line of 1 MB is kept whole, and those around it are found', () => {
  const store = new LogStore();
  const long = 'x'.repeat(1_000_000);
  store.append(`before\n${long}\nbehind`);
  expect(store.line(1)).toBe('before');
  expect(store.line(2)).toBe(long);
  expect(store.line(3)).toBe('behind');
});

test('a line without an end is cut, and says so', () => {
  const store = new LogStore();
  const mega = 'y'.repeat(1024 * 1024);
  for (let page = 0; page < 12; page += 1) store.append(mega, true);
  store.append('end\nnext');
  expect(store.line(1)?.length).toBeLessThan(8.1 * 1024 * 1024);
  expect(store.line(1)).toMatch(/the rest of this line is in the download\]$/);
  expect(store.line(2)).toBe('next');
});

test('of too many lines the oldest go, and the others keep their numbers', () => {
  const store = new LogStore({ lines: 50_000 });
  for (let page = 0; page < 100; page += 1) {
    store.append(Array.from({ length: 1000 }, (_, at) => `line ${page * 1000 + at + 1} ${'-'.repeat(40)}`).join('\n'));
  }
  expect(store.last).toBe(100_000);
  expect(store.kept).toBeLessThanOrEqual(50_000);
  expect(store.kept).toBeGreaterThan(40_000);
  expect(store.line(store.first)).toMatch(new RegExp(`^line ${store.first} `));
  expect(store.line(99_999)).toMatch(/^line 99999 /);
  expect(store.line(store.first - 1)).toBeUndefined();
});

test('of too many bytes the oldest go; characters beyond Latin count twice', () => {
  for (const [letter, bytes] of [
    ['a', 1],
    ['Ж', 2],
  ] as const) {
    const store = new LogStore({ bytes: 2 * 1024 * 1024 });
    for (let page = 0; page < 60; page += 1) store.append(letter.repeat(99_999));
    const kept = store.kept * 100_000 * bytes;
    expect(kept).toBeLessThanOrEqual(2 * 1024 * 1024);
    expect(kept).toBeGreaterThan(1.2 * 1024 * 1024);
  }
});

test('only chunks without codes and carriage returns are shown as they are', () => {
  const store = new LogStore();
  store.append('plain');
  expect(store.chunkOf(1)?.isPlain).toBe(true);
  store.append('\x1b[31mred');
  expect(store.chunkOf(1)?.isPlain).toBe(false);
});
