/** Engine `eks`: each attempt is one Kubernetes Job, named by its key, with one pod. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CoreV1Event, V1Job, V1Pod } from '@kubernetes/client-node';
import { attemptName, type AttemptKey } from '../../domain/id';
import type { Job } from '../../domain/job';
import type { End } from '../../domain/lifecycle';
import {
  endWithoutTimes,
  type Engine,
  type LogPage,
  type Sight,
  type Sighting,
  type SubmitContext,
  type Submission,
} from '../engine';
import { Archive } from './archive';
import { connect, type ClusterAccess, type Connection } from './connect';
import { follow } from './follow';
import { logOf, pageOf, type KeptLogs } from './logs';
import { memoryOf, jobManifest, jobName, managedByLabel, manager, readable, runLabel } from './manifest';
import { keyOf, Mirror } from './mirror';
import { sightOf, whereabouts } from './outcome';
import { openPodLog } from './pod-log';
import { apiError, refusal, sentence } from './refusal';
import { uploadManifest, type S3Folder } from './s3';
import type { EksSettings } from './settings';
import { time } from './waiting';
import { usageOf, type PodMetrics } from './usage';

export type EksOptions = {
  /** By the names that runs ask for; the first is the default. */
  clusters: ReadonlyMap<string, ClusterAccess>;
  settings: EksSettings;
  /** Null: memory stays as asked for after an OOM kill. */
  maxAdaptedMemoryMb: number | null;
  logs: KeptLogs;
  /** Where what was created is kept for people to read; null keeps it nowhere. */
  manifests: S3Folder | null;
  warn: (text: string, error: unknown) => void;
};

const absent: Sight = { kind: 'absent' };
const ours = `${managedByLabel}=${manager}`;
/** A selector stands in the URL: so many ids of 36 characters fit. */
const keysPerList = 50;
/** Older than this, the answer to `wanted` is asked for again after the create. */
const wantedHoldsMs = 1000;
/** A mirror that is not whole by then is of a server in trouble. */
const listedWithinMs = 10_000;
const listedStepMs = 50;
const goneStepMs = 1000;
/** A pod that outlives its grace by so much is on a node that does not answer. */
const overdueMs = 10_000;
const complainAfterMs = 120_000;
const probeEveryMs = 10_000;
/** So many unanswered questions in a row are an outage, fewer a busy server. */
const probesMissed = 2;
/** For the rest of a log whose pod is gone. */
const archiveWaitMs = 10_000;
const usageEveryMs = 60_000;
/** Where there is no metrics server, it is looked for again after that. */
const noMetricsForMs = 600_000;

export function createEksEngine(options: EksOptions): Engine {
  const { clusters, settings, maxAdaptedMemoryMb, logs: kept, manifests, warn } = options;
  const { namespace } = settings;
  const connections = new Map<string, Promise<Connection>>();
  /** What the observer in this process sees, by cluster. */
  const mirrors = new Map<string, Mirror>();

  function connectionTo(cluster: string): Promise<Connection> {
    const known = connections.get(cluster);
    if (known !== undefined) return known;
    const access = clusters.get(cluster);
    if (access === undefined) throw new Error(`this worker has no cluster ${cluster}`);
    const forget = (): void => {
      connections.delete(cluster);
    };
    const made = connect(access, forget);
    connections.set(cluster, made);
    made.catch(forget);
    return made;
  }

  async function submit(cluster: string, key: AttemptKey, job: Job, context: SubmitContext): Promise<Submission> {
    const { batch } = await connectionTo(cluster);
    const askedAt = Date.now();
    if (!(await context.wanted())) return { kind: 'unwanted' };
    try {
      const body = await batch.createNamespacedJob({ namespace, body: jobManifest(key, job, settings) });
      keepManifest(key, body);
    } catch (thrown) {
      const error = apiError(thrown);
      if (error.code === 409) return adopt(cluster, key, job);
      const refused = refusal(error);
      if (refused === null) throw new Error(sentence(error));
      return refused;
    }
    // This process may have slept between the question and the create: then the answer is asked for again.
    if (Date.now() - askedAt > wantedHoldsMs && !(await context.wanted())) {
      await stop(cluster, key, 1);
      return { kind: 'unwanted' };
    }
    return { kind: 'created', memoryMb: memoryOf(job, settings) };
  }

  /** The name is taken: by an earlier call for this attempt, or by somebody else's Job. */
  async function adopt(cluster: string, key: AttemptKey, job: Job): Promise<Submission> {
    const { batch } = await connectionTo(cluster);
    const found = await orNull(() => batch.readNamespacedJob({ namespace, name: jobName(key) }));
    if (found === null) throw new Error(`the Job ${jobName(key)} is being removed`);
    const of = keyOf(found.metadata?.labels);
    if (of?.runId === key.runId && of.attempt === key.attempt)
      return { kind: 'created', memoryMb: memoryOf(job, settings) };
    const why = `Job name ${jobName(key)} already used`;
    return { kind: 'ended', end: endWithoutTimes({ kind: 'not-started', why, mend: 'never' }) };
  }

  function keepManifest(key: AttemptKey, job: V1Job): void {
    if (manifests === null) return;
    void uploadManifest(manifests, key.runId, readable(job)).then((failed) => {
      if (failed !== null) warn(`the manifest of ${attemptName(key)} is not kept`, failed);
    });
  }

  async function look(cluster: string, keys: AttemptKey[], recent = false): Promise<Sight[]> {
    const mirror = recent ? await listedMirror(cluster) : undefined;
    const known = keys.map((key) => mirror?.sightOf(key) ?? null);
    const unknown = keys.filter((_, n) => (known[n] ?? absent).kind === 'absent');
    const asked = new Map<string, Sight>();
    for (let from = 0; from < unknown.length; from += keysPerList) {
      const batch = unknown.slice(from, from + keysPerList);
      for (const [name, sight] of await ask(cluster, batch)) asked.set(name, sight);
    }
    return keys.map((key, n) => asked.get(attemptName(key)) ?? known[n] ?? absent);
  }

  /** An observer that has just begun lists everything anyhow: asking for the same one by one would be thousands of requests. */
  async function listedMirror(cluster: string): Promise<Mirror | undefined> {
    const mirror = mirrors.get(cluster);
    for (let waitedMs = 0; mirror?.isWhole() === false && waitedMs < listedWithinMs; waitedMs += listedStepMs) {
      await sleep(listedStepMs);
    }
    return mirror;
  }

  /** Straight from the API server. */
  async function ask(cluster: string, keys: AttemptKey[]): Promise<Map<string, Sight>> {
    const shown = await listOf(cluster, keys);
    const sights = new Map<string, Sight>();
    for (const key of keys) {
      const { job, pods } = shown.get(attemptName(key)) ?? { job: null, pods: [] };
      // The container's own end needs no events; why one never began, or who took it away, stands there alone.
      const bare = sightOf(job, pods, [], key.runId);
      const isClear =
        bare.kind === 'running' || bare.kind === 'absent' || (bare.kind === 'ended' && endedByItself(bare.end));
      const events = isClear ? [] : await eventsOf(cluster, job, pods);
      sights.set(attemptName(key), events.length === 0 ? bare : sightOf(job, pods, events, key.runId));
    }
    return sights;
  }

  async function listOf(
    cluster: string,
    keys: AttemptKey[],
  ): Promise<Map<string, { job: V1Job | null; pods: V1Pod[] }>> {
    const { batch, core } = await connectionTo(cluster);
    const labelSelector = `${runLabel} in (${[...new Set(keys.map(({ runId }) => runId))].join(',')})`;
    // Pods first: a Job that ends between the two calls has its pod in the first.
    const pods = await core.listNamespacedPod({ namespace, labelSelector });
    const jobs = await batch.listNamespacedJob({ namespace, labelSelector });
    const shown = new Map<string, { job: V1Job | null; pods: V1Pod[] }>();
    const at = (labels: Record<string, string> | undefined): { job: V1Job | null; pods: V1Pod[] } => {
      const key = keyOf(labels);
      const name = key === null ? '' : attemptName(key);
      const one = shown.get(name) ?? { job: null, pods: [] };
      shown.set(name, one);
      return one;
    };
    for (const pod of pods.items) at(pod.metadata?.labels).pods.push(pod);
    for (const job of jobs.items) at(job.metadata?.labels).job = job;
    return shown;
  }

  async function eventsOf(cluster: string, job: V1Job | null, pods: V1Pod[]): Promise<CoreV1Event[]> {
    const { core } = await connectionTo(cluster);
    const names = [job, ...pods].map((object) => object?.metadata?.name).filter((name) => name !== undefined);
    const lists = await Promise.all(
      names.map((name) => core.listNamespacedEvent({ namespace, fieldSelector: `involvedObject.name=${name}` })),
    );
    return lists.flatMap(({ items }) => items);
  }

  async function stop(cluster: string, key: AttemptKey, graceSeconds: number): Promise<End | null> {
    const [sight] = await look(cluster, [key]);
    if (sight === undefined || sight.kind === 'absent') return null;
    if (sight.kind === 'ended') {
      if (sight.stillTrying !== true) return sight.end;
      const hasLog = sight.end.startedAt !== null;
      return removeWithLog(cluster, key, 1, hasLog).then((end) => end ?? sight.end);
    }
    return removeWithLog(cluster, key, graceSeconds, sight.kind === 'running');
  }

  /** Its log goes with the pod: it is read to its end while that is on its way. */
  async function removeWithLog(
    cluster: string,
    key: AttemptKey,
    graceSeconds: number,
    hasLog: boolean,
  ): Promise<End | null> {
    const archived = hasLog ? await archiveOf(cluster)?.keepToItsEnd(key) : undefined;
    const end = await remove(cluster, key, graceSeconds);
    if (archived !== undefined) await Promise.race([archived.kept, sleep(archiveWaitMs)]);
    return end;
  }

  /** Returns once neither Job nor pod is there. The answer is its end where it had ended by itself before it was asked to. */
  async function remove(cluster: string, key: AttemptKey, graceSeconds: number): Promise<End | null> {
    const { batch, core } = await connectionTo(cluster);
    // A grace of 0 would remove the pod from the API before its container has ended.
    const gracePeriodSeconds = Math.max(1, graceSeconds);
    await orNull(() => batch.deleteNamespacedJob({ namespace, name: jobName(key), propagationPolicy: 'Foreground' }));
    let found: End | null = null;
    const began = Date.now();
    for (let asked = new Set<string>(); ;) {
      const { job, pods } = await shownOf(cluster, key);
      if (job === null && pods.length === 0) return found;
      const sight = sightOf(job, pods, [], key.runId);
      if (sight.kind === 'ended' && pods.some((pod) => endedBefore(pod, sight.end))) found = sight.end;
      for (const pod of pods) {
        const name = pod.metadata?.name ?? '';
        if (!asked.has(name)) {
          await orNull(() => core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds }));
          asked = new Set([...asked, name]);
        } else if (await isOnLostNode(cluster, pod)) {
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
  async function isOnLostNode(cluster: string, pod: V1Pod): Promise<boolean> {
    const dueAt = time(pod.metadata?.deletionTimestamp);
    const name = pod.spec?.nodeName;
    if (dueAt === null || name === undefined || Date.now() < dueAt + overdueMs) return false;
    const { core } = await connectionTo(cluster);
    return (await orNull(() => core.readNode({ name }))) === null;
  }

  async function shownOf(cluster: string, key: AttemptKey): Promise<{ job: V1Job | null; pods: V1Pod[] }> {
    return (await listOf(cluster, [key])).get(attemptName(key)) ?? { job: null, pods: [] };
  }

  const archives = new Map<string, Archive>();

  /** Null where the cluster's own forwarder ships logs. */
  function archiveOf(cluster: string): Archive | null {
    if (kept.kind !== 'ours') return null;
    const archive =
      archives.get(cluster) ?? new Archive(kept.store, (key, follow) => wholeLog(cluster, key, follow), warn);
    archives.set(cluster, archive);
    return archive;
  }

  async function observe(cluster: string, see: (sightings: Sighting[]) => void, signal: AbortSignal): Promise<void> {
    const done = new AbortController();
    const until = AbortSignal.any([signal, done.signal]);
    const archive = archiveOf(cluster);
    const mirror = new Mirror(see, (key) => archive?.keep(key));
    // At once: the comparison that begins together with it shall wait for it.
    mirrors.set(cluster, mirror);
    const base = `namespaces/${namespace}`;
    try {
      const connection = await connectionTo(cluster);
      const { batch, core, watch } = connection;
      await Promise.race([
        follow(
          watch,
          {
            path: `/apis/batch/v1/${base}/jobs`,
            labelSelector: ours,
            list: (limit, _continue) =>
              batch.listNamespacedJob({ namespace, labelSelector: ours, limit, ...next(_continue) }),
          },
          mirror.jobs,
          until,
        ),
        follow(
          watch,
          {
            path: `/api/v1/${base}/pods`,
            labelSelector: ours,
            list: (limit, _continue) =>
              core.listNamespacedPod({ namespace, labelSelector: ours, limit, ...next(_continue) }),
          },
          mirror.pods,
          until,
        ),
        follow(
          watch,
          {
            path: `/api/v1/${base}/events`,
            list: (limit, _continue) => core.listNamespacedEvent({ namespace, limit, ...next(_continue) }),
          },
          mirror.events,
          until,
        ),
        probe(connection, until),
        measure(connection, see, until),
      ]);
    } catch (error) {
      if (!signal.aborted) throw trouble(error);
    } finally {
      done.abort();
      if (mirrors.get(cluster) === mirror) mirrors.delete(cluster);
    }
  }

  /** A server that hangs keeps its watches open: whether it answers is asked. */
  async function probe({ batch }: Connection, signal: AbortSignal): Promise<void> {
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

  async function wholeLog(cluster: string, key: AttemptKey, follow: boolean) {
    // The observer has just seen its pod: two requests fewer for each run.
    const seen = mirrors.get(cluster)?.podsOf(key) ?? [];
    const pod = seen.at(-1) ?? (await shownOf(cluster, key)).pods.at(-1);
    if (pod === undefined) return null;
    return openPodLog(await connectionTo(cluster), logOf(pod, key), { sinceSecond: 0, follow });
  }

  async function logs(cluster: string, key: AttemptKey, cursor: string, maxBytes: number): Promise<LogPage> {
    let connection = null;
    let pod = null;
    try {
      connection = await connectionTo(cluster);
      pod = (await shownOf(cluster, key)).pods.at(-1) ?? null;
    } catch (error) {
      // The cluster is away: what is kept can be read all the same.
      const page = await pageOf(null, null, kept, key, cursor, maxBytes);
      if (page.text === '') throw trouble(error);
      return page;
    }
    return pageOf(connection, pod, kept, key, cursor, maxBytes);
  }

  return {
    name: 'eks',
    clusters: [...clusters.keys()],
    warning: null,
    maxAdaptedMemoryMb,
    submit: (...args) => named(submit(...args)),
    look: (...args) => named(look(...args)),
    stop: (...args) => named(stop(...args)),
    observe,
    manifest: (_cluster, key, job) => readable(jobManifest(key, job, settings)),
    logs,
  };
}

function usageSighting(metrics: PodMetrics): Sighting[] {
  const key = keyOf(metrics.metadata.labels);
  const usage = key === null ? null : usageOf(metrics, key.runId);
  return key === null || usage === null ? [] : [{ key, usage }];
}

function endedByItself({ outcome }: End): boolean {
  return (outcome.kind === 'exited' && outcome.code !== 137 && outcome.code !== 143) || outcome.kind === 'oom';
}

/**
 * Times are whole seconds. Of an end within the second of the deletion nobody can say which came first: it is the deletion's doing,
 * for commands that end well on TERM are many.
 */
function endedBefore({ metadata }: V1Pod, end: End): boolean {
  const dueAt = time(metadata?.deletionTimestamp);
  if (dueAt === null) return true;
  const askedAt = dueAt - (metadata?.deletionGracePeriodSeconds ?? 0) * 1000;
  return end.finishedAt !== null && end.finishedAt < askedAt;
}

/** The answer of the API server, null where it says that there is no such object. */
async function orNull<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (apiError(error).code === 404) return null;
    throw error;
  }
}

/** The client's errors hold bodies and headers: only the API's own sentence leaves here. */
async function named<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw trouble(error);
  }
}

function trouble(error: unknown): Error {
  return new Error(sentence(apiError(error)));
}

function next(_continue: string | undefined): { _continue?: string } {
  return _continue === undefined ? {} : { _continue };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, null, { signal, ref: false }).catch(() => undefined);
}
