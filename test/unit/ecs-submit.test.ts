/** One task per attempt, whatever becomes of answers and processes (spec/engine-behaviour.md §9.2, R4, and §10.2). */
import type { Task } from '@aws-sdk/client-ecs';
import { Lookup } from '../../engines/ecs/lookup';
import { Definitions } from '../../engines/ecs/register';
import { createSubmit } from '../../engines/ecs/submit';
import { sawNoEnd, type SubmitContext, type Submission } from '../../engines/engine';
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

function rig(answers: Answers, row: Partial<Row> = {}, of = settings, areEventsTold = false) {
  const rows = new Map([[attemptName(key), { ...neverAsked, ...row }]]);
  const ecs = fakeClient({
    RegisterTaskDefinition: (_, n) => ({ taskDefinition: { taskDefinitionArn: definitionArn(n) } }),
    DescribeTaskDefinition: () => awsFault('ClientException', 'Unable to describe task definition.'),
    ListTasks: listed([]),
    ...answers,
  });
  const store = memoryTasks(rows);
  const stops: unknown[] = [];
  const submit = createSubmit({
    ecsOnce: ecs.client,
    settings: of,
    definitions: new Definitions({ ecs: ecs.client, ecsOnce: ecs.client }, memoryDefinitions(), () =>
      Promise.resolve(),
    ),
    lookup: new Lookup(ecs.client, of.mode),
    store,
    stop: {
      attempt: (_, stopped) => Promise.resolve(void stops.push(stopped)).then(() => sawNoEnd),
      task: (_, stopped) => Promise.resolve(void stops.push(stopped)),
    },
    areEventsTold: () => Promise.resolve(areEventsTold),
  });
  const accepted: string[] = [];
  const context: SubmitContext = {
    signal: new AbortController().signal,
    accepted: () => Promise.resolve(void accepted.push('accepted')),
    note: () => undefined,
    wanted: () => Promise.resolve(true),
    stopping: () => Promise.resolve(),
  };
  const tokens = (): unknown[] => ecs.named('RunTask').map(({ clientToken }) => clientToken);
  return {
    ...ecs,
    stops,
    accepted,
    tokens,
    row: () => rows.get(attemptName(key)),
    placed: (arn: string) => store.placed(key, arn),
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

test('after a lost answer the same token is asked for again, by this call and by the next', async () => {
  const { submit, tokens, row } = rig({ RunTask: (_, n) => (n < 6 ? lostAnswer() : placed()) });
  await expect(submit()).rejects.toThrow('socket hang up');
  expect(tokens()).toHaveLength(4);
  expect(row()?.askedAt?.getTime()).toBeLessThan(row()?.lastAskedAt?.getTime() ?? 0);
  expect(await submit()).toEqual(created);
  expect(new Set(tokens())).toEqual(new Set([token(1)]));
}, 15_000);

describe('what certainly made no task leaves nothing in doubt', () => {
  test.each([
    ['throttling', awsFault('ThrottlingException', 'Rate exceeded')],
    ['no connection', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })],
    ['no credentials', Object.assign(new Error('none'), { name: 'CredentialsProviderError' })],
  ])(
    '%s',
    async (_, error) => {
      const { submit, row } = rig({ RunTask: () => error });
      await expect(submit()).rejects.toThrow();
      expect(row()).toMatchObject({ askedAt: null, lastAskedAt: null, placementTry: 1 });
    },
    15_000,
  );

  test.each([
    ['a 5xx', awsFault('ServerException', 'Service Unavailable', 503)],
    ['a broken connection', lostAnswer()],
    ['a timeout', Object.assign(new Error('timed out'), { name: 'TimeoutError' })],
  ])(
    'but not %s',
    async (_, error) => {
      const { submit, row } = rig({ RunTask: () => error });
      await expect(submit()).rejects.toThrow();
      expect(row()?.askedAt).not.toBeNull();
    },
    15_000,
  );

  test('and not what was in doubt before', async () => {
    const earlier = { askedAt: minutes(0.5), lastAskedAt: minutes(0.4) };
    const { submit, row } = rig({ RunTask: () => awsFault('ThrottlingException', 'Rate exceeded') }, earlier);
    await expect(submit()).rejects.toThrow('Rate exceeded');
    expect(row()).toMatchObject(earlier);
  }, 15_000);
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
  expect(await submit()).toEqual(created);
  expect(tokens()).toEqual([token(1), token(1)]);
});

test('no container instances is no room; an error is no answer: the token stays', async () => {
  const none = awsFault('InvalidParameterException', 'No Container Instances were found in your cluster.');
  const { submit, row } = rig({ RunTask: () => none });
  expect(await submit()).toEqual({ kind: 'no-capacity', why: 'no container instances' });
  expect(row()).toMatchObject({ placementTry: 1, askedAt: null });
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
    const { submit, tokens, named } = rig({ RunTask: placed }, { askedAt: minutes(40) });
    expect(await submit()).toEqual(created);
    expect(tokens()).toEqual([token(1)]);
    expect(named('ListTasks')).toHaveLength(2);
  });

  test('is asked for by its token without a search where ECS may not show it yet', async () => {
    const { submit, named } = rig({ RunTask: placed }, { askedAt: minutes(40), lastAskedAt: minutes(0.5) });
    expect(await submit()).toEqual(created);
    expect(named('ListTasks')).toHaveLength(0);
  });

  test('is no end where ECS may not show it yet', async () => {
    const { submit, named } = rig({ RunTask: placed }, { askedAt: minutes(51), lastAskedAt: minutes(0.5) });
    await expect(submit()).rejects.toThrow('ECS has not told yet whether the task was started');
    expect(named('RunTask')).toHaveLength(0);
  });

  test('is asked for by another token where the old one may be over and nothing came of it', async () => {
    const { submit, tokens } = rig({ RunTask: placed }, { askedAt: minutes(51) });
    expect(await submit()).toEqual(created);
    expect(tokens()).toEqual([token(2)]);
  });

  test('is never asked for again where what came of it may be listed no more', async () => {
    const { submit, named } = rig({ RunTask: placed }, { askedAt: minutes(59) });
    expect(await submit()).toMatchObject({ kind: 'ended', end: { outcome: { kind: 'lost' } } });
    expect(named('RunTask')).toHaveLength(0);
  });

  test('is asked for again even then where all events are told, and none of it', async () => {
    const { submit, tokens } = rig({ RunTask: placed }, { askedAt: minutes(300) }, settings, true);
    expect(await submit()).toEqual(created);
    expect(tokens()).toEqual([token(2)]);
  });
});

describe('a refusal after an unclear answer', () => {
  const denied = () => awsFault('InvalidParameterException', 'Container Overrides length must be at most 8192');
  const doubt = { askedAt: minutes(0.5) };

  test('looks for what the earlier request may have made', async () => {
    const { submit, named } = rig(
      { RunTask: denied, ListTasks: listed([taskArn]), DescribeTasks: shown(task()) },
      doubt,
    );
    expect(await submit()).toEqual(created);
    expect(named('RunTask')).toHaveLength(1);
  });

  test('is no end while ECS may not show it yet', async () => {
    const { submit, named } = rig({ RunTask: denied }, doubt);
    await expect(submit()).rejects.toThrow('ECS has not told yet whether the task was started');
    expect(named('RunTask').length).toBeGreaterThan(0);
  }, 15_000);

  test('is the end where nothing came of it', async () => {
    const { submit } = rig({ RunTask: denied }, { askedAt: minutes(2) });
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
    ['while an earlier request may have made a task', refused(), { askedAt: minutes(0.5) }],
  ])('is no end %s', async (_, error, row) => {
    await expect(rig({ RegisterTaskDefinition: () => error }, row).submit()).rejects.toThrow(error.message);
  });
});

describe('without the right to run tasks (6)', () => {
  const denied = () => awsFault('AccessDeniedException', 'no');

  const realNow = Date.now.bind(Date);
  const later = (ms: number) => jest.spyOn(Date, 'now').mockImplementation(() => realNow() + ms);
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test.each([
    ['a task is asked for', { RunTask: denied }],
    ['a definition is registered', { RegisterTaskDefinition: denied }],
  ])('where %s it is tried again for a quarter of an hour, then it is the end', async (_, answers) => {
    const { submit } = rig(answers);
    await expect(submit()).rejects.toThrow('Not authorised to run tasks: no');
    later(890_000);
    await expect(submit()).rejects.toThrow('Not authorised to run tasks: no');
    later(910_000);
    expect(await submit()).toMatchObject({ end: { outcome: { why: 'Not authorised to run tasks: no' } } });
  });

  test('any other answer begins the quarter anew', async () => {
    const { submit } = rig({ RunTask: (_, n) => (n === 2 ? full() : denied()) });
    await expect(submit()).rejects.toThrow();
    later(600_000);
    expect(await submit()).toMatchObject({ kind: 'no-capacity' });
    later(1_200_000);
    await expect(submit()).rejects.toThrow('Not authorised to run tasks: no');
  });

  test('what an earlier request may have made is no end', async () => {
    const { submit } = rig({ RunTask: denied }, { askedAt: minutes(0.5) });
    await expect(submit()).rejects.toThrow();
    later(20_000);
    await expect(submit()).rejects.toThrow('Not authorised to run tasks: no');
  });
});

test('nothing is asked for where nobody wants it', async () => {
  const { submit, named } = rig({ RunTask: placed }, { closed: true });
  expect(await submit()).toEqual({ kind: 'unwanted' });
  expect(named('RunTask')).toHaveLength(0);
});

test('nothing is asked for where nobody waits for it any more', async () => {
  const { submit, named } = rig({ RunTask: placed });
  await expect(submit({ context: { signal: AbortSignal.abort(new Error('over')) } })).rejects.toThrow('over');
  expect(named('RunTask')).toHaveLength(0);
});

test('a second task of the attempt is stopped, the first one stays', async () => {
  const it = rig({
    // While it is asked for, an event tells the task of an earlier request.
    RunTask: () => {
      void it.placed('arn:first');
      return placed();
    },
    DescribeTasks: shown(task({ taskArn: 'arn:first' })),
  });
  expect(await it.submit()).toEqual(created);
  expect(it.stops).toEqual([taskArn]);
  expect(it.row()?.taskArn).toBe('arn:first');
});

test('a task that exists is adopted, whatever ECS shows and whatever settings say now', async () => {
  const away = () => awsFault('ServerException', 'away', 500);
  const it = rig({ DescribeTasks: away }, { taskArn }, fargate);
  expect((await it.submit({ job: { ...job, gpu: 1 } })).kind).toBe('created');
});

test('a job that can never run there asks for nothing', async () => {
  const { submit, calls } = rig({}, {}, fargate);
  expect(await submit({ job: { ...job, gpu: 1 } })).toMatchObject({ kind: 'ended' });
  expect(calls).toHaveLength(0);
});
