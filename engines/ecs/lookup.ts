/** What ECS shows of tasks: described in batches, found by who started them; and what this process has just seen. */
import { DescribeTasksCommand, ListTasksCommand, type ECSClient } from '@aws-sdk/client-ecs';
import type { AttemptKey } from '../../domain/id';
import { Gather } from './gather';
import { startedBy } from './names';
import { taskOf, type TaskState } from './task';

const tasksPerDescribe = 100;
/** Who asks for single tasks within this time shares one call. */
const gatherMs = 20;

export class Lookup {
  private readonly ecs: ECSClient;
  private readonly mode: string;
  private readonly single: Gather<TaskState>;
  /** By cluster. */

  constructor(ecs: ECSClient, mode: string) {
    this.ecs = ecs;
    this.mode = mode;
    this.single = new Gather(gatherMs, (cluster, arns) => this.describe(cluster, arns));
  }

  /** By ARN; what ECS does not know (any more) is left out. */
  async describe(cluster: string, arns: Iterable<string>): Promise<Map<string, TaskState>> {
    const all = [...new Set(arns)];
    const shown = new Map<string, TaskState>();
    for (let from = 0; from < all.length; from += tasksPerDescribe) {
      const tasks = all.slice(from, from + tasksPerDescribe);
      const answer = await this.ecs.send(new DescribeTasksCommand({ cluster, tasks }));
      for (const task of (answer.tasks ?? []).map(taskOf)) shown.set(task.taskArn, task);
    }
    return shown;
  }

  /** Null where ECS does not know it (any more). */
  one(cluster: string, arn: string): Promise<TaskState | null> {
    return this.single.ask(cluster, arn);
  }

  /** The tasks that were ever started for the attempt and are still known, running ones first. */
  async find(cluster: string, key: AttemptKey): Promise<string[]> {
    const by = startedBy(this.mode, key);
    const found: string[] = [];
    for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
      const { taskArns } = await this.ecs.send(new ListTasksCommand({ cluster, startedBy: by, desiredStatus }));
      found.push(...(taskArns ?? []));
    }
    return found;
  }
}

const remembered = 20_000;

/** What was seen last of each task, by version: older and repeated news is none. */
export class Seen {
  private readonly tasks = new Map<string, { task: TaskState; at: number }>();

  /** Whether it is news. */
  take(task: TaskState, at: number): boolean {
    const known = this.tasks.get(task.taskArn);
    if (known !== undefined && task.version < known.task.version) return false;
    this.tasks.delete(task.taskArn);
    this.tasks.set(task.taskArn, { task, at });
    const [oldest] = this.tasks.keys();
    if (this.tasks.size > remembered && oldest !== undefined) this.tasks.delete(oldest);
    return known === undefined || task.version > known.task.version;
  }

  /** Null where it was not seen since. */
  since(arn: string, at: number): TaskState | null {
    const known = this.tasks.get(arn);
    return known === undefined || known.at < at ? null : known.task;
  }
}
