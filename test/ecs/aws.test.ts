/** The AWS of the tests behaves as the real one where engine `ecs` depends on it: how tasks end, and what is told. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateLogStreamCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DeregisterTaskDefinitionCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { TestAws } from '../aws/aws';
import {
  awslogs,
  cluster,
  credentials,
  fargate,
  image,
  logGroup,
  refusedAs,
  shell,
  startBed,
  type Bed,
  type StartedBed,
} from './bed';

let started: StartedBed;
let aws: TestAws;
let bed: Bed;
let host: string;

beforeAll(async () => {
  started = await startBed();
  ({ aws, bed, host } = started);
});
beforeEach(() => {
  aws.control.calm();
});
afterEach(() => {
  expect(aws.control.violations()).toEqual([]);
});
afterAll(() => started.close());

describe('a container', () => {
  test('that ends is told with its exit code, its log and ordered events with versions', async () => {
    await bed.drain(0);
    const tags = [{ key: 'run', value: '1' }];
    const arn = await bed.start({ tags, startedBy: 'run-1' });
    const task = await bed.reaches(arn);
    expect(task).toMatchObject({ stopCode: 'EssentialContainerExited', tags, containers: [{ exitCode: 3 }] });
    expect(await bed.linesOf(arn)).toEqual(['hello']);
    const events = (await bed.drain()).filter(({ detail }) => detail.taskArn === arn);
    expect(events.map(({ account }) => account)).toEqual(['123456789012', '123456789012', '123456789012']);
    expect(events.map(({ detail }) => [detail.version, detail.lastStatus, detail.desiredStatus])).toEqual([
      [1, 'PENDING', 'RUNNING'],
      [2, 'RUNNING', 'RUNNING'],
      [3, 'STOPPED', 'STOPPED'],
    ]);
  });

  test('whose command is not found has not started, with exit code 127', async () => {
    const reason = expect.stringMatching(/^CannotStartContainerError: .*nonesuch.*not found/) as string;
    const end = { stopCode: 'TaskFailedToStart', exitCode: 127, reason };
    expect(await bed.end({ command: ['nonesuch'] })).toMatchObject(end);
  });

  test('that is killed by the kernel for its memory has exit code 137 and says so', async () => {
    const greedy = shell('x=$(head -c 400000000 /dev/zero | tr "\\0" x); echo $x | wc -c');
    const reason = expect.stringContaining('OutOfMemoryError') as string;
    expect(await bed.end({ command: greedy })).toMatchObject({ exitCode: 137, reason });
  });

  test('without an image has not started', async () => {
    await bed.define('missing', { image: 'missing/image:1' });
    const reason = expect.stringMatching(/^CannotPullContainerError/) as string;
    const end = { stopCode: 'TaskFailedToStart', exitCode: undefined, reason };
    expect(await bed.end({ taskDefinition: 'missing' })).toMatchObject(end);
  });

  test('whose log group is missing has not started', async () => {
    const options = { ...awslogs.options, 'awslogs-group': '/none' };
    await bed.define('nolog', { command: ['true'], logConfiguration: { ...awslogs, options } });
    const reason = expect.stringContaining('failed to initialize logging driver') as string;
    expect(await bed.end({ taskDefinition: 'nolog' })).toMatchObject({ stopCode: 'TaskFailedToStart', reason });
  });

  const exited = 'EssentialContainerExited';
  const failed = 'TaskFailedToStart';
  test.each([
    ['exit:7;run:50ms', { stopCode: exited, exitCode: 7, reason: undefined }],
    ['oom', { stopCode: exited, exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }],
    ['secrets-error', { stopCode: failed, reason: expect.stringContaining('ResourceInitializationError') as string }],
    ['create-error', { stopCode: failed, reason: expect.stringContaining('CannotCreateContainerError') as string }],
    ['start-error', { stopCode: failed, exitCode: 126, reason: expect.stringContaining('exec format') as string }],
    ['pull-error:CannotPullContainerError: toomanyrequests', { reason: 'CannotPullContainerError: toomanyrequests' }],
    [
      'hang;spot:50ms',
      { stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.', exitCode: 143 },
    ],
  ])('with SCENARIO=%s ends as written', async (scenario, end) => {
    expect(await bed.end({ scenario })).toMatchObject(end);
  });

  test('that is scripted writes lines, which come after its end where the config wants it', async () => {
    const prompt = await bed.start({ scenario: 'exit:0;logs:3' });
    await bed.reaches(prompt);
    expect(await bed.linesOf(prompt)).toEqual(['line 0', 'line 1', 'line 2']);
    aws.control.config({ logLagMs: 1000 });
    const late = await bed.start({ scenario: 'exit:0;log:too late' });
    await bed.reaches(late);
    expect(await bed.linesOf(late)).toEqual([]);
    await sleep(1500);
    expect(await bed.linesOf(late)).toEqual(['too late']);
  });

  test('beside the essential one: its end is an event, and the end of the essential one ends it', async () => {
    await bed.drain(0);
    const sidecar = { image, memory: 64, essential: false };
    const patient = shell('trap "exit 0" TERM; while true; do sleep 0.1; done');
    const containerDefinitions = [
      { name: 'main', image, memory: 64, essential: true, command: shell('sleep 2; exit 4') },
      { ...sidecar, name: 'short', command: ['sleep', '0.7'] },
      { ...sidecar, name: 'long', stopTimeout: 5, command: patient },
    ];
    await bed.ecs.send(new RegisterTaskDefinitionCommand({ family: 'cars', containerDefinitions }));
    const arn = await bed.start({ taskDefinition: 'cars' });
    const { containers = [] } = await bed.reaches(arn);
    expect(containers.map(({ name, exitCode }) => [name, exitCode])).toEqual([
      ['main', 4],
      ['short', 0],
      ['long', 0],
    ]);
    const events = await bed.eventsOf(arn);
    expect(events.map(({ version, lastStatus }) => [version, lastStatus])).toEqual([
      [1, 'PENDING'],
      [2, 'RUNNING'],
      [3, 'RUNNING'],
      [4, 'STOPPED'],
    ]);
    expect(events[2]?.containers.map(({ lastStatus }) => lastStatus)).toEqual(['RUNNING', 'STOPPED', 'RUNNING']);
  });
});

describe('StopTask', () => {
  test('sends SIGTERM, SIGKILL after stopTimeout, and one more event for the wish', async () => {
    await bed.drain(0);
    const arn = await bed.start({ command: shell('trap "" TERM; echo ready; while true; do sleep 0.1; done') });
    await bed.reaches(arn, 'RUNNING');
    // The shell sets its trap.
    await sleep(500);
    const from = Date.now();
    await bed.stop(arn, 'Task terminated by - me');
    const task = await bed.reaches(arn);
    expect(Date.now() - from).toBeGreaterThan(1900);
    const stopped = { stopCode: 'UserInitiated', stoppedReason: 'Task terminated by - me' };
    expect(task).toMatchObject({ ...stopped, containers: [{ exitCode: 137 }] });
    const events = await bed.eventsOf(arn);
    expect(events.map(({ lastStatus, desiredStatus }) => [lastStatus, desiredStatus])).toEqual([
      ['PENDING', 'RUNNING'],
      ['RUNNING', 'RUNNING'],
      ['RUNNING', 'STOPPED'],
      ['STOPPED', 'STOPPED'],
    ]);
  });

  test('while PENDING starts no container; of an unknown task it is refused', async () => {
    const arn = await bed.start({ scenario: 'stuck:PENDING' });
    await bed.stop(arn, 'changed my mind');
    const task = await bed.reaches(arn);
    expect([task.containers?.[0]?.exitCode, task.startedAt]).toEqual([undefined, undefined]);
    await expect(bed.stop('nope', '')).rejects.toMatchObject(
      refusedAs('InvalidParameterException', 'referenced task was not found'),
    );
  });
});

describe('a host', () => {
  test('whose agent is cut off shows a task that ended as RUNNING and DISCONNECTED, and the truth later', async () => {
    const arn = await bed.start({ command: shell('sleep 0.5; exit 5') });
    await bed.reaches(arn, 'RUNNING');
    aws.control.agent(host, false);
    await sleep(1500);
    expect(await bed.task(arn)).toMatchObject({ lastStatus: 'RUNNING', connectivity: 'DISCONNECTED' });
    aws.control.agent(host, true);
    expect((await bed.reaches(arn)).containers).toMatchObject([{ exitCode: 5 }]);
  });

  test('that is gone ends its tasks with TerminationNotice and without an exit code', async () => {
    const doomed = await bed.addHost(16_384, 8192);
    await bed.define('wide', { cpu: 8192 });
    const arn = await bed.start({ taskDefinition: 'wide', command: ['sleep', '30'] });
    await bed.reaches(arn, 'RUNNING');
    aws.control.killHost(doomed);
    const task = await bed.reaches(arn);
    const stoppedReason = `Host EC2 (instance ${doomed}) terminated.`;
    expect(task).toMatchObject({ stopCode: 'TerminationNotice', stoppedReason });
    expect(task.containers?.[0]?.exitCode).toBeUndefined();
  });
});

describe('events', () => {
  test('reach only a queue whose policy lets the rule send', async () => {
    const closed = await bed.addQueue('closed');
    await bed.drain(0);
    const arn = await bed.start({ scenario: 'exit:0' });
    await bed.reaches(arn);
    expect(await bed.eventsOf(arn)).toHaveLength(3);
    expect(await bed.drain(0, closed.url)).toEqual([]);
  });

  test('come twice, never, and out of order where the config wants it', async () => {
    await bed.drain(0);
    aws.control.config({ eventDuplicateChance: 0.3, eventLossChance: 0.3, eventDelayMs: 300 });
    const arns = await Promise.all(Array.from({ length: 10 }, () => bed.start({ scenario: 'exit:0' })));
    for (const arn of arns) await bed.reaches(arn);
    await sleep(500);
    const details = (await bed.drain()).map(({ detail }) => detail);
    const distinct = new Set(details.map(({ taskArn, version }) => `${taskArn} ${version}`));
    expect(distinct.size).toBeLessThan(30);
    expect(details.length).toBeGreaterThan(distinct.size);
    const isInOrder = (arn: string): boolean => {
      const versions = details.filter(({ taskArn }) => taskArn === arn).map(({ version }) => version);
      return versions.every((version, at) => version >= (versions[at - 1] ?? 0));
    };
    expect(arns.every(isInOrder)).toBe(false);
  });

  test('of AWS are sent by AWS alone', async () => {
    const forged = new PutEventsCommand({ Entries: [{ Source: 'aws.ecs', DetailType: 'x', Detail: '{}' }] });
    expect((await bed.events.send(forged)).Entries).toMatchObject([{ ErrorCode: 'NotAuthorizedForSourceException' }]);
  });
});

describe('a call', () => {
  test('that AWS has no shape for is refused and remembered', async () => {
    const target = 'AmazonEC2ContainerServiceV20141113.RunTask';
    const { status } = await fetch(aws.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify({ launchtype: 'EC2', count: '1' }),
    });
    expect(status).toBe(400);
    expect(aws.control.violations()).toEqual([
      'request ecs RunTask: taskDefinition is required',
      'request ecs RunTask: unknown member launchtype',
      'request ecs RunTask.count: not an integer: "1"',
    ]);
    aws.control.calm();
    const form = 'Action=DescribeInstances&InstanceId.1=i-1&MaxResult=5&DryRun=perhaps';
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ec2/aws4_request',
    };
    expect((await fetch(aws.endpoint, { method: 'POST', headers, body: form })).status).toBe(400);
    expect(aws.control.violations()).toEqual([
      'request ec2 DescribeInstances: unknown member MaxResult',
      'request ec2 DescribeInstances.DryRun: not a boolean: "perhaps"',
    ]);
    aws.control.calm();
  });

  test.each<[string, () => Promise<unknown>, { name: string }]>([
    ['for 11 tasks', () => bed.run({ count: 11 }), refusedAs('InvalidParameterException')],
    [
      'with long overrides',
      () => bed.run({ scenario: 'x'.repeat(8192) }),
      refusedAs('InvalidParameterException', '8192'),
    ],
    [
      'with a long client token',
      () => bed.run({ clientToken: 'x'.repeat(65) }),
      refusedAs('InvalidParameterException'),
    ],
    ['with a long startedBy', () => bed.run({ startedBy: 'x'.repeat(129) }), refusedAs('InvalidParameterException')],
    [
      'with an override for no container',
      () => bed.run({ overrides: { containerOverrides: [{ name: 'other' }] } }),
      refusedAs('InvalidParameterException', 'not a container in the TaskDefinition'),
    ],
    [
      'with launch type and capacity provider',
      () => bed.run({ capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }], launchType: 'EC2' }),
      refusedAs('InvalidParameterException'),
    ],
    [
      'about 101 tasks',
      () => bed.ecs.send(new DescribeTasksCommand({ cluster, tasks: Array<string>(101).fill('x') })),
      refusedAs('InvalidParameterException'),
    ],
    [
      'for tasks by startedBy and family',
      () => bed.ecs.send(new ListTasksCommand({ cluster, startedBy: 'a', family: 'b' })),
      refusedAs('InvalidParameterException', 'cannot specify startedBy with other arguments'),
    ],
    [
      'about an unknown cluster',
      () => bed.ecs.send(new DescribeTasksCommand({ cluster: 'nope', tasks: ['x'] })),
      refusedAs('ClusterNotFoundException'),
    ],
    [
      'with an unknown definition',
      () => bed.run({ taskDefinition: 'nope' }),
      refusedAs('ClientException', 'TaskDefinition not found'),
    ],
    [
      'for a Fargate size that is not sold',
      () => bed.define('fargate-odd', {}, { ...fargate, memory: '5000' }),
      refusedAs('ClientException', 'No Fargate configuration'),
    ],
  ])('%s is refused', async (_, call, refusal) => {
    await expect(call()).rejects.toMatchObject(refusal);
  });

  test('with an inactive definition is refused', async () => {
    await bed.define('old');
    await bed.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'old:1' }));
    await expect(bed.run({ taskDefinition: 'old:1' })).rejects.toMatchObject(refusedAs('ClientException', 'inactive'));
  });

  test('is throttled or fails where a fault says so', async () => {
    aws.control.faults([
      { operation: 'StopTask', kind: 'throttle', times: 1 },
      { operation: 'StopTask', kind: 'error', times: 1 },
    ]);
    const stop = () => bed.ecs.send(new StopTaskCommand({ cluster, task: 'x' }));
    await expect(stop()).rejects.toMatchObject(refusedAs('ThrottlingException', 'Rate exceeded'));
    await expect(stop()).rejects.toMatchObject(refusedAs('ServerException'));
    expect(aws.control.calls()).toEqual({
      'ecs.StopTask': 2,
      'ecs.StopTask throttle': 1,
      'ecs.StopTask error': 1,
    });
  });

  test("is throttled beyond AWS's own rate", async () => {
    aws.control.limits(true);
    const registrations = Array.from({ length: 30 }, () => bed.define('rated'));
    const refused = (await Promise.allSettled(registrations)).filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThanOrEqual(9);
    expect(refused.length).toBeLessThanOrEqual(10);
  });
});

describe('behind the same endpoint', () => {
  test('S3 keeps objects and gives ranges of them', async () => {
    const { endpoint } = aws;
    const s3 = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
    const object = { Bucket: 'bucket', Key: 'a/b' };
    await s3.send(new CreateBucketCommand({ Bucket: object.Bucket }));
    await s3.send(new PutObjectCommand({ ...object, Body: '0123456789' }));
    const { Body } = await s3.send(new GetObjectCommand({ ...object, Range: 'bytes=2-4' }));
    expect(await Body?.transformToString()).toBe('234');
    s3.destroy();
  });

  test('STS tells who asks', async () => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sts/aws4_request';
    const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization };
    const body = 'Action=GetCallerIdentity&Version=2011-06-15';
    const answer = await fetch(aws.endpoint, { method: 'POST', headers, body });
    expect(await answer.text()).toContain('<Account>123456789012</Account>');
  });

  test('CloudWatch Logs knows which retention there is, and misses a stream that is not there', async () => {
    const retain = (retentionInDays: number) =>
      bed.logs.send(new PutRetentionPolicyCommand({ logGroupName: logGroup, retentionInDays }));
    await retain(30);
    await expect(retain(31)).rejects.toMatchObject(refusedAs('InvalidParameterException'));
    const missing = new GetLogEventsCommand({ logGroupName: logGroup, logStreamName: 'none' });
    await expect(bed.logs.send(missing)).rejects.toMatchObject(refusedAs('ResourceNotFoundException'));
  });

  test('a page of log events ends at 1 MB, and the forward tokens lead through all of them', async () => {
    const stream = { logGroupName: logGroup, logStreamName: 'long' };
    await bed.logs.send(new CreateLogStreamCommand(stream));
    for (let put = 0; put < 3; put++) {
      const logEvents = Array.from({ length: 6 }, (_, at) => ({
        timestamp: Date.now(),
        message: `${put * 6 + at} `.padEnd(100_000, 'x'),
      }));
      await bed.logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
    }
    const seen: number[][] = [];
    for (let nextToken: string | undefined; seen.at(-1)?.length !== 0;) {
      const page = await bed.logs.send(new GetLogEventsCommand({ ...stream, startFromHead: true, nextToken }));
      seen.push((page.events ?? []).map(({ message }) => Number(message?.split(' ')[0])));
      nextToken = page.nextForwardToken;
    }
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.flat()).toEqual(Array.from({ length: 18 }, (_, at) => at));
  });
});
