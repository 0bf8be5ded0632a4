/** A task as ECS shows it, by DescribeTasks or in an event: the part that decides, in one form. Pure. */
import type { Task } from '@aws-sdk/client-ecs';

export type Container = {
  name: string;
  image: string;
  lastStatus: string;
  exitCode: number | null;
  reason: string;
  /** In MiB; null where it has no limit of its own. */
  memoryMb: number | null;
};

/** Times are ms since the epoch. */
export type TaskState = {
  taskArn: string;
  taskDefinitionArn: string;
  startedBy: string | null;
  /** Grows with each change; 0 where it is not told. */
  version: number;
  lastStatus: string;
  desiredStatus: string;
  stopCode: string;
  stoppedReason: string;
  launchType: string;
  /** Null on Fargate, and before it is placed. */
  containerInstanceArn: string | null;
  isConnected: boolean;
  startedAt: number | null;
  stoppedAt: number | null;
  memoryMb: number | null;
  containers: Container[];
};

export function taskOf(shown: Task): TaskState {
  return {
    taskArn: shown.taskArn ?? '',
    taskDefinitionArn: shown.taskDefinitionArn ?? '',
    startedBy: shown.startedBy ?? null,
    version: shown.version ?? 0,
    lastStatus: shown.lastStatus ?? '',
    desiredStatus: shown.desiredStatus ?? '',
    stopCode: shown.stopCode ?? '',
    stoppedReason: shown.stoppedReason ?? '',
    launchType: shown.launchType ?? '',
    containerInstanceArn: shown.containerInstanceArn ?? null,
    isConnected: shown.connectivity !== 'DISCONNECTED',
    startedAt: shown.startedAt?.getTime() ?? null,
    stoppedAt: shown.stoppedAt?.getTime() ?? null,
    memoryMb: numberOrNull(shown.memory),
    containers: (shown.containers ?? []).map((one) => ({
      name: one.name ?? '',
      image: one.image ?? '',
      lastStatus: one.lastStatus ?? '',
      exitCode: one.exitCode ?? null,
      reason: one.reason ?? '',
      memoryMb: numberOrNull(one.memory),
    })),
  };
}

/**
 * The task in the body of an event `ECS Task State Change`; null where it is none. An event is JSON, where times are text: all else
 * has DescribeTasks's form.
 */
export function taskInEvent(body: string): TaskState | null {
  let envelope: unknown;
  try {
    envelope = JSON.parse(body);
  } catch {
    return null;
  }
  const detail = (envelope as { detail?: unknown } | null)?.detail;
  if (typeof detail !== 'object' || detail === null) return null;
  const { startedAt, stoppedAt, containers, ...rest } = detail as Omit<Task, 'startedAt' | 'stoppedAt'> & {
    startedAt?: unknown;
    stoppedAt?: unknown;
  };
  if (typeof rest.taskArn !== 'string' || typeof rest.lastStatus !== 'string') return null;
  return {
    ...taskOf({ ...rest, containers: Array.isArray(containers) ? containers : [] }),
    startedAt: timeOf(startedAt),
    stoppedAt: timeOf(stoppedAt),
  };
}

function timeOf(value: unknown): number | null {
  const ms = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(ms) ? null : ms;
}

function numberOrNull(text: string | undefined): number | null {
  const number = Number(text);
  return text === undefined || Number.isNaN(number) || number === 0 ? null : number;
}
