/** Tasks: DescribeTasks, ListTasks, StopTask. */
import { clusterOf } from './clusters';
import { invalidParameter } from './errors';
import { requestStop } from './lifecycle';
import { arn } from './names';
import { pageOf, type PageInput } from './page';
import type { Ecs, Task } from './state';
import { shortName, type WireTask } from './wire';

const maxDescribed = 100;

type ListTasks = PageInput & {
  cluster?: string;
  startedBy?: string;
  family?: string;
  serviceName?: string;
  containerInstance?: string;
  launchType?: string;
  desiredStatus?: string;
};

export function taskOperations(ecs: Ecs) {
  return {
    DescribeTasks(input: { cluster?: string; tasks: string[]; include?: string[] }) {
      const cluster = clusterOf(ecs, input).name;
      if (input.tasks.length === 0) throw invalidParameter('Tasks cannot be empty.');
      if (input.tasks.length > maxDescribed) throw invalidParameter('taskIds can have at most 100 items.');
      const all = visibleIn(ecs, cluster);
      const found = input.tasks.flatMap((reference) => find(all, reference) ?? []);
      const missing = input.tasks.filter((reference) => find(all, reference) === undefined);
      const hasTags = input.include?.includes('TAGS') === true;
      return {
        tasks: [...new Set(found)].map(({ wire }) => snapshot(wire, hasTags)),
        failures: missing.map((reference) => ({
          arn: reference.startsWith('arn:') ? reference : arn(`task/${cluster}/${reference}`),
          reason: 'MISSING',
        })),
      };
    },
    ListTasks(input: ListTasks) {
      const others = [input.family, input.serviceName, input.containerInstance, input.launchType];
      if (input.startedBy !== undefined && others.some((other) => other !== undefined)) {
        throw invalidParameter('cannot specify startedBy with other arguments');
      }
      const tasks = visibleIn(ecs, clusterOf(ecs, input).name);
      const asked = tasks.map(({ wire }) => wire).filter((wire) => isAskedFor(wire, input));
      const { items, next } = pageOf(
        asked.map((wire) => wire.taskArn),
        input,
      );
      return { taskArns: items, ...next };
    },
    StopTask(input: { cluster?: string; task: string; reason?: string }) {
      const cluster = clusterOf(ecs, input).name;
      const tasks = [...ecs.tasks.values()].filter((task) => task.cluster === cluster);
      const task = find(tasks, input.task);
      if (task === undefined) throw invalidParameter('The referenced task was not found.');
      requestStop(ecs, task, 'UserInitiated', input.reason ?? 'Task stopped by user');
      return { task: snapshot(task.wire) };
    },
  };
}

/** The task as it is now, for an answer. */
export function snapshot(wire: WireTask, hasTags = true): WireTask {
  return structuredClone(hasTags ? wire : { ...wire, tags: [] });
}

/** Forgets what AWS would have forgotten; what is too new is not there yet. */
function visibleIn(ecs: Ecs, cluster: string): Task[] {
  const now = Date.now();
  for (const [taskArn, { wire }] of ecs.tasks) {
    const isForgotten = wire.stoppedAt !== undefined && wire.stoppedAt * 1000 + ecs.config.stoppedKeptMs < now;
    if (isForgotten) ecs.tasks.delete(taskArn);
  }
  const isOld = ({ wire }: Task): boolean => wire.createdAt * 1000 + ecs.config.consistencyLagMs <= now;
  return [...ecs.tasks.values()].filter((task) => task.cluster === cluster && isOld(task));
}

function find(tasks: Task[], reference: string): Task | undefined {
  return tasks.find(({ wire }) => wire.taskArn === reference || shortName(wire.taskArn) === reference);
}

function isAskedFor(wire: WireTask, input: ListTasks): boolean {
  const host = input.containerInstance;
  return (
    wire.desiredStatus === (input.desiredStatus ?? 'RUNNING') &&
    (input.startedBy === undefined || wire.startedBy === input.startedBy) &&
    (input.family === undefined || shortName(wire.taskDefinitionArn).split(':')[0] === input.family) &&
    (input.launchType === undefined || wire.launchType === input.launchType) &&
    (host === undefined || shortName(wire.containerInstanceArn ?? '') === shortName(host)) &&
    input.serviceName === undefined
  );
}
