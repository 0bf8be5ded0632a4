/** Cancels at any moment, and starts that come to nothing, on a real node. */
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterOfSetup } from '../cluster/cluster';
import { until, type WireRun } from '../stack';
import { startEksStack, type EksStack } from './stack';

const graceSeconds = 3;
/** Three tries of a pull take 35 s. */
const startSeconds = 60;
const cluster = clusterOfSetup();
let eks: EksStack;

(cluster === null ? describe.skip : describe)('on Kubernetes', () => {
  beforeAll(async () => {
    if (cluster === null) return;
    eks = await startEksStack(cluster, {
      RUN_STOP_GRACE_SECONDS: String(graceSeconds),
      RUN_START_SECONDS: String(startSeconds),
      RUN_QUEUE_SECONDS: String(startSeconds),
      RUN_RETRY_INFRA_START_ATTEMPTS: '1',
      // Nobody tells why a start takes so long: the backstop asks.
      RUN_POLL_FIRST_SECONDS: '5',
    });
    eks.stack.startWorker();
    await eks.stack.startApi();
  }, 180_000);
  afterAll(() => eks.close(), 60_000);

  /** Cancels; returns what the run shows once it is over, when nothing of it may run any more, and how long that took. */
  async function cancelled(runId: string): Promise<{ run: WireRun; tookMs: number }> {
    const by = `${Math.random().toString(36).slice(2)}@example.com`;
    const began = Date.now();
    expect(await eks.stack.cancel(runId, by)).toEqual({ status: 200, body: { terminated: true } });
    const run = await eks.stack.reaches(runId, ['STOPPED']);
    const tookMs = Date.now() - began;
    expect(await eks.alive(runId)).toEqual([]);
    expect([run.outcome, run.exit_code, run.exit_reason]).toEqual(['CANCELLED', 1, `Task terminated by - ${by}`]);
    return { run, tookMs };
  }

  async function seenExitCode(runId: string): Promise<number | null> {
    const { rows } = await eks.stack.db.query<{ code: number | null }>(
      'select seen_exit_code as code from attempt where run_id = $1',
      [runId],
    );
    return rows[0]?.code ?? null;
  }

  test.concurrent(
    'a run that fits on no node is given up after its queue budget, with the scheduler’s reason',
    async () => {
      const run = await eks.stack.reaches(await eks.start('true', { cpu: 50_000 }), ['STOPPED'], startSeconds + 60);
      expect([run.outcome, run.exit_code]).toEqual(['CAPACITY', undefined]);
      expect(run.exit_reason).toMatch(
        /^Not started within 60 seconds: Waiting for capacity: 0\/1 nodes are available: 1 Insufficient cpu/,
      );
    },
  );

  test.concurrent('a registry that cannot be reached gets three tries, each told', async () => {
    const runId = await eks.start('true', { image: 'flotilla.test/missing:1' });
    const note = /^Image flotilla\.test\/missing:1 could not be pulled \(attempt 2\): failed to pull/;
    expect((await eks.stack.notes(runId, note, 60)).status).toBe('PENDING');
    const run = await eks.stack.reaches(runId, ['STOPPED'], 90);
    expect([run.outcome, run.exit_code]).toEqual(['INFRA_START', undefined]);
    expect(run.exit_reason).toMatch(/^Image flotilla\.test\/missing:1 could not be pulled: failed to pull/);
    expect(await eks.pods(runId)).toEqual([]);
  });

  test.concurrent('an image name that only the runtime finds invalid is called so at once', async () => {
    const run = await eks.stack.reaches(await eks.start('true', { image: 'UPPER/case:1' }), ['STOPPED']);
    expect([run.outcome, run.exit_reason]).toEqual(['CONFIG', 'Invalid image name UPPER/case:1']);
  });

  test.concurrent('a cancel of a run that fits on no node leaves nothing', async () => {
    const runId = await eks.start('true', { cpu: 50_000 });
    await eks.stack.notes(runId, /Insufficient cpu/);
    await cancelled(runId);
    expect(await eks.pods(runId)).toEqual([]);
  });

  test.concurrent('a cancel while the image is pulled starts nothing', async () => {
    const runId = await eks.start('true', { image: 'flotilla.test/missing:2' });
    await eks.stack.notes(runId, /Pulling image|could not be pulled/);
    const { run } = await cancelled(runId);
    expect(run.transitions.map(({ status }) => status)).toEqual(['QUEUED', 'PENDING', 'STOPPED']);
  });

  test.concurrent(
    'a command that ends on TERM has its grace: its last words are in the log, its code is kept',
    async () => {
      const runId = await eks.start('trap "sleep 1; echo last words; exit 42" TERM; echo ready; sleep 60 & wait');
      await says(runId, 'ready');
      await cancelled(runId);
      expect(await seenExitCode(runId)).toBe(42);
      expect(await linesOf(runId)).toEqual(expect.arrayContaining(['ready', 'last words']));
      expect(await eks.pods(runId)).toEqual([]);
    },
  );

  test.concurrent('a command that ends well on TERM, within the second, is cancelled all the same', async () => {
    const definition = await eks.define('trap "exit 0" TERM; echo ready; sleep 60 & wait');
    const runIds = await Promise.all(Array.from({ length: 3 }, () => eks.stack.execute(definition)));
    for (const runId of runIds) {
      await says(runId, 'ready');
      await cancelled(runId);
      expect(await seenExitCode(runId)).toBe(0);
    }
  });

  test.concurrent('a command that does not listen to TERM is killed after its grace', async () => {
    const runId = await eks.start('trap "" TERM; echo ready; while true; do sleep 1; done');
    await says(runId, 'ready');
    const { tookMs } = await cancelled(runId);
    expect(tookMs).toBeGreaterThan(graceSeconds * 1000);
    expect(await seenExitCode(runId)).toBe(137);
    expect(await linesOf(runId)).toContain('ready');
  });

  test.concurrent('a command that has ended when the cancel comes shows its own end (§10.5, 87)', async () => {
    const runId = await eks.start('sleep 2; exit 7');
    const { metadata } = await eks.runningPod(runId);
    // The end is in the cluster; whether anybody has told it yet is left to chance.
    await until('its container has ended', async () => {
      const pod = (await eks.pods(runId)).find((one) => one.metadata.name === metadata.name);
      return pod?.status.containerStatuses?.[0]?.state.terminated ?? null;
    });
    await eks.stack.cancel(runId, 'late@example.com');
    const run = await eks.stack.reaches(runId, ['STOPPED']);
    expect([run.outcome, run.exit_code]).toEqual(['USER', 7]);
  });

  test.concurrent('what a cancelled run’s job has started is cancelled, too, and what that has started', async () => {
    const definition = await eks.define('sleep 300');
    const below = (runId: string) => ({ env: [{ name: 'PARENT_FLOTILLA_RUN_ID', value: runId }] });
    const parent = await eks.stack.execute(definition);
    const child = await eks.stack.execute(definition, below(parent));
    const grandchild = await eks.stack.execute(definition, below(child));
    await Promise.all([parent, child, grandchild].map((runId) => eks.runningPod(runId)));
    const { run } = await cancelled(parent);
    for (const [runId, of] of [
      [child, parent],
      [grandchild, child],
    ] as const) {
      expect((await eks.stack.reaches(runId, ['STOPPED'])).exit_reason).toBe(
        `${run.exit_reason ?? ''} (parent ${of} cancelled)`,
      );
      expect(await eks.alive(runId)).toEqual([]);
    }
  });

  test.concurrent(
    '10 cancels at random moments: after STOPPED nothing runs, and the reason names the canceller (invariants 4, 6)',
    async () => {
      const definition = await eks.define('trap exit TERM; sleep 60 & wait');
      const runs = Array.from({ length: 10 }, async () => {
        const runId = await eks.stack.execute(definition);
        await sleep(Math.random() * 5000);
        await cancelled(runId);
        return runId;
      });
      const runIds = await Promise.all(runs);
      // Nor does anything come to life later.
      await sleep(2000);
      for (const runId of runIds) expect(await eks.pods(runId)).toEqual([]);
      const { items } = (await eks.api('GET', `/apis/batch/v1/namespaces/${eks.namespace}/jobs`)) as {
        items: { metadata: { name: string } }[];
      };
      expect(items.filter(({ metadata }) => runIds.includes(metadata.name))).toEqual([]);
    },
  );
});

async function linesOf(runId: string): Promise<string[]> {
  return (await eks.stack.wholeLog(runId)).split('\n');
}

async function says(runId: string, line: string): Promise<void> {
  await until(`${runId} says ${line}`, async () => ((await linesOf(runId)).includes(line) ? true : null));
}
