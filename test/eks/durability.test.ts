/**
 * What dies, is away or hangs while runs are under way on Kubernetes: none is lost, doubled or judged wrongly. The cluster is
 * its own, for it is disturbed. FLOTILLA_TEST_LONG=1: more runs, and longer outages.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterOfSetup, startCluster, type TestCluster } from '../cluster/cluster';
import { until, type WireRun } from '../stack';
import { startEksStack, type EksStack } from './stack';

const isLong = process.env['FLOTILLA_TEST_LONG'] === '1';
const runs = isLong ? 100 : 10;
const kills = isLong ? 12 : 3;
const awaySeconds = isLong ? 60 : 20;
/** A server that hangs is known by a question without an answer, after 25 s at the latest. */
const hangSeconds = isLong ? 60 : 30;

let folder: string;
let cluster: TestCluster | null = null;
let eks: EksStack;
let worker: ChildProcess;
const submittedMeanwhile: string[] = [];

(clusterOfSetup()?.isOurs === true ? describe : describe.skip)('on Kubernetes', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flotilla-durability-'));
    // Its node's kubelet, too, is blind while the API server is away: that is no loss of a node.
    cluster = await startCluster(folder, { tolerationSeconds: 300 });
    eks = await startEksStack(cluster);
    worker = eks.stack.startWorker();
    await eks.stack.startApi();
  }, 240_000);
  afterAll(async () => {
    await eks.close();
    await cluster?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 120_000);

  async function ends(runId: string, code: number, seconds = 120): Promise<void> {
    const run = await eks.stack.reaches(runId, ['STOPPED'], seconds);
    expect([run.exit_code, run.attempt_count, run.exit_reason]).toEqual([code, 1, `Command exited with code ${code}`]);
    // All Jobs and pods of the run, ended ones, too, are still there.
    expect(await eks.pods(runId)).toHaveLength(1);
  }

  async function restartWorker(): Promise<void> {
    await eks.stack.kill(worker);
    worker = eks.stack.startWorker();
  }

  test('the worker killed at random moments: every run has one pod and its true exit code', async () => {
    const definitions = await Promise.all([2, 3, 4].map((code) => eks.define(`sleep 3; exit ${code}`)));
    const started: { runId: string; code: number }[] = [];
    for (let round = 0; round < kills; round += 1) {
      const share = Math.ceil((runs * (round + 1)) / kills) - started.length;
      started.push(
        ...(await Promise.all(
          Array.from({ length: share }, async (_, n) => {
            const code = 2 + (n % definitions.length);
            return { runId: await eks.stack.execute(definitions[code - 2] ?? ''), code };
          }),
        )),
      );
      // From before it polls until it is in the middle of everything.
      await sleep(2000 + Math.random() * 6000);
      await restartWorker();
    }
    expect(started).toHaveLength(runs);
    for (const { runId, code } of started) await ends(runId, code, 300);
  });

  test('the worker killed after the Job was created and before it could say so: the next one adopts it', async () => {
    const { db } = eks.stack;
    await db.query(`create function wait_here() returns trigger language plpgsql as
      $$ begin perform pg_sleep(60); return new; end $$`);
    await db.query(
      `create trigger wait_here before update of created_at on attempt for each row execute function wait_here()`,
    );
    const runId = await eks.start('sleep 1; exit 5');
    const uid = await until('its Job exists', () => jobUid(runId));
    await eks.stack.kill(worker);
    const { rows } = await db.query<{ created_at: Date | null }>('select created_at from attempt where run_id = $1', [
      runId,
    ]);
    expect(rows).toEqual([{ created_at: null }]);
    await db.query(`select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'`);
    await db.query('drop trigger wait_here on attempt');
    worker = eks.stack.startWorker();
    await ends(runId, 5);
    expect(await jobUid(runId)).toBe(uid);
  });

  test('the API server killed mid-run: it comes back, and nothing is wrong', async () => {
    const running = await eks.start('sleep 4; exit 6');
    await eks.stack.reaches(running, ['RUNNING']);
    const submitting = eks.start('exit 7');
    await eks.cluster.signal('apiserver', 'KILL');
    await ends(running, 6);
    await ends(await submitting, 7);
  });

  test.each([
    ['is away', awaySeconds, () => eks.cluster.hold('apiserver'), () => eks.cluster.release('apiserver')],
    [
      'hangs',
      hangSeconds,
      () => eks.cluster.signal('apiserver', 'STOP'),
      () => eks.cluster.signal('apiserver', 'CONT'),
    ],
  ] as const)(
    'the API server %s for a while: no run fails, and all show since when they are not seen',
    async (_, outageSeconds, begin, end) => {
      const { stack } = eks;
      const log = 'echo before; sleep 5; echo meanwhile';
      const endsMeanwhile = await eks.start(`${log}; exit 8`);
      const goesOn = await eks.start(`${log}; sleep ${outageSeconds}; exit 9`);
      const cancelled = await eks.start('trap exit TERM; sleep 300 & wait');
      await Promise.all([endsMeanwhile, goesOn, cancelled].map((runId) => stack.reaches(runId, ['RUNNING'])));
      await begin();
      const beganAt = Date.now();
      try {
        const submitted = await eks.start('exit 10');
        submittedMeanwhile.push(submitted);
        expect((await stack.cancel(cancelled, 'me@example.com')).status).toBe(200);
        const stale = await until('it is shown', () => staleRun(goesOn), outageSeconds);
        expect(stale.note).toMatch(/^stale since .*Z: ./);
        await eks.stack.notes(submitted, /Trying again, eks\/test says: ./, outageSeconds);
        await eks.stack.notes(cancelled, /Stopping, eks\/test says: ./, outageSeconds);
        await sleep(Math.max(0, beganAt + outageSeconds * 1000 - Date.now()));
        for (const runId of [endsMeanwhile, goesOn, cancelled]) {
          expect(await staleRun(runId)).toMatchObject({ status: 'RUNNING' });
        }
        expect((await stack.run(submitted)).status).toBe('QUEUED');
      } finally {
        await end();
      }
      await until('it is shown no more', async () => ((await staleRun(goesOn)) === null ? true : null));
      await ends(endsMeanwhile, 8);
      await ends(goesOn, 9);
      const stopped = await stack.reaches(cancelled, ['STOPPED'], 120);
      expect(await eks.alive(cancelled)).toEqual([]);
      expect(stopped.exit_reason).toBe('Task terminated by - me@example.com');
      expect((await eks.stack.wholeLog(goesOn)).split('\n')).toEqual(expect.arrayContaining(['before', 'meanwhile']));
    },
    300_000,
  );

  test('what was submitted while the API server was away or hung runs, once', async () => {
    expect(submittedMeanwhile).toHaveLength(2);
    for (const runId of submittedMeanwhile) await ends(runId, 10);
  });

  async function jobUid(runId: string): Promise<string | null> {
    const job = await eks.api('GET', `/apis/batch/v1/namespaces/${eks.namespace}/jobs/${runId}`).catch(() => null);
    return (job as { metadata: { uid: string } } | null)?.metadata.uid ?? null;
  }

  async function staleRun(runId: string): Promise<(WireRun & { stale_since: string }) | null> {
    const run = (await eks.stack.run(runId)) as WireRun & { stale_since?: string };
    return run.stale_since === undefined ? null : { ...run, stale_since: run.stale_since };
  }
});
