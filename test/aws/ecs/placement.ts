/** Which host a task gets, or per host why not. */
import { meets } from './constraints';
import { hostsOf, roomOn } from './hosts';
import type { Ecs, Host, Task } from './state';
import type { Failure } from './wire';

/** Puts the task on the first host that has room for it; else says why there is none. */
export function place(ecs: Ecs, task: Task): Failure[] {
  const failures: Failure[] = [];
  for (const host of hostsOf(ecs, task.cluster)) {
    if (host.status !== 'ACTIVE') continue;
    const reason = obstacle(ecs, task, host);
    if (reason === null) {
      task.host = host;
      task.wire.containerInstanceArn = host.arn;
      return [];
    }
    failures.push({ arn: host.arn, reason });
  }
  return failures.length === 0 ? [{ reason: 'RESOURCE:*' }] : failures;
}

function obstacle(ecs: Ecs, task: Task, host: Host): string | null {
  if (!host.isConnected) return 'AGENT';
  const has = host.attributes.map(({ name }) => name);
  // A host that was registered without any attribute stands for one that has all.
  if (has.length > 0 && task.attributes.some((name) => !has.includes(name))) return 'ATTRIBUTE';
  if (!meets(ecs, task, host)) return 'MemberOf placement constraint unsatisfied.';
  const room = roomOn(ecs, host);
  if (room.cpu < task.need.cpu) return 'RESOURCE:CPU';
  if (room.memoryMb < task.need.memoryMb) return 'RESOURCE:MEMORY';
  if (room.gpus < task.need.gpus) return 'RESOURCE:GPU';
  return null;
}
