/** Manifests, jobs that can never run, and logs. */
import { awsFault } from './ecs-fakes';
import { family, fargate, job, key } from './ecs-objects';
import { rig } from './ecs-rig';

test('a manifest shows no values of variables', () => {
  const environment = job.env.map(({ name }) => ({ name, value: '' }));
  expect(rig({}).engine.manifest('main', key, job)).toMatchObject({
    runTask: { overrides: { containerOverrides: [{ environment }] } },
  });
});

test('a job that can never run is told before it is accepted', async () => {
  expect(await rig({}, {}, { settings: fargate }).engine.impossible?.('main', { ...job, gpu: 1 })).toBe(
    'Fargate has no GPUs',
  );
  const { engine } = rig({ DescribeClusters: () => ({ clusters: [] }) });
  expect(await engine.impossible?.('main', job)).toBe('cluster main does not exist at ECS');
});

describe('logs', () => {
  const page = (messages: string[], nextForwardToken: string) => ({
    events: messages.map((message) => ({ message, timestamp: 1 })),
    nextForwardToken,
  });

  test('are read from the stream of the task by forward tokens, in their order', async () => {
    const it = rig({ GetLogEvents: () => page(['b', 'a'], 'f/2') });
    expect(await it.engine.logs('main', key, 'f/1', 1000)).toEqual({
      lines: ['b', 'a'].map((text) => ({ time: '1970-01-01T00:00:00.001Z', text })),
      cursor: 'f/2',
    });
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
    expect(await it.engine.logs('main', key, '', 1000)).toEqual({ lines: [], cursor: '' });
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
    expect(await it.engine.logs('main', key, 'junk', 1000)).toEqual({
      lines: [{ time: '1970-01-01T00:00:00.001Z', text: 'a' }],
      ...{ isAnew: true, cursor: 'f/1' },
    });
  });

  test('there are none before there is a task', async () => {
    expect(await rig({}, {}).engine.logs('main', key, '', 1000)).toEqual({ lines: [], cursor: '' });
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
    await it.engine.observe('main', () => Promise.resolve(true), done.signal);
    expect(it.calls.map(({ name }) => name).filter((name) => /^(?:Create|Put)/.test(name))).toEqual(changes);
  });
});
