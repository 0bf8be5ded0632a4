/** Docker's logs: frames to lines, and pages by cursor that lose and double nothing. */
import type Docker from 'dockerode';
import fc from 'fast-check';
import { linesOf, pageOf, take } from '../../engines/local/docker-logs';

const chunk = 16 * 1024;

/** A time stamp as Docker writes it, `n` nanoseconds after a second. */
const time = (n: number): string => `2026-01-31T12:00:00.${String(n).padStart(9, '0')}Z`;

function frame(at: string, payload: string | Buffer, stream: 1 | 2 = 1): Buffer {
  const content = Buffer.concat([Buffer.from(`${at} `), Buffer.from(payload)]);
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(content.length, 4);
  return Buffer.concat([head, content]);
}

const containerOf = (logs: () => Promise<Buffer>): Docker.Container => ({ logs }) as unknown as Docker.Container;

describe('lines', () => {
  test.each<[string, Buffer[], { time: string; text: string }[]]>([
    ['of an empty log are none', [], []],
    ['come without their line end', [frame(time(1), 'a\n')], [{ time: time(1), text: 'a' }]],
    [
      'of both streams keep their order',
      [frame(time(1), 'a\n'), frame(time(2), 'b\n', 2)],
      [
        { time: time(1), text: 'a' },
        { time: time(2), text: 'b' },
      ],
    ],
    [
      'may be empty',
      [frame(time(1), '\n'), frame(time(1), '\n')],
      [
        { time: time(1), text: '' },
        { time: time(1), text: '' },
      ],
    ],
    ['may hold blanks', [frame(time(1), ' a b \n')], [{ time: time(1), text: ' a b ' }]],
    ['may hold a carriage return', [frame(time(1), '10%\r20%\n')], [{ time: time(1), text: '10%\r20%' }]],
    [
      'of one time stay apart',
      [frame(time(1), 'a\n'), frame(time(1), 'b\n')],
      [
        { time: time(1), text: 'a' },
        { time: time(1), text: 'b' },
      ],
    ],
    [
      'without a line end are lines, too',
      [frame(time(1), 'a\n'), frame(time(2), 'b')],
      [
        { time: time(1), text: 'a' },
        { time: time(2), text: 'b' },
      ],
    ],
    [
      'over 16 kB are joined',
      [
        frame(time(1), 'x'.repeat(chunk)),
        frame(time(1), 'y'.repeat(chunk)),
        frame(time(1), 'z\n'),
        frame(time(2), 'a\n'),
      ],
      [
        { time: time(1), text: 'x'.repeat(chunk) + 'y'.repeat(chunk) + 'z' },
        { time: time(2), text: 'a' },
      ],
    ],
    [
      'over 16 kB do not swallow the next line of their time',
      [frame(time(1), 'x'.repeat(chunk)), frame(time(1), '\n'), frame(time(1), 'a\n')],
      [
        { time: time(1), text: 'x'.repeat(chunk) },
        { time: time(1), text: 'a' },
      ],
    ],
  ])('%s', (_, frames, lines) => {
    expect(linesOf(Buffer.concat(frames))).toEqual(lines);
  });

  test('of a log that breaks off within a header are those before it', () => {
    expect(linesOf(Buffer.concat([frame(time(1), 'a\n'), Buffer.from([1, 0, 0])]))).toHaveLength(1);
  });

  test('over 16 kB keep a letter that the cut goes through', () => {
    const bytes = Buffer.from(`${'x'.repeat(chunk - 1)}é\n`);
    const frames = [frame(time(1), bytes.subarray(0, chunk)), frame(time(1), bytes.subarray(chunk))];
    expect(linesOf(Buffer.concat(frames))[0]?.text.slice(-2)).toBe('xé');
  });

  test('over 16 kB are not mixed with a line of the other stream', () => {
    const frames = [frame(time(1), 'x'.repeat(chunk)), frame(time(1), 'error\n', 2), frame(time(1), 'y\n')];
    const texts = linesOf(Buffer.concat(frames)).map(({ text }) => text);
    expect(texts.map((text) => text.replace(/x+/, 'x…')).sort()).toEqual(['error', 'x…y']);
  });
});

describe('a page', () => {
  const lines = [1, 2, 2, 2, 3].map((at, n) => ({ time: time(at), text: `line ${n}` }));

  test('has as many lines as fit, and a cursor after them', () => {
    expect(take(lines, '', 0, '', 14)).toEqual({ text: 'line 0\nline 1', cursor: `${time(2)}/1` });
    expect(take(lines, '', 0, '', 13)).toEqual({ text: 'line 0', cursor: `${time(1)}/1` });
  });

  test('goes on within lines of one time', () => {
    expect(take(lines, time(2), 1, 'c', 14)).toEqual({ text: 'line 2\nline 3', cursor: `${time(2)}/3` });
    expect(take(lines, time(2), 3, 'c', 14)).toEqual({ text: 'line 4', cursor: `${time(3)}/1` });
  });

  test('has at least one line, however long', () => {
    expect(take(lines, '', 0, '', 1)).toEqual({ text: 'line 0', cursor: `${time(1)}/1` });
  });

  test('counts bytes, not letters', () => {
    const wide = [1, 2].map((at) => ({ time: time(at), text: 'éé' }));
    expect(take(wide, '', 0, '', 9).text).toBe('éé');
    expect(take(wide, '', 0, '', 10).text).toBe('éé\néé');
  });

  test('without anything new keeps its cursor', () => {
    expect(take(lines, time(3), 1, 'as given', 99)).toEqual({ text: '', cursor: 'as given' });
    expect(take([], '', 0, '', 99)).toEqual({ text: '', cursor: '' });
  });
});

describe('paging', () => {
  /** Few times, so that many lines share one; no line end within a line. */
  const anyLines = fc
    .array(fc.record({ at: fc.integer({ min: 1, max: 5 }), text: fc.stringMatching(/^[a-zé ]{0,6}$/) }), {
      maxLength: 30,
    })
    .map((all) => all.sort((a, b) => a.at - b.at));
  const framesOf = (all: { at: number; text: string }[]): Buffer =>
    Buffer.concat(all.map(({ at, text }) => frame(time(at), `${text}\n`)));
  const stillReading = 200;

  async function readAll(
    logs: () => Buffer,
    maxBytes: number,
    from = '',
  ): Promise<{ texts: string[]; cursor: string }> {
    const container = containerOf(() => Promise.resolve(logs()));
    const texts: string[] = [];
    let cursor = from;
    for (let n = 0; n < stillReading; n += 1) {
      const page = await pageOf(container, cursor, maxBytes);
      if (page.cursor === cursor) return { texts, cursor };
      texts.push(...page.text.split('\n'));
      cursor = page.cursor;
    }
    throw new Error('The pages have no end');
  }

  test('loses and doubles nothing, however small the pages and however many lines share a time', async () => {
    await fc.assert(
      fc.asyncProperty(anyLines, fc.integer({ min: 1, max: 40 }), async (lines, maxBytes) => {
        const { texts } = await readAll(() => framesOf(lines), maxBytes);
        expect(texts).toEqual(lines.map(({ text }) => text));
      }),
    );
  });

  test('loses and doubles nothing of a log that grows between two reads, even by lines of the last time', async () => {
    await fc.assert(
      fc.asyncProperty(anyLines, fc.nat(30), fc.integer({ min: 1, max: 40 }), async (lines, soFar, maxBytes) => {
        const first = await readAll(() => framesOf(lines.slice(0, soFar)), maxBytes);
        const second = await readAll(() => framesOf(lines), maxBytes, first.cursor);
        expect([...first.texts, ...second.texts]).toEqual(lines.map(({ text }) => text));
      }),
    );
  });

  test('loses nothing of a long line that was not complete at the first read', async () => {
    const pieces = [frame(time(1), 'x'.repeat(chunk)), frame(time(1), 'the rest\n')];
    const first = await readAll(() => Buffer.concat(pieces.slice(0, 1)), 1 << 20);
    const second = await readAll(() => Buffer.concat(pieces), 1 << 20, first.cursor);
    expect([...first.texts, ...second.texts].join('').replace(/x+/, 'x…')).toBe('x…the rest');
  });

  test('loses and doubles nothing of two streams whose lines come out of order', async () => {
    const log = Buffer.concat([frame(time(2), 'b\n'), frame(time(1), 'a\n', 2), frame(time(3), 'c\n')]);
    const { texts } = await readAll(() => log, 1);
    expect([...texts].sort()).toEqual(['a', 'b', 'c']);
  });

  test('asks Docker for the seconds and nanoseconds of the last line', async () => {
    const asked: unknown[] = [];
    const container = { logs: (options: unknown) => (asked.push(options), Promise.resolve(Buffer.alloc(0))) };
    await pageOf(container as unknown as Docker.Container, `${time(5)}/1`, 1);
    await pageOf(container as unknown as Docker.Container, '', 1);
    expect(asked[0]).toMatchObject({ since: `${Date.UTC(2026, 0, 31, 12) / 1000}.000000005`, timestamps: true });
    expect(asked[1]).not.toHaveProperty('since');
  });

  test.each(['nonsense', '2026-01-31/1', `${time(1)}/`, '/1'])('begins anew with the cursor %j', async (cursor) => {
    const page = await pageOf(
      containerOf(() => Promise.resolve(frame(time(1), 'a\n'))),
      cursor,
      99,
    );
    expect(page).toEqual({ text: 'a', cursor: `${time(1)}/1` });
  });

  test('finds nothing new in a container that is gone', async () => {
    const gone = containerOf(() => Promise.reject(Object.assign(new Error('no such container'), { statusCode: 404 })));
    await expect(pageOf(gone, `${time(1)}/1`, 99)).resolves.toEqual({ text: '', cursor: `${time(1)}/1` });
  });

  test("tells Docker's own trouble to the caller", async () => {
    const broken = containerOf(() => Promise.reject(Object.assign(new Error('server error'), { statusCode: 500 })));
    await expect(pageOf(broken, '', 99)).rejects.toThrow('server error');
  });
});
