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
};

type Entry = { Source: string; DetailType: string; Time: number; Resources: string[]; Detail: string };

export function createTaskEvents(of: {
  upstream: Upstream;
  config: Config;
  random: () => number;
  report: (trouble: string) => void;
}): TaskEvents {
  const outbox: Entry[] = [];
  let isFlushing = false;

  async function flush(): Promise<void> {
    try {
      while (outbox.length > 0)
        await of.upstream.call('events', 'PutEvents', { Entries: outbox.splice(0, maxEntries) });
    } catch (error) {
      of.report(`events are lost: ${String(error)}`);
    } finally {
      isFlushing = false;
    }
  }

  function post(entry: Entry): void {
    outbox.push(entry);
    if (isFlushing) return;
    isFlushing = true;
    setTimeout(() => void flush(), gatherMs).unref();
  }

  return {
    emit(task) {
      if (of.random() < of.config.eventLossChance) return;
      const entry = entryOf(task);
      const copies = of.random() < of.config.eventDuplicateChance ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        setTimeout(post, of.config.eventDelayMs * of.random(), entry).unref();
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
