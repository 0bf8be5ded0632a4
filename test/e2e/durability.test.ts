/**
 * What survives a kill -9: of the worker, the API, Temporal, Postgres. The judge is a file that the jobs write themselves. One
 * installation for each driver has it all happen to it, one after the other.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasDocker, startStack, type Stack } from '../stack';
import { dockerRun } from '../docker/outside';

type Where = {
  driver: 'docker' | 'process';
  /** A command that leaves one line per start, and how many starts there were. */
  counting: (name: string, then: string) => string;
  starts: (name: string, runId: string) => Promise<number>;
};

const folder = mkdtempSync(join(tmpdir(), 'flotilla-starts-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const places: Where[] = [
  {
    driver: 'process',
    counting: (name, then) => `echo started >> ${join(folder, name)}\n${then}`,
    starts: (name) => Promise.resolve(readFileSync(join(folder, name), 'utf8').trim().split('\n').length),
  },
  ...(hasDocker
    ? [
        {
          driver: 'docker' as const,
          // Without a folder of the machine inside: the container's own file system counts, by containers and lines.
          counting: (_: string, then: string) => `echo started >> /starts\n${then}`,
          starts: (_: string, runId: string) => dockerRun.startsOf(runId, '/starts'),
        },
      ]
    : []),
];

describe.each(places)('on $driver', ({ driver, counting, starts }) => {
  let stack: Stack;
  let worker: ChildProcess;
  let api: ChildProcess;
  beforeAll(async () => {
    stack = await startStack(driver);
    worker = stack.startWorker();
    api = await stack.startApi();
  }, 120_000);
  afterAll(() => stack.close(), 60_000);

  async function restartWorker(): Promise<void> {
    await stack.kill(worker);
    worker = stack.startWorker();
  }

  test('the worker killed mid-run: another one sees the true exit code, and the job started once', async () => {
    const runId = await stack.execute(await stack.define(counting('worker', 'sleep 8; exit 3')));
    await stack.reaches(runId, ['RUNNING']);
    await restartWorker();
    const run = await stack.reaches(runId, ['STOPPED']);
    expect([run.exit_code, run.outcome, run.attempt_count]).toEqual([3, 'USER', 1]);
    expect(await starts('worker', runId)).toBe(1);
  });

  test('the worker killed at random moments of many starts: each job starts exactly once and none is lost', async () => {
    const definition = await stack.define(counting('x-$FLOTILLA_RUN_ID', 'sleep 1; exit 4'));
    const runIds: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      runIds.push(...(await Promise.all(Array.from({ length: 5 }, () => stack.execute(definition)))));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 1500));
      await restartWorker();
    }
    for (const runId of runIds) {
      const run = await stack.reaches(runId, ['STOPPED']);
      expect([run.exit_code, run.attempt_count]).toEqual([4, 1]);
      expect(await starts(`x-${runId}`, runId)).toBe(1);
    }
  });

  test('the API killed right after its answer: the run goes its way', async () => {
    const definition = await stack.define(counting('api', 'exit 0'));
    const runId = await stack.execute(definition);
    await stack.kill(api);
    api = await stack.startApi();
    const run = await stack.reaches(runId, ['STOPPED']);
    expect([run.exit_code, run.outcome]).toEqual([0, 'SUCCESS']);
    expect(await starts('api', runId)).toBe(1);
  });

  test.each(['temporal', 'postgres'] as const)(
    '%s killed mid-run: reads its true end once it is back',
    async (server) => {
      const runId = await stack.execute(await stack.define(counting(server, 'sleep 4; exit 5')));
      await stack.reaches(runId, ['RUNNING']);
      await stack.killServer(server);
      await stack.restart(server);
      const run = await stack.reaches(runId, ['STOPPED'], 120);
      expect([run.exit_code, run.outcome, run.attempt_count]).toEqual([5, 'USER', 1]);
      expect(await starts(server, runId)).toBe(1);
    },
  );
});
