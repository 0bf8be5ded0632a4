/** Engine `eks`: each attempt is one Kubernetes Job, named by its key, with one pod. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Job } from '@kubernetes/client-node';
import { attemptName, type AttemptKey } from '../../domain/id';
import type { Job } from '../../domain/job';
import {
  endWithoutTimes,
  sawEnd,
  sawNoEnd,
  type Engine,
  type LogPage,
  type Sight,
  type Sighting,
  type SubmitContext,
  type Stopped,
  type Submission,
} from '../engine';
import { Archive } from './archive';
import { connect, type ClusterAccess, type Connection } from './connect';
import { logOf, pageOf, type KeptLogs } from './logs';
import { jobManifest, jobName, memoryOf, readable } from './manifest';
import { keyOf, Mirror } from './mirror';
import { objectsOf, orNull, sightsOf } from './objects';
import { openPodLog } from './pod-log';
import { apiError, refusal, sentence } from './refusal';
import { remove } from './remove';
import { uploadManifest, type S3Folder } from './s3';
import type { EksSettings } from './settings';
import { watchCluster } from './watch';
import { named } from '../words';

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
/** Older than this, the answer to `wanted` is asked for again after the create. */
const wantedHoldsMs = 1000;
/** A mirror that is not whole by then is of a server in trouble. */
const listedWithinMs = 10_000;
const listedStepMs = 50;
/** For the rest of a log whose pod is gone. */
const archiveWaitMs = 10_000;

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
      await context.stopping();
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
    const asked = await sightsOf(await connectionTo(cluster), namespace, unknown);
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

  async function stop(cluster: string, key: AttemptKey, graceSeconds: number): Promise<Stopped> {
    const [sight] = await look(cluster, [key]);
    if (sight === undefined || sight.kind === 'absent') return sawNoEnd;
    if (sight.kind === 'ended') {
      const before = sawEnd(sight.end, true);
      if (sight.stillTrying !== true) return before;
      const last = await removeWithLog(cluster, key, 1, sight.end.startedAt !== null);
      return last.end === null ? { ...before, seenExitCode: before.seenExitCode ?? last.seenExitCode } : last;
    }
    return removeWithLog(cluster, key, graceSeconds, sight.kind === 'running');
  }

  /** Its log goes with the pod: it is read to its end while that is on its way. */
  async function removeWithLog(
    cluster: string,
    key: AttemptKey,
    graceSeconds: number,
    hasLog: boolean,
  ): Promise<Stopped> {
    const archived = hasLog ? await archiveOf(cluster)?.keepToItsEnd(key) : undefined;
    const found = await remove(await connectionTo(cluster), namespace, key, graceSeconds);
    if (archived !== undefined) await Promise.race([archived.kept, sleep(archiveWaitMs)]);
    return found;
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
    const mirror = new Mirror(
      see,
      (key) => archive?.keep(key),
      // Its log goes with the pod, perhaps before its end is seen.
      (key) => void archive?.keepToItsEnd(key),
    );
    // At once: the comparison that begins together with it shall wait for it.
    mirrors.set(cluster, mirror);
    try {
      await watchCluster(await connectionTo(cluster), namespace, mirror, see, until);
    } catch (error) {
      if (!signal.aborted) throw trouble(error);
    } finally {
      done.abort();
      if (mirrors.get(cluster) === mirror) mirrors.delete(cluster);
    }
  }

  async function wholeLog(cluster: string, key: AttemptKey, follow: boolean) {
    // The observer has just seen its pod: two requests fewer for each run.
    const seen = mirrors.get(cluster)?.podsOf(key) ?? [];
    const pod = seen.at(-1) ?? (await objectsOf(await connectionTo(cluster), namespace, key)).pods.at(-1);
    if (pod === undefined) return null;
    return openPodLog(await connectionTo(cluster), logOf(pod, key), { sinceSecond: 0, follow });
  }

  async function logs(cluster: string, key: AttemptKey, cursor: string, maxBytes: number): Promise<LogPage> {
    let connection = null;
    let pod = null;
    try {
      connection = await connectionTo(cluster);
      pod = (await objectsOf(connection, namespace, key)).pods.at(-1) ?? null;
    } catch (error) {
      // The cluster is away: what is kept can be read all the same.
      const page = await pageOf(null, null, kept, key, cursor, maxBytes);
      if (page.lines.length === 0) throw trouble(error);
      return page;
    }
    return pageOf(connection, pod, kept, key, cursor, maxBytes);
  }

  return {
    name: 'eks',
    clusters: [...clusters.keys()],
    warning: null,
    maxAdaptedMemoryMb,
    minimum: { cpu: settings.bounds.minCpu, memoryMb: settings.bounds.minMemoryMb },
    submit: (...args) => named(submit(...args), trouble),
    look: (...args) => named(look(...args), trouble),
    stop: (...args) => named(stop(...args), trouble),
    observe,
    manifest: (_cluster, key, job) => readable(jobManifest(key, job, settings)),
    logs,
  };
}

/** The API's own sentence. */
function trouble(error: unknown): Error {
  return new Error(sentence(apiError(error)));
}
