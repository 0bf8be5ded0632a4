/** Watches one cluster: what it shows of our Jobs, whether it answers, and what the pods take. */
import type { Sighting } from '../engine';
import { pause } from '../pause';
import type { Connection } from './connect';
import { follow } from './follow';
import { managedByLabel, manager } from './manifest';
import { keyOf, type Mirror } from './mirror';
import { apiError } from './refusal';
import { usageOf, type PodMetrics } from './usage';

const ours = `${managedByLabel}=${manager}`;
const probeEveryMs = 10_000;
/** So many unanswered questions in a row are an outage, fewer a busy server. */
const probesMissed = 2;
const usageEveryMs = 60_000;
/** Where there is no metrics server, it is looked for again after that. */
const noMetricsForMs = 600_000;

/** Keeps the mirror up to date until `signal` is aborted; throws where the cluster cannot be reached. */
export async function watchCluster(
  connection: Connection,
  namespace: string,
  mirror: Mirror,
  see: (sightings: Sighting[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const { batch, core, watch } = connection;
  const base = `namespaces/${namespace}`;
  const of = (limit: number, _continue: string | undefined) => ({
    ...{ namespace, limit },
    ...(_continue === undefined ? {} : { _continue }),
  });
  const selected = { labelSelector: ours };
  const jobs = {
    path: `/apis/batch/v1/${base}/jobs`,
    ...selected,
    list: (limit: number, next: string | undefined) => batch.listNamespacedJob({ ...of(limit, next), ...selected }),
  };
  const pods = {
    path: `/api/v1/${base}/pods`,
    ...selected,
    list: (limit: number, next: string | undefined) => core.listNamespacedPod({ ...of(limit, next), ...selected }),
  };
  // Events bear no labels: the mirror picks ours by the names of their objects.
  const events = {
    path: `/api/v1/${base}/events`,
    list: (limit: number, next: string | undefined) => core.listNamespacedEvent(of(limit, next)),
  };
  await Promise.race([
    follow(watch, jobs, mirror.jobs, signal),
    follow(watch, pods, mirror.pods, signal),
    follow(watch, events, mirror.events, signal),
    probe(connection, namespace, signal),
    measure(connection, namespace, see, signal),
  ]);
}

/** A server that hangs keeps its watches open: whether it answers is asked. */
async function probe({ batch }: Connection, namespace: string, signal: AbortSignal): Promise<void> {
  for (let missed = 0; ;) {
    await pause(missed === 0 ? probeEveryMs : 1000, signal);
    if (signal.aborted) return;
    try {
      await batch.listNamespacedJob({ namespace, labelSelector: ours, limit: 1 });
      missed = 0;
    } catch (error) {
      missed += 1;
      if (missed >= probesMissed) throw error;
    }
  }
}

async function measure(
  { custom }: Connection,
  namespace: string,
  see: (sightings: Sighting[]) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    let waitMs = usageEveryMs;
    try {
      const of = { group: 'metrics.k8s.io', version: 'v1beta1', namespace, plural: 'pods', labelSelector: ours };
      const { items } = (await custom.listNamespacedCustomObject(of)) as { items: PodMetrics[] };
      see(items.flatMap(usageSighting));
    } catch (error) {
      // Usage is nice to have, and not every cluster has somebody who measures it.
      if (apiError(error).code === 404) waitMs = noMetricsForMs;
    }
    await pause(waitMs, signal);
  }
}

function usageSighting(metrics: PodMetrics): Sighting[] {
  const key = keyOf(metrics.metadata.labels);
  const usage = key === null ? null : usageOf(metrics, key.runId);
  return key === null || usage === null ? [] : [{ key, usage }];
}
