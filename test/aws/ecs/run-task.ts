/** RunTask: what is refused at once, what the token answers, what is placed and what is not. */
import { clusterOf } from './clusters';
import { checkConstraints } from './constraints';
import { findDefinition } from './definitions';
import { clientException, invalidParameter } from './errors';
import { hostsOf } from './hosts';
import { live } from './lifecycle';
import { newTask, type Plan } from './new-task';
import { place } from './placement';
import type { Cluster, Ecs, Task } from './state';
import { snapshot } from './tasks';
import { hashOf, replay } from './tokens';
import type { CapacityProviderStrategy, Failure, RunTask } from './wire';

const maxCount = 10;
const maxOverridesLength = 8192;
const noFargate = 'Capacity is unavailable at this time. Please try again later or in a different availability zone';

export function runOperations(ecs: Ecs) {
  return {
    RunTask(input: RunTask) {
      const cluster = clusterOf(ecs, input);
      check(input);
      const key = input.clientToken === undefined ? null : `${cluster.name} ${input.clientToken}`;
      const hash = hashOf(input);
      const before = key === null ? null : replay(ecs, key, hash);
      if (before !== null) return before;
      const { tasks, failures } = start(ecs, input, planOf(ecs, cluster, input));
      const arns = tasks.map(({ wire }) => wire.taskArn);
      if (key !== null) ecs.tokens.set(key, { hash, arns, failures, at: Date.now() });
      return { tasks: tasks.map(({ wire }) => snapshot(wire)), failures };
    },
  };
}

function start(ecs: Ecs, input: RunTask, plan: Plan): { tasks: Task[]; failures: Failure[] } {
  const tasks: Task[] = [];
  const failures: Failure[] = [];
  for (let at = 0; at < (input.count ?? 1); at++) {
    const task = newTask(input, plan);
    const why = obstacles(ecs, task, plan);
    if (why.length > 0) {
      failures.push(...why);
      continue;
    }
    ecs.tasks.set(task.wire.taskArn, task);
    ecs.history.push(task);
    tasks.push(task);
  }
  for (const task of tasks) {
    ecs.events.emit(task.wire);
    task.life = live(ecs, task);
  }
  return { tasks, failures };
}

/** Why the task cannot be placed now. With a capacity provider it waits for a host instead. */
function obstacles(ecs: Ecs, task: Task, { isFargate, provider }: Plan): Failure[] {
  if (isFargate) {
    const isOpen = (one: Task): boolean => one.isFargate && one.wire.lastStatus !== 'STOPPED';
    const open = [...ecs.tasks.values()].filter(isOpen).length;
    return open < ecs.config.fargateCapacity ? [] : [{ reason: noFargate }];
  }
  const failures = place(ecs, task);
  return provider === null ? failures : [];
}

function check(input: RunTask): void {
  const { count = 1, clientToken, startedBy } = input;
  if (count < 1 || count > maxCount) throw invalidParameter('count cannot be less than 1 or greater than 10.');
  if (clientToken !== undefined && !/^[!-~]{1,64}$/.test(clientToken)) {
    throw invalidParameter('Invalid clientToken. Up to 64 characters in the range of 33-126 are allowed.');
  }
  if (startedBy !== undefined && !/^[\w\-/]{0,128}$/.test(startedBy)) {
    const allowed = 'up to 128 letters, numbers, hyphens, forward slashes and underscores are allowed.';
    throw invalidParameter(`startedBy: ${allowed}`);
  }
  if (JSON.stringify(input.overrides ?? {}).length > maxOverridesLength) {
    throw invalidParameter('Container Overrides length must be at most 8192');
  }
  if (input.launchType !== undefined && (input.capacityProviderStrategy ?? []).length > 0) {
    throw invalidParameter(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
  if (input.propagateTags === 'SERVICE') {
    throw invalidParameter('SERVICE is not a supported value for propagateTags when running a task.');
  }
  if (input.tags?.some(({ key }) => /^aws:/i.test(key)) === true) {
    throw invalidParameter('Tag keys cannot start with aws:.');
  }
  checkConstraints(input.placementConstraints ?? []);
}

function planOf(ecs: Ecs, cluster: Cluster, input: RunTask): Plan {
  const definition = findDefinition(ecs, input.taskDefinition, 'TaskDefinition not found.');
  const { status, containerDefinitions, requiresCompatibilities, networkMode } = definition.wire;
  if (status !== 'ACTIVE') throw clientException('TaskDefinition is inactive');
  for (const { name = '' } of input.overrides?.containerOverrides ?? []) {
    if (!containerDefinitions.some((container) => container.name === name)) {
      throw invalidParameter(`Override for container named ${name} is not a container in the TaskDefinition.`);
    }
  }
  const fallback = input.launchType === undefined ? cluster.defaultStrategy : [];
  const provider = providerOf(input.capacityProviderStrategy ?? fallback);
  if (provider !== null && !cluster.capacityProviders.includes(provider)) {
    throw invalidParameter(`The specified capacity provider '${provider}' is not associated with the cluster.`);
  }
  const isFargate = input.launchType === 'FARGATE' || provider?.startsWith('FARGATE') === true;
  if (isFargate && requiresCompatibilities?.includes('FARGATE') !== true) {
    throw invalidParameter('Task definition does not support launch_type FARGATE.');
  }
  if (networkMode === 'awsvpc' && input.networkConfiguration === undefined) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  const hasHost = hostsOf(ecs, cluster.name).some((host) => host.status === 'ACTIVE');
  if (!isFargate && provider === null && !hasHost) {
    throw invalidParameter('No Container Instances were found in your cluster.');
  }
  return { cluster, definition, provider, isFargate };
}

function providerOf(strategy: CapacityProviderStrategy): string | null {
  const weighed = strategy.find(({ weight = 0, base = 0 }) => weight > 0 || base > 0);
  return (weighed ?? strategy[0])?.capacityProvider ?? null;
}
