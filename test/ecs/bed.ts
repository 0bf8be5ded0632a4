/** A cluster on a test AWS with a status queue, by AWS's own clients: what the tests of it do again and again. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchLogsClient, CreateLogGroupCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  type ContainerDefinition,
  type RegisterTaskDefinitionCommandInput,
  type RunTaskCommandInput,
  type RunTaskCommandOutput,
  type Task,
} from '@aws-sdk/client-ecs';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { startAws, type TestAws } from '../aws/aws';
import { addHost } from '../aws/host';

export const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
export const cluster = 'main';
export const logGroup = '/flotilla';
/** For Docker the one that the setup has; a process of this machine needs none. */
export const image = process.env['FLOTILLA_TEST_IMAGE'] ?? 'busybox';
export const awslogs = {
  logDriver: 'awslogs' as const,
  options: { 'awslogs-group': logGroup, 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'job' },
};
export const runner = process.env['FLOTILLA_TEST_IMAGE'] === undefined ? 'process' : 'docker';
export const shell = (script: string): string[] => ['sh', '-c', script];
/** A size that is sold. */
export const fargate = {
  requiresCompatibilities: ['FARGATE' as const],
  networkMode: 'awsvpc' as const,
  ...{ cpu: '256', memory: '512', executionRoleArn: 'arn:aws:iam::1:role/x' },
};
const rule = 'flotilla';
const pollMs = 10;

export type Launch = Partial<RunTaskCommandInput> & { command?: string[]; scenario?: string };

/** What an error of AWS's clients must match. */
export function refusedAs(name: string, message = '') {
  return { name, message: expect.stringContaining(message) as string };
}

type TaskEvent = {
  account: string;
  detail: {
    taskArn: string;
    version: number;
    lastStatus: string;
    desiredStatus: string;
    containers: { lastStatus: string }[];
  };
};

export type Bed = Awaited<ReturnType<typeof createBed>>;

export type StartedBed = {
  aws: TestAws;
  bed: Bed;
  /** Instance id of the cluster's first host, 4 CPUs and 8 GB. */
  host: string;
  close: () => Promise<void>;
};

/** With real containers where the setup has a Docker engine. `job` says hello and ends with exit code 3. */
export async function startBed(): Promise<StartedBed> {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-aws-'));
  const aws = await startAws(folder, { runner });
  const bed = await createBed(aws);
  const host = await bed.addHost(4096, 8192);
  await bed.define('job', { command: shell('echo hello; exit 3'), stopTimeout: 2 });
  return {
    ...{ aws, bed, host },
    async close() {
      bed.close();
      await aws.stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function createBed(aws: TestAws) {
  const config = {
    endpoint: aws.endpoint,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  };
  const ecs = new ECSClient(config);
  const sqs = new SQSClient(config);
  const logs = new CloudWatchLogsClient(config);
  const events = new EventBridgeClient(config);
  const ec2 = new EC2Client(config);

  await ecs.send(
    new CreateClusterCommand({ clusterName: cluster, capacityProviders: ['FARGATE', 'FARGATE_SPOT', 'asg'] }),
  );
  await logs.send(new CreateLogGroupCommand({ logGroupName: logGroup }));
  const pattern = { source: ['aws.ecs'], 'detail-type': ['ECS Task State Change'] };
  const { RuleArn } = await events.send(new PutRuleCommand({ Name: rule, EventPattern: JSON.stringify(pattern) }));
  const queue = await addQueue('status');

  /** A target of the rule, which delivers nothing to it as long as no policy lets it. */
  async function addQueue(name: string): Promise<{ url: string; arn: string }> {
    const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    const asked = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] });
    const arn = (await sqs.send(asked)).Attributes?.QueueArn ?? '';
    await events.send(new PutTargetsCommand({ Rule: rule, Targets: [{ Id: name, Arn: arn }] }));
    return { url, arn };
  }

  async function letRuleSend({ url, arn }: { url: string; arn: string }): Promise<void> {
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: arn,
      Condition: { ArnEquals: { 'aws:SourceArn': RuleArn } },
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy } }));
  }

  await letRuleSend(queue);

  async function task(arn: string): Promise<Task> {
    const asked = new DescribeTasksCommand({ cluster, tasks: [arn], include: ['TAGS'] });
    const [found] = (await ecs.send(asked)).tasks ?? [];
    if (found === undefined) throw new Error(`no task ${arn}`);
    return found;
  }

  const bed = {
    ...{ ecs, sqs, logs, events, ec2, queue, task, addQueue },

    addHost: (cpu: number, memoryMb: number): Promise<string> => addHost({ ecs, ec2 }, cluster, { cpu, memoryMb }),

    /** One container, `main`. */
    async define(
      family: string,
      container: Partial<ContainerDefinition> = {},
      more: Partial<RegisterTaskDefinitionCommandInput> = {},
    ): Promise<void> {
      const main = { name: 'main', image, memory: 128, cpu: 64, essential: true, logConfiguration: awslogs };
      const containerDefinitions = [{ ...main, ...container }];
      await ecs.send(new RegisterTaskDefinitionCommand({ family, containerDefinitions, ...more }));
    },

    /** On EC2, unless it says how. */
    run({ command, scenario, ...launch }: Launch = {}): Promise<RunTaskCommandOutput> {
      const environment = scenario === undefined ? [] : [{ name: 'SCENARIO', value: scenario }];
      const isOverridden = command !== undefined || scenario !== undefined;
      const input: RunTaskCommandInput = {
        ...{ cluster, taskDefinition: 'job' },
        ...(launch.capacityProviderStrategy === undefined ? { launchType: 'EC2' } : {}),
        ...(isOverridden ? { overrides: { containerOverrides: [{ name: 'main', command, environment }] } } : {}),
        ...launch,
      };
      return ecs.send(new RunTaskCommand(input));
    },

    /** Its ARN; throws where it could not be placed. */
    async start(launch: Launch = {}): Promise<string> {
      const { tasks = [], failures } = await bed.run(launch);
      const arn = tasks[0]?.taskArn;
      if (arn === undefined) throw new Error(JSON.stringify(failures));
      return arn;
    },

    async reaches(arn: string, status = 'STOPPED', limitMs = 20_000): Promise<Task> {
      const deadline = Date.now() + limitMs;
      for (;;) {
        const now = await task(arn);
        if (now.lastStatus === status) return now;
        if (Date.now() > deadline) throw new Error(`${arn} is still ${now.lastStatus ?? 'nothing'}`);
        await sleep(pollMs);
      }
    },

    /** How a task ended, in AWS's words. */
    async end(launch: Launch = {}) {
      const { stopCode, stoppedReason, containers } = await bed.reaches(await bed.start(launch));
      const main = containers?.[0];
      return { stopCode, stoppedReason, exitCode: main?.exitCode, reason: main?.reason };
    },

    async stop(arn: string, reason: string): Promise<void> {
      await ecs.send(new StopTaskCommand({ cluster, task: arn, reason }));
    },

    /** What has come into a queue, once nothing more has come for `waitSeconds`. */
    async drain(waitSeconds = 1, url = queue.url): Promise<TaskEvent[]> {
      const got: TaskEvent[] = [];
      for (;;) {
        const asked = { QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: waitSeconds };
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(asked));
        if (Messages.length === 0) return got;
        got.push(...Messages.map(({ Body = '' }) => JSON.parse(Body) as TaskEvent));
        const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
      }
    },

    /** Those of one task, in the order of their arrival. */
    async eventsOf(arn: string): Promise<TaskEvent['detail'][]> {
      const all = (await bed.drain()).map(({ detail }) => detail);
      return all.filter(({ taskArn }) => taskArn === arn);
    },

    async linesOf(arn: string): Promise<(string | undefined)[]> {
      const logStreamName = `job/main/${arn.slice(arn.lastIndexOf('/') + 1)}`;
      const asked = new GetLogEventsCommand({ logGroupName: logGroup, logStreamName, startFromHead: true });
      return ((await logs.send(asked)).events ?? []).map(({ message }) => message);
    },

    close(): void {
      for (const client of [ecs, sqs, logs, events, ec2]) client.destroy();
    },
  };
  return bed;
}
