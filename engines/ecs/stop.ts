/** Ending an attempt's task, and the proof that none is left. */
import { setTimeout as sleep } from 'node:timers/promises';
import { StopTaskCommand, type ECSClient } from '@aws-sdk/client-ecs';
import type { AttemptKey } from '../../domain/id';
import { sawEnd, sawNoEnd, type Stopped } from '../engine';
import { shownWithinMs, type Lookup, type Seen } from './lookup';
import { clusterIn } from './names';
import { sightOf, wasStopped } from './outcome';
import { awsError, sentence } from './refusal';
import type { TaskRef, TaskStore } from './stores';
import type { TaskState } from './task';

const listAgainMs = 2000;
const firstStepMs = 500;
const maxStepMs = 5000;
const complainAfterMs = 120_000;
const maxReasonChars = 255;

export type Stop = {
  /** Returns once nothing of the attempt runs. */
  attempt: (cluster: string, key: AttemptKey) => Promise<Stopped>;
  /** Asks for the end of a task that nobody wants, and waits for nothing. */
  task: (cluster: string, taskArn: string, reason: string) => Promise<void>;
};

export function createStop(parts: {
  ecs: ECSClient;
  lookup: Lookup;
  seen: Seen;
  store: TaskStore;
  stopTimeoutSeconds: number;
}): Stop {
  const { ecs, lookup, seen, store, stopTimeoutSeconds } = parts;

  return {
    async attempt(cluster, key) {
      const [ref] = await store.refs([key]);
      if (ref === undefined || ref === null) return sawNoEnd;
      const arns = await tasksOf(cluster, ref);
      // All are told to stop, whatever becomes of one.
      const stops = await Promise.allSettled(arns.map((arn) => stopTask(cluster, arn, ref)));
      const failed = stops.find((stop) => stop.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      const seen = stops.flatMap((stop) => (stop.status === 'fulfilled' ? [stop.value] : []));
      const own = seen.find(({ end }) => end !== null);
      return own ?? seen.find(({ seenExitCode }) => seenExitCode !== null) ?? sawNoEnd;
    },
    async task(cluster, taskArn, reason) {
      await ask(cluster, taskArn, reason);
    },
  };

  /** Where no answer has told it: by an event, or by what ECS lists once it shows all that it has made. */
  async function tasksOf(cluster: string, ref: TaskRef): Promise<string[]> {
    if (ref.taskArn !== null) return [ref.taskArn];
    if (ref.doubt === null) return [];
    for (const until = ref.doubt.last.getTime() + shownWithinMs; ;) {
      const askedAt = Date.now();
      const [now] = await store.refs([ref]);
      if (typeof now?.taskArn === 'string') return [now.taskArn];
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

  async function stopTask(listedAs: string, arn: string, ref: TaskRef): Promise<Stopped> {
    const reason = reasonOf(ref);
    const cluster = clusterIn(arn) ?? listedAs;
    // Where ECS shows nothing now, it is told to stop all the same.
    const before = await lookup.one(cluster, arn).catch(() => null);
    const over = before === null ? null : stoppedAs(before, reason);
    if (over !== null) return over;
    const askedAt = Date.now();
    if (before?.desiredStatus !== 'STOPPED' && !(await ask(cluster, arn, reason))) {
      const madeMs = askedAt - (ref.placedAt?.getTime() ?? askedAt);
      if (madeMs < shownWithinMs) throw new Error(`ECS does not show task ${arn} yet`);
      return sawNoEnd;
    }
    for (let stepMs = firstStepMs; ; stepMs = Math.min(maxStepMs, stepMs * 2)) {
      await sleep(stepMs);
      // Its event is as good, and costs nothing.
      const task = seen.since(arn, askedAt);
      const told = task === null ? null : stoppedAs(task, reason);
      if (told !== null) return told;
      const shown = await lookup.one(cluster, arn);
      const found = shown === null ? null : stoppedAs(shown, reason);
      if (found !== null) return found;
      if (Date.now() - askedAt > complainAfterMs + stopTimeoutSeconds * 1000) {
        throw new Error(`task ${arn} is not stopped yet${shown?.isConnected === false ? ': its host is cut off' : ''}`);
      }
    }
  }

  /** False: ECS knows no such task. A cluster that is gone has none: ECS deletes no other. */
  async function ask(cluster: string, task: string, reason: string): Promise<boolean> {
    try {
      await ecs.send(new StopTaskCommand({ cluster, task, reason: reason.slice(0, maxReasonChars) }));
      return true;
    } catch (thrown) {
      const error = awsError(thrown);
      if (error.name === 'ClusterNotFoundException') return false;
      if (error.name === 'InvalidParameterException' && /task was not found/i.test(error.message)) return false;
      throw new Error(sentence(error));
    }
  }
}

/** Null while it is not over; no end of its own where we stopped it, even if its command ended well on TERM. */
function stoppedAs(task: TaskState, ourReason: string): Stopped | null {
  const sight = sightOf(task);
  if (sight.kind !== 'ended') return null;
  return sawEnd(sight.end, !(wasStopped(task) && task.stoppedReason === ourReason));
}

/** The original told nobody who it was (§10.5, 80). */
function reasonOf({ cancelledBy }: TaskRef): string {
  const text = cancelledBy === null ? 'Stopped by Flotilla' : `Task terminated by - ${cancelledBy}`;
  return text.slice(0, maxReasonChars);
}
