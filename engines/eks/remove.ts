/** Ends what is there of an attempt: its Job and its pods, until nothing of them is left. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import type { AttemptKey } from '../../domain/id';
import { exitCodeOf, type End } from '../../domain/lifecycle';
import type { Stopped } from '../engine';
import type { Connection } from './connect';
import { jobName } from './manifest';
import { objectsOf, orNull } from './objects';
import { sightOf, whereabouts } from './outcome';
import { time } from './waiting';

const goneStepMs = 1000;
/** A pod that outlives its grace by so much is on a node that does not answer. */
const overdueMs = 10_000;
const complainAfterMs = 120_000;

/** Returns once neither Job nor pod is there. Its own end is one from before it was asked to. */
export async function remove(
  connection: Connection,
  namespace: string,
  key: AttemptKey,
  graceSeconds: number,
): Promise<Stopped> {
  const { batch, core } = connection;
  // A grace of 0 would remove the pod from the API before its container has ended.
  const gracePeriodSeconds = Math.max(1, graceSeconds);
  await orNull(() => batch.deleteNamespacedJob({ namespace, name: jobName(key), propagationPolicy: 'Foreground' }));
  const found: Stopped = { end: null, seenExitCode: null };
  const began = Date.now();
  /** Of each pod, as it was told at first: the kubelet's last request, once all has ended, moves the time of the deletion. */
  const askedAt = new Map<string, number | null>();
  for (;;) {
    const { job, pods } = await objectsOf(connection, namespace, key);
    if (job === null && pods.length === 0) return found;
    const sight = sightOf(job, pods, [], key.runId);
    const isOwnEnd = (pod: V1Pod): boolean =>
      sight.kind === 'ended' && endedBefore(sight.end, askedAt.get(pod.metadata?.name ?? '') ?? deletionAskedAt(pod));
    if (sight.kind === 'ended') {
      found.seenExitCode ??= exitCodeOf(sight.end);
      if (pods.some(isOwnEnd)) found.end = sight.end;
    }
    for (const pod of pods) {
      const name = pod.metadata?.name ?? '';
      if (!askedAt.has(name)) {
        const leaving = await orNull(() => core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds }));
        askedAt.set(name, leaving === null ? null : deletionAskedAt(leaving));
      } else if (await isOnLostNode(connection, pod)) {
        await orNull(() => core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: 0 }));
      }
    }
    if (Date.now() - began > complainAfterMs + gracePeriodSeconds * 1000) {
      const node = whereabouts(pods).node ?? 'no node';
      throw new Error(`pod of ${jobName(key)} on ${node} is not gone yet: the node does not answer`);
    }
    await sleep(goneStepMs);
  }
}

/** Its node is no more: nobody is left who could end the container or tell of it. */
async function isOnLostNode({ core }: Connection, pod: V1Pod): Promise<boolean> {
  const dueAt = time(pod.metadata?.deletionTimestamp);
  const name = pod.spec?.nodeName;
  if (dueAt === null || name === undefined || Date.now() < dueAt + overdueMs) return false;
  return (await orNull(() => core.readNode({ name }))) === null;
}

/**
 * Times are whole seconds. Of an end within the second of the deletion nobody can say which came first: it is the deletion's doing,
 * for commands that end well on TERM are many.
 */
function endedBefore({ finishedAt }: End, askedAt: number | null): boolean {
  return askedAt === null || (finishedAt !== null && finishedAt < askedAt);
}

function deletionAskedAt({ metadata }: V1Pod): number | null {
  const dueAt = time(metadata?.deletionTimestamp);
  return dueAt === null ? null : dueAt - (metadata?.deletionGracePeriodSeconds ?? 0) * 1000;
}
