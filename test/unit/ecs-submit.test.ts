/** One task per attempt, whatever becomes of answers and processes (spec/engine-behaviour.md §9.2, R4, and §10.2). */
import type { Task } from '@aws-sdk/client-ecs';
import { Lookup } from '../../engines/ecs/lookup';
import { Definitions } from '../../engines/ecs/register';
import { createSubmit } from '../../engines/ecs/submit';
import type { SubmitContext, Submission } from '../../engines/engine';
import type { Job } from '../../domain/job';
import { attemptName } from '../../domain/id';
import { awsFault, fakeClient, lostAnswer, memoryDefinitions, memoryTasks, neverAsked, type Row } from './ecs-fakes';
import { exited, fargate, job, key, ran, settings, task, taskArn } from './ecs-objects';

type Answers = Parameters<typeof fakeClient>[0];
const minutes = (n: number): Date => new Date(Date.now() - n * 60_000);
const definitionArn = (n: number): string => `arn:aws:ecs:us-east-1:1:task-definition/etl:${n}`;
const created: Submission = { kind: 'created', memoryMb: 1024 };
const placed = () => ({ tasks: [task({ lastStatus: 'PENDING' })], failures: [] });
const full = () => ({ tasks: [], failures: [{ arn: 'arn:instance', reason: 'RESOURCE:MEMORY' }] });
const listed = (arns: string[]) => () => ({ taskArns: arns });
const shown = (one: Task) => () => ({ tasks: [one], failures: [] });

function rig(answers: Answers, row: Partial<Row> = {}, of = settings) {
  const rows = new Map([[attemptName(key), { ...neverAsked, ...row }]]);
  const ecs = fakeClient({
    RegisterTaskDefinition: (_, n) => ({ taskDefinition: { taskDefinitionArn: definitionArn(n) } }),
    DescribeTaskDefinition: () => awsFault('ClientException', 'Unable to describe task definition.'),
    ListTasks: listed([]),
    ...answers,
  });
  const stops: unknown[] = [];
  const submit = createSubmit({
    ecs: ecs.client,
    settings: of,
    definitions: new Definitions({ ecs: ecs.client, ecsOnce: ecs.client }, memoryDefinitions(), () =>
      Promise.resolve(),
    ),
    lookup: new Lookup(ecs.client, of.mode),
    store: memoryTasks(rows),
    stop: (_, stopped) => Promise.resolve(stops.push(stopped)),
  });
  const accepted: string[] = [];
  const context: SubmitContext = {
    signal: new AbortController().signal,
    accepted: () => Promise.resolve(void accepted.push('accepted')),
    note: () => undefined,
    wanted: () => Promise.resolve(true),
  };
  const tokens = (): unknown[] => ecs.named('RunTask').map(({ clientToken }) => clientToken);
  return {
    ...ecs,
    stops,
    accepted,
    tokens,
    row: () => rows.get(attemptName(key)),
    submit: (more: { job?: Job; context?: Partial<SubmitContext> } = {}) =>
      submit('main', key, more.job ?? job, { ...context, ...more.context }),
  };
}
const token = (placementTry: number): string => `${key.runId}-2-${placementTry}`;

test('a task is started and its ARN is kept', async () => {
  const { submit, tokens, row } = rig({ RunTask: placed });
  expect(await submit()).toEqual(created);
  expect(tokens()).toEqual([token(1)]);
  expect(row()).toMatchObject({ taskArn, placementTry: 1 });
});

test('what Fargate makes of the memory is told', async () => {
  const { submit } = rig({ RunTask: placed }, {}, fargate);
  expect(await submit({ job: { ...job, memoryMb: 1500 } })).toEqual({ kind: 'created', memoryMb: 2048 });
});

test('after a lost answer the same token is asked for again', async () => {
  const { submit, tokens } = rig({ RunTask: (_, n) => (n < 3 ? lostAnswer() : placed()) });
  await expect(submit()).rejects.toThrow('socket hang up');
  await expect(submit()).rejects.toThrow('socket hang up');
  expect(await submit()).toEqual(created);
  expect(new Set(tokens())).toEqual(new Set([token(1)]));
});

test('after each definite refusal there is a new token, also for another process', async () => {
  const { submit, tokens, row } = rig({ RunTask: (_, n) => (n < 3 ? full() : placed()) });
  expect(await submit()).toEqual({ kind: 'no-capacity', why: 'RESOURCE:MEMORY' });
  expect(row()).toMatchObject({ placementTry: 2, askedAt: null });
  expect(await submit()).toEqual({ kind: 'no-capacity', why: 'RESOURCE:MEMORY' });
  expect(await submit()).toEqual(created);
  expect(tokens()).toEqual([token(1), token(2), token(3)]);
});

test('throttling keeps the token', async () => {
  const { submit, tokens } = rig({
    RunTask: (_, n) => (n === 1 ? awsFault('ThrottlingException', 'Rate exceeded') : placed()),
  });
  await expect(submit()).rejects.toThrow('Rate exceeded');
  await submit();
  expect(tokens()).toEqual([token(1), token(1)]);
});

describe('no container instances', () => {
  const message = 'No Container Instances were found in your cluster.';
  const empty = (attempts: number): Error =>
    Object.assign(awsFault('InvalidParameterException', message), { $metadata: { httpStatusCode: 400, attempts } });

  test.each<[string, number, Partial<Row>, number]>([
    ['asked for once: the next request is another one', 1, {}, 2],
    ['after tries of which nobody knows: the token stays', 2, {}, 1],
    ['after a request of which nobody knows: the token stays', 1, { askedAt: minutes(1) }, 1],
  ])('is no room, %s', async (_, attempts, row, placementTry) => {
    const it = rig({ RunTask: () => empty(attempts) }, row);
    expect(await it.submit()).toEqual({ kind: 'no-capacity', why: 'no container instances' });
    expect(it.row()?.placementTry).toBe(placementTry);
  });
});

test('a task that is known is adopted, never asked for again', async () => {
  const { submit, named } = rig({ DescribeTasks: shown(task()) }, { taskArn });
  expect(await submit()).toEqual(created);
  expect(named('RunTask')).toHaveLength(0);
});

test('a replayed answer of a task that is over tells its end, and its logs are there', async () => {
  const replay = () => ({ tasks: [{ taskArn, lastStatus: 'STOPPED', desiredStatus: 'STOPPED' }], failures: [] });
  const { submit, accepted } = rig({ RunTask: replay, DescribeTasks: shown(exited(3)) }, { askedAt: minutes(1) });
  expect(await submit()).toEqual(ran({ kind: 'exited', code: 3 }));
  expect(accepted).toEqual(['accepted']);
});

describe('an answer that is unclear for long', () => {
  test('is looked for by startedBy', async () => {
    const { submit, named } = rig(
      { ListTasks: listed([taskArn]), DescribeTasks: shown(task()) },
      { askedAt: minutes(10) },
    );
    expect(await submit()).toEqual(created);
    expect(named('RunTask')).toHaveLength(0);
    expect(named('ListTasks')[0]).toMatchObject({ startedBy: `flotilla-test/${key.runId}/2` });
  });

  test('is asked for by its token while that holds, once its absence was seen', async () => {
    const { submit, tokens, row } = rig({ RunTask: placed }, { askedAt: minutes(40) });
    expect(await submit()).toEqual(created);
    expect(tokens()).toEqual([token(1)]);
    expect(row()?.seenAbsentAt?.getTime()).toBeLessThan(Date.now() - 290_000);
  });

  test('is never asked for again where the token may be over', async () => {
    const { submit, named } = rig({ RunTask: placed }, { askedAt: minutes(51) });
    expect(await submit()).toMatchObject({ kind: 'ended', end: { outcome: { kind: 'lost' } } });
    expect(named('RunTask')).toHaveLength(0);
  });

  test('is asked for again where its absence was proven in between', async () => {
    const { submit } = rig({ RunTask: placed }, { askedAt: minutes(300), seenAbsentAt: minutes(40) });
    expect(await submit()).toEqual(created);
  });
});

describe('a refusal after an unclear answer', () => {
  const denied = () => awsFault('InvalidParameterException', 'Container Overrides length must be at most 8192');

  test('looks for what the earlier request may have made', async () => {
    const { submit } = rig(
      { RunTask: denied, ListTasks: listed([taskArn]), DescribeTasks: shown(task()) },
      { askedAt: minutes(1) },
    );
    expect(await submit()).toEqual(created);
  });

  test('is the end where there is nothing', async () => {
    const { submit } = rig({ RunTask: denied }, { askedAt: minutes(1) });
    expect(await submit()).toMatchObject({
      end: { outcome: { kind: 'not-started', why: 'Container Overrides length must be at most 8192', mend: 'never' } },
    });
  });
});

test.each([
  ['its own word', { resourceIds: [taskArn] }, []],
  ['startedBy', {}, [taskArn]],
])('a conflict adopts what is there, by %s (12)', async (_, more, arns) => {
  const conflict = awsFault('ConflictException', 'in use', 400, more);
  const { submit, row } = rig({ RunTask: () => conflict, ListTasks: listed(arns), DescribeTasks: shown(task()) });
  expect(await submit()).toEqual(created);
  expect(row()?.taskArn).toBe(taskArn);
});

test('a conflict with nothing there is the end (12)', async () => {
  const { submit } = rig({ RunTask: () => awsFault('ConflictException', 'in use') });
  expect(await submit()).toMatchObject({ end: { outcome: { why: 'Submission conflict' } } });
});

test('a definition that was deregistered is registered anew in the same breath (9)', async () => {
  const gone = awsFault('ClientException', 'TaskDefinition is inactive');
  const { submit, named, tokens } = rig({ RunTask: (_, n) => (n === 1 ? gone : placed()) });
  expect(await submit()).toEqual(created);
  expect(named('RunTask').map(({ taskDefinition }) => taskDefinition)).toEqual([definitionArn(1), definitionArn(2)]);
  expect(tokens()).toEqual([token(1), token(1)]);
});

describe('a definition that AWS refuses', () => {
  const refused = () => awsFault('ClientException', 'Memory must be at least 6 MB.');

  test('is the end, with AWS’s sentence', async () => {
    const { submit, named } = rig({ RegisterTaskDefinition: refused });
    expect(await submit()).toMatchObject({
      end: { outcome: { kind: 'not-started', why: 'Memory must be at least 6 MB.', mend: 'never' } },
    });
    expect(named('RunTask')).toEqual([]);
  });

  test.each<[string, Error, Partial<Row>]>([
    ['while another revision is registered', awsFault('ClientException', 'Too many concurrent attempts to create'), {}],
    ['while an earlier request may have made a task', refused(), { askedAt: minutes(1) }],
  ])('is no end %s', async (_, error, row) => {
    await expect(rig({ RegisterTaskDefinition: () => error }, row).submit()).rejects.toThrow(error.message);
  });
});

describe('without the right to run tasks (6)', () => {
  const denied = () => awsFault('AccessDeniedException', 'no');

  test('it is tried again for a quarter of an hour', async () => {
    const { submit } = rig({ RunTask: denied }, { askedAt: minutes(4) });
    await expect(submit()).rejects.toThrow('Not authorised to run tasks: no');
  });

  test('then it is the end', async () => {
    const { submit } = rig({ RunTask: denied }, { askedAt: minutes(16), seenAbsentAt: minutes(1) });
    expect(await submit()).toMatchObject({ end: { outcome: { why: 'Not authorised to run tasks: no' } } });
  });
});

test('nothing is asked for where nobody wants it', async () => {
  const { submit, named } = rig({ RunTask: placed });
  expect(await submit({ context: { wanted: () => Promise.resolve(false) } })).toEqual({ kind: 'unwanted' });
  expect(named('RunTask')).toHaveLength(0);
});

test('a job that can never run there asks for nothing', async () => {
  const { submit, calls } = rig({}, {}, fargate);
  expect(await submit({ job: { ...job, gpu: 1 } })).toMatchObject({ kind: 'ended' });
  expect(calls).toHaveLength(0);
});
