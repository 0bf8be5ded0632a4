/** How ECS objects are named after attempts and definitions, and the way back. Pure. */
import type { AttemptKey } from '../../domain/id';

const maxFamilyChars = 255;
/** `startedBy` has 128 characters: this leaves enough for a run's id and any attempt. */
const maxModeChars = 60;

/** Of the task definition and its container: the definition's id, as the original had it, in the characters that ECS takes. */
export function familyOf(definitionId: string): string {
  // The end of an id is what tells it from others.
  return definitionId.replace(/[^\w-]/g, '_').slice(-maxFamilyChars);
}

/** The family in `arn:aws:ecs:…:task-definition/<family>:<revision>`. */
export function familyIn(taskDefinitionArn: string): string {
  return /task-definition\/([^:]+):\d+$/.exec(taskDefinitionArn)?.[1] ?? '';
}

/** The installation's mode in the characters that ECS takes. */
export function modeName(mode: string): string {
  return mode.replace(/[^\w-]/g, '_').slice(0, maxModeChars);
}

/** How `startedBy` begins for all tasks of an installation. */
export function startedByPrefix(mode: string): string {
  return `flotilla-${modeName(mode)}/`;
}

export function startedBy(mode: string, { runId, attempt }: AttemptKey): string {
  return `${startedByPrefix(mode)}${runId}/${attempt}`;
}

/** Null for tasks of others. */
export function keyIn(mode: string, by: string | null): AttemptKey | null {
  const prefix = startedByPrefix(mode);
  if (by?.startsWith(prefix) !== true) return null;
  const [, runId, attempt] = /^([\w-]+)\/([1-9]\d{0,8})$/.exec(by.slice(prefix.length)) ?? [];
  return runId === undefined ? null : { runId, attempt: Number(attempt) };
}

/** `arn:aws:ecs:…:task/<cluster>/<id>`: the id; before 2018 there was no cluster in it. */
export function taskIdIn(taskArn: string): string {
  return taskArn.slice(taskArn.lastIndexOf('/') + 1);
}

/** The cluster's name in a cluster's or a task's ARN. */
export function clusterIn(arn: string): string | null {
  return /:(?:cluster|task)\/([^/]+)/.exec(arn)?.[1] ?? null;
}
