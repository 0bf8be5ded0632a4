/** The AWS of the tests behaves as the real one where engine `ecs` depends on it: which tasks start, and where. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  DescribeContainerInstancesCommand,
  DescribeTasksCommand,
  ListContainerInstancesCommand,
  ListTasksCommand,
  RegisterContainerInstanceCommand,
} from '@aws-sdk/client-ecs';
import type { TestAws } from '../aws/aws';
import { cluster, fargate, refusedAs, runner, shell, startBed, type Bed, type Launch, type StartedBed } from './bed';

const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1'] } };

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

  test('fails with AGENT where the agent is cut off, with RESOURCE:GPU where there are too few', async () => {
    await bed.ecs.send(new CreateClusterCommand({ clusterName: 'gpus' }));
    const totalResources = [
      { name: 'CPU', type: 'INTEGER', integerValue: 4096 },
      { name: 'MEMORY', type: 'INTEGER', integerValue: 8192 },
      { name: 'GPU', type: 'STRINGSET', stringSetValue: ['GPU-a', 'GPU-b'] },
    ];
    const joined = new RegisterContainerInstanceCommand({ cluster: 'gpus', totalResources });
    const { containerInstance } = await bed.ecs.send(joined);
    for (const gpus of ['2', '3']) {
      await bed.define(`gpus-${gpus}`, { resourceRequirements: [{ type: 'GPU', value: gpus }] });
    }
    const failuresOf = async (taskDefinition: string): Promise<(string | undefined)[]> => {
      const { failures = [] } = await bed.run({ cluster: 'gpus', taskDefinition, scenario: 'exit:0' });
      return failures.map(({ reason }) => reason);
    };
    expect(await failuresOf('gpus-3')).toEqual(['RESOURCE:GPU']);
    expect(await failuresOf('gpus-2')).toEqual([]);
    aws.control.agent(containerInstance?.ec2InstanceId ?? '', false);
    expect(await failuresOf('gpus-2')).toEqual(['AGENT']);
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
