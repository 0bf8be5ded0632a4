/** Logs in S3, by a real server: those that we keep, and those that somebody else's forwarder ships. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { pageOfArchive } from '../../engines/eks/archived-logs';
import { pageOfForwarded } from '../../engines/eks/forwarded-logs';
import { createS3Client, createS3Store, uploadManifest, type S3Folder } from '../../engines/eks/s3';
import type { LogPage } from '../../engines/engine';
import type { LogLine } from '../../engines/engine';
import { take } from '../../engines/log-cursor';
import { textOf } from '../log-text';
import { startMoto, type Moto } from '../aws/moto';

const runId = 'eks-11111111-2222-3333-4444-555555555555';
const key = { runId, attempt: 2 };
const stamp = (at: number): string => new Date(at).toISOString().replace('Z', '000001Z');
const stored = (lines: LogLine[]): string => lines.map(({ time, text }) => `${time} ${text}\n`).join('');

let folder: string;
let aws: Moto;
let client: S3Client;
let s3: S3Folder;
let buckets = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flotilla-s3-'));
  aws = await startMoto(folder);
  process.env['AWS_ENDPOINT_URL'] = aws.endpoint;
  process.env['AWS_REGION'] ??= 'us-east-1';
  process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
  client = createS3Client(null);
});
beforeEach(async () => {
  buckets += 1;
  s3 = { client, bucket: `flotilla-${process.pid}-${buckets}`, rootFolder: '/some/folder/' };
  await client.send(new CreateBucketCommand({ Bucket: s3.bucket }));
});
afterAll(async () => {
  client.destroy();
  await aws.stop();
  await rm(folder, { recursive: true });
});

/** All pages from a cursor on, until nothing is new. */
async function pages(
  next: (cursor: string) => Promise<LogPage | null>,
  cursor = '',
): Promise<{ texts: string[]; cursor: string }> {
  const texts: string[] = [];
  for (;;) {
    const page = await next(cursor);
    if (page === null) throw new Error('nothing is there');
    if (page.cursor === cursor) return { texts, cursor };
    texts.push(textOf(page));
    cursor = page.cursor;
  }
}

test('of another S3 than AWS buckets are asked for by path, of AWS by name', async () => {
  expect(client.config.forcePathStyle).toBe(true);
  delete process.env['AWS_ENDPOINT_URL'];
  try {
    const { config } = createS3Client('eu-west-3');
    expect(config.forcePathStyle).toBe(false);
    expect(await config.region()).toBe('eu-west-3');
  } finally {
    process.env['AWS_ENDPOINT_URL'] = aws.endpoint;
  }
});

describe('what we keep', () => {
  test('100,000 numbered lines come back complete and in order, and by ranges', async () => {
    const store = createS3Store(s3);
    const lines = Array.from({ length: 100_000 }, (_, at) => ({
      time: stamp(at),
      text: `line ${at} ${'.'.repeat(at % 300)}`,
    }));
    expect(await store.has(key)).toBe(false);
    expect(await store.read(key, 0, 10)).toBeNull();
    expect(await pageOfArchive(store, key, '', 10)).toBeNull();
    await store.put(key, Readable.from(lines.map((line) => stored([line]))));
    expect(await store.has(key)).toBe(true);

    const whole = stored(lines);
    // More than two parts of an upload.
    expect(whole.length).toBeGreaterThan(17_000_000);
    expect(String(await store.read(key, 8_388_600, 20))).toBe(whole.slice(8_388_600, 8_388_620));
    expect(String(await store.read(key, whole.length - 5, 100))).toBe(whole.slice(-5));
    expect(await store.read(key, whole.length, 100)).toHaveLength(0);

    const told = await pages((cursor) => pageOfArchive(store, key, cursor, 1_048_576));
    expect(told.texts.join('\n') === lines.map(({ text }) => text).join('\n')).toBe(true);

    // Who has read 90,000 of them live reads the others.
    const live = take(lines.slice(0, 90_000), '', 100_000_000).cursor;
    const rest = await pages((cursor) => pageOfArchive(store, key, cursor, 1_048_576), live);
    expect(rest.texts.join('\n').split('\n')).toEqual(lines.slice(90_000).map(({ text }) => text));
  });

  test('an empty log is kept, too', async () => {
    const store = createS3Store(s3);
    await store.put(key, Readable.from([]));
    expect(await store.has(key)).toBe(true);
    expect(await pageOfArchive(store, key, '', 100)).toEqual({ lines: [], cursor: '' });
  });

  test('a put that fails leaves nothing, not even a part, or what was there before', async () => {
    const store = createS3Store(s3);
    const failing = (): Readable =>
      Readable.from(
        (function* () {
          for (let mb = 0; mb < 20; mb += 1) yield Buffer.alloc(1024 * 1024, 'x');
          throw new Error('the API server went away');
        })(),
      );
    await expect(store.put(key, failing())).rejects.toThrow('went away');
    expect(await store.has(key)).toBe(false);
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket: s3.bucket }))).Uploads ?? []).toEqual([]);
    await store.put(key, Readable.from(['whole']));
    await expect(store.put(key, failing())).rejects.toThrow('went away');
    expect(String(await store.read(key, 0, 10))).toBe('whole');
  });

  test('a process that dies in a put leaves nothing that is there', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', require.resolve('./half-put.ts'), 's3', s3.bucket], {
      stdio: ['ignore', 'pipe', 'inherit'],
      // Not the machine's, but what the test has set.
      env: { ...process.env },
    });
    expect(await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])).toEqual([Buffer.from('half\n')]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    // It had stored some of it.
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket: s3.bucket }))).Uploads).toHaveLength(1);
    const store = createS3Store({ ...s3, rootFolder: '' });
    expect(await store.has(key)).toBe(false);
    expect(await store.read(key, 0, 10)).toBeNull();
    await store.put(key, Readable.from(['whole']));
    expect(String(await store.read(key, 0, 10))).toBe('whole');
  });

  test('two puts of a key at once keep one of the two, whole', async () => {
    const store = createS3Store(s3);
    const text = (letter: string): string[] => Array.from({ length: 9 }, () => letter.repeat(1024 * 1024));
    await Promise.all(['a', 'b'].map((letter) => store.put(key, Readable.from(text(letter)))));
    const got = String(await store.read(key, 0, 20_000_000));
    expect(got === text('a').join('') || got === text('b').join('')).toBe(true);
  });

  test('a manifest is kept as YAML text; where it cannot be, that is told', async () => {
    expect(await uploadManifest(s3, runId, { kind: 'Job', metadata: { name: runId } })).toBeNull();
    const { Body, ContentType } = await client.send(
      new GetObjectCommand({ Bucket: s3.bucket, Key: `some/folder/${runId}/${runId}.yaml` }),
    );
    expect(await Body?.transformToString()).toBe(`kind: Job\nmetadata:\n  name: ${runId}\n`);
    expect(ContentType).toBe('text/yaml');
    expect(await uploadManifest({ ...s3, bucket: 'missing' }, runId, {})).toMatch(/bucket/i);
  });
});

describe('what a forwarder ships', () => {
  const text = (at: number, message: string, flag = 'F'): string => `${stamp(at)} stdout ${flag} ${message}\n`;
  const json = (at: number, message: string): string =>
    `${JSON.stringify({ log: `${message}\n`, stream: 'stdout', time: stamp(at) })}\n`;
  const pod = `${runId}-2-7xkbz`;
  const ship = async (name: string, body: string): Promise<void> => {
    await client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: `some/folder/${name}`, Body: Buffer.from(body) }));
  };
  const read = (maxBytes: number, isOver: boolean, cursor = ''): ReturnType<typeof pages> =>
    pages((at) => pageOfForwarded(s3, key, at, maxBytes, isOver), cursor);
  const linesOf = ({ texts }: { texts: string[] }): string[] => texts.flatMap((one) => one.split('\n'));
  /** S3 tells times by the second. */
  const nextSecond = (): Promise<void> => sleep(1000 - (Date.now() % 1000) + 20);

  test('nothing shipped yet is null', async () => {
    await ship(`${runId}/${runId}.yaml`, 'kind: Job\n');
    await ship(`${runId}/2.log`, 'our own archive\n');
    await ship(`${runId}/${pod}-0.log.gz`, 'compressed');
    await ship(`${runId}/${pod}-empty.log`, '');
    expect(await pageOfForwarded(s3, key, '', 1000, true)).toBeNull();
  });

  test.each([
    ['in pages smaller than a file', 3000],
    ['in pages larger than all', 10_000_000],
  ])('many files in both formats are one log in order, %s', async (_, maxBytes) => {
    const expected: string[] = [];
    for (let file = 0; file < 12; file += 1) {
      const lines = Array.from({ length: 200 }, (_, at) => `file ${file} line ${at}`);
      const form = file % 2 === 0 ? text : json;
      await ship(`${runId}/${pod}/part-${file}.log`, lines.map((line, at) => form(file * 1000 + at, line)).join(''));
      expected.push(...lines);
    }
    expect(linesOf(await read(maxBytes, true))).toEqual(expected);
  });

  test('the file that was written first comes first, whatever its name', async () => {
    await ship(`${runId}/${pod}/z.log`, text(1, 'first'));
    await nextSecond();
    await ship(`${runId}/${pod}/a.log`, text(2, 'second'));
    expect(linesOf(await read(1000, true))).toEqual(['first', 'second']);
  });

  test('files of other attempts are left out, and those that do not tell whose they are are not', async () => {
    await ship(`${runId}/${runId}-7xkbz_jobs.log`, text(1, 'of attempt 1'));
    await ship(`${runId}-3/0.log`, text(1, 'of attempt 3'));
    await ship(`${runId}/${pod}_jobs.log`, text(1, 'of attempt 2'));
    await ship(`${runId}/part.log`, text(1, 'of somebody'));
    expect(linesOf(await read(1000, true)).sort()).toEqual(['of attempt 2', 'of somebody']);
  });

  test('more files than S3 lists at once', async () => {
    const names = Array.from({ length: 25 }, (_, at) => at);
    for (const at of names) await ship(`${runId}/${pod}/${at}.log`, text(at, `${at}`));
    const few = createS3Client(null);
    few.middlewareStack.add((next) => (args) => next({ ...args, input: { ...args.input, MaxKeys: 10 } }), {
      step: 'initialize',
    });
    const told = await pages((at) => pageOfForwarded({ ...s3, client: few }, key, at, 200, true));
    expect(linesOf(told).map(Number)).toEqual(names);
    few.destroy();
  });

  test('a log that grows goes on: in its last file, in new files, and at the end of what was not whole', async () => {
    await ship(`${runId}/${pod}/0.log`, text(1, 'a') + text(2, 'b') + `${stamp(3)} stdout F c`);
    let at = await read(1000, false);
    expect(linesOf(at)).toEqual(['a', 'b']);
    await ship(`${runId}/${pod}/0.log`, text(1, 'a') + text(2, 'b') + text(3, 'cc') + text(4, 'd1 ', 'P'));
    at = await read(1000, false, at.cursor);
    expect(linesOf(at)).toEqual(['cc']);
    await nextSecond();
    await ship(`${runId}/${pod}/1.log`, text(6, 'f'));
    at = await read(1000, false, at.cursor);
    expect(linesOf(at)).toEqual(['f']);
    await nextSecond();
    await ship(
      `${runId}/${pod}/0.log`,
      text(1, 'a') + text(2, 'b') + text(3, 'cc') + text(4, 'd1 ', 'P') + text(5, 'd2') + text(7, 'g'),
    );
    at = await read(1000, false, at.cursor);
    expect(linesOf(at)).toEqual(['d1 d2', 'g']);
    await ship(`${runId}/${pod}/2.log`, `${stamp(8)} stdout F end`);
    at = await read(1000, false, at.cursor);
    expect(linesOf(at)).toEqual([]);
    at = await read(1000, true, at.cursor);
    expect(linesOf(at)).toEqual(['end']);
  });

  test('a file that grows behind others keeps its place, and hides no file that was not begun', async () => {
    const a = Array.from({ length: 10 }, (_, line) => text(line, `a${line}`));
    await ship(`${runId}/${pod}/a.log`, a.slice(0, 6).join(''));
    await nextSecond();
    await ship(`${runId}/${pod}/b.log`, text(20, 'b'));
    const page = await pageOfForwarded(s3, key, '', 150, false);
    expect(textOf(page)).toBe('a0\na1\na2');
    await nextSecond();
    await ship(`${runId}/${pod}/a.log`, a.join(''));
    expect(linesOf(await read(150, false, page?.cursor))).toEqual(['a3', 'a4', 'a5', 'a6', 'a7', 'a8', 'a9', 'b']);
  });

  test('a line that is larger than a page comes in pieces, others whole', async () => {
    const long = 'ä'.repeat(3000);
    await ship(`${runId}/${pod}/0.log`, text(1, 'a') + text(2, long) + text(3, 'b'));
    const told = linesOf(await read(1000, true));
    expect(told[0]).toBe('a');
    expect(told.at(-1)).toBe('b');
    expect(told.slice(1, -1).join('')).toBe(long);
  });

  test('whoever has read the log live goes on in it', async () => {
    const lines = Array.from({ length: 3000 }, (_, at) => ({ time: stamp(at * 10), text: `line ${at}` }));
    for (const [file, from] of [0, 1000, 2000].entries()) {
      const part = lines.slice(from, from + 1000);
      await ship(`${runId}/${pod}/${file}.log`, part.map((line, at) => text((from + at) * 10, line.text)).join(''));
    }
    for (const seen of [1, 999, 1000, 2500, 3000]) {
      const live = take(lines.slice(0, seen), '', 1_000_000).cursor;
      expect(linesOf(await read(20_000, true, live))).toEqual(lines.slice(seen).map((line) => line.text));
    }
  });

  test('all of it is read once: so many bytes as there are, give or take a line a page', async () => {
    const lines = Array.from({ length: 5000 }, (_, at) => text(at, `line ${at}`)).join('');
    await ship(`${runId}/${pod}/0.log`, lines);
    let bytes = 0;
    const send = jest.spyOn(client, 'send');
    const told = await read(10_000, true);
    for (const [command] of send.mock.calls) {
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec((command.input as { Range?: string }).Range ?? '') ?? [];
      if (to !== undefined) bytes += Number(to) - Number(from) + 1;
    }
    send.mockRestore();
    expect(linesOf(told)).toHaveLength(5000);
    expect(bytes).toBeLessThan(lines.length + told.texts.length * 200);
  });
});
