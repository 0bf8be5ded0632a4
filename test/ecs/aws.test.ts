/** The AWS of the tests behaves as the real one where engine `ecs` depends on it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  DeregisterTaskDefinitionCommand,
  DescribeContainerInstancesCommand,
  DescribeTasksCommand,
  ListContainerInstancesCommand,
  ListTasksCommand,
  RegisterContainerInstanceCommand,
  RegisterTaskDefinitionCommand,
  StopTaskCommand,
} from '@aws-sdk/client-ecs';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { startAws, type TestAws } from '../aws/aws';
import { awslogs, cluster, createBed, image, type Bed, type Launch } from './bed';

const runner = process.env['FLOTILLA_TEST_IMAGE'] === undefined ? 'process' : 'docker';
const fargate = {
  requiresCompatibilities: ['FARGATE' as const],
  networkMode: 'awsvpc' as const,
  ...{ cpu: '256', memory: '512', executionRoleArn: 'arn:aws:iam::1:role/x' },
};
const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
const shell = (script: string): string[] => ['sh', '-c', script];

let folder: string;
let aws: TestAws;
let bed: Bed;
let host: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flotilla-aws-'));
  aws = await startAws(folder, { runner });
  bed = await createBed(aws);
  host = await bed.addHost(4096, 8192);
  await bed.define('job', { command: shell('echo hello; exit 3'), stopTimeout: 2 });
});
beforeEach(() => {
  aws.control.calm();
});
afterEach(() => {
  expect(aws.control.violations()).toEqual([]);
});
afterAll(async () => {
  bed.close();
  await aws.stop();
  await rm(folder, { recursive: true });
});

const refusedAs = (name: string, message = '') => ({ name, message: expect.stringContaining(message) as string });

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

describe('a client token', () => {
  test('gets the same task, three fields of it once stopped, a conflict for other parameters, and is forgotten', async () => {
    const launch: Launch = { clientToken: 'run-9-1', startedBy: 'run-9', scenario: 'exit:0;run:500ms' };
    const arn = await bed.start(launch);
    expect(await bed.start(launch)).toBe(arn);
    const conflict = { name: 'ConflictException', resourceIds: [arn] };
    await expect(bed.run({ ...launch, startedBy: 'run-8' })).rejects.toMatchObject(conflict);
    await bed.reaches(arn);
    const [again = {}] = (await bed.run(launch)).tasks ?? [];
    expect(Object.keys(again).sort()).toEqual(['desiredStatus', 'lastStatus', 'taskArn']);
    aws.control.config({ stoppedKeptMs: 300 });
    await sleep(350);
    expect(await bed.start(launch)).not.toBe(arn);
    const { failures } = await bed.ecs.send(new DescribeTasksCommand({ cluster, tasks: [arn] }));
    expect(failures).toEqual([{ arn, reason: 'MISSING' }]);
  });

  test('replays a placement failure even when there is room: a new try needs a new token', async () => {
    await bed.define('big', { memory: 20_000 });
    const launch: Launch = { taskDefinition: 'big', clientToken: 'big-1', scenario: 'exit:0' };
    expect((await bed.run(launch)).failures).toMatchObject([{ reason: 'RESOURCE:MEMORY' }]);
    await bed.addHost(4096, 32_768);
    expect((await bed.run(launch)).failures).toMatchObject([{ reason: 'RESOURCE:MEMORY' }]);
    expect((await bed.run({ ...launch, clientToken: 'big-2' })).failures).toEqual([]);
  });

  test('finds the task whose answer was lost', async () => {
    aws.control.faults([{ service: 'ecs', operation: 'RunTask', kind: 'lost', times: 1 }]);
    const launch: Launch = { clientToken: 'lost-1', startedBy: 'lost', scenario: 'exit:0;run:1s' };
    await expect(bed.run(launch)).rejects.toThrow();
    const arn = await bed.start(launch);
    const { taskArns } = await bed.ecs.send(new ListTasksCommand({ cluster, startedBy: 'lost' }));
    expect(taskArns).toEqual([arn]);
  });

  test('makes one start of two lost answers, judged by a file that the container writes', async () => {
    const judge = await mkdtemp(join(tmpdir(), 'flotilla-judge-'));
    // A plain process sees the path of the host itself.
    const inside = runner === 'docker' ? '/judge' : judge;
    await bed.define(
      'judge',
      {
        command: shell(`echo started >> ${inside}/starts`),
        mountPoints: [{ sourceVolume: 'judge', containerPath: '/judge' }],
      },
      { volumes: [{ name: 'judge', host: { sourcePath: judge } }] },
    );
    aws.control.faults([{ service: 'ecs', operation: 'RunTask', kind: 'lost', times: 2 }]);
    const launch: Launch = { taskDefinition: 'judge', clientToken: 'judge-1', startedBy: 'judge' };
    await expect(bed.run(launch)).rejects.toThrow();
    await expect(bed.run(launch)).rejects.toThrow();
    await bed.reaches(await bed.start(launch));
    expect(await readFile(join(judge, 'starts'), 'utf8')).toBe('started\n');
    await rm(judge, { recursive: true });
    const records = aws.control.tasks().filter(({ startedBy }) => startedBy === 'judge');
    expect(records).toMatchObject([{ starts: 1, exitCode: 0, lastStatus: 'STOPPED' }]);
  });
});

describe('placement', () => {
  test('in a cluster without container instances is refused', async () => {
    await bed.ecs.send(new CreateClusterCommand({ clusterName: 'empty' }));
    await expect(bed.run({ cluster: 'empty' })).rejects.toMatchObject(
      refusedAs('InvalidParameterException', 'No Container Instances were found in your cluster'),
    );
  });

  test('on a host leads to its EC2 instance', async () => {
    const { containerInstanceArns } = await bed.ecs.send(new ListContainerInstancesCommand({ cluster }));
    const asked = new DescribeContainerInstancesCommand({ cluster, containerInstances: containerInstanceArns });
    const [instance] = (await bed.ecs.send(asked)).containerInstances ?? [];
    expect(instance?.ec2InstanceId).toBe(host);
    const { Reservations } = await bed.ec2.send(new DescribeInstancesCommand({ InstanceIds: [host] }));
    expect(Reservations?.[0]?.Instances?.[0]?.PrivateDnsName).toMatch(/^ip-.*\.internal$/);
  });

  test('fails with ATTRIBUTE where the host lacks what the definition needs', async () => {
    await bed.ecs.send(new CreateClusterCommand({ clusterName: 'bare' }));
    const attributes = [{ name: 'ecs.capability.task-eni' }];
    await bed.ecs.send(new RegisterContainerInstanceCommand({ cluster: 'bare', attributes }));
    expect((await bed.run({ cluster: 'bare' })).failures).toMatchObject([{ reason: 'ATTRIBUTE' }]);
  });

  test('follows constraints on attributes', async () => {
    await bed.ecs.send(new CreateClusterCommand({ clusterName: 'typed' }));
    const [name, driver] = ['ecs.instance-type', 'com.amazonaws.ecs.capability.logging-driver.awslogs'];
    const attributes = [{ name, value: 'm5.large' }, { name: driver }];
    await bed.ecs.send(new RegisterContainerInstanceCommand({ cluster: 'typed', attributes }));
    const failuresFor = async (expression: string): Promise<(string | undefined)[]> => {
      const placementConstraints = [{ type: 'memberOf' as const, expression }];
      const { failures = [] } = await bed.run({ cluster: 'typed', scenario: 'exit:0', placementConstraints });
      return failures.map(({ reason }) => reason);
    };
    expect(await failuresFor('attribute:ecs.instance-type in [m5.large, m5.xlarge]')).toEqual([]);
    expect(await failuresFor('attribute:ecs.instance-type =~ m5.*')).toEqual([]);
    const unsatisfied = ['MemberOf placement constraint unsatisfied.'];
    expect(await failuresFor('attribute:ecs.instance-type == p3.2xlarge')).toEqual(unsatisfied);
    expect(await failuresFor('attribute:ecs.instance-type exists and attribute:stack exists')).toEqual(unsatisfied);
    await expect(failuresFor('nonsense')).rejects.toMatchObject(refusedAs('InvalidParameterException'));
  });

  test('by a capacity provider without room waits in PROVISIONING until a host comes', async () => {
    await bed.define('huge', { memory: 100_000 });
    const capacityProviderStrategy = [{ capacityProvider: 'asg', weight: 1 }];
    const arn = await bed.start({ taskDefinition: 'huge', capacityProviderStrategy, scenario: 'exit:0' });
    await sleep(200);
    expect((await bed.task(arn)).lastStatus).toBe('PROVISIONING');
    await bed.addHost(1024, 128_000);
    await bed.reaches(arn);
  });
});

describe('on Fargate a task', () => {
  test('is PROVISIONING first and DEPROVISIONING before STOPPED; no capacity is a failure without an ARN', async () => {
    await bed.drain(0);
    await bed.define('fargate', { command: ['true'] }, fargate);
    const capacityProviderStrategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
    const launch: Launch = { taskDefinition: 'fargate', capacityProviderStrategy, networkConfiguration };
    const arn = await bed.start(launch);
    expect((await bed.reaches(arn)).capacityProviderName).toBe('FARGATE_SPOT');
    const seen = (await bed.eventsOf(arn)).map(({ lastStatus }) => lastStatus);
    expect(seen).toEqual(['PROVISIONING', 'PENDING', 'RUNNING', 'DEPROVISIONING', 'STOPPED']);
    aws.control.config({ fargateCapacity: 0 });
    const { failures } = await bed.run(launch);
    expect(failures).toEqual([{ reason: expect.stringMatching(/^Capacity is unavailable/) as string }]);
  });

  test('that is asked to stop is DEACTIVATING and STOPPING, too', async () => {
    await bed.drain(0);
    await bed.define('fargate-long', { command: ['sleep', '30'], stopTimeout: 1 }, fargate);
    const launch: Launch = { taskDefinition: 'fargate-long', launchType: 'FARGATE', networkConfiguration };
    const arn = await bed.start(launch);
    await bed.reaches(arn, 'RUNNING');
    await bed.stop(arn, 'enough');
    await bed.reaches(arn);
    const seen = (await bed.eventsOf(arn)).map(({ lastStatus }) => lastStatus);
    expect(seen.slice(-5)).toEqual(['RUNNING', 'DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'STOPPED']);
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
