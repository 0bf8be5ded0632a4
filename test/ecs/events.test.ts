/**
 * What runs cost in calls to AWS where events are told, and how they end where none are, or nobody was there to hear them.
 * FLOTILLA_TEST_LONG=1: more runs.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { until } from '../stack';
import { wrongRuns, type Ends } from './judge';
import { open, startEcsStack, startObserved, type EcsStack } from './stack';

const runs = process.env['FLOTILLA_TEST_LONG'] === '1' ? 200 : 80;
/** Longer than from one comparison of all open runs to the next (activities/observe.ts): its calls are in. */
const spanMs = 35_000;
/** Before the next comparison would find it. */
const sweptSeconds = 25;
/** What a dead worker took from the queue comes again after that; where Flotilla makes the queue, after 45 s. */
const takenSeconds = 10;

describe('with events', () => {
  let bed: EcsStack;

  beforeAll(async () => {
    bed = await startEcsStack();
    const attributes = { VisibilityTimeout: String(takenSeconds), ReceiveMessageWaitTimeSeconds: '20' };
    await bed.sqs.send(new CreateQueueCommand({ QueueName: 'flotilla-status', Attributes: attributes }));
    await bed.stack.startApi();
  });
  afterAll(() => bed.close());

  test('a run costs one RunTask and next to no question', async () => {
    const worker = await startObserved(bed);
    const ends: Ends = new Map();
    const starts = Array.from({ length: runs }, async (_, n) => {
      await sleep((n * spanMs) / runs);
      ends.set(await bed.script(`exit:${n % 3};run:${n % 20}00ms`), { code: n % 3, isReal: false });
    });
    await Promise.all(starts);
    await until('all runs have stopped', async () => ((await open(bed)) === 0 ? true : null), 120);
    expect(await wrongRuns(bed, ends)).toEqual([]);
    const calls = bed.aws.control.calls();
    console.info(`calls of ${runs} runs: ${JSON.stringify(calls)}`);
    expect(calls['ecs.RunTask']).toBe(runs);
    expect(calls['ecs.DescribeTasks'] ?? 0).toBeLessThanOrEqual(runs / 10);
    // The search for strays at the worker's start, and none for each run.
    expect(calls['ecs.ListTasks'] ?? 0).toBeLessThanOrEqual(2);
    await bed.stack.kill(worker);
  }, 240_000);

  test('the end of a task that ECS has forgotten is taken from its event', async () => {
    const { stack, aws } = bed;
    let worker = await startObserved(bed);
    const runId = await bed.script('exit:7;run:3s');
    await until('it is known which task it is', async () => {
      const known = await stack.db.query(`select from attempt where run_id = $1 and created_at is not null`, [runId]);
      return known.rowCount === 1 ? true : null;
    });
    await stack.kill(worker);
    aws.control.config({ stoppedKeptMs: 0 });
    await until('its task is over', () =>
      Promise.resolve(bed.tasks(runId).every(({ lastStatus }) => lastStatus === 'STOPPED') ? true : null),
    );
    // So long ago that ECS would show it by now, if it knew it.
    await stack.db.query(`update attempt set placed_at = placed_at - interval '2 hours' where run_id = $1`, [runId]);
    worker = stack.startWorker();
    // A poll that the dead worker had open may have taken it.
    expect(await stack.reaches(runId, ['STOPPED'], 150)).toMatchObject({ exit_code: 7, attempt_count: 1 });
    expect(bed.tasks(runId)).toHaveLength(1);
    await stack.kill(worker);
    aws.control.calm();
  });

  test('a run ends while the queue cannot be read, and while a worker that starts then cannot even find it', async () => {
    const worker = await startObserved(bed);
    bed.aws.control.faults([{ kind: 'error', service: 'sqs' }]);
    const first = await bed.script('exit:4;run:1s');
    expect(await bed.stack.reaches(first, ['STOPPED'], 120)).toMatchObject({ exit_code: 4, attempt_count: 1 });
    await bed.stack.kill(worker);
    const other = bed.stack.startWorker();
    const second = await bed.script('exit:5;run:1s');
    expect(await bed.stack.reaches(second, ['STOPPED'], 120)).toMatchObject({ exit_code: 5, attempt_count: 1 });
    bed.aws.control.faults([]);
    await bed.stack.kill(other);
  });

  test('a run that ended while the queue could not be read is told once it can', async () => {
    const worker = await startObserved(bed);
    const runId = await bed.script('exit:8;run:2s');
    bed.aws.control.faults([{ kind: 'error', service: 'sqs' }]);
    await until('its task is over', () => Promise.resolve(bed.tasks(runId)[0]?.lastStatus === 'STOPPED' ? true : null));
    const failed = (): number => bed.aws.control.calls()['sqs.ReceiveMessage error'] ?? 0;
    await until('the queue was asked for in vain', () => Promise.resolve(failed() > 0 ? true : null));
    bed.aws.control.faults([]);
    expect(await bed.stack.reaches(runId, ['STOPPED'])).toMatchObject({ exit_code: 8, attempt_count: 1 });
    expect(bed.tasks(runId)).toHaveLength(1);
    await bed.stack.kill(worker);
  });
});

describe.each([
  ['no queue', false, { QUEUE_STATUS: '', ECS_SWEEP_SECONDS_ALONE: '1' }],
  ['a queue that nothing comes to', true, { ECS_SWEEP_SECONDS_WITH_EVENTS: '1' }],
])('with %s', (_, isReceived, settings) => {
  let bed: EcsStack;

  beforeAll(async () => {
    bed = await startEcsStack(settings, { config: { eventLossChance: 1 } });
    bed.stack.startWorker();
    await bed.stack.startApi();
  });
  afterAll(() => bed.close());

  test('runs start and end as sweeps find them', async () => {
    const first = await bed.script('exit:0');
    await bed.stack.reaches(first, ['STOPPED'], 60);
    const runId = await bed.script('exit:9;run:2s');
    await bed.stack.reaches(runId, ['RUNNING'], sweptSeconds);
    expect(await bed.stack.reaches(runId, ['STOPPED'], sweptSeconds)).toMatchObject({
      exit_code: 9,
      attempt_count: 1,
    });
    expect((bed.aws.control.calls()['sqs.ReceiveMessage'] ?? 0) > 0).toBe(isReceived);
  });
});
