/** Docker's frames become lines. Paging lines with times: nothing is lost or told twice, whatever the times, sizes and cuts. */
import fc from 'fast-check';
import { linesOf, readLines } from '../../engines/local/docker-logs';
import type { LogLine } from '../../engines/engine';
import { take } from '../../engines/log-cursor';
import { textOf } from '../log-text';

const frame = (stream: 1 | 2, payload: string | Buffer): Buffer => {
  const body = Buffer.from(payload);
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
};
const t1 = '2026-01-01T00:00:00.000000001Z';
const t2 = '2026-01-01T00:00:00.000000002Z';

describe('frames', () => {
  test('a frame is a line without its time and end', () => {
    expect(linesOf(frame(1, `${t1} hello world\n`), false)).toEqual([{ time: t1, text: 'hello world' }]);
  });

  test('a long line in pieces is one line, also with another stream and a cut character between them', () => {
    const [head, tail] = [Buffer.from('ä').subarray(0, 1), Buffer.from('ä').subarray(1)];
    const raw = Buffer.concat([
      frame(1, Buffer.concat([Buffer.from(`${t1} x`), head])),
      frame(2, `${t2} error\n`),
      frame(1, Buffer.concat([Buffer.from(`${t1} `), tail, Buffer.from('y\n')])),
    ]);
    expect(linesOf(raw, false)).toEqual([
      { time: t2, text: 'error' },
      { time: t1, text: 'xäy' },
    ]);
  });

  test('a line without its end waits for it, and is told as it is when nothing more will come', () => {
    expect(linesOf(frame(1, `${t1} par`), false)).toEqual([]);
    expect(linesOf(frame(1, `${t1} par`), true)).toEqual([{ time: t1, text: 'par' }]);
  });
});

test('a line without any end is told in pieces that fit into memory, and nothing of it is lost', () => {
  const piece = 'ä'.repeat(8000);
  const raw = Buffer.concat(Array.from({ length: 300 }, () => frame(1, `${t1} ${piece}`)));
  const lines = linesOf(raw, true);
  expect(lines.map(({ text }) => text).join('')).toBe(piece.repeat(300));
  expect(Math.max(...lines.map(({ text }) => text.length))).toBeLessThanOrEqual(1024 * 1024);
  expect(lines).toHaveLength(3);
  expect(linesOf(raw, false)).toEqual(lines.slice(0, 2));
});

describe('pages', () => {
  /** Times wander back by up to a second. */
  const log = fc
    .array(
      fc.record({ step: fc.integer({ min: 0, max: 1500 }), back: fc.integer({ min: 0, max: 999 }), text: fc.string() }),
      {
        maxLength: 60,
      },
    )
    .map((steps) => {
      let ms = Date.parse('2026-01-01T00:00:10Z');
      return steps.map(({ step, back, text }): LogLine => {
        ms += step;
        return { time: new Date(ms - back).toISOString(), text: text.replaceAll('\n', '') };
      });
    });

  test('all pages together are the log, also while it grows', () => {
    fc.assert(
      fc.property(log, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 10 }), (lines, maxBytes, growth) => {
        const told: string[] = [];
        let cursor = '';
        let visible = growth;
        for (;;) {
          const page = take(lines.slice(0, visible), cursor, maxBytes);
          if (page.cursor === cursor) {
            if (visible >= lines.length) break;
            visible += growth;
          } else told.push(...textOf(page).split('\n'));
          cursor = page.cursor;
        }
        expect(told).toEqual(lines.map(({ text }) => text));
      }),
    );
  });

  test('all pages together are the log, read as a stream in chunks of any size, of which no more is read than needed', async () => {
    const sizes = { maxBytes: fc.integer({ min: 1, max: 60 }), chunkBytes: fc.integer({ min: 1, max: 200 }) };
    await fc.assert(
      fc.asyncProperty(log, fc.record(sizes), async (lines, { maxBytes, chunkBytes }) => {
        const frames = lines.map(({ time, text }) => frame(1, `${time} ${text}\n`));
        const told: string[] = [];
        for (let cursor = ''; ;) {
          const [, since, count] = (/^(\d+)\/(\d+)$/.exec(cursor) ?? ['', '0', '0']).map(Number) as [0, number, number];
          const from = lines.findIndex(({ time }) => Date.parse(time) >= since * 1000);
          const raw = Buffer.concat(from < 0 ? [] : frames.slice(from));
          let read = 0;
          const chunks = async function* (): AsyncGenerator<Buffer> {
            for (; read < raw.length; read += chunkBytes)
              yield await Promise.resolve(raw.subarray(read, read + chunkBytes));
          };
          const some = await readLines(chunks(), since, count, maxBytes, true);
          const page = take(some, cursor, maxBytes);
          if (page.cursor === cursor) break;
          told.push(...textOf(page).split('\n'));
          cursor = page.cursor;
          // What was told already, the page, and the line and chunk that showed that it is full.
          const longest = Math.max(...frames.map(({ length }) => length));
          const toldBytes = frames.slice(from, told.length).reduce((n, { length }) => n + length, 0);
          expect(read).toBeLessThanOrEqual(toldBytes + longest + chunkBytes);
        }
        expect(told).toEqual(lines.map(({ text }) => text));
      }),
    );
  });

  test('of lines told already no text is kept', async () => {
    const raw = Buffer.concat(Array.from({ length: 1000 }, () => frame(1, `${t1} ${'x'.repeat(100)}\n`)));
    const chunks = async function* (): AsyncGenerator<Buffer> {
      yield await Promise.resolve(raw);
    };
    const lines = await readLines(chunks(), 0, 999, 1000, true);
    expect(lines).toHaveLength(1000);
    expect(new Set(lines).size).toBe(2);
    expect(lines.at(-1)?.text).toHaveLength(100);
  });
});
