/** What the engine shows of tasks, how it stops them, and what it makes of events (spec/engine-behaviour.md §1.5, §10.4 and §10.5). */
import type { Task } from '@aws-sdk/client-ecs';
import { attemptName } from '../../domain/id';
import { createEcsEngine } from '../../engines/ecs';
import { Lookup, Seen } from '../../engines/ecs/lookup';
import { taskOf } from '../../engines/ecs/task';
import { same, eventPattern, withStatement } from '../../engines/ecs/queue';
import type { AwsClients } from '../../engines/ecs/client';
import type { Sight, Sighting } from '../../engines/engine';
import { awsFault, fakeClient, memoryDefinitions, memoryTasks, neverAsked, type Row } from './ecs-fakes';
import {
  beforeStart,
  end,
  exited,
  family,
  fargate,
  job,
  key,
  over,
  ran,
  runs,
  settings,
  stopped,
  task,
  taskArn,
} from './ecs-objects';

type Answers = Parameters<typeof fakeClient>[0];
const seconds = (n: number): Date => new Date(Date.now() - n * 1000);
const shown =
  (...tasks: Task[]) =>
  () => ({ tasks, failures: [] });
const url = 'https://sqs/status';
const queueArn = 'arn:aws:sqs:us-east-1:1:status';
const ruleArn = 'arn:aws:events:us-east-1:1:rule/flotilla';
const policy = withStatement(undefined, queueArn, ruleArn) ?? '';
const rightQueue: Answers = {
  GetQueueUrl: () => ({ QueueUrl: url }),
  GetQueueAttributes: () => ({ Attributes: { QueueArn: queueArn, Policy: policy } }),
  DescribeRule: () => ({ Arn: ruleArn, State: 'ENABLED', EventPattern: JSON.stringify(eventPattern('test')) }),
  ListTargetsByRule: () => ({ Targets: [{ Id: 'x', Arn: queueArn }] }),
};

function rig(answers: Answers, row: Partial<Row> | null = { taskArn, askedAt: seconds(600) }, more: object = {}) {
  const rows = new Map(row === null ? [] : [[attemptName(key), { ...neverAsked, ...row }]]);
  const fake = fakeClient({
    ListTasks: () => ({ taskArns: [] }),
    DescribeLogGroups: () => ({ logGroups: [{ logGroupName: 'flotilla' }] }),
    DeleteMessageBatch: () => ({}),
    ...answers,
  });
  const { client } = fake as unknown as { client: AwsClients[keyof AwsClients] };
  const warnings: string[] = [];
  const engine = createEcsEngine({
    clusters: ['main'],
    settings,
    events: null,
    sweepSeconds: { alone: 5, withEvents: 60 },
    clients: { ecs: client, ecsOnce: client, sqs: client, logs: client, events: client } as unknown as AwsClients,
    definitions: memoryDefinitions(),
    tasks: memoryTasks(rows, 'ann@example.com'),
    warn: (text) => {
      warnings.push(text);
    },
    ...more,
  });
  return { ...fake, engine, warnings, row: () => rows.get(attemptName(key)) };
}
const events = { queue: 'status', rule: 'flotilla' };
const absent: Sight = { kind: 'absent' };
const waiting: Sight = { kind: 'waiting', why: null };

describe('an attempt is seen', () => {
  const table: Record<string, [answers: Answers, row: Partial<Row> | null, sight: Sight]> = {
    'as its task is': [{ DescribeTasks: shown(task()) }, { taskArn }, runs],
    'as absent where it was never opened, without a question': [{}, null, absent],
    'as absent where it was never asked for, without a question': [{}, {}, absent],
    'as waiting where its answer is still out': [{}, { askedAt: seconds(5) }, waiting],
    'as absent where ECS shows none long after': [{}, { askedAt: seconds(90) }, absent],
    'by startedBy where its answer was lost': [
      { ListTasks: () => ({ taskArns: [taskArn] }), DescribeTasks: shown(task()) },
      { askedAt: seconds(5) },
      runs,
    ],
    'as waiting where ECS does not show it yet': [
      { DescribeTasks: shown() },
      { taskArn, askedAt: seconds(5) },
      waiting,
    ],
    'as unknown, and never as absent, where ECS has forgotten it (61)': [
      { DescribeTasks: shown() },
      { taskArn, askedAt: seconds(4000) },
      end({ kind: 'lost', why: 'Outcome unknown: the task’s record expired' }, null, null),
    ],
  };
  test.each(Object.entries(table))('%s', async (_, [answers, row, sight]) => {
    expect(await rig(answers, row).engine.look('main', [key])).toEqual([sight]);
  });

  test('after its ARN was found it is known', async () => {
    const it = rig(
      { ListTasks: () => ({ taskArns: [taskArn] }), DescribeTasks: shown(task()) },
      { askedAt: seconds(5) },
    );
    await it.engine.look('main', [key]);
    expect(it.row()?.taskArn).toBe(taskArn);
  });

  test.each([
    ['while events are left', '1', '0', 'waiting'],
    ['while a consumer holds events', '0', '1', 'waiting'],
    ['only when all events are read', '0', '0', 'ended'],
  ])('a forgotten task is called unknown %s: %s, %s is %s (62)', async (_, ready, taken, kind) => {
    const Attributes = {
      QueueArn: queueArn,
      Policy: policy,
      ApproximateNumberOfMessages: ready,
      ApproximateNumberOfMessagesNotVisible: taken,
    };
    const answers = { ...rightQueue, DescribeTasks: shown(), GetQueueAttributes: () => ({ Attributes }) };
    const it = rig(answers, undefined, { events });
    expect(await it.engine.look('main', [key])).toMatchObject([{ kind }]);
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

describe('a stop', () => {
  const stopping = 'Task terminated by - ann@example.com';

  test('names the canceller, waits for the end, and tells none of its own', async () => {
    const ended = stopped('UserInitiated', stopping, { exitCode: 0 });
    const it = rig({
      DescribeTasks: (_, n) => shown(n < 3 ? task() : ended)(),
      StopTask: () => ({}),
    });
    expect(await it.engine.stop('main', key, 10)).toBeNull();
    expect(it.named('StopTask')).toEqual([{ cluster: 'main', task: taskArn, reason: stopping }]);
    expect(it.named('DescribeTasks')).toHaveLength(3);
  });

  test.each([
    ['that ended by itself before', exited(0), ran({ kind: 'exited', code: 0 })],
    [
      'that somebody else stopped before',
      stopped('UserInitiated', 'Task stopped by user', { exitCode: 143 }),
      ran({ kind: 'lost', why: 'Stopped outside Flotilla: Task stopped by user', code: 143 }),
    ],
  ])('of a task %s tells its end', async (_, before, sight) => {
    const it = rig({ DescribeTasks: shown(before) });
    expect({ kind: 'ended', end: await it.engine.stop('main', key, 10) }).toEqual(sight);
  });

  test('that overtakes no end: a command that ends by itself meanwhile tells its code (87)', async () => {
    const it = rig({
      DescribeTasks: (_, n) => shown(n < 2 ? task() : exited(3))(),
      StopTask: () => ({}),
    });
    expect({ kind: 'ended', end: await it.engine.stop('main', key, 10) }).toEqual(ran({ kind: 'exited', code: 3 }));
  });

  test('made again asks once: the task is stopping already', async () => {
    const it = rig({
      DescribeTasks: (_, n) =>
        shown(n < 2 ? task({ desiredStatus: 'STOPPED' }) : stopped('UserInitiated', stopping, { exitCode: 143 }))(),
    });
    expect(await it.engine.stop('main', key, 10)).toBeNull();
  });

  test('of an attempt that was never asked for asks nothing', async () => {
    const it = rig({}, {});
    expect(await it.engine.stop('main', key, 10)).toBeNull();
    expect(it.calls).toHaveLength(0);
  });

  test('of an attempt whose answer was lost finds all of its tasks', async () => {
    const it = rig(
      {
        ListTasks: (_, n) => ({ taskArns: n % 2 === 1 ? [taskArn, `${taskArn}b`] : [] }),
        DescribeTasks: shown(exited(0), exited(0, undefined, { taskArn: `${taskArn}b` })),
      },
      { askedAt: seconds(3) },
    );
    expect(await it.engine.stop('main', key, 10)).not.toBeNull();
    expect(it.named('DescribeTasks')).toHaveLength(2);
  });

  test('of an attempt whose answer was just lost waits for what ECS may show late', async () => {
    const it = rig(
      { ListTasks: (_, n) => ({ taskArns: n > 2 ? [taskArn] : [] }), DescribeTasks: shown(exited(0)) },
      { askedAt: seconds(3) },
    );
    expect(await it.engine.stop('main', key, 10)).not.toBeNull();
    expect(it.row()?.taskArn).toBe(taskArn);
  });

  test('of an attempt whose answer was lost long ago is certain at once where ECS lists none', async () => {
    const it = rig({}, { askedAt: seconds(16) });
    expect(await it.engine.stop('main', key, 10)).toBeNull();
    expect(it.named('ListTasks')).toHaveLength(2);
  });

  test('of a task that ECS has forgotten is done', async () => {
    const gone = awsFault('InvalidParameterException', 'The referenced task was not found.');
    const it = rig({ DescribeTasks: shown(), StopTask: () => gone });
    expect(await it.engine.stop('main', key, 10)).toBeNull();
  });

  test('of a task that ECS does not show yet is not done', async () => {
    const gone = awsFault('InvalidParameterException', 'The referenced task was not found.');
    const it = rig({ DescribeTasks: shown(), StopTask: () => gone }, { taskArn, askedAt: seconds(3) });
    await expect(it.engine.stop('main', key, 10)).rejects.toThrow('does not show task');
  });

  test('that AWS does not answer fails, and may be made again', async () => {
    const it = rig({ DescribeTasks: shown(task()), StopTask: () => awsFault('ThrottlingException', 'Rate exceeded') });
    await expect(it.engine.stop('main', key, 10)).rejects.toThrow('Rate exceeded');
  });
});

describe('events', () => {
  const event = (one: Task): string =>
    JSON.stringify({ detail: { ...one, startedAt: one.startedAt?.toISOString(), stoppedAt: one.stoppedAt && over } });

  /** What is told of these messages, once they are read. */
  async function told(bodies: string[], more: Answers = {}) {
    const end = new AbortController();
    const sightings: Sighting[] = [];
    const it = rig(
      {
        ...rightQueue,
        ReceiveMessage: (_, n) => {
          if (n > 1) end.abort();
          return { Messages: n > 1 ? [] : bodies.map((Body, i) => ({ Body, ReceiptHandle: `r${i}` })) };
        },
        ...more,
      },
      {},
      { events },
    );
    await it.engine.observe('main', (seen) => sightings.push(...seen), end.signal);
    return { ...it, sightings };
  }

  test('tell starts and ends, each once, and are taken from the queue', async () => {
    const running = task({ version: 3 });
    const { sightings, named } = await told([
      event(running),
      event(running),
      event(exited(3, undefined, { version: 5 })),
    ]);
    expect(sightings).toEqual([
      { key, sight: runs },
      { key, sight: ran({ kind: 'exited', code: 3 }) },
    ]);
    expect(named('DeleteMessageBatch')).toMatchObject([{ QueueUrl: url, Entries: { length: 3 } }]);
  });

  test('that come late are no news (64)', async () => {
    const { sightings } = await told([event(exited(0, undefined, { version: 5 })), event(task({ version: 3 }))]);
    expect(sightings).toEqual([{ key, sight: ran({ kind: 'exited', code: 0 }) }]);
  });

  test('of others and what is no event are dropped, not kept for ever (65)', async () => {
    const bodies = [
      'x',
      event(task({ startedBy: 'ecs-svc/1' })),
      event(task({ startedBy: `flotilla-prod/${key.runId}/1` })),
    ];
    const { sightings, named, warnings } = await told(bodies);
    expect(sightings).toEqual([]);
    expect(named('DeleteMessageBatch')).toMatchObject([{ Entries: { length: 3 } }]);
    expect(warnings).toEqual(['a message that is no task event is dropped']);
  });

  test('of waiting tell nothing, unless it is for room', async () => {
    const { sightings } = await told([
      event(beforeStart(task({ lastStatus: 'PENDING', version: 1 }))),
      event(beforeStart(task({ lastStatus: 'PROVISIONING', version: 2 }))),
    ]);
    expect(sightings).toMatchObject([{ sight: { kind: 'waiting', capacity: true } }]);
  });

  test('come by a queue and a rule that are left alone where they are right', async () => {
    const { calls } = await told([]);
    const changes = calls.map(({ name }) => name).filter((name) => /^(?:Create|Put|Set)/.test(name));
    expect(changes).toEqual([]);
  });

  test('come by a queue and a rule that are made where they are missing', async () => {
    const { named } = await told([], {
      GetQueueUrl: () => awsFault('QueueDoesNotExist', 'x'),
      CreateQueue: () => ({ QueueUrl: url }),
      GetQueueAttributes: () => ({ Attributes: { QueueArn: queueArn } }),
      SetQueueAttributes: () => ({}),
      DescribeRule: () => awsFault('ResourceNotFoundException', 'x'),
      PutRule: () => ({ RuleArn: ruleArn }),
      ListTargetsByRule: () => ({ Targets: [] }),
      PutTargets: () => ({ FailedEntryCount: 0 }),
    });
    expect(named('CreateQueue')).toMatchObject([{ QueueName: 'status' }]);
    expect(named('PutRule')).toMatchObject([{ Name: 'flotilla', EventPattern: JSON.stringify(eventPattern('test')) }]);
    expect(named('PutTargets')).toEqual([{ Rule: 'flotilla', Targets: [{ Id: 'status', Arn: queueArn }] }]);
    expect(named('SetQueueAttributes')).toEqual([{ QueueUrl: url, Attributes: { Policy: policy } }]);
  });

  test('come again where somebody had disabled the rule', async () => {
    const { named } = await told([], {
      DescribeRule: () => ({ ...rightQueue['DescribeRule']?.({}, 1), State: 'DISABLED' }),
      PutRule: () => ({ RuleArn: ruleArn }),
    });
    expect(named('PutRule')).toMatchObject([{ State: 'ENABLED' }]);
  });

  test('that come late do not replace what is known', () => {
    const seen = new Seen();
    expect(seen.take(taskOf(exited(0, undefined, { version: 5 })), 1)).toBe(true);
    expect(seen.take(taskOf(task({ version: 3 })), 2)).toBe(false);
    expect(seen.since(taskArn, 0)?.version).toBe(5);
    expect(seen.since(taskArn, 2)).toBeNull();
  });

  test('without the right to look after the rule are read all the same', async () => {
    const { sightings, warnings } = await told([event(task())], {
      DescribeRule: () => awsFault('AccessDeniedException', 'no'),
    });
    expect(sightings).toHaveLength(1);
    expect(warnings).toHaveLength(1);
  });
});

test('without events, a change is seen by asking, and no change is no news', async () => {
  const done = new AbortController();
  const sightings: Sighting[] = [];
  const it = rig(
    {
      DescribeTasks: (_, n) => {
        if (n === 3) done.abort();
        return shown(n === 1 ? task({ version: 3 }) : exited(0, undefined, { version: 4 }))();
      },
    },
    undefined,
    { sweepSeconds: { alone: 0.01, withEvents: 60 } },
  );
  await it.engine.observe('main', (seen) => sightings.push(...seen), done.signal);
  expect(sightings.map(({ sight }) => sight?.kind)).toEqual(['running', 'ended']);
});

test('an observer whose AWS does not answer throws', async () => {
  const it = rig({ DescribeTasks: () => awsFault('ServerException', 'away', 500) });
  await expect(it.engine.observe('main', () => undefined, new AbortController().signal)).rejects.toThrow('away');
  expect(it.named('DescribeTasks')).toHaveLength(3);
}, 10_000);

test('a manifest shows no values of variables', () => {
  const environment = job.env.map(({ name }) => ({ name, value: '' }));
  expect(rig({}).engine.manifest('main', key, job)).toMatchObject({
    runTask: { overrides: { containerOverrides: [{ environment }] } },
  });
});

test('a job that can never run is told before it is accepted', () => {
  expect(rig({}).engine.impossible?.('main', job)).toBeNull();
  expect(rig({}, {}, { settings: fargate }).engine.impossible?.('main', { ...job, gpu: 1 })).toBe(
    'Fargate has no GPUs',
  );
});

describe('the policy of the queue', () => {
  const other = { Sid: 'theirs', Effect: 'Allow' };
  const with_ = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
  const [ours] = (JSON.parse(policy) as { Statement: object[] }).Statement as [object];

  test('lets EventBridge in by this rule only', () => {
    expect(ours).toMatchObject({
      Principal: { Service: 'events.amazonaws.com' },
      Resource: queueArn,
      Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
    });
  });
  test('keeps what others wrote', () => {
    const mended = withStatement(with_(other, { ...ours, Resource: 'old' }), queueArn, ruleArn);
    expect(JSON.parse(mended ?? '')).toMatchObject({ Statement: [other, ours] });
  });
  test('stays where it is right', () => {
    expect(withStatement(with_(other, ours), queueArn, ruleArn)).toBeNull();
  });
});

test.each<[unknown, unknown, boolean]>([
  [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ a: 1, b: 2 }, { a: 1 }, false],
  [[1, 2], [2, 1], false],
  [[1], { 0: 1 }, false],
  [null, {}, false],
  ['x', 'x', true],
])('%j and %j are the same: %s', (a, b, is) => {
  expect(same(a, b)).toBe(is);
});

describe('logs', () => {
  const page = (messages: string[], nextForwardToken: string) => ({
    events: messages.map((message) => ({ message, timestamp: 1 })),
    nextForwardToken,
  });

  test('are read from the stream of the task by forward tokens, in their order', async () => {
    const it = rig({ GetLogEvents: () => page(['b', 'a'], 'f/2') });
    expect(await it.engine.logs('main', key, 'f/1', 1000)).toEqual({ text: 'b\na', cursor: 'f/2' });
    expect(it.named('GetLogEvents')).toEqual([
      {
        logGroupName: 'flotilla',
        logStreamName: `job/${family}/0123456789abcdef0123456789abcdef`,
        startFromHead: true,
        limit: 10_000,
        nextToken: 'f/1',
      },
    ]);
  });

  test('above the size of a page are asked for again, fewer at a time', async () => {
    const it = rig({
      GetLogEvents: ({ limit }) =>
        limit === 10_000 ? page(Array<string>(100).fill('x'.repeat(99)), 'f/all') : page(['x'], 'f/some'),
    });
    expect((await it.engine.logs('main', key, '', 1000)).cursor).toBe('f/some');
    expect(it.named('GetLogEvents').map(({ limit }) => limit)).toEqual([10_000, 10]);
  });

  test('that have no stream yet are none', async () => {
    const it = rig({ GetLogEvents: () => awsFault('ResourceNotFoundException', 'x') });
    expect(await it.engine.logs('main', key, '', 1000)).toEqual({ text: '', cursor: '' });
  });

  test('that throttling holds back are not called read to their end', async () => {
    const it = rig({ GetLogEvents: () => awsFault('ThrottlingException', 'Rate exceeded') });
    await expect(it.engine.logs('main', key, 'f/1', 1000)).rejects.toThrow('Rate exceeded');
  });

  test('begin anew where the cursor is none', async () => {
    const it = rig({
      GetLogEvents: ({ nextToken }) =>
        nextToken === undefined ? page(['a'], 'f/1') : awsFault('InvalidParameterException', 'x'),
    });
    expect(await it.engine.logs('main', key, 'junk', 1000)).toEqual({ text: 'a', cursor: 'f/1' });
  });

  test('there are none before there is a task', async () => {
    expect(await rig({}, {}).engine.logs('main', key, '', 1000)).toEqual({ text: '', cursor: '' });
  });

  test.each<[string, object[], string[]]>([
    ['is left alone where it exists', [{ logGroupName: 'flotilla' }], []],
    [
      'is made with its retention where only others begin like it',
      [{ logGroupName: 'flotilla-x' }],
      ['CreateLogGroup', 'PutRetentionPolicy'],
    ],
  ])('their group %s', async (_, logGroups, changes) => {
    const done = new AbortController();
    const it = rig({
      DescribeLogGroups: () => ({ logGroups }),
      CreateLogGroup: () => ({}),
      PutRetentionPolicy: () => ({}),
      DescribeTasks: () => {
        done.abort();
        return { tasks: [] };
      },
    });
    await it.engine.observe('main', () => undefined, done.signal);
    expect(it.calls.map(({ name }) => name).filter((name) => /^(?:Create|Put)/.test(name))).toEqual(changes);
  });
});
