/** Ending an attempt's task, and the proof that none is left. */
import { setTimeout as sleep } from 'node:timers/promises';
import { StopTaskCommand, type ECSClient } from '@aws-sdk/client-ecs';
import type { AttemptKey } from '../../domain/id';
import type { End } from '../../domain/lifecycle';
import type { Lookup, Seen } from './lookup';
import { sightOf, wasStopped } from './outcome';
import { awsError, sentence } from './refusal';
import type { TaskRef, TaskStore } from './stores';
import { clusterIn } from './names';
import type { TaskState } from './task';

/** ECS lists by then what it has made. Whatever comes later still is stopped when it is seen: nobody wants it. */
const listedWithinMs = 15_000;
const listAgainMs = 2000;
const firstStepMs = 500;
const maxStepMs = 5000;
const complainAfterMs = 120_000;
const maxReasonChars = 255;

export function createStop(parts: {
  ecs: ECSClient;
  lookup: Lookup;
  seen: Seen;
  store: TaskStore;
  stopTimeoutSeconds: number;
}) {
  const { ecs, lookup, seen, store, stopTimeoutSeconds } = parts;

  /** The answer is its end where it ended by itself. */
  return async function stop(cluster: string, key: AttemptKey): Promise<End | null> {
    const [ref] = await store.refs([key]);
    if (ref === undefined || ref === null) return null;
    const ends: (End | null)[] = [];
    for (const arn of await tasksOf(cluster, ref)) ends.push(await stopTask(cluster, arn, ref));
    return ends.find((end) => end !== null) ?? null;
  };

  async function tasksOf(cluster: string, ref: TaskRef): Promise<string[]> {
    if (ref.taskArn !== null) return [ref.taskArn];
    if (ref.unclearSince === null) return [];
    for (const until = ref.unclearSince.getTime() + listedWithinMs; ;) {
      const askedAt = Date.now();
      const found = await lookup.find(cluster, ref);
      const [first] = found;
      if (first !== undefined) {
        await store.placed(ref, first);
        return found;
      }
      if (askedAt > until) return [];
      await sleep(listAgainMs);
    }
  }

  async function stopTask(listedAs: string, arn: string, ref: TaskRef): Promise<End | null> {
    const reason = reasonOf(ref);
    const cluster = clusterIn(arn) ?? listedAs;
    const before = await lookup.one(cluster, arn);
    const over = before === null ? null : endOf(before, reason);
    if (over !== null) return over.end;
    const askedAt = Date.now();
    if (before?.desiredStatus !== 'STOPPED' && !(await ask(cluster, arn, reason))) {
      const madeMs = askedAt - (ref.askedAt?.getTime() ?? 0);
      if (madeMs < listedWithinMs) throw new Error(`ECS does not show task ${arn} yet`);
      return null;
    }
    for (let stepMs = firstStepMs; ; stepMs = Math.min(maxStepMs, stepMs * 2)) {
      await sleep(stepMs);
      // Its event is as good, and costs nothing.
      const task = seen.since(arn, askedAt);
      const ended = task === null ? null : endOf(task, reason);
      if (ended !== null) return ended.end;
      const shown = await lookup.one(cluster, arn);
      // It was there, and ECS has forgotten it.
      if (shown === null && before !== null) return null;
      const end = shown === null ? null : endOf(shown, reason);
      if (end !== null) return end.end;
      if (Date.now() - askedAt > complainAfterMs + stopTimeoutSeconds * 1000) {
        throw new Error(`task ${arn} is not stopped yet${shown?.isConnected === false ? ': its host is cut off' : ''}`);
      }
    }
  }

  /** False: ECS knows no such task. */
  async function ask(cluster: string, task: string, reason: string): Promise<boolean> {
    try {
      await ecs.send(new StopTaskCommand({ cluster, task, reason }));
      return true;
    } catch (thrown) {
      const error = awsError(thrown);
      if (error.name === 'InvalidParameterException' && /task was not found/i.test(error.message)) return false;
      throw new Error(sentence(error));
    }
  }
}

/** Null while it is not over; no end where we stopped it, even if its command ended well on TERM. */
function endOf(task: TaskState, ourReason: string): { end: End | null } | null {
  const sight = sightOf(task);
  if (sight.kind !== 'ended') return null;
  return { end: wasStopped(task) && task.stoppedReason === ourReason ? null : sight.end };
}

/** The original told nobody who it was (§10.5, 80). */
function reasonOf({ cancelledBy }: TaskRef): string {
  const text = cancelledBy === null ? 'Stopped by Flotilla' : `Task terminated by - ${cancelledBy}`;
  return text.slice(0, maxReasonChars);
}
