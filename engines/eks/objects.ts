/** Asks the API server about attempts: their Jobs, pods and events, and what these mean. */
import type { CoreV1Event, V1Job, V1Pod } from '@kubernetes/client-node';
import { attemptName, type AttemptKey } from '../../domain/id';
import type { End } from '../../domain/lifecycle';
import type { Sight } from '../engine';
import type { Connection } from './connect';
import { runLabel } from './manifest';
import { keyOf } from './mirror';
import { sightOf } from './outcome';
import { apiError } from './refusal';

/** A selector stands in the URL: so many ids of 36 characters fit. */
const keysPerList = 50;

/** What is there of an attempt. */
export type Objects = { job: V1Job | null; pods: V1Pod[] };

/** By the attempts' names; none is left out. */
export async function sightsOf(
  connection: Connection,
  namespace: string,
  keys: AttemptKey[],
): Promise<Map<string, Sight>> {
  const sights = new Map<string, Sight>();
  for (let from = 0; from < keys.length; from += keysPerList) {
    const batch = keys.slice(from, from + keysPerList);
    const found = await listOf(connection, namespace, batch);
    for (const key of batch) {
      const { job, pods } = found.get(attemptName(key)) ?? { job: null, pods: [] };
      // The container's own end needs no events; why one never began, or who took it away, stands there alone.
      const bare = sightOf(job, pods, [], key.runId);
      const isClear =
        bare.kind === 'running' || bare.kind === 'absent' || (bare.kind === 'ended' && endedByItself(bare.end));
      const events = isClear ? [] : await eventsOf(connection, namespace, job, pods);
      sights.set(attemptName(key), events.length === 0 ? bare : sightOf(job, pods, events, key.runId));
    }
  }
  return sights;
}

export async function objectsOf(connection: Connection, namespace: string, key: AttemptKey): Promise<Objects> {
  return (await listOf(connection, namespace, [key])).get(attemptName(key)) ?? { job: null, pods: [] };
}

async function listOf(
  { batch, core }: Connection,
  namespace: string,
  keys: AttemptKey[],
): Promise<Map<string, Objects>> {
  const labelSelector = `${runLabel} in (${[...new Set(keys.map(({ runId }) => runId))].join(',')})`;
  // Pods first: a Job that ends between the two calls has its pod in the first.
  const pods = await core.listNamespacedPod({ namespace, labelSelector });
  const jobs = await batch.listNamespacedJob({ namespace, labelSelector });
  const found = new Map<string, Objects>();
  const at = (labels: Record<string, string> | undefined): Objects => {
    const key = keyOf(labels);
    const name = key === null ? '' : attemptName(key);
    const one = found.get(name) ?? { job: null, pods: [] };
    found.set(name, one);
    return one;
  };
  for (const pod of pods.items) at(pod.metadata?.labels).pods.push(pod);
  for (const job of jobs.items) at(job.metadata?.labels).job = job;
  return found;
}

async function eventsOf(
  { core }: Connection,
  namespace: string,
  job: V1Job | null,
  pods: V1Pod[],
): Promise<CoreV1Event[]> {
  const names = [job, ...pods].map((object) => object?.metadata?.name).filter((name) => name !== undefined);
  const lists = await Promise.all(
    names.map((name) => core.listNamespacedEvent({ namespace, fieldSelector: `involvedObject.name=${name}` })),
  );
  return lists.flatMap(({ items }) => items);
}

function endedByItself({ outcome }: End): boolean {
  return (outcome.kind === 'exited' && outcome.code !== 137 && outcome.code !== 143) || outcome.kind === 'oom';
}

/** The answer of the API server, null where it says that there is no such object. */
export async function orNull<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (apiError(error).code === 404) return null;
    throw error;
  }
}
