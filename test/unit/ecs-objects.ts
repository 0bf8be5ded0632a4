/** A job, settings and tasks as ECS shows them, for tables of tests. */
import type { Container as ShownContainer, Task } from '@aws-sdk/client-ecs';
import { anywhere, type Job } from '../../domain/job';
import type { Outcome } from '../../domain/outcome';
import type { EcsSettings } from '../../engines/ecs/settings';
import type { Sight } from '../../engines/engine';

export const key = { runId: 'ecs-4da4-4b1e-8f0a-0123456789abcdef0', attempt: 2 };
export const family = 'etl-4f5cf4a2-cdbe-4b27-b6a7-7b2a1a5d53a1';
export const image = 'registry.example/etl:2';

export const settings: EcsSettings = {
  mode: 'test',
  region: 'us-east-1',
  launch: { kind: 'default' },
  network: { mode: 'host' },
  executionRoleArn: null,
  taskRoleArn: null,
  log: { driver: 'awslogs', options: { 'awslogs-stream-prefix': 'job' }, namespace: 'flotilla', retentionDays: 30 },
  defaults: { cpu: 256, memoryMb: 512 },
  stopTimeoutSeconds: 10,
};
export const fargate: EcsSettings = {
  ...settings,
  launch: { kind: 'type', type: 'FARGATE' },
  network: { mode: 'awsvpc', subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'], assignPublicIp: true },
  executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
  taskRoleArn: 'arn:aws:iam::123456789012:role/task',
};

export const job: Job = {
  ...anywhere,
  source: { definitionId: family, alias: 'etl', groupName: 'team', tags: [] },
  image,
  command: 'python etl.py',
  env: [
    { name: 'FLOTILLA_RUN_ID', value: key.runId },
    { name: 'MODE', value: 'full' },
  ],
  ports: [],
  privileged: false,
  sharedMemoryMb: null,
  memoryMb: 1024,
  cpu: 512,
  gpu: null,
  owner: 'ann',
  deadlineSeconds: 3600,
};

const arn = (rest: string): string => `arn:aws:ecs:us-east-1:123456789012:${rest}`;
export const taskArn = arn('task/main/0123456789abcdef0123456789abcdef');
export const began = '2026-03-01T10:00:05.250Z';
export const over = '2026-03-01T10:01:00.500Z';
const ms = (text: string): number => Date.parse(text);

export const container = (more: Partial<ShownContainer> = {}): ShownContainer => ({
  containerArn: arn('container/main/0123/4567'),
  taskArn,
  name: family,
  image,
  lastStatus: 'RUNNING',
  cpu: '512',
  memory: '1024',
  ...more,
});
/** Running on an instance, where nothing else is said. */
export const task = (more: Partial<Task> = {}, main: Partial<ShownContainer> = {}): Task => ({
  taskArn,
  clusterArn: arn('cluster/main'),
  taskDefinitionArn: arn(`task-definition/${family}:3`),
  startedBy: `flotilla-test/${key.runId}/2`,
  version: 3,
  lastStatus: 'RUNNING',
  desiredStatus: 'RUNNING',
  launchType: 'EC2',
  connectivity: 'CONNECTED',
  memory: '1024',
  startedAt: new Date(began),
  containers: [container(main)],
  ...more,
});
/** By its own end. */
export const exited = (exitCode: number, reason?: string, more: Partial<Task> = {}): Task =>
  task(
    {
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      stoppedAt: new Date(over),
      ...more,
    },
    { lastStatus: 'STOPPED', exitCode, ...(reason === undefined ? {} : { reason }) },
  );
/** By somebody or something else, without an exit code where none is given. */
export const stopped = (
  stopCode: NonNullable<Task['stopCode']>,
  stoppedReason: string,
  main: Partial<ShownContainer> = {},
): Task =>
  task(
    { lastStatus: 'STOPPED', desiredStatus: 'STOPPED', stopCode, stoppedReason, stoppedAt: new Date(over) },
    { lastStatus: 'STOPPED', ...main },
  );
export const beforeStart = (shown: Task): Task => {
  const rest = { ...shown };
  delete rest.startedAt;
  return rest;
};
/** As an instance tells it: the cause stands with the container. */
export const failed = (reason: string, main: Partial<ShownContainer> = {}): Task =>
  beforeStart(stopped('TaskFailedToStart', 'Task failed to start', { reason, ...main }));

export const end = (
  outcome: Outcome,
  startedAt: number | null = null,
  finishedAt: number | null = ms(over),
): Sight => ({
  kind: 'ended',
  end: { outcome, startedAt, finishedAt },
});
export const ran = (outcome: Outcome): Sight => end(outcome, ms(began));
export const notStarted = (why: string, mend: 'never' | 'unlikely' | 'likely' | 'room'): Sight =>
  end({ kind: 'not-started', why, mend });
export const runs: Sight = { kind: 'running', startedAt: ms(began) };
