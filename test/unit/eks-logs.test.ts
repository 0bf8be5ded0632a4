/** Logs of engine `eks` that are kept: in a folder, paged back; and the lines in a forwarder's files. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { pageOfArchive } from '../../engines/eks/archived-logs';
import { linesOf } from '../../engines/eks/forwarded-lines';
import { attemptOf } from '../../engines/eks/forwarded-logs';
import { createFolderStore, type LogStore } from '../../engines/eks/log-store';
import type { LogLine } from '../../engines/engine';
import { take } from '../../engines/log-cursor';
import { textOf } from '../log-text';

const key = { runId: 'eks-11111111-2222-3333-4444-555555555555', attempt: 2 };
const stamp = (at: number): string => new Date(at).toISOString().replace('Z', '000001Z');
const stored = (lines: LogLine[]): string => lines.map(({ time, text }) => `${time} ${text}\n`).join('');

let folder: string;
let store: LogStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flotilla-logs-'));
  store = createFolderStore({ folder, keepSeconds: 3600 });
});
afterEach(() => rm(folder, { recursive: true }));

/** All pages from a cursor to the log's end. */
async function pages(cursor: string, maxBytes: number): Promise<string[]> {
  const texts: string[] = [];
  for (;;) {
    const page = await pageOfArchive(store, key, cursor, maxBytes);
    if (page === null) throw new Error('nothing is kept');
    if (page.cursor === cursor) return texts;
    texts.push(textOf(page));
    cursor = page.cursor;
  }
}

describe('the folder store', () => {
  test('what was put is there, and read back by offset', async () => {
    expect(await store.has(key)).toBe(false);
    expect(await store.read(key, 0, 10)).toBeNull();
    await store.put(key, Readable.from(['hello ', 'world\n']));
    expect(await store.has(key)).toBe(true);
    expect(String(await store.read(key, 6, 3))).toBe('wor');
    expect(String(await store.read(key, 6, 100))).toBe('world\n');
    expect(await store.read(key, 100, 10)).toHaveLength(0);
    expect(await store.has({ ...key, attempt: 1 })).toBe(false);
  });

  test('a put that fails leaves nothing, or what was there before', async () => {
    const failing = (): Readable =>
      Readable.from(
        (function* () {
          yield 'half';
          throw new Error('the API server went away');
        })(),
      );
    await expect(store.put(key, failing())).rejects.toThrow('went away');
    expect(await store.has(key)).toBe(false);
    await store.put(key, Readable.from(['whole']));
    await expect(store.put(key, failing())).rejects.toThrow('went away');
    expect(String(await store.read(key, 0, 10))).toBe('whole');
    expect(await readdir(folder)).toEqual([`${key.runId}-2.log`]);
  });

  test('a process that dies in a put leaves nothing that is there', async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', require.resolve('../eks/half-put.ts'), 'folder', folder],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        // Not the machine's, but what the test has set.
        env: { ...process.env },
      },
    );
    expect(await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])).toEqual([Buffer.from('half\n')]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await readdir(folder)).toHaveLength(1);
    expect(await store.has(key)).toBe(false);
    await store.put(key, Readable.from(['whole']));
    expect(String(await store.read(key, 0, 10))).toBe('whole');
  });

  test('two puts of a key at once keep one of the two, whole', async () => {
    const text = (letter: string): string[] => Array.from({ length: 1000 }, () => letter.repeat(1000));
    await Promise.all(['a', 'b'].map((letter) => store.put(key, Readable.from(text(letter)))));
    expect([text('a').join(''), text('b').join('')]).toContain(String(await store.read(key, 0, 2_000_000)));
  });

  test('old logs, and what dead processes left, go when a later one is put', async () => {
    const old = { ...key, attempt: 1 };
    await store.put(old, Readable.from(['old']));
    await writeFile(join(folder, '.dead.part'), 'half');
    await writeFile(join(folder, '.alive.part'), 'half');
    await writeFile(join(folder, 'a file of somebody else'), '');
    const longAgo = Date.now() / 1000 - 3700;
    for (const name of [`${key.runId}.log`, '.dead.part', 'a file of somebody else']) {
      await utimes(join(folder, name), longAgo, longAgo);
    }
    await createFolderStore({ folder, keepSeconds: 3600 }).put(key, Readable.from(['new']));
    expect((await readdir(folder)).sort()).toEqual(['.alive.part', 'a file of somebody else', `${key.runId}-2.log`]);
  });
});

describe('pages of an archive', () => {
  test('nothing kept is null', async () => {
    expect(await pageOfArchive(store, key, '', 100)).toBeNull();
    expect(await pageOfArchive(store, key, '12/3', 100)).toBeNull();
  });

  test('100,000 numbered lines come back complete and in order, without their times', async () => {
    const lines = Array.from({ length: 100_000 }, (_, at) => ({ time: stamp(at), text: `line ${at}` }));
    await store.put(key, Readable.from(lines.map((line) => stored([line]))));
    const texts = await pages('', 65_536);
    expect(texts.length).toBeGreaterThan(10);
    expect(texts.join('\n')).toBe(lines.map(({ text }) => text).join('\n'));
  });

  test('a line is whole unless it alone is larger than a page, and no character of it is cut', async () => {
    const texts = ['short', 'ä'.repeat(499), 'x', 'y'.repeat(1000), 'ö'.repeat(5000), '', 'end'];
    await store.put(key, Readable.from([stored(texts.map((text, at) => ({ time: stamp(at), text })))]));
    const got = (await pages('', 1000)).flatMap((text) => text.split('\n'));
    expect(got.slice(0, 4)).toEqual(texts.slice(0, 4));
    expect(got.slice(4, -2).join('').replace(stamp(4), '').trim()).toBe(texts[4]);
    expect(got.slice(-2)).toEqual(texts.slice(-2));
  });

  test('what looks like a time within a line stays', async () => {
    await store.put(key, Readable.from([`${stamp(1)} ab${stamp(2)} c\n`]));
    expect(textOf(await pageOfArchive(store, key, `@${`${stamp(1)} ab`.length}`, 1000))).toBe(`${stamp(2)} c`);
  });

  test('a last line without its end is told', async () => {
    await store.put(key, Readable.from([`${stamp(1)} a\n${stamp(2)} b`]));
    expect(await pages('', 1000)).toEqual(['a\nb']);
  });

  test('whoever has read a live log goes on in it: nothing is lost or told twice', async () => {
    const log = fc
      .array(
        fc.record({
          step: fc.integer({ min: 0, max: 1500 }),
          back: fc.integer({ min: 0, max: 999 }),
          text: fc.string(),
        }),
        {
          minLength: 1,
          maxLength: 40,
        },
      )
      .map((steps) => {
        let ms = Date.parse('2026-01-01T00:00:10Z');
        return steps.map(({ step, back, text }): LogLine => {
          ms += step;
          return { time: stamp(ms - back), text: text.replaceAll('\n', '') };
        });
      });
    await fc.assert(
      fc.asyncProperty(log, fc.nat(), fc.integer({ min: 1, max: 60 }), async (lines, seen, maxBytes) => {
        const visible = lines.slice(0, seen % lines.length);
        const told: string[] = [];
        let cursor = '';
        for (;;) {
          const page = take(visible, cursor, maxBytes);
          if (page.cursor === cursor) break;
          told.push(...textOf(page).split('\n'));
          cursor = page.cursor;
        }
        expect(told).toHaveLength(visible.length);
        await store.put(key, Readable.from([stored(lines)]));
        const rest = (await pages(cursor, 1000)).flatMap((text) => text.split('\n'));
        expect([...told, ...rest]).toEqual(lines.map(({ text }) => text));
      }),
    );
  });

  test('a line without a time goes with the line before it', async () => {
    await store.put(key, Readable.from([`${stamp(10_000)} a\nb\n${stamp(11_000)} c\n`]));
    expect(textOf(await pageOfArchive(store, key, '10/2', 1000))).toBe('c');
    expect(textOf(await pageOfArchive(store, key, '', 1000))).toBe('a\nb\nc');
  });

  test('a live cursor is found behind megabytes of long lines', async () => {
    const lines = Array.from({ length: 8 }, (_, at) => ({ time: stamp(at * 10_000), text: `${at}`.repeat(700_000) }));
    lines.splice(3, 0, { time: stamp(25_000), text: 'z'.repeat(2_500_000) });
    await store.put(key, Readable.from([stored(lines)]));
    const { cursor } = take(lines.slice(0, 6), '', 100_000_000);
    const page = await pageOfArchive(store, key, cursor, 1_000_000);
    expect(textOf(page)).toBe(lines[6]?.text);
    expect(page?.cursor).toBe(`@${stored(lines.slice(0, 7)).length}`);
  });

  test('where nothing is new the cursor stays, whatever its form', async () => {
    await store.put(key, Readable.from([stored([{ time: stamp(0), text: 'a' }])]));
    for (const cursor of ['0/1', '@33']) {
      expect(await pageOfArchive(store, key, cursor, 1000)).toEqual({ lines: [], cursor });
    }
  });
});

describe("lines in a forwarder's files", () => {
  const t = '2026-01-01T00:00:00.000000001Z';
  const json = (log: string, stream = 'stdout'): string => `${JSON.stringify({ log, stream, time: t })}\n`;
  const told = (raw: string | Buffer, isFinal = false): string[] =>
    linesOf(Buffer.from(raw), isFinal).map(({ text }) => text);

  const cases: Record<string, [raw: string | Buffer, lines: string[], isFinal?: boolean]> = {
    'JSON, with its line end and without': [json('a\n') + json('b') + json(''), ['a', 'b', '']],
    'JSON of a line that Docker broke is one line': [
      json('x'.repeat(16_384)) + json('err\n', 'stderr') + json('y\n'),
      ['err', `${'x'.repeat(16_384)}y`],
    ],
    text: [`${t} stdout F hello  world\n${t} stderr F \n${t} stdout F\n`, ['hello  world', '', '']],
    'text in parts is one line, also with another stream and a cut character between them': [
      Buffer.concat([
        Buffer.from(`${t} stdout P x`),
        Buffer.from('ä').subarray(0, 1),
        Buffer.from(`\n${t} stderr F err\n${t} stdout F `),
        Buffer.from('ä').subarray(1),
        Buffer.from('\n'),
      ]),
      ['err', 'xä'],
    ],
    'both, mixed': [`${json('a\n')}${t} stdout F b\n`, ['a', 'b']],
    'broken, short and empty lines stand as they are': [
      `{"log":"a\n{"log":1}\n${t}\n${t} stdout\n${t} elsewhere F x\n\nplain\n`,
      ['{"log":"a', '{"log":1}', t, `${t} stdout`, `${t} elsewhere F x`, '', 'plain'],
    ],
    'a line without its end waits': [`${json('a\n')}${t} stdout F b`, ['a']],
    'it is told when no more will come': [`${json('a\n')}${t} stdout F b`, ['a', 'b'], true],
    'what follows an open part waits with it': [`${json('a\n')}${t} stdout P b\n${t} stderr F c\n`, ['a']],
    'an open part is told when no more will come': [`${t} stdout P b\n${t} stderr F c\n`, ['c', 'b'], true],
  };
  test.each(Object.entries(cases))('%s', (_, [raw, lines, isFinal]) => {
    expect(told(raw, isFinal)).toEqual(lines);
  });

  const { runId } = key;
  test.each<[string, number | null]>([
    [`${runId}/${runId}-7xkbz_jobs_${runId}-${'0a'.repeat(32)}.log`, 1],
    [`${runId}/${runId}-2-7xkbz_jobs_${runId}-${'0a'.repeat(32)}.log`, 2],
    [`${runId}-13/0.log`, 13],
    [`${runId}/jobs_${runId}-24567/0.log`, 1],
    [`${runId}/chunk-0001.log`, null],
    [`${runId}/${runId}-chunk-1.log`, null],
    [`${runId}/${runId}-2.log`, null],
  ])('the name %s tells of attempt %s', (name, attempt) => {
    expect(attemptOf(name, runId)).toBe(attempt);
  });
});
