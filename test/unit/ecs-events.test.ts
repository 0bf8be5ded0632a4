/** What is made of events, and of what they do not tell (spec/engine-behaviour.md §1.5). */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Task } from '@aws-sdk/client-ecs';
import { Seen } from '../../engines/ecs/lookup';
import { eventPattern, same, withStatement } from '../../engines/ecs/queue';
import { taskOf } from '../../engines/ecs/task';
import type { See, Sighting } from '../../engines/engine';
import { awsFault } from './ecs-fakes';
import { beforeStart, exited, key, over, ran, runs, task, taskArn } from './ecs-objects';
import { policy, queueArn, rightQueue, rig, ruleArn, seconds, shown, url, type Answers } from './ecs-rig';
import { keepIn } from './keep-in';

const events = { queue: 'status', rule: 'flotilla' };

describe('events', () => {
  const event = (one: Task): string =>
    JSON.stringify({ detail: { ...one, startedAt: one.startedAt?.toISOString(), stoppedAt: one.stoppedAt && over } });

  /** What is told of these messages, once they are read. */
  async function told(
    bodies: string[],
    more: Answers = {},
    see?: (more: Sighting[], end: () => void) => Promise<boolean>,
  ) {
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
    const keep: See =
      see === undefined
        ? keepIn(sightings)
        : (told) =>
            see(told, () => {
              end.abort();
            });
    await it.engine.observe('main', keep, end.signal);
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

  test('that could not be kept stay in the queue, and are news again', async () => {
    const ended = event(exited(3, undefined, { version: 5 }));
    const sightings: Sighting[] = [];
    const { named } = await told(
      [],
      {
        ReceiveMessage: (_, n) => sleep(20, { Messages: n > 2 ? [] : [{ Body: ended, ReceiptHandle: `r${n}` }] }),
      },
      (more, end) => {
        sightings.push(...more);
        if (sightings.length === 2) setTimeout(end, 20);
        return Promise.resolve(sightings.length === 2);
      },
    );
    expect(sightings.map(({ sight }) => sight?.kind)).toEqual(['ended', 'ended']);
    expect(named('DeleteMessageBatch')).toMatchObject([{ Entries: [{ ReceiptHandle: 'r2' }] }]);
  });

  test('tell the task, where the answer to its start was lost', async () => {
    const { row, sightings } = await told([event(exited(3, undefined, { version: 5 }))]);
    expect(row()?.taskArn).toBe(taskArn);
    expect(sightings).toHaveLength(1);
  });

  test('of a second task of an attempt are told to nobody, and stop it', async () => {
    const second = `${taskArn}b`;
    const { sightings, named } = await told(
      [event(task({ version: 3 })), event(task({ taskArn: second, version: 3 }))],
      { StopTask: () => ({}) },
    );
    expect(sightings).toHaveLength(1);
    expect(named('StopTask')).toEqual([
      { cluster: 'main', task: second, reason: 'Started twice: the first one stays' },
    ]);
  });

  test('of a rule that is another installation’s are not taken from it', async () => {
    const theirs = { Arn: ruleArn, State: 'ENABLED', EventPattern: JSON.stringify(eventPattern('prod')) };
    const done = new AbortController();
    const reasons: string[] = [];
    const it = rig(
      { ...rightQueue, DescribeRule: () => theirs },
      {},
      {
        events,
        warn: (_: string, error: Error) => {
          reasons.push(error.message);
          done.abort();
        },
      },
    );
    await it.engine.observe('main', keepIn([]), done.signal);
    expect(reasons).toEqual([
      'the rule flotilla is that of flotilla-prod/…: give this installation another queue.status_rule',
    ]);
    expect(it.named('PutRule')).toEqual([]);
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
    expect(named('PutTargets')).toEqual([{ Rule: 'flotilla', Targets: [{ Id: 'flotilla-status', Arn: queueArn }] }]);
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
    seen.take(taskOf(exited(0, undefined, { version: 5 })), 1);
    seen.take(taskOf(task({ version: 3 })), 2);
    expect(seen.since(taskArn, 0)?.version).toBe(5);
    expect(seen.since(taskArn, 2)).toBeNull();
  });

  test('that come again while they are being told stay in the queue until they are', async () => {
    const ended = event(exited(3, undefined, { version: 5 }));
    const { named } = await told([ended, ended], {}, (_, end) => sleep(50, false).finally(end));
    expect(named('DeleteMessageBatch')).toEqual([]);
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
  await it.engine.observe('main', keepIn(sightings), done.signal);
  expect(sightings.map(({ sight }) => sight?.kind)).toEqual(['running', 'ended']);
});

describe('strays', () => {
  async function told(shownTasks: Task[], row: object, more: Answers = {}) {
    const done = new AbortController();
    const sightings: Sighting[] = [];
    const it = rig(
      {
        ListTasks: ({ nextToken }) =>
          nextToken === undefined ? { taskArns: ['arn:other'], nextToken: 'n' } : { taskArns: [taskArn] },
        DescribeTasks: ({ tasks }) => {
          const [arn] = tasks as string[];
          if (arn === taskArn)
            setTimeout(() => {
              done.abort();
            }, 20);
          return { tasks: arn === taskArn ? shownTasks : [task({ taskArn: 'arn:other', startedBy: 'ecs-svc/1' })] };
        },
        StopTask: () => ({}),
        ...more,
      },
      row,
      // Nothing but the search.
      { sweepSeconds: { alone: 3600, withEvents: 3600 } },
    );
    await it.engine.observe('main', keepIn(sightings), done.signal);
    return { ...it, sightings };
  }

  test('a task that no answer and no event has told is found on all pages', async () => {
    const { sightings, row, named } = await told([task()], {});
    expect(sightings).toEqual([{ key, sight: runs }]);
    expect(row()?.taskArn).toBe(taskArn);
    expect(named('ListTasks')).toMatchObject([{ desiredStatus: 'RUNNING' }, { nextToken: 'n' }]);
  });

  test('the second task of an attempt is stopped', async () => {
    const { sightings, named } = await told([task()], { taskArn: 'arn:first', placedAt: seconds(600) });
    expect(sightings).toEqual([]);
    expect(named('StopTask')).toMatchObject([{ task: taskArn }]);
  });

  test('what does not run yet is known from then on, and left alone', async () => {
    const { sightings, row, named } = await told([beforeStart(task())], {});
    expect(sightings).toEqual([]);
    expect(row()?.taskArn).toBe(taskArn);
    expect(named('StopTask')).toEqual([]);
  });

  test('what does not run yet and nobody wants any more is stopped', async () => {
    expect((await told([beforeStart(task())], { closed: true })).named('StopTask')).toMatchObject([
      { task: taskArn, reason: 'Nobody wants it any more' },
    ]);
  });

  test('one that cannot be looked after holds up no other, nor what is observed', async () => {
    const second = task({ taskArn: `${taskArn}b` });
    const { sightings, warnings } = await told(
      [second, task()],
      { taskArn, placedAt: seconds(600) },
      {
        StopTask: () => awsFault('ThrottlingException', 'Rate exceeded'),
      },
    );
    expect(sightings).toContainEqual({ key, sight: runs });
    expect(warnings).toContain('a task of which little is known could not be looked after');
  });
});

test('an observer whose AWS does not answer throws', async () => {
  const it = rig({ DescribeTasks: () => awsFault('ServerException', 'away', 500) });
  await expect(it.engine.observe('main', () => Promise.resolve(true), new AbortController().signal)).rejects.toThrow(
    'away',
  );
  expect(it.named('DescribeTasks')).toHaveLength(3);
}, 10_000);

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
