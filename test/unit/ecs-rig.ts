/** The engine on an AWS of a few lines. */
import type { Task } from '@aws-sdk/client-ecs';
import { attemptName } from '../../domain/id';
import { createEcsEngine } from '../../engines/ecs';
import type { AwsClients } from '../../engines/ecs/client';
import { eventPattern, withStatement } from '../../engines/ecs/queue';
import { fakeClient, memoryDefinitions, memoryTasks, neverAsked, type Row } from './ecs-fakes';
import { key, settings, taskArn } from './ecs-objects';

export type Answers = Parameters<typeof fakeClient>[0];
export const seconds = (n: number): Date => new Date(Date.now() - n * 1000);
export const shown =
  (...tasks: Task[]) =>
  () => ({ tasks, failures: [] });
export const url = 'https://sqs/status';
export const queueArn = 'arn:aws:sqs:us-east-1:1:status';
export const ruleArn = 'arn:aws:events:us-east-1:1:rule/flotilla';
export const policy = withStatement(undefined, queueArn, ruleArn) ?? '';
export const rightQueue: Answers = {
  GetQueueUrl: () => ({ QueueUrl: url }),
  GetQueueAttributes: () => ({ Attributes: { QueueArn: queueArn, Policy: policy } }),
  DescribeRule: () => ({ Arn: ruleArn, State: 'ENABLED', EventPattern: JSON.stringify(eventPattern('test')) }),
  ListTargetsByRule: () => ({ Targets: [{ Id: 'x', Arn: queueArn }] }),
};

export function rig(
  answers: Answers,
  row: Partial<Row> | null = { taskArn, placedAt: seconds(600) },
  more: object = {},
) {
  const rows = new Map(row === null ? [] : [[attemptName(key), { ...neverAsked, ...row }]]);
  const fake = fakeClient({
    ListTasks: () => ({ taskArns: [] }),
    DescribeLogGroups: () => ({ logGroups: [{ logGroupName: 'flotilla' }] }),
    DeleteMessageBatch: () => ({}),
    ...answers,
  });
  const { client } = fake as unknown as { client: AwsClients[keyof AwsClients] };
  const warnings: string[] = [];
  const engine = createEcsEngine({
    clusters: ['main'],
    settings,
    events: null,
    sweepSeconds: { alone: 5, withEvents: 60 },
    clients: {
      ecs: client,
      ecsOnce: client,
      ec2: client,
      sqs: client,
      logs: client,
      events: client,
    } as unknown as AwsClients,
    definitions: memoryDefinitions(),
    tasks: memoryTasks(rows, 'ann@example.com'),
    warn: (text) => {
      warnings.push(text);
    },
    ...more,
  });
  return { ...fake, engine, warnings, row: () => rows.get(attemptName(key)) };
}
