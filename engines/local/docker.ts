/** Engine `local`, driver docker: each attempt is one container of this machine's Docker engine, named by its key. */
import type Docker from 'dockerode';
import { attemptName, type AttemptKey } from '../../domain/id';
import type { Job } from '../../domain/job';
import type { End } from '../../domain/lifecycle';
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
import { argv } from '../command';
import { answerMs, NoAnswer, refusalOf, statusOf, within, workMs } from './docker-call';
import { followEvents } from './docker-events';
import { attemptLabel, keepLabel, keyOf, labelsOf, ofCluster, runLabel } from './docker-labels';
import { pageOf } from './docker-logs';
import { keptUntil, sightOf } from './docker-outcome';
import { ensureImage } from './docker-pull';

const bytesPerMb = 1024 * 1024;
const cpuUnitsPerCpu = 1024;
const nanosPerCpu = 1e9;
const inspectsAtOnce = 20;
/** Older than this, the answer to `wanted` is asked for again after the start. */
const wantedHoldsMs = 1000;
const tidyEveryMs = 600_000;

export type DockerOptions = {
  docker: Docker;
  clusters: string[];
  keepSeconds: number;
  /** How long Docker may take to show a container. */
  inspectMs?: number;
};

export function createDockerEngine({ docker, clusters, keepSeconds, inspectMs = answerMs }: DockerOptions): Engine {
  async function submit(cluster: string, key: AttemptKey, job: Job, context: SubmitContext): Promise<Submission> {
    const found = await inspect(key);
    if (found !== null) return adopt(found, key, context);
    await context.accepted();
    const missing = await ensureImage(docker, job.image, context);
    if (missing !== null) return { kind: 'ended', end: endWithoutTimes(missing) };
    const created = await create(cluster, key, job);
    if (created !== null) return { kind: 'ended', end: endWithoutTimes(created) };
    const container = await inspect(key);
    // Somebody removed it between the two calls: the next try makes it anew, for it never started.
    if (container === null) throw new Error(`container ${attemptName(key)} vanished before its start`);
    return adopt(container, key, context);
  }

  /** Starts a container that exists and was never started; leaves one that was. */
  async function adopt(
    found: Docker.ContainerInspectInfo,
    key: AttemptKey,
    context: SubmitContext,
  ): Promise<Submission> {
    if (found.Config.Labels[runLabel] !== key.runId || found.Config.Labels[attemptLabel] !== String(key.attempt)) {
      const why = `Container name ${attemptName(key)} already used`;
      return { kind: 'ended', end: endWithoutTimes({ kind: 'not-started', why, mend: 'never' }) };
    }
    const sight = sightOfContainer(found);
    if (sight.kind === 'ended') return { kind: 'ended', end: sight.end };
    if (sight.kind === 'running') return { kind: 'created' };
    const askedAt = Date.now();
    if (!(await context.wanted())) {
      await remove(key);
      return { kind: 'unwanted' };
    }
    const failed = await start(key);
    if (failed !== null) return { kind: 'ended', end: failed };
    // This process may have slept between the question and the start: then the answer is asked for again.
    if (Date.now() - askedAt > wantedHoldsMs && !(await context.wanted())) {
      await context.stopping();
      await stop('', key, 0);
      return { kind: 'unwanted' };
    }
    return { kind: 'created' };
  }

  async function start(key: AttemptKey): Promise<End | null> {
    try {
      await within(workMs, `start ${attemptName(key)}`, (abortSignal) => containerOf(key).start({ abortSignal }));
      return null;
    } catch (error) {
      if (statusOf(error) === 304) return null;
      const after = await inspect(key);
      if (after === null) throw error;
      const sight = sightOfContainer(after);
      if (sight.kind === 'ended') return sight.end;
      throw error;
    }
  }

  /** Returns why the container cannot be made, or null once it exists. */
  async function create(cluster: string, key: AttemptKey, job: Job) {
    const cpus = job.cpu === null ? null : Math.min(job.cpu / cpuUnitsPerCpu, await cpuCount());
    const memoryBytes = job.memoryMb === null ? null : job.memoryMb * bytesPerMb;
    try {
      const options = {
        name: attemptName(key),
        Image: job.image,
        // An entrypoint of the image would swallow the shell: the command is all that runs.
        Entrypoint: argv(job.command),
        Cmd: [],
        Env: job.env.map(({ name, value }) => `${name}=${value}`),
        Labels: labelsOf(cluster, key, keepSeconds),
        ExposedPorts: Object.fromEntries(job.ports.map((port) => [`${port}/tcp`, {}])),
        HostConfig: {
          Privileged: job.privileged,
          PortBindings: Object.fromEntries(job.ports.map((port) => [`${port}/tcp`, [{ HostPort: String(port) }]])),
          RestartPolicy: { Name: 'no' },
          ...(memoryBytes === null ? {} : { Memory: memoryBytes, MemorySwap: memoryBytes }),
          ...(cpus === null ? {} : { NanoCpus: Math.round(cpus * nanosPerCpu) }),
          ...(job.sharedMemoryMb === null ? {} : { ShmSize: job.sharedMemoryMb * bytesPerMb }),
          ...(job.gpu === null || job.gpu === 0
            ? {}
            : {
                DeviceRequests: [{ Driver: '', Count: job.gpu, DeviceIDs: [], Capabilities: [['gpu']], Options: {} }],
              }),
        },
      };
      await within(workMs, `create ${attemptName(key)}`, (abortSignal) =>
        docker.createContainer({ ...options, abortSignal }),
      );
      return null;
    } catch (error) {
      // 409: an earlier call, or another worker, made it.
      if (statusOf(error) === 409) return null;
      return refusalOf(error, job.image, 'create');
    }
  }

  let cpus: number | null = null;
  async function cpuCount(): Promise<number> {
    cpus ??= (await within(answerMs, 'info', () => docker.info() as Promise<{ NCPU: number }>)).NCPU;
    return cpus;
  }

  async function look(_: string, keys: AttemptKey[]): Promise<Sight[]> {
    const sights: Sight[] = [];
    for (let from = 0; from < keys.length; from += inspectsAtOnce) {
      sights.push(...(await Promise.all(keys.slice(from, from + inspectsAtOnce).map(sightNow))));
    }
    return sights;
  }

  async function sightNow(key: AttemptKey): Promise<Sight> {
    try {
      const found = await inspect(key);
      return found === null ? { kind: 'absent' } : sightOfContainer(found);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return listedSight(key, error);
    }
  }

  /** Docker can hang on a single container: it must not hide the others. The list, which waits for none, tells less. */
  async function listedSight(key: AttemptKey, trouble: NoAnswer): Promise<Sight> {
    const [listed] = await list([`${runLabel}=${key.runId}`, `${attemptLabel}=${key.attempt}`]);
    if (listed === undefined) throw trouble;
    return listed.State === 'running' || listed.State === 'paused'
      ? { kind: 'running', startedAt: listed.Created * 1000 }
      : { kind: 'waiting', why: 'Docker does not answer about this container' };
  }

  function list(label: string[], status: string[] = []): Promise<Docker.ContainerInfo[]> {
    const filters = { label, ...(status.length === 0 ? {} : { status }) };
    return within(answerMs, 'list', (abortSignal) => docker.listContainers({ all: true, filters, abortSignal }));
  }

  async function stop(_: string, key: AttemptKey, graceSeconds: number): Promise<Stopped> {
    const found = await inspect(key);
    if (found === null) return sawNoEnd;
    const sight = sightOfContainer(found);
    if (sight.kind === 'ended') return sawEnd(sight.end, true);
    if (sight.kind === 'waiting') {
      await remove(key);
      return sawNoEnd;
    }
    try {
      await within(graceSeconds * 1000 + workMs, `stop ${attemptName(key)}`, (abortSignal) =>
        containerOf(key).stop({ t: graceSeconds, abortSignal }),
      );
    } catch (error) {
      if (statusOf(error) === 404) return sawNoEnd;
      if (statusOf(error) !== 304) throw error;
      // It ended by itself a moment before: told as it was.
      return lastSeen(await inspect(key), true);
    }
    // It is over, whatever Docker answers now.
    return lastSeen(await inspect(key).catch(() => null), false);
  }

  async function remove(key: AttemptKey): Promise<void> {
    try {
      await within(workMs, `remove ${attemptName(key)}`, (abortSignal) =>
        containerOf(key).remove({ force: true, abortSignal }),
      );
    } catch (error) {
      // 404: gone already; 409: another call is removing it.
      if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
    }
  }

  async function observe(cluster: string, see: (sightings: Sighting[]) => void, signal: AbortSignal): Promise<void> {
    // The stream is opened before the list, so that nothing falls between the two.
    const stream = await within(answerMs, 'events', (opening) =>
      docker.getEvents({
        filters: { type: ['container'], label: ofCluster(cluster), event: ['start', 'die', 'destroy'] },
        abortSignal: AbortSignal.any([signal, opening]),
      }),
    );
    await listAll(cluster, see);
    const tidyUp = (): void => void removeOld().catch(() => undefined);
    // At once as well: not every installation runs for so long.
    tidyUp();
    const tidy = setInterval(tidyUp, tidyEveryMs);
    try {
      await followEvents(stream, async (key) => ({ key, sight: await sightNow(key) }), see, signal);
    } finally {
      clearInterval(tidy);
    }
  }

  async function listAll(cluster: string, see: (sightings: Sighting[]) => void): Promise<void> {
    const all = await list(ofCluster(cluster));
    // Ended ones are the catch-up's business: it asks only for those that are still open.
    const running = all.filter(({ State }) => State === 'running').map(({ Labels }) => keyOf(Labels));
    const keys = running.filter((key) => key !== null);
    const sights = await look(cluster, keys);
    const sightings = keys.map((key, n) => ({ key, sight: sights[n] as Sight }));
    if (sightings.length > 0) see(sightings);
  }

  /** Without force: what was started in the meantime stays. One that cannot go now is tried again by the next pass. */
  async function removeOld(): Promise<void> {
    for (const { Id, Labels } of await list([keepLabel], ['exited', 'created', 'dead'])) {
      const container = docker.getContainer(Id);
      const removal = async (): Promise<void> => {
        const found = await within(inspectMs, `inspect ${Id}`, (abortSignal) => container.inspect({ abortSignal }));
        const isOld = Date.now() > keptUntil(found.State, found.Created, Number(Labels[keepLabel]));
        if (isOld) await within(workMs, `remove ${Id}`, (abortSignal) => container.remove({ abortSignal }));
      };
      await removal().catch(() => undefined);
    }
  }

  async function logs(_: string, key: AttemptKey, cursor: string, maxBytes: number): Promise<LogPage> {
    return pageOf(containerOf(key), cursor, maxBytes);
  }

  async function inspect(key: AttemptKey): Promise<Docker.ContainerInspectInfo | null> {
    try {
      return await within(inspectMs, `inspect ${attemptName(key)}`, (abortSignal) =>
        containerOf(key).inspect({ abortSignal }),
      );
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  }

  function containerOf(key: AttemptKey): Docker.Container {
    return docker.getContainer(attemptName(key));
  }

  return {
    name: 'local',
    clusters,
    warning: null,
    maxAdaptedMemoryMb: null,
    submit,
    look,
    stop,
    observe,
    manifest: () => null,
    logs,
  };
}

function lastSeen(found: Docker.ContainerInspectInfo | null, isOwn: boolean): Stopped {
  const sight = found === null ? null : sightOfContainer(found);
  return sight?.kind === 'ended' ? sawEnd(sight.end, isOwn) : sawNoEnd;
}

function sightOfContainer(found: Docker.ContainerInspectInfo): Sight {
  return sightOf(found.State, found.HostConfig.Memory ?? 0);
}
