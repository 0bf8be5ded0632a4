/** What is shown of attempts (spec/engine-behaviour.md §10.4). */
import { Lookup } from '../../engines/ecs/lookup';
import type { Sight } from '../../engines/engine';
import { awsFault, type Row } from './ecs-fakes';
import { end, exited, key, ran, runs, task, taskArn } from './ecs-objects';
import { policy, queueArn, rightQueue, rig, seconds, shown, type Answers } from './ecs-rig';

const events = { queue: 'status', rule: 'flotilla' };
const absent: Sight = { kind: 'absent' };
const waiting: Sight = { kind: 'waiting', why: null };
const unknown = (line = ''): Sight =>
  end({ kind: 'lost', why: `Outcome unknown: the task’s record expired${line}` }, null, null);
const gone = () => awsFault('ClusterNotFoundException', 'Cluster not found.');
const realNow = Date.now.bind(Date);

/** From here on the clock shows so much more. */
function later(ms: number): void {
  jest.spyOn(Date, 'now').mockImplementation(() => realNow() + ms);
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('an attempt is seen', () => {
  const table: Record<string, [answers: Answers, row: Partial<Row> | null, sight: Sight]> = {
    'as its task is': [{ DescribeTasks: shown(task()) }, { taskArn }, runs],
    'as absent where it was never opened, without a question': [{}, null, absent],
    'as absent where it was never asked for, without a question': [{}, {}, absent],
    'as waiting where ECS may show it later': [{}, { askedAt: seconds(50) }, waiting],
    'as waiting where its answer may still come, without a question': [
      { ListTasks: () => awsFault('ServerException', 'nobody shall ask', 500) },
      { askedAt: seconds(5) },
      waiting,
    ],
    'as absent where ECS shows none long after': [{}, { askedAt: seconds(90) }, absent],
    'by startedBy where its answer was lost': [
      { ListTasks: () => ({ taskArns: [taskArn] }), DescribeTasks: shown(task()) },
      { askedAt: seconds(20) },
      runs,
    ],
    'as waiting where the last of its requests is still out': [
      {},
      { askedAt: seconds(600), lastAskedAt: seconds(5) },
      waiting,
    ],
    'as waiting where ECS does not show it yet': [
      { DescribeTasks: shown() },
      { taskArn, askedAt: seconds(600), placedAt: seconds(5) },
      waiting,
    ],
    'as waiting where ECS does not show it, though it shows ended tasks for an hour': [
      { DescribeTasks: shown() },
      { taskArn, placedAt: seconds(3000) },
      waiting,
    ],
    'as absent where its cluster is gone and no answer told it': [
      { ListTasks: gone },
      { askedAt: seconds(90) },
      absent,
    ],
  };
  test.each(Object.entries(table))('%s', async (_, [answers, row, sight]) => {
    expect(await rig(answers, row).engine.look('main', [key])).toEqual([sight]);
  });

  test('after its ARN was found it is known', async () => {
    const it = rig(
      { ListTasks: () => ({ taskArns: [taskArn] }), DescribeTasks: shown(task()) },
      { askedAt: seconds(20) },
    );
    await it.engine.look('main', [key]);
    expect(it.row()?.taskArn).toBe(taskArn);
  });

  describe('that ECS has forgotten', () => {
    const row = { taskArn, placedAt: seconds(4000) };
    const searched = { kind: 'waiting', why: 'ECS has forgotten the task: its end is looked for in events' };

    test('as unknown, and never as absent, once it was missed for a minute (61)', async () => {
      const it = rig({ DescribeTasks: shown(), GetLogEvents: () => ({ events: [] }) }, row);
      expect(await it.engine.look('main', [key])).toEqual([searched]);
      later(59_000);
      expect(await it.engine.look('main', [key])).toEqual([searched]);
      later(61_000);
      expect(await it.engine.look('main', [key])).toEqual([unknown()]);
    });

    test('with when it wrote its last line', async () => {
      const it = rig(
        { DescribeTasks: shown(), GetLogEvents: () => ({ events: [{ timestamp: 1_700_000_000_000 }] }) },
        row,
      );
      await it.engine.look('main', [key]);
      later(61_000);
      expect(await it.engine.look('main', [key])).toEqual([
        unknown('; it wrote its last line at 2023-11-14T22:13:20.000Z'),
      ]);
    });

    test('as it was, once it is shown again', async () => {
      const it = rig({ DescribeTasks: (_, n) => shown(...(n === 2 ? [task()] : []))() }, row);
      await it.engine.look('main', [key]);
      later(30_000);
      expect(await it.engine.look('main', [key])).toEqual([runs]);
      later(70_000);
      expect(await it.engine.look('main', [key])).toEqual([searched]);
    });

    test('by its end, where that was seen', async () => {
      const it = rig({ DescribeTasks: (_, n) => shown(...(n === 1 ? [exited(3)] : []))() }, row);
      await it.engine.look('main', [key]);
      later(9_000_000);
      expect(await it.engine.look('main', [key])).toEqual([ran({ kind: 'exited', code: 3 })]);
    });

    test('as unknown where its cluster is gone with it', async () => {
      const it = rig({ DescribeTasks: gone, GetLogEvents: gone }, row);
      await it.engine.look('main', [key]);
      later(61_000);
      expect(await it.engine.look('main', [key])).toEqual([unknown()]);
    });

    const queue = (ready: string, taken: string) => () => ({
      Attributes: {
        ...{ QueueArn: queueArn, Policy: policy },
        ...{ ApproximateNumberOfMessages: ready, ApproximateNumberOfMessagesNotVisible: taken },
      },
    });
    test.each<[string, Answers[string], number, Sight['kind']]>([
      ['not while events are left', queue('1', '0'), 61_000, 'waiting'],
      ['not while a consumer holds events', queue('0', '1'), 61_000, 'waiting'],
      ['when all events are read', queue('0', '0'), 61_000, 'ended'],
      ['not while nobody knows what is left', () => awsFault('AccessDenied', 'no', 403), 61_000, 'waiting'],
      ['at last, though there are always some', queue('9', '9'), 901_000, 'ended'],
    ])('as unknown %s (62)', async (_, GetQueueAttributes, waitMs, kind) => {
      const it = rig({ ...rightQueue, DescribeTasks: shown(), GetQueueAttributes, GetLogEvents: gone }, row, {
        events,
      });
      await it.engine.look('main', [key]);
      later(waitMs);
      expect(await it.engine.look('main', [key, key])).toMatchObject([{ kind }, { kind }]);
    });
  });

  test('100 tasks in one question, 101 in two', async () => {
    const it = rig({ DescribeTasks: shown() });
    const lookup = new Lookup(it.client, 'test');
    await lookup.describe(
      'main',
      Array.from({ length: 101 }, (_, n) => `arn:${n}`),
    );
    expect(it.named('DescribeTasks').map(({ tasks }) => (tasks as string[]).length)).toEqual([100, 1]);
  });

  test('questions about single tasks at the same time are one', async () => {
    const it = rig({ DescribeTasks: shown(task()) });
    const lookup = new Lookup(it.client, 'test');
    const [one, other] = await Promise.all([lookup.one('main', taskArn), lookup.one('main', 'arn:2')]);
    expect([one?.taskArn, other]).toEqual([taskArn, null]);
    expect(it.named('DescribeTasks')).toHaveLength(1);
  });

  test("trouble of AWS is its sentence, without the SDK's details", async () => {
    const it = rig({ DescribeTasks: () => awsFault('ServerException', 'Service Unavailable', 500, { $response: {} }) });
    await expect(it.engine.look('main', [key])).rejects.toEqual(new Error('Service Unavailable'));
  });
});
