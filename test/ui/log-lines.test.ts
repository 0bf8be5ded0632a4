/** What of a printed line is shown: carriage returns, codes, colours, hidden characters, links. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { names, piecesOf } from '../../ui/log/ansi';
import { contrast, readable, type Rgb } from '../../ui/log/colour';
import { foldAt, plainOf, shownOf } from '../../ui/log/lines';
import { segmentsOf } from '../../ui/log/segments';

const esc = '\x1b';

test.each([
  ['text\r', 'text'],
  ['text\r\r', 'text'],
  ['10 %\r50 %\r100 %', '100 %'],
  ['10 %\r100 %\r', '100 %'],
  ['\r', ''],
  ['', ''],
])('of %j is shown %j', (printed, shown) => {
  expect(plainOf(printed)).toBe(shown);
});

test('the time of a line is hidden by no carriage return', () => {
  expect(plainOf('2026-01-31T12:00:00Z 1 %\r2 %', true)).toBe('2026-01-31T12:00:00Z 2 %');
});

test.each([
  ['a link', `${esc}]8;;javascript:alert(1)${esc}\\click${esc}]8;;${esc}\\`, 'click'],
  ['a title', `${esc}]0;evil\x07after`, 'after'],
  ['moves of the cursor', `${esc}[2K${esc}[1Aup${esc}[10;20H`, 'up'],
  ['a colour', `${esc}[1;31mred${esc}[0m`, 'red'],
  ['one that is not whole', `half ${esc}[3`, 'half \u241b[3'],
  ['one of one byte', `\x9b2Kx`, 'x'],
])('of %s nothing but the text is left', (_, printed, plain) => {
  expect(plainOf(printed)).toBe(plain);
});

test('pieces are as long as the line, whatever is in it', () => {
  const codes = fc.constantFrom(
    `${esc}[31m`,
    `${esc}[0m`,
    `${esc}[38;5;200m`,
    `${esc}[48;2;1;2;3m`,
    `${esc}[7m`,
    `${esc}[`,
    esc,
    '\r',
    '\x07',
    '\x9b',
    `${esc}]8;;x${esc}\\`,
    '\u202e',
  );
  const text = fc.oneof(codes, fc.string(), fc.string({ unit: 'binary' })).filter((one) => !one.includes('\n'));
  fc.assert(
    fc.property(fc.array(text), (parts) => {
      const printed = parts.join('');
      const told = segmentsOf(piecesOf(shownOf(printed)), []);
      expect(told.map((segment) => segment.text).join('')).toHaveLength(plainOf(printed).length);
    }),
  );
});

test('markup is text', () => {
  const [piece, ...others] = piecesOf('<img src=x onerror=alert(1)> & <b>');
  expect([piece?.text, others]).toEqual(['<img src=x onerror=alert(1)> & <b>', []]);
});

test('codes of colours are looks', () => {
  const line = `${esc}[1;31;44mA${esc}[0mB${esc}[38;5;200mC${esc}[38;5;9mD${esc}[0;48;2;1;2;3mE${esc}[0;7mF${esc}[0;8mG`;
  expect(piecesOf(line)).toEqual([
    { text: 'A', look: { text: 'red', ground: 'blue', isBold: true } },
    { text: 'B', look: null },
    { text: 'C', look: { text: [255, 0, 215] } },
    { text: 'D', look: { text: 'bright-red' } },
    { text: 'E', look: { ground: [1, 2, 3] } },
    { text: 'F', look: { text: 'black', ground: 'white' } },
    { text: 'G', look: { isDim: true } },
  ]);
});

describe('the style sheet', () => {
  const css = readFileSync('ui/log/colours.css', 'utf8');
  const [light = '', dark = ''] = [...css.matchAll(/\.log-colours \{([^}]*)\}/g)].map(([, body = '']) => body);
  const colours = (body: string, use: 'text' | 'ground'): [string, Rgb][] => [
    [use, colour(body, `--log-${use}`)],
    ...names.flatMap((name): [string, Rgb][] =>
      [name, `bright-${name}`].map((one) => [one, colour(body, `--log-${use}-${one}`)]),
    ),
  ];
  function colour(body: string, name: string): Rgb {
    const [, hex = ''] = new RegExp(`${name}: #([0-9a-f]{6});`).exec(body) ?? [];
    expect(hex).not.toBe('');
    const part = (at: number): number => parseInt(hex.slice(at, at + 2), 16);
    return [part(0), part(2), part(4)];
  }

  test.each([
    ['light', light],
    ['dark', dark],
  ] as const)('every text has a contrast of 4.5 on every ground (%s)', (scheme, body) => {
    const marked = colour(body, '--log-marked');
    const [texts, grounds] = [colours(body, 'text'), colours(body, 'ground')];
    for (const [, text] of texts) {
      for (const [, ground] of [...grounds, ['marked', marked] as const]) {
        expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
      }
    }
    const own = colour(body, '--log-ground');
    for (const name of ['--log-quiet', '--log-link']) {
      expect(contrast(colour(body, name), own)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(colour(body, name), marked)).toBeGreaterThanOrEqual(4.5);
    }
    fc.assert(
      fc.property(rgb, rgb, (one, other) => {
        const [text, ground] = [readable(one, 'text', scheme), readable(other, 'ground', scheme)];
        expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
        for (const [, named] of grounds) expect(contrast(text, named)).toBeGreaterThanOrEqual(4.5);
        for (const [, named] of texts) expect(contrast(named, ground)).toBeGreaterThanOrEqual(4.5);
      }),
      { numRuns: 50 },
    );
  });
  const byte = fc.integer({ min: 0, max: 255 });
  const rgb = fc.tuple(byte, byte, byte);

  test('a colour that can be read is left as it is', () => {
    expect(readable([100, 0, 0], 'text', 'light')).toEqual([100, 0, 0]);
    expect(readable([255, 200, 200], 'text', 'dark')).toEqual([255, 200, 200]);
  });
});

const segments = (line: string, marks: [number, number][] = []): unknown[] =>
  segmentsOf(piecesOf(shownOf(line)), marks).map(({ text, mark, href, code }) => [text, mark ?? href ?? code]);

test('addresses of the web are linked, and nothing else', () => {
  expect(segments('see https://example.com/a?b=1. Or (http://x.org/y)')).toEqual([
    ['see ', null],
    ['https://example.com/a?b=1', 'https://example.com/a?b=1'],
    ['. Or (', null],
    ['http://x.org/y', 'http://x.org/y'],
    [')', null],
  ]);
  expect(segments('javascript:alert(1) ftp://x data:text/html,x')).toHaveLength(1);
});

test('what turns the direction of text, or is not seen, is named', () => {
  expect(segments('a\u202eb\u200b')).toEqual([
    ['a', null],
    ['\u202e', 'U+202E'],
    ['b', null],
    ['\u200b', 'U+200B'],
  ]);
});

test('other control characters are shown by their pictures', () => {
  expect(segments('a\x07b\x7f\tc')).toEqual([['a\u2407b\u2421\tc', null]]);
});

test('a found place may begin in one colour and end in another', () => {
  expect(
    segments(`ab${esc}[31mcd${esc}[0mef`, [
      [1, 3],
      [4, 6],
    ]),
  ).toEqual([
    ['a', null],
    ['b', 0],
    ['c', 0],
    ['d', null],
    ['ef', 1],
  ]);
});

test('a long line is folded between characters', () => {
  expect([foldAt('ab🚀cd', 2), foldAt('ab🚀cd', 3), foldAt('ab🚀cd', 4), foldAt('ab', 9)]).toEqual([2, 2, 4, 9]);
});
