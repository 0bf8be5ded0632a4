/** ECS Task State Change events, sent to EventBridge: some twice, some never, some late, as the config wants. */
import type { Upstream } from '../upstream';
import type { Config } from './config';
import { without, type WireTask } from './wire';

const gatherMs = 5;
/** Entries of one PutEvents. */
const maxEntries = 10;

export type TaskEvents = {
  /** The task as it is now. */
  emit: (task: WireTask) => void;
  /** When EventBridge first had the event of a task's end, in ms. */
  toldAt: (taskArn: string) => number | null;
};

type Entry = { Source: string; DetailType: string; Time: number; Resources: string[]; Detail: string };

export function createTaskEvents(of: {
  upstream: Upstream;
  config: Config;
  random: () => number;
  report: (trouble: string) => void;
}): TaskEvents {
  const outbox: { entry: Entry; endOf: string | null }[] = [];
  const toldAt = new Map<string, number>();
  let isFlushing = false;

  async function flush(): Promise<void> {
    try {
      while (outbox.length > 0) {
        const sent = outbox.splice(0, maxEntries);
        await of.upstream.call('events', 'PutEvents', { Entries: sent.map(({ entry }) => entry) });
        for (const { endOf } of sent) if (endOf !== null && !toldAt.has(endOf)) toldAt.set(endOf, Date.now());
      }
    } catch (error) {
      of.report(`events are lost: ${String(error)}`);
    } finally {
      isFlushing = false;
    }
  }

  function post(one: { entry: Entry; endOf: string | null }): void {
    outbox.push(one);
    if (isFlushing) return;
    isFlushing = true;
    setTimeout(() => void flush(), gatherMs).unref();
  }

  return {
    toldAt: (taskArn) => toldAt.get(taskArn) ?? null,
    emit(task) {
      if (of.random() < of.config.eventLossChance) return;
      const one = { entry: entryOf(task), endOf: task.lastStatus === 'STOPPED' ? task.taskArn : null };
      const copies = of.random() < of.config.eventDuplicateChance ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        setTimeout(post, of.config.eventDelayMs * of.random(), one).unref();
      }
    },
  };
}

function entryOf(task: WireTask): Entry {
  const attachments = task.attachments.map((attachment) => ({ ...attachment, type: 'eni' }));
  const detail = Object.entries({ ...without(task, 'tags'), attachments, updatedAt: Date.now() / 1000 }).map(
    ([name, value]) => [
      name,
      name.endsWith('At') && typeof value === 'number' ? new Date(value * 1000).toISOString() : value,
    ],
  );
  return {
    Source: 'aws.ecs',
    DetailType: 'ECS Task State Change',
    Time: Date.now() / 1000,
    Resources: [task.taskArn],
    Detail: JSON.stringify(Object.fromEntries(detail)),
  };
}
