/** What ECS shows of tasks: described in batches, found by who started them; and what this process has just seen. */
import {
  DescribeTasksCommand,
  paginateListTasks,
  type ECSClient,
  type ListTasksCommandInput,
} from '@aws-sdk/client-ecs';
import { LRUCache } from 'lru-cache';
import type { AttemptKey } from '../../domain/id';
import { Gather } from './gather';
import { startedBy } from './names';
import { awsError } from './refusal';
import { taskOf, type TaskState } from './task';

/** ECS is consistent in the end only; by then it shows what it has made. */
export const shownWithinMs = 60_000;
const tasksPerCall = 100;
/** Who asks for single tasks within this time shares one call. */
const gatherMs = 20;

export class Lookup {
  private readonly ecs: ECSClient;
  private readonly mode: string;
  private readonly single = new Gather<TaskState>(gatherMs, (cluster, arns) => this.describe(cluster, arns));

  constructor(ecs: ECSClient, mode: string) {
    this.ecs = ecs;
    this.mode = mode;
  }

  /** By ARN; what ECS does not know (any more) is left out. */
  async describe(cluster: string, arns: Iterable<string>): Promise<Map<string, TaskState>> {
    const all = [...new Set(arns)];
    const shown = new Map<string, TaskState>();
    for (let from = 0; from < all.length; from += tasksPerCall) {
      const tasks = all.slice(from, from + tasksPerCall);
      const answer = await this.ecs.send(new DescribeTasksCommand({ cluster, tasks })).catch(noCluster);
      for (const task of (answer?.tasks ?? []).map(taskOf)) shown.set(task.taskArn, task);
    }
    return shown;
  }

  /** Null where ECS does not know it (any more). */
  one(cluster: string, arn: string): Promise<TaskState | null> {
    return this.single.ask(cluster, arn);
  }

  /**
   * The tasks that were ever started for the attempt and are still known, running ones first. ECS's reference says that `startedBy`
   * must be the only filter; that does not mean the desired status, which always has a value.
   */
  async find(cluster: string, key: AttemptKey): Promise<string[]> {
    const by = startedBy(this.mode, key);
    const found: string[] = [];
    for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
      for await (const arns of this.list({ cluster, startedBy: by, desiredStatus })) found.push(...arns);
    }
    return found;
  }

  /** All tasks of the cluster that run or are to run, whoever started them, in parts. */
  async *running(cluster: string): AsyncGenerator<TaskState[]> {
    for await (const arns of this.list({ cluster, desiredStatus: 'RUNNING', maxResults: tasksPerCall })) {
      yield [...(await this.describe(cluster, arns)).values()];
    }
  }

  private async *list(input: ListTasksCommandInput): AsyncGenerator<string[]> {
    try {
      for await (const { taskArns = [] } of paginateListTasks({ client: this.ecs }, input)) yield taskArns;
    } catch (thrown) {
      noCluster(thrown);
    }
  }
}

/** ECS deletes only clusters that have no tasks. */
function noCluster(thrown: unknown): null {
  if (awsError(thrown).name === 'ClusterNotFoundException') return null;
  throw thrown;
}

const remembered = 20_000;

/** What was seen last of each task, by version: what is older comes late. */
export class Seen {
  private readonly tasks = new LRUCache<string, { task: TaskState; at: number }>({ max: remembered });

  take(task: TaskState, at: number): void {
    const known = this.tasks.get(task.taskArn);
    if (known === undefined || task.version >= known.task.version) this.tasks.set(task.taskArn, { task, at });
  }

  last(arn: string): TaskState | null {
    return this.tasks.get(arn)?.task ?? null;
  }

  /** Null where it was not seen since. */
  since(arn: string, at: number): TaskState | null {
    const known = this.tasks.get(arn);
    return known === undefined || known.at < at ? null : known.task;
  }
}
