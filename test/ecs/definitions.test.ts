/**
 * What Flotilla makes at AWS besides tasks, seen for real on Fargate: task definitions, once for the same content over two workers, and
 * the queue with its rule. What is right already, it leaves alone.
 */
import type { ChildProcess } from 'node:child_process';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
} from '@aws-sdk/client-ecs';
import { DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
} from '@aws-sdk/client-sqs';
import { until } from '../stack';
import { credentials, logGroup } from './bed';
import { startEcsStack, type EcsStack } from './stack';

const queue = 'flotilla-status';
const rule = 'flotilla-task-status';
const theirs = {
  Sid: 'theirs',
  Effect: 'Allow',
  Principal: { AWS: '123456789012' },
  Action: 'sqs:ReceiveMessage',
  Resource: '*',
};
const theirRetentionDays = 3;

let bed: EcsStack;
let logs: CloudWatchLogsClient;
let events: EventBridgeClient;
let workers: ChildProcess[] = [];

beforeAll(async () => {
  bed = await startEcsStack({
    ECS_LAUNCH_TYPE: 'FARGATE',
    ECS_NETWORK_MODE: 'awsvpc',
    ECS_SUBNETS: 'subnet-1 subnet-2',
    ECS_SECURITY_GROUPS: 'sg-1',
    ECS_EXECUTION_ROLE_ARN: 'arn:aws:iam::123456789012:role/execution',
    ECS_ENGINE_TASK_ROLE_ARN: 'arn:aws:iam::123456789012:role/task',
  });
  const config = { endpoint: bed.aws.endpoint, region: 'us-east-1', credentials };
  logs = new CloudWatchLogsClient(config);
  events = new EventBridgeClient(config);
  await logs.send(new CreateLogGroupCommand({ logGroupName: logGroup }));
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: logGroup, retentionInDays: theirRetentionDays }));
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [theirs] });
  await bed.sqs.send(new CreateQueueCommand({ QueueName: queue, Attributes: { Policy } }));
  await bed.stack.startApi();
});
afterAll(async () => {
  logs.destroy();
  events.destroy();
  await bed.close();
});

/** How often something was asked for since the start. */
const count = (call: string): number => bed.aws.control.calls()[call] ?? 0;
const registrations = (): number => count('ecs.RegisterTaskDefinition');
const changes = (): Record<string, number> =>
  Object.fromEntries(
    Object.entries(bed.aws.control.calls()).filter(([call]) => /\.(?:Create|Put(?!Events)|Set)/.test(call)),
  );

async function activeRevisions(familyPrefix: string): Promise<string[]> {
  const asked = new ListTaskDefinitionsCommand({ familyPrefix, status: 'ACTIVE' });
  return (await bed.ecs.send(asked)).taskDefinitionArns ?? [];
}

async function ends(runId: string): Promise<void> {
  expect(await bed.stack.reaches(runId, ['STOPPED'])).toMatchObject({ outcome: 'SUCCESS', attempt_count: 1 });
}

const scripted = { env: [{ name: 'SCENARIO', value: 'exit:0' }] };

/** One after the other: each counts what is asked for. */
describe('task definitions', () => {
  test('to create, change and delete a definition asks AWS for nothing', async () => {
    const before = bed.aws.control.calls();
    const id = await bed.define('true');
    expect((await bed.stack.call('PUT', `/task/${id}`, { memory: 128, command: 'exit 1' })).status).toBe(200);
    expect((await bed.stack.call('DELETE', `/task/${id}`)).status).toBe(200);
    expect(bed.aws.control.calls()).toEqual(before);
  });

  test('20 runs of one definition at the same time over two workers register it once', async () => {
    workers = [bed.stack.startWorker(), bed.stack.startWorker()];
    const id = await bed.define('true');
    const runIds = await Promise.all(Array.from({ length: 20 }, () => bed.stack.execute(id, scripted)));
    for (const runId of runIds) await ends(runId);
    expect(registrations()).toBe(1);
    expect(await activeRevisions(id)).toHaveLength(1);
    expect(new Set(runIds.flatMap((runId) => bed.tasks(runId).map(({ taskArn }) => taskArn))).size).toBe(20);
  });

  test('another content is another revision, the same content again none', async () => {
    const id = await bed.define('true');
    const before = registrations();
    await ends(await bed.stack.execute(id, scripted));
    await bed.stack.call('PUT', `/task/${id}`, { memory: 1000 });
    await ends(await bed.stack.execute(id, scripted));
    await bed.stack.call('PUT', `/task/${id}`, { memory: 64 });
    // Command and variables are the run's own.
    await ends(await bed.stack.execute(id, { ...scripted, command: 'exit 0' }));
    expect(registrations() - before).toBe(2);
    expect(await activeRevisions(id)).toHaveLength(2);
  });

  test('one that somebody has deregistered is registered anew, once', async () => {
    const id = await bed.define('true');
    await ends(await bed.stack.execute(id, scripted));
    const before = registrations();
    const [taskDefinition = ''] = await activeRevisions(id);
    await bed.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
    const runIds = await Promise.all(Array.from({ length: 5 }, () => bed.stack.execute(id, scripted)));
    for (const runId of runIds) await ends(runId);
    expect(registrations() - before).toBe(1);
    expect(await activeRevisions(id)).toEqual([taskDefinition.replace(/:1$/, ':2')]);
  });

  test('one whose registration was not answered is found', async () => {
    const before = registrations();
    bed.aws.control.faults([{ service: 'ecs', operation: 'RegisterTaskDefinition', kind: 'lost', times: 1 }]);
    const id = await bed.define('true');
    await ends(await bed.stack.execute(id, scripted));
    expect(count('ecs.RegisterTaskDefinition lost')).toBe(1);
    expect(registrations() - before).toBe(1);
    expect(await activeRevisions(id)).toHaveLength(1);
  });

  test('on Fargate has the size that holds the job, its roles and its network', async () => {
    const id = await bed.define('true', { memory: 1500, cpu: 300, ports: [8080], arch: 'arm64' });
    const runId = await bed.stack.execute(id, { ...scripted, ephemeral_storage: 30_000, arch: 'arm64' });
    await ends(runId);
    const { taskDefinition } = await bed.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: id }));
    expect(taskDefinition).toMatchObject({
      ...{ family: id, networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '512', memory: '2048' },
      executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
      taskRoleArn: 'arn:aws:iam::123456789012:role/task',
      ephemeralStorage: { sizeInGiB: 30 },
      runtimePlatform: { cpuArchitecture: 'ARM64' },
      containerDefinitions: [{ name: id, portMappings: [{ containerPort: 8080 }] }],
    });
    const task = await bed.shown(runId);
    expect(task).toMatchObject({ launchType: 'FARGATE', cpu: '512', memory: '2048' });
    expect(task.attachments).toMatchObject([{ details: [{ name: 'subnetId', value: 'subnet-1' }] }]);
  });

  test('a job that Fargate has no size for is refused before it is a run', async () => {
    const id = await bed.define('true', { memory: 200_000 });
    const launch = { run_tags: { owner_id: 'tester' } };
    expect(await bed.stack.call('PUT', `/task/${id}/execute`, launch)).toMatchObject({ status: 400 });
  });

  test('Fargate without room keeps a run QUEUED with AWS’s reason', async () => {
    bed.aws.control.config({ fargateCapacity: 0 });
    const runId = await bed.stack.execute(await bed.define('true'), scripted);
    expect((await bed.stack.notes(runId, /^Waiting for capacity: Capacity is unavailable at this time/)).status).toBe(
      'QUEUED',
    );
    bed.aws.control.config({ fargateCapacity: Number.POSITIVE_INFINITY });
    await ends(runId);
  });
});

describe('the queue of events', () => {
  const url = async (): Promise<string> =>
    (await bed.sqs.send(new GetQueueUrlCommand({ QueueName: queue }))).QueueUrl ?? '';

  async function statements(): Promise<{ Sid: string }[]> {
    const asked = new GetQueueAttributesCommand({ QueueUrl: await url(), AttributeNames: ['Policy'] });
    const { Attributes = {} } = await bed.sqs.send(asked);
    return (JSON.parse(Attributes.Policy ?? '{"Statement":[]}') as { Statement: { Sid: string }[] }).Statement;
  }

  test('has got its rule, which tells of our tasks only, and a statement besides those of others', async () => {
    const { State, EventPattern } = await events.send(new DescribeRuleCommand({ Name: rule }));
    expect(State).toBe('ENABLED');
    expect(JSON.parse(EventPattern ?? '{}')).toMatchObject({
      detail: { startedBy: [{ prefix: expect.stringMatching(/^flotilla-/) as string }] },
    });
    const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: rule }));
    expect(Targets).toMatchObject([{ Arn: expect.stringContaining(`:${queue}`) as string }]);
    expect(await statements()).toMatchObject([
      theirs,
      { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage' },
    ]);
  });

  test('and the log group are left alone by a further worker, where they are right', async () => {
    const before = changes();
    const opened = count('sqs.GetQueueUrl');
    for (const worker of workers) await bed.stack.kill(worker);
    bed.stack.startWorker();
    await until('it was looked for', () => Promise.resolve(count('sqs.GetQueueUrl') > opened ? true : null), 90);
    await ends(await bed.stack.execute(await bed.define('true'), scripted));
    expect(changes()).toEqual(before);
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroup }));
    expect(logGroups).toMatchObject([{ logGroupName: logGroup, retentionInDays: theirRetentionDays }]);
  });

  test('that somebody deletes is made again, and tells again', async () => {
    await bed.sqs.send(new DeleteQueueCommand({ QueueUrl: await url() }));
    await until('it is there again', async () => ((await statements()).length === 1 ? true : null));
    const runId = await bed.stack.execute(await bed.define('true'), {
      env: [{ name: 'SCENARIO', value: 'exit:0;run:1s' }],
    });
    await ends(runId);
  });
});
