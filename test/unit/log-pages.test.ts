/** Numbers of lines: right on each page, with the cursors of all engines, from wherever a reader goes on. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { cursorOf, pageAfter, placeFrom, textOf, wholeLog, type ReadLog } from '../../api/log-pages';
import { pageOfArchive } from '../../engines/eks/archived-logs';
import { pageOfForwarded } from '../../engines/eks/forwarded-logs';
import type { LogStore } from '../../engines/eks/log-store';
import type { LogLine, LogPage } from '../../engines/engine';
import { createProcessEngine } from '../../engines/local/process';
import { take } from '../../engines/log-cursor';

const runId = 'eks-11111111-2222-3333-4444-555555555555';
const stamp = (at: number): string => new Date(1_700_000_000_000 + at * 400).toISOString().replace('Z', '000001Z');
const lined = (texts: string[]): LogLine[] => texts.map((text, at) => ({ time: stamp(at), text }));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flotilla-pages-'));
});
afterAll(() => rm(folder, { recursive: true }));

type Make = (texts: string[], maxBytes: number) => ReadLog | Promise<ReadLog>;

const live: Make = (texts, maxBytes) => (_, cursor) => Promise.resolve(take(lined(texts), cursor, maxBytes));

function archived(texts: string[], maxBytes: number): ReadLog {
  const log = Buffer.from(
    lined(texts)
      .map(({ time, text }) => `${time} ${text}\n`)
      .join(''),
  );
  const store = { read: (_: unknown, from: number, n: number) => Promise.resolve(log.subarray(from, from + n)) };
  return async (attempt, cursor) =>
    (await pageOfArchive(store as unknown as LogStore, { runId, attempt }, cursor, maxBytes)) ?? { lines: [], cursor };
}

let processes = 0;
async function ofProcess(texts: string[], maxBytes: number): Promise<ReadLog> {
  processes += 1;
  const key = { runId: `local-${processes}`, attempt: 1 };
  await mkdir(join(folder, key.runId));
  await writeFile(join(folder, key.runId, 'out.log'), texts.map((text) => `${text}\n`).join(''));
  await writeFile(join(folder, key.runId, 'exit'), '0');
  const engine = createProcessEngine({ folder, clusters: ['default'], keepSeconds: 60 });
  return (_, cursor) => engine.logs('default', key, cursor, maxBytes);
}

/** In one file, as it stands or as containerd writes it, whose parts are smaller than a page. */
function forwarded(inParts: boolean): Make {
  return (texts, maxBytes) => {
    const partsOf = (text: string): string[] => text.match(/.{1,20}/gsu) ?? [''];
    const log = inParts
      ? texts.flatMap((text) =>
          partsOf(text).map((part, n, all) => `${stamp(0)} stdout ${n === all.length - 1 ? 'F' : 'P'} ${part}\n`),
        )
      : texts.map((text) => `${text}\n`);
    const bytes = Buffer.from(log.join(''));
    const client = new S3Client({ region: 'us-east-1' });
    const answer = ({ input }: { input: { Range?: string } }): unknown => {
      const file = { Key: `${runId}/0.log`, Size: bytes.length, LastModified: new Date(0) };
      if (input.Range === undefined) return { Contents: [file] };
      const [from = 0, to = 0] = input.Range.slice('bytes='.length).split('-').map(Number);
      return { Body: { transformToByteArray: () => Promise.resolve(bytes.subarray(from, to + 1)) } };
    };
    jest.spyOn(client, 'send').mockImplementation(((command: never) => Promise.resolve(answer(command))) as never);
    const s3 = { client, bucket: 'logs', rootFolder: '' };
    return async (attempt, cursor) =>
      (await pageOfForwarded(s3, { runId, attempt }, cursor, maxBytes, true)) ?? { lines: [], cursor };
  };
}

/** What was read live, until there was nothing new, goes on in the archive. */
const liveThenArchived: Make = (texts, maxBytes) => {
  const [before, after] = [live(texts.slice(0, texts.length / 2), maxBytes) as ReadLog, archived(texts, maxBytes)];
  return async (attempt, cursor) => {
    const page: LogPage = cursor.startsWith('@') ? { lines: [], cursor } : await before(attempt, cursor);
    return page.lines.length > 0 ? page : after(attempt, cursor);
  };
};

const readers: Record<string, Make> = {
  'of a live log': live,
  'of an archive': archived,
  'of a live log and then of its archive': liveThenArchived,
  'of a process': ofProcess,
  'of a forwarder’s files': forwarded(false),
  'of a forwarder’s files, with lines in parts': forwarded(true),
};

const long = fc
  .tuple(fc.constantFrom('x', 'ä', '€', '😀'), fc.integer({ min: 20, max: 600 }))
  .map(([one, n]) => one.repeat(n));
const log = fc.array(fc.oneof(fc.string(), long), { maxLength: 20 });

test.each(Object.entries(readers))(
  '%s are those of the lines, also where a line is larger than a page',
  async (_, make) => {
    await fc.assert(
      fc.asyncProperty(log, fc.integer({ min: 150, max: 300 }), async (drawn, maxBytes) => {
        const texts = drawn.map((text) => text.replaceAll('\n', '').replace(/^[{\d]/, 'x'));
        const read = await make(texts, maxBytes);
        const told: string[] = [];
        for (let cursor = ''; ;) {
          const { lines, from, to } = await pageAfter(read, [1], placeFrom(cursor));
          const [first = '', ...rest] = lines.map(({ text }) => text);
          const isWithin = from.isWithinLine ? 1 : 0;
          expect(from.told).toBe(told.length - isWithin);
          if (lines.length > 0) told.push(`${from.isWithinLine ? (told.pop() ?? '') : ''}${first}`, ...rest);
          else if (cursorOf(to) === cursor) {
            expect(to.told).toBe(texts.length - isWithin);
            break;
          }
          cursor = cursorOf(to);
        }
        expect(told).toEqual(texts);
      }),
      { numRuns: 60 },
    );
  },
);

describe('a cursor', () => {
  const read: ReadLog = (attempt, cursor) =>
    Promise.resolve(attempt === 1 ? take(lined(['a', 'b', '']), cursor, 2) : take(lined(['c']), cursor, 2));

  test('tells attempt, lines and the engine’s own, and comes back as it was', () => {
    for (const cursor of ['', '3:0:', '1:120:@4096', '2:7+:1700000000/3', '1:5:f/3:4', '1:@4096', '1:4096']) {
      expect(cursorOf(placeFrom(cursor))).toBe(cursor);
    }
  });

  test('of before lines were counted goes on where it was, without a number, until the next attempt begins', async () => {
    const first = await pageAfter(read, [1, 2], placeFrom('1:1699999998/1'));
    expect(first).toMatchObject({ lines: [{ text: 'b' }], from: { told: null }, to: { told: null } });
    const rest = await pageAfter(read, [1, 2], { ...first.to, cursor: '1699999998/3' });
    expect(rest).toMatchObject({ lines: [{ text: 'c' }], from: { attempt: 2, told: 0 }, to: { told: 1 } });
  });

  test('finds an attempt of which nothing is kept told, but not once lines of a later one follow', async () => {
    const gone =
      (kept: number): ReadLog =>
      (attempt, cursor) =>
        Promise.resolve(attempt <= kept ? take(lined(['a']), cursor, 9) : { lines: [], cursor, isGone: true });
    expect(await pageAfter(gone(0), [1, 2], placeFrom(''))).toMatchObject({ lines: [], isGone: true });
    expect(await pageAfter(gone(1), [1, 2], placeFrom(''))).not.toHaveProperty('isGone');
  });

  test('that the backend does not know any more begins at line 1 again', async () => {
    const anew: ReadLog = () => Promise.resolve({ lines: lined(['a']), cursor: 'f/1', isAnew: true });
    const { from, to } = await pageAfter(anew, [1], placeFrom('1:500:f/old'));
    expect([from.told, cursorOf(to)]).toEqual([0, '1:1:f/1']);
  });
});

describe('the whole log', () => {
  test('has each attempt’s empty lines and no others, with numbers from 1 in each', async () => {
    const pages: [attempt: number, first: number | null, text: string][] = [];
    const read: ReadLog = (attempt, cursor) => {
      // As CloudWatch does: an empty page, and more behind it.
      if (attempt === 1 && cursor === '') return Promise.resolve({ lines: [], cursor: '0/0' });
      return Promise.resolve(take(lined(attempt === 1 ? ['a', '', 'b'] : ['c']), cursor, 2));
    };
    for await (const page of wholeLog(read, [1, 2])) pages.push([page.to.attempt, page.from.told, textOf(page, false)]);
    expect(pages).toEqual([
      [1, 0, 'a'],
      [1, 1, ''],
      [1, 2, 'b'],
      [2, 0, 'c'],
    ]);
  });

  test('with times says of each line when it was written, or that nobody knows', async () => {
    const lines = [
      { time: stamp(0), text: 'a' },
      { time: '', text: 'b' },
    ];
    const read = (): Promise<LogPage> => Promise.resolve({ lines, cursor: 'x' });
    expect(textOf(await pageAfter(read, [1], placeFrom('')), true)).toBe(`${stamp(0)} a\n- b`);
    // The rest of a line has had its time.
    expect(textOf(await pageAfter(read, [1], placeFrom('1:0+:w')), true)).toBe('a\n- b');
  });
});
