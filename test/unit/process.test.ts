/** The process driver with real processes: what it leaves behind, whom it tells, and how often. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AttemptKey } from '../../domain/id';
import { anywhere, type Job } from '../../domain/job';
import { sawNoEnd, type Engine, type Sighting, type SubmitContext, type Submission } from '../../engines/engine';
import { createProcessEngine } from '../../engines/local/process';
import { birthOf, isGroupAlive } from '../../engines/local/process-group';
import { keepIn } from './keep-in';

const stubborn = "trap '' TERM; while :; do sleep 0.05; done";

let folder: string;
let engine: Engine;
let keys: AttemptKey[];
const home = process.env['HOME'];
const done = new AbortController();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flotilla-process-'));
  engine = createProcessEngine({ folder, clusters: ['default', 'second'], keepSeconds: 3600 });
  keys = [];
  // A login shell reads the profile of whoever runs the tests: slow, and killed in the middle of it, it may leave a lock there.
  process.env['HOME'] = folder;
});
afterEach(async () => {
  await Promise.all(keys.map((key) => engine.stop('default', key, 0)));
  // A supervisor that came too late may still make its claim.
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});
afterAll(() => {
  done.abort();
  process.env['HOME'] = home;
});

const dirOf = ({ runId }: AttemptKey): string => join(folder, runId);
const has = (key: AttemptKey, name: string): boolean => fs.existsSync(join(dirOf(key), name));

const source = { definitionId: 'etl-1', alias: 'etl', groupName: 'etl', tags: [] };
const placed = { ...anywhere, source, owner: 'me', deadlineSeconds: 60 };

function submit(key: AttemptKey, command: string, more: Partial<SubmitContext> = {}): Promise<Submission> {
  return submitTo('default', key, command, more);
}

function submitTo(cluster: string, key: AttemptKey, command: string, more: Partial<SubmitContext> = {}) {
  keys.push(key);
  const env = [{ name: 'SECRET', value: 'sesame' }];
  const job: Job = {
    ...{ image: 'none', command, env, ports: [], privileged: false },
    ...{ memoryMb: null, cpu: null, gpu: null, sharedMemoryMb: null },
    ...placed,
  };
  const context: SubmitContext = {
    signal: done.signal,
    accepted: () => Promise.resolve(),
    note: () => undefined,
    wanted: () => Promise.resolve(true),
    stopping: () => Promise.resolve(),
    ...more,
  };
  return engine.submit(cluster, key, job, context);
}

async function until(what: string, ask: () => unknown): Promise<void> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline;) {
    if (await ask()) return;
    await sleep(20);
  }
  throw new Error(`did not happen: ${what}`);
}

const isRunning = async (key: AttemptKey): Promise<boolean> =>
  (await engine.look('default', [key]))[0]?.kind === 'running';

async function leaderOf(key: AttemptKey) {
  const [pid, ...birth] = (await readFile(join(dirOf(key), 'pid'), 'utf8')).trim().split(' ');
  return { pid: Number(pid), birth: birth.join(' '), since: 0 };
}

/** What an observer of the cluster tells; `during`: while it is at work. */
async function observed(cluster: string, during: (seen: Sighting[]) => Promise<unknown>): Promise<Sighting[]> {
  const seen: Sighting[] = [];
  const over = new AbortController();
  const observer = engine.observe(cluster, keepIn(seen), over.signal);
  await during(seen);
  over.abort();
  await observer;
  return seen;
}

async function age(key: AttemptKey, name: string, seconds: number): Promise<void> {
  const at = Date.now() / 1000 - seconds;
  await utimes(join(dirOf(key), name), at, at);
}

describe('after the end', () => {
  const key = { runId: 'run', attempt: 1 };

  test('of one that must be killed, no environment is left, and it is told no more', async () => {
    await submit(key, stubborn);
    await until('it runs', () => isRunning(key));
    await sleep(200);
    // Nobody saw the code of what our KILL ended.
    expect(await engine.stop('default', key, 0)).toEqual(sawNoEnd);
    expect([has(key, 'env'), has(key, 'exit'), has(key, 'stopped')]).toEqual([false, false, true]);
    // Stopped by us: a second stop finds no end of its own.
    expect(await engine.stop('default', key, 0)).toEqual(sawNoEnd);
    expect(await observed('default', () => sleep(300))).toEqual([]);
  });

  test('of one that ends well on TERM, each stop tells the code that it left, and no end of its own', async () => {
    await submit(key, 'trap "exit 0" TERM; touch ready; while :; do sleep 0.05; done');
    await until('it listens', () => has(key, 'work/ready'));
    const told = { end: null, seenExitCode: 0 };
    expect(await engine.stop('default', key, 10)).toEqual(told);
    expect(await engine.stop('default', key, 10)).toEqual(told);
  });

  test('of one that had ended by itself, the stop tells its end', async () => {
    await submit(key, 'exit 3');
    await until('it is over', () => has(key, 'exit'));
    expect(await engine.stop('default', key, 0)).toMatchObject({
      end: { outcome: { kind: 'exited', code: 3 } },
      seenExitCode: 3,
    });
  });

  test('of one that was killed by others, the loss is told once, and no environment is left', async () => {
    await submit(key, stubborn);
    await until('it runs', () => isRunning(key));
    const leader = await leaderOf(key);
    process.kill(-leader.pid, 'SIGKILL');
    await until('it is gone', () => !isGroupAlive(leader));
    const seen = await observed('default', (so) => until('it is told', () => so.length > 0));
    expect(seen).toMatchObject([{ key, sight: { kind: 'ended', end: { outcome: { kind: 'lost' } } } }]);
    await until('the environment is gone', () => !has(key, 'env'));
    expect(await observed('default', () => sleep(300))).toEqual([]);
    expect((await engine.look('default', [key]))[0]).toMatchObject({
      kind: 'ended',
      end: { outcome: { kind: 'lost' } },
    });
  });

  test('of one that nobody wants, no environment is left', async () => {
    expect(await submit(key, 'true', { wanted: () => Promise.resolve(false) })).toEqual({ kind: 'unwanted' });
    expect(has(key, 'env')).toBe(false);
  });

  test('of one that was stopped while it was submitted, no environment is left', async () => {
    const accepted = () => engine.stop('default', key, 0).then(() => undefined);
    expect(await submit(key, 'true', { accepted })).toEqual({ kind: 'unwanted' });
    expect(has(key, 'env')).toBe(false);
  });

  test('of a slow second submit of what is over, no environment is left', async () => {
    const accepted = async (): Promise<void> => {
      await submit(key, 'exit 3');
      await until('it is over', () => has(key, 'exit'));
    };
    const submission = await submit(key, 'exit 3', { accepted });
    expect(submission).toMatchObject({ kind: 'ended', end: { outcome: { kind: 'exited', code: 3 } } });
    expect((await readdir(dirOf(key))).filter((name) => name.startsWith('env'))).toEqual([]);
  });
});

test('a supervisor that comes after the stop gave it up starts nothing', async () => {
  const key = { runId: 'run', attempt: 1 };
  keys.push(key);
  await mkdir(join(dirOf(key), 'work'), { recursive: true });
  await writeFile(join(dirOf(key), 'env'), '');
  await writeFile(join(dirOf(key), 'stopped'), '');
  const supervisor = join(__dirname, '../../engines/local/supervise.sh');
  spawnSync('/bin/sh', [supervisor, dirOf(key), 'exec sh -c "$0"', 'touch started', join(folder, 'bell')]);
  expect([has(key, 'pid'), has(key, 'work/started'), has(key, 'exit')]).toEqual([true, false, false]);
});

test('the environment is whole whenever it is there', async () => {
  const key = { runId: 'run', attempt: 1 };
  const value = 'x'.repeat(4_000_000);
  const sizes = new Set<number>();
  const over = new AbortController();
  const watcher = (async () => {
    while (!over.signal.aborted) {
      const found = await stat(join(dirOf(key), 'env')).catch(() => null);
      if (found !== null) sizes.add(found.size);
    }
  })();
  const job = { image: 'none', command: 'true', env: [{ name: 'A', value }], ports: [], privileged: false };
  const context = { signal: done.signal, accepted: () => Promise.resolve(), note: () => undefined };
  const unwanted = { ...context, wanted: () => sleep(50).then(() => false), stopping: () => Promise.resolve() };
  const resources = { memoryMb: null, cpu: null, gpu: null, sharedMemoryMb: null, ...placed };
  for (let n = 0; n < 5; n += 1) await engine.submit('default', key, { ...job, ...resources }, unwanted);
  over.abort();
  await watcher;
  expect([...sizes]).toEqual([`export A='${value}'\n`.length]);
});

test('tidying takes what is over for long, and what nothing ever claimed for longer; what runs stays', async () => {
  const names = ['exitOld', 'exitNew', 'stoppedOld', 'lostOld', 'neverOld', 'neverNew', 'runsOld'] as const;
  for (const runId of names) {
    const key = { runId, attempt: 1 };
    const mark = ['exit', 'stopped', 'lost'].find((one) => runId.startsWith(one));
    await mkdir(dirOf(key), { recursive: true });
    // Of a cluster that nobody observes: they are there for the tidying alone.
    await writeFile(join(dirOf(key), 'key.json'), JSON.stringify({ ...key, cluster: 'other' }));
    await age(key, 'key.json', runId === 'neverNew' ? 80_000 : 90_000);
    if (runId.startsWith('never')) continue;
    await mkdir(join(dirOf(key), 'claim'));
    if (mark === undefined) continue;
    await writeFile(join(dirOf(key), mark), '0');
    await age(key, mark, runId.endsWith('New') ? 3000 : 4000);
  }
  await observed('default', () => until('the old are gone', () => !has({ runId: 'neverOld', attempt: 1 }, '.')));
  await sleep(100);
  expect((await readdir(folder)).sort()).toEqual(['bells', 'exitNew', 'neverNew', 'runsOld']);
});

test('what was tidied away has no log any more', async () => {
  const key = { runId: 'tidied', attempt: 1 };
  expect(await engine.logs('default', key, '7', 1024)).toEqual({ lines: [], cursor: '7', isGone: true });
  await mkdir(dirOf(key));
  expect(await engine.logs('default', key, '7', 1024)).toEqual({ lines: [], cursor: '7' });
});

test('an observer tells a start once, however long it runs, and only those of its own cluster', async () => {
  const [mine, other] = [
    { runId: 'mine', attempt: 1 },
    { runId: 'other', attempt: 1 },
  ];
  const both = await Promise.all(
    ['default', 'second'].map((cluster) =>
      observed(cluster, async (seen) => {
        if (cluster === 'default') await submitTo('default', mine, 'sleep 5; exit 3');
        else await submitTo('second', other, 'sleep 5; exit 4');
        await until('its end is told', () => seen.some(({ sight }) => sight?.kind === 'ended'));
        // What is told twice, or of the other cluster, would come with the next check of what lives.
        await sleep(2500);
      }),
    ),
  );
  const told = both.map((seen) => seen.filter(({ sight }) => sight?.kind !== 'waiting'));
  expect(told.map((seen) => seen.map(({ key, sight }) => `${key.runId} ${sight?.kind ?? ''}`))).toEqual([
    ['mine running', 'mine ended'],
    ['other running', 'other ended'],
  ]);
});

test('what an observer finds at its start are the attempts of its own cluster', async () => {
  const key = { runId: 'run', attempt: 1 };
  await submit(key, stubborn);
  await until('it runs', () => isRunning(key));
  expect(await observed('second', () => sleep(300))).toEqual([]);
  expect(await observed('default', () => sleep(300))).toMatchObject([{ key, sight: { kind: 'running' } }]);
});

(fs.existsSync('/proc/self/stat') ? test : test.skip)(
  'the processes of the machine are searched only once the leader of a group is gone',
  async () => {
    const key = { runId: 'run', attempt: 1 };
    await submit(key, `echo on; ${stubborn}`);
    // Its leader alone is there before it.
    const output = (): Promise<string> => readFile(join(dirOf(key), 'out.log'), 'utf8').catch(() => '');
    await until('its command runs', async () => (await output()).includes('on\n'));
    const leader = await leaderOf(key);
    expect(leader.birth).toBe(birthOf(leader.pid));
    const searched = jest.spyOn(fs, 'readdirSync');
    try {
      expect(isGroupAlive(leader)).toBe(true);
      expect(searched).not.toHaveBeenCalled();
      process.kill(leader.pid, 'SIGKILL');
      await until('the leader is gone', () => birthOf(leader.pid) === null);
      // What it left behind counts.
      expect(isGroupAlive(leader)).toBe(true);
      expect(searched).toHaveBeenCalled();
    } finally {
      searched.mockRestore();
    }
  },
);
