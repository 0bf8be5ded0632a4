/** Cancels at any moment, and executions while Temporal is away. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepReport } from '../../db/report';
import { isGroupAlive } from '../../engines/local/process-group';
import { dockerRun } from '../docker/outside';
import { hasDocker, startStack, until, type Stack } from '../stack';

describe.each(hasDocker ? (['docker', 'process'] as const) : (['process'] as const))('on %s', (driver) => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack(driver, { RUN_STOP_GRACE_SECONDS: '1' });
    stack.startWorker();
    await stack.startApi();
  }, 120_000);
  afterAll(() => stack.close(), 60_000);

  async function isRunning(runId: string): Promise<boolean> {
    if (driver === 'docker') return dockerRun.isRunning(runId);
    const file = join(stack.folder, 'attempts', runId, 'pid');
    if (!existsSync(file)) return false;
    const [pid, ...birth] = readFileSync(file, 'utf8').trim().split(' ');
    return isGroupAlive({ pid: Number(pid), birth: birth.join(' '), since: 0 });
  }

  // They share nothing but the installation.
  test.concurrent(
    '20 cancels at random moments: after STOPPED nothing runs, and the reason names the canceller (invariants 4, 6)',
    async () => {
      const definition = await stack.define('sleep 30');
      await until('the worker works', async () => {
        const first = await stack.execute(definition);
        await stack.reaches(first, ['RUNNING']);
        await stack.cancel(first, 'me@example.com');
        return first;
      });
      const runs = Array.from({ length: 20 }, async (_, n) => {
        const runId = await stack.execute(definition);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 2500));
        const by = `person-${n}@example.com`;
        expect(await stack.cancel(runId, by)).toEqual({ status: 200, body: { terminated: true } });
        const run = await stack.reaches(runId, ['STOPPED']);
        expect(await isRunning(runId)).toBe(false);
        expect([run.exit_code, run.outcome, run.exit_reason]).toEqual([1, 'CANCELLED', `Task terminated by - ${by}`]);
      });
      await Promise.all(runs);
    },
  );

  test.concurrent('a cancel of a run that is over changes nothing, one of an unknown run is a 404', async () => {
    const runId = await stack.execute(await stack.define('true'));
    const before = await stack.reaches(runId, ['STOPPED']);
    expect((await stack.cancel(runId, 'late@example.com')).status).toBe(200);
    expect(await stack.run(runId)).toEqual(before);
    expect((await stack.cancel('no-such-run', 'x')).status).toBe(404);
  });

  test.concurrent('a cancel through Temporal reaches the runs that the job started, and theirs', async () => {
    const definition = await stack.define('sleep 300');
    const below = (runId: string) => ({ env: [{ name: 'PARENT_FLOTILLA_RUN_ID', value: runId }] });
    const parent = await stack.execute(definition);
    const child = await stack.execute(definition, below(parent));
    const grandchild = await stack.execute(definition, below(child));
    for (const runId of [parent, child, grandchild]) await stack.reaches(runId, ['RUNNING']);
    const client = await stack.client();
    await client.workflow.getHandle(parent).cancel();
    await client.connection.close();
    const operator = 'Task terminated by - an operator (in Temporal)';
    expect((await stack.reaches(parent, ['STOPPED'])).exit_reason).toBe(operator);
    for (const [runId, of] of [
      [child, parent],
      [grandchild, child],
    ] as const) {
      const run = await stack.reaches(runId, ['STOPPED']);
      expect([run.outcome, run.exit_reason]).toEqual(['CANCELLED', `${operator} (parent ${of} cancelled)`]);
      expect(await isRunning(runId)).toBe(false);
    }
  });

  test.concurrent(
    'a workflow terminated in Temporal: the reconciler stops the container and settles the row, as a caller told where one did',
    async () => {
      const definition = await stack.define('sleep 300');
      const [runId, told] = [await stack.execute(definition), await stack.execute(definition)];
      for (const one of [runId, told]) await stack.reaches(one, ['RUNNING']);
      // In the row alone, as where Temporal was away when it was told.
      const end = { kind: 'reported', code: 7, reason: 'Git clone error' } as const;
      await keepReport(stack.db, told, { exceptions: [], end });
      const client = await stack.client();
      for (const one of [runId, told]) await client.workflow.getHandle(one).terminate('by hand');
      await client.connection.close();
      const run = await stack.reaches(runId, ['STOPPED'], 120);
      expect(run.exit_reason).toBe('Task terminated by - an operator (workflow ended in Temporal)');
      const other = await stack.reaches(told, ['STOPPED'], 120);
      expect([other.outcome, other.exit_code, other.exit_reason]).toEqual(['REPORTED', 7, 'Git clone error']);
      for (const one of [runId, told]) expect(await isRunning(one)).toBe(false);
    },
  );

  if (driver === 'process') {
    test('50 executions with Temporal away: all are accepted, and all run once it is back', async () => {
      const definition = await stack.define('exit 6');
      await stack.killServer('temporal');
      const runIds = await Promise.all(Array.from({ length: 50 }, () => stack.execute(definition)));
      expect((await stack.call('GET', '/history?status=QUEUED')).status).toBe(200);
      await stack.restart('temporal');
      for (const runId of runIds) expect((await stack.reaches(runId, ['STOPPED'], 150)).exit_code).toBe(6);
    }, 240_000);
  }
});
