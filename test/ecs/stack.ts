/** An installation with engine `ecs` on a test AWS of its own. */
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  StopTaskCommand,
  type Attribute,
  type CreateClusterCommandInput,
  type Task,
} from '@aws-sdk/client-ecs';
import { SQSClient } from '@aws-sdk/client-sqs';
import { startAws, type AwsOptions, type TestAws } from '../aws/aws';
import type { TaskRecord } from '../aws/ecs/index';
import { addHost } from '../aws/host';
import { startStack, until, type Stack } from '../stack';
import { cluster, credentials, image, logGroup, runner } from './bed';

const region = 'us-east-1';

export type EcsStack = {
  aws: TestAws;
  stack: Stack;
  ecs: ECSClient;
  ec2: EC2Client;
  sqs: SQSClient;
  /** Instance id of the cluster's first host. */
  host: string;
  /** A definition's id; little CPU and memory unless `more` says otherwise. */
  define(command: string, more?: Record<string, unknown>): Promise<string>;
  /** Defines and executes. */
  start(command: string, definition?: Record<string, unknown>, launch?: Record<string, unknown>): Promise<string>;
  /** Executes a task whose life is written in `scenario` (test/aws/ecs/scenario.ts): no container runs. */
  script(scenario: string, launch?: Record<string, unknown>): Promise<string>;
  /** Every task that was ever made for the run. */
  tasks(runId: string): TaskRecord[];
  /** Those of them that are not over yet. */
  alive(runId: string): TaskRecord[];
  /** Waits for the one task of a run whose command runs, as AWS knows; the run may not show it yet. */
  runningTask(runId: string): Promise<TaskRecord>;
  /** The run's last task, as AWS shows it. */
  shown(runId: string): Promise<Task>;
  /** Stops the run's last task as somebody at AWS does. */
  stopAtAws(runId: string, reason: string): Promise<void>;
  /** A cluster besides the first one, without hosts. */
  addCluster(clusterName: string, more?: CreateClusterCommandInput): Promise<void>;
  /** A host for a cluster; returns its instance id. */
  addHost(of: string, memoryMb: number, attributes?: Attribute[]): Promise<string>;
  /** Waits until its log has the line. */
  says(runId: string, line: string): Promise<void>;
  /** What AWS showed of the last moment of the run's last attempt. */
  seenExitCode(runId: string): Promise<number | null>;
  /** Throws where a request or an answer was not as AWS's models want it. */
  close(): Promise<void>;
};

const hostCpu = 65_536;

/** With one host of 64 CPUs and 256 GB. */
export async function createCluster(endpoint: string): Promise<Pick<EcsStack, 'ecs' | 'ec2' | 'sqs' | 'host'>> {
  const config = { endpoint, region, credentials };
  const ecs = new ECSClient(config);
  const ec2 = new EC2Client(config);
  const sqs = new SQSClient(config);
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  const host = await addHost({ ecs, ec2 }, cluster, { cpu: hostCpu, memoryMb: 262_144 });
  return { ecs, ec2, sqs, host };
}

/** `settings`: environment variables of our processes. `options`: of the AWS. */
export async function startEcsStack(
  settings: Record<string, string> = {},
  options: Partial<AwsOptions> = {},
): Promise<EcsStack> {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-ecs-'));
  const aws = await startAws(folder, { runner, ...options });
  const { ecs, ec2, sqs, host } = await createCluster(aws.endpoint);
  const stack = await startStack('process', {
    ENGINES: 'ecs',
    ECS_CLUSTERS: cluster,
    ECS_LOG_NAMESPACE: logGroup,
    QUEUE_STATUS: 'flotilla-status',
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    RUN_CAPACITY_FIRST_SECONDS: '1',
    RUN_CAPACITY_MAX_SECONDS: '2',
    RUN_RETRY_INFRA_START_FIRST_SECONDS: '1',
    RUN_RETRY_INFRA_LOST_FIRST_SECONDS: '1',
    RUN_RETRY_OOM_FIRST_SECONDS: '1',
    ...settings,
  });
  let scripted: Promise<string> | null = null;

  const bed: EcsStack = {
    ...{ aws, stack, ecs, ec2, sqs, host },
    define: (command, more) => stack.define(command, { image, cpu: 64, memory: 64, ...more }),
    start: async (command, definition, launch) => stack.execute(await bed.define(command, definition), launch),
    script: async (scenario, launch) => {
      scripted ??= bed.define('true');
      return stack.execute(await scripted, { env: [{ name: 'SCENARIO', value: scenario }], ...launch });
    },
    tasks: (runId) => aws.control.tasks().filter(({ startedBy }) => startedBy?.includes(runId) === true),
    alive: (runId) => bed.tasks(runId).filter(({ lastStatus }) => lastStatus !== 'STOPPED'),
    runningTask: (runId) =>
      until(`a task of ${runId} runs`, () =>
        Promise.resolve(bed.tasks(runId).find(({ lastStatus }) => lastStatus === 'RUNNING') ?? null),
      ),
    shown: async (runId) => {
      const asked = bed.tasks(runId).at(-1)?.taskArn ?? '';
      const of = /:task\/([^/]+)/.exec(asked)?.[1] ?? cluster;
      const [task] = (await ecs.send(new DescribeTasksCommand({ cluster: of, tasks: [asked] }))).tasks ?? [];
      if (task === undefined) throw new Error(`AWS shows no task of ${runId}`);
      return task;
    },
    stopAtAws: async (runId, reason) => {
      const { taskArn: task, clusterArn } = await bed.shown(runId);
      await ecs.send(new StopTaskCommand({ cluster: clusterArn, task, reason }));
    },
    addCluster: async (clusterName, more = {}) => {
      await ecs.send(new CreateClusterCommand({ clusterName, ...more }));
    },
    addHost: (of, memoryMb, attributes = []) => addHost({ ecs, ec2 }, of, { cpu: hostCpu, memoryMb, attributes }),
    says: async (runId, line) => {
      await until(`${runId} says ${line}`, async () =>
        (await stack.wholeLog(runId)).split('\n').includes(line) ? true : null,
      );
    },
    seenExitCode: async (runId) => {
      const { rows } = await stack.db.query<{ code: number | null }>(
        'select seen_exit_code as code from attempt where run_id = $1 order by attempt desc limit 1',
        [runId],
      );
      return rows[0]?.code ?? null;
    },
    close: async () => {
      const violations = aws.control.violations();
      await stack.close();
      for (const client of [ecs, ec2, sqs]) client.destroy();
      await aws.stop();
      await rm(folder, { recursive: true, force: true });
      if (violations.length > 0) throw new Error(violations.join('\n'));
    },
  };
  return bed;
}

/** A worker that takes events from the queue already: its observer would wait behind all runs that were there before it. */
export async function startObserved({ stack, aws }: EcsStack): Promise<ChildProcess> {
  const received = (): number => aws.control.calls()['sqs.ReceiveMessage'] ?? 0;
  const before = received();
  const worker = stack.startWorker();
  await until('events are received', () => Promise.resolve(received() > before ? true : null), 120);
  return worker;
}

/** How many runs have not stopped. */
export async function open({ stack }: EcsStack): Promise<number> {
  const { rows } = await stack.db.query<{ open: number }>(
    `select count(*)::int as open from run where phase <> 'STOPPED'`,
  );
  return rows[0]?.open ?? 0;
}
