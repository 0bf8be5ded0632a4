/** Cancels at any moment, and starts that come to nothing: what AWS is asked for, and what it has left. */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { until, type WireRun } from '../stack';
import { startEcsStack, type EcsStack } from './stack';

const graceSeconds = 4;
const startSeconds = 15;
let bed: EcsStack;
let worker: ChildProcess;

beforeAll(async () => {
  bed = await startEcsStack({
    ECS_CLUSTERS: 'main busy',
    RUN_STOP_GRACE_SECONDS: String(graceSeconds),
    RUN_START_SECONDS: String(startSeconds),
    RUN_RETRY_INFRA_START_ATTEMPTS: '1',
    ECS_SWEEP_SECONDS_WITH_EVENTS: '2',
  });
  await bed.addCluster('busy');
  await bed.addHost('busy', 1024);
  worker = bed.stack.startWorker();
  await bed.stack.startApi();
  await bed.runningTask(await bed.script('hang', { cluster: 'busy', memory: 900 }));
});
afterAll(() => bed.close());

/** Cancels; returns what the run shows once it is over, when nothing of it may be alive at AWS, and how long that took. */
async function cancelled(runId: string): Promise<{ run: WireRun; by: string; tookMs: number }> {
  const by = `${Math.random().toString(36).slice(2)}@example.com`;
  const began = Date.now();
  expect(await bed.stack.cancel(runId, by)).toEqual({ status: 200, body: { terminated: true } });
  const run = await bed.stack.reaches(runId, ['STOPPED']);
  const tookMs = Date.now() - began;
  expect(bed.alive(runId)).toEqual([]);
  expect([run.outcome, run.exit_code, run.exit_reason]).toEqual(['CANCELLED', 1, `Task terminated by - ${by}`]);
  return { run, by, tookMs };
}

/** AWS knows who it was. */
async function isToldToAws(runId: string, by: string): Promise<void> {
  expect(await bed.shown(runId)).toMatchObject({
    ...{ stopCode: 'UserInitiated', stoppedReason: `Task terminated by - ${by}` },
  });
}

test.concurrent(
  'a task that does not start is given up after its start budget, with AWS’s word for where it is',
  async () => {
    const run = await bed.stack.reaches(await bed.script('hang;stuck:PENDING'), ['STOPPED']);
    expect([run.outcome, run.exit_code, run.exit_reason, run.attempt_count]).toEqual([
      ...['INFRA_START', undefined, `Did not start within ${startSeconds} seconds: The task is PENDING`, 1],
    ]);
    expect(bed.tasks(run.run_id)).toMatchObject([{ lastStatus: 'STOPPED', starts: 0 }]);
  },
);

test.concurrent('a cancel in QUEUED for want of room asks AWS for nothing more', async () => {
  const runId = await bed.start('true', { memory: 512 }, { cluster: 'busy' });
  await bed.stack.notes(runId, /RESOURCE:MEMORY/);
  const { run } = await cancelled(runId);
  expect(run.transitions.map(({ status }) => status)).toEqual(['QUEUED', 'STOPPED']);
  expect(bed.tasks(runId)).toEqual([]);
});

test.concurrent('a cancel before the command has begun starts nothing', async () => {
  const runId = await bed.script('hang;pull:60s');
  await until('the image is pulled', async () => ((await bed.shown(runId)).lastStatus === 'ACTIVATING' ? true : null));
  const { run, by } = await cancelled(runId);
  expect(run.transitions.map(({ status }) => status)).toEqual(['QUEUED', 'PENDING', 'STOPPED']);
  await isToldToAws(runId, by);
  expect(bed.tasks(runId)).toMatchObject([{ starts: 0 }]);
});

test.concurrent(
  'a command that ends on TERM has its grace: its last words are in the log, its code is kept',
  async () => {
    const runId = await bed.start('trap "sleep 1; echo last words; exit 42" TERM; echo ready; sleep 60 & wait');
    await bed.says(runId, 'ready');
    const { by } = await cancelled(runId);
    expect(await bed.seenExitCode(runId)).toBe(42);
    await isToldToAws(runId, by);
    await bed.says(runId, 'last words');
  },
);

test.concurrent('a command that ends well on TERM is cancelled all the same', async () => {
  const runId = await bed.start('trap "exit 0" TERM; echo ready; sleep 60 & wait');
  await bed.says(runId, 'ready');
  await cancelled(runId);
  expect(await bed.seenExitCode(runId)).toBe(0);
});

test.concurrent('a command that does not listen to TERM is killed after its grace', async () => {
  const runId = await bed.start('trap "" TERM; echo ready; while true; do sleep 1; done');
  await bed.says(runId, 'ready');
  const { tookMs } = await cancelled(runId);
  expect(tookMs).toBeGreaterThan(graceSeconds * 1000);
  expect(await bed.seenExitCode(runId)).toBe(137);
});

test.concurrent('a command that has ended when the cancel comes shows its own end (§10.5, 87)', async () => {
  const runId = await bed.script('exit:7;run:3s');
  await bed.runningTask(runId);
  await until('it is over at AWS', () => Promise.resolve(bed.alive(runId).length === 0 ? true : null));
  await bed.stack.cancel(runId, 'late@example.com');
  const run = await bed.stack.reaches(runId, ['STOPPED']);
  expect([run.outcome, run.exit_code]).toEqual(['USER', 7]);
});

test.concurrent('what a cancelled run’s job has started is cancelled, too, and what that has started', async () => {
  const below = (runId: string) => ({ env: [{ name: 'PARENT_FLOTILLA_RUN_ID', value: runId }] });
  const definition = await bed.define('sleep 300');
  const parent = await bed.stack.execute(definition);
  const child = await bed.stack.execute(definition, below(parent));
  const grandchild = await bed.stack.execute(definition, below(child));
  for (const runId of [parent, child, grandchild]) await bed.runningTask(runId);
  const { run } = await cancelled(parent);
  for (const [runId, of] of [
    [child, parent],
    [grandchild, child],
  ] as const) {
    const reason = `${run.exit_reason ?? ''} (parent ${of} cancelled)`;
    expect(await bed.stack.reaches(runId, ['STOPPED'])).toMatchObject({ outcome: 'CANCELLED', exit_reason: reason });
    expect(bed.alive(runId)).toEqual([]);
    expect((await bed.shown(runId)).stoppedReason).toBe(reason);
  }
});

test.concurrent(
  '10 cancels at random moments: after STOPPED nothing is alive, and the reason names the canceller (invariants 4, 6)',
  async () => {
    const runs = Array.from({ length: 10 }, async () => {
      const runId = await bed.script('hang');
      await sleep(Math.random() * 3000);
      await cancelled(runId);
      return runId;
    });
    const runIds = await Promise.all(runs);
    for (const runId of runIds) {
      expect(bed.tasks(runId).length).toBeLessThanOrEqual(1);
      expect(bed.alive(runId)).toEqual([]);
    }
  },
);

describe('AWS makes trouble:', () => {
  afterEach(() => {
    bed.aws.control.faults([]);
  });

  test('a stop goes on until AWS takes it, and says meanwhile what AWS says', async () => {
    const runId = await bed.script('hang');
    await bed.stack.reaches(runId, ['RUNNING']);
    // More than the client itself tries again.
    bed.aws.control.faults([{ service: 'ecs', operation: 'StopTask', kind: 'error', times: 10 }]);
    await bed.stack.cancel(runId, 'me@example.com');
    const { note, status } = await bed.stack.notes(runId, /^Stopping, ecs\/main says: /);
    expect([status, note]).toEqual([
      'RUNNING',
      'Stopping, ecs/main says: Service Unavailable. Please try again later.',
    ]);
    expect(bed.alive(runId)).toHaveLength(1);
    expect(await bed.stack.reaches(runId, ['STOPPED'])).toMatchObject({ outcome: 'CANCELLED', exit_code: 1 });
    expect(bed.aws.control.calls()['ecs.StopTask error']).toBe(10);
    expect(bed.alive(runId)).toEqual([]);
    await isToldToAws(runId, 'me@example.com');
  });

  test('a stop whose answer is lost is made once', async () => {
    const runId = await bed.script('hang');
    await bed.runningTask(runId);
    bed.aws.control.faults([{ service: 'ecs', operation: 'StopTask', kind: 'lost', times: 1 }]);
    const { by } = await cancelled(runId);
    expect(bed.aws.control.calls()['ecs.StopTask lost']).toBe(1);
    await isToldToAws(runId, by);
  });

  test('a cancel of a run whose start nobody has answered leaves no task, although AWS lists it late', async () => {
    bed.aws.control.config({ consistencyLagMs: 4000 });
    bed.aws.control.faults([{ service: 'ecs', operation: 'RunTask', kind: 'lost' }]);
    const runId = await bed.script('hang');
    await until('AWS has made it', () => Promise.resolve(bed.alive(runId).length > 0 ? true : null));
    const { by } = await cancelled(runId);
    bed.aws.control.config({ consistencyLagMs: 0 });
    expect(bed.tasks(runId)).toHaveLength(1);
    await isToldToAws(runId, by);
  });

  test('a cancel of a run that AWS has refused to start so far starts nothing', async () => {
    bed.aws.control.faults([{ service: 'ecs', operation: 'RunTask', kind: 'throttle' }]);
    const runId = await bed.script('hang');
    await bed.stack.notes(runId, /^Trying again, ecs\/main says: Rate exceeded$/);
    await cancelled(runId);
    expect(bed.tasks(runId)).toEqual([]);
  });
});

test('a worker that is killed while it stops a task leaves the rest to another one', async () => {
  const runId = await bed.start('trap "" TERM; echo ready; while true; do sleep 1; done');
  await bed.says(runId, 'ready');
  const by = 'me@example.com';
  await bed.stack.cancel(runId, by);
  await until('AWS is asked to stop it', async () =>
    (await bed.shown(runId)).desiredStatus === 'STOPPED' ? true : null,
  );
  await bed.stack.kill(worker);
  expect(bed.alive(runId)).toHaveLength(1);
  bed.stack.startWorker();
  expect(await bed.stack.reaches(runId, ['STOPPED'])).toMatchObject({
    ...{ outcome: 'CANCELLED', exit_code: 1, exit_reason: `Task terminated by - ${by}` },
  });
  expect(bed.alive(runId)).toEqual([]);
  await isToldToAws(runId, by);
});
