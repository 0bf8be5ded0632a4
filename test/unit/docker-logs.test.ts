/** Docker's frames become lines. Paging lines with times: nothing is lost or told twice, whatever the times, sizes and cuts. */
import fc from 'fast-check';
import { linesOf } from '../../engines/local/docker-logs';
import { take, type Line } from '../../engines/log-cursor';

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
      return steps.map(({ step, back, text }): Line => {
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
          } else told.push(...page.text.split('\n'));
          cursor = page.cursor;
        }
        expect(told).toEqual(lines.map(({ text }) => text));
      }),
    );
  });
});
