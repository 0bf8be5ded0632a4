/** Engine `local`, driver docker: each attempt is one container of this machine's Docker engine, named by its key. */
import type Docker from 'dockerode';
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
import { argv } from '../command';
import { pageOf } from './docker-logs';
import { refusal, sentence, sightOf } from './docker-outcome';

const runLabel = 'flotilla.run_id';
const attemptLabel = 'flotilla.attempt';
/** How long the container is kept after its end, for its logs: written on it, so that any Flotilla may tidy up. */
const keepLabel = 'flotilla.keep_seconds';
const bytesPerMb = 1024 * 1024;
const cpuUnitsPerCpu = 1024;
const nanosPerCpu = 1e9;
const inspectsAtOnce = 20;
/** Older than this, the answer to `wanted` is asked for again after the start. */
const wantedHoldsMs = 1000;
const tidyEveryMs = 600_000;
const minPullNoteMs = 1000;

export type DockerOptions = { docker: Docker; clusters: string[]; keepSeconds: number };

export function createDockerEngine({ docker, clusters, keepSeconds }: DockerOptions): Engine {
  async function submit(_: string, key: AttemptKey, job: Job, context: SubmitContext): Promise<Submission> {
    const found = await inspect(key);
    if (found !== null) return adopt(found, key, context);
    await context.accepted();
    const missing = await ensureImage(job.image, context);
    if (missing !== null) return { kind: 'ended', end: endWithoutTimes(missing) };
    const created = await create(key, job);
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
      await stop('', key, 0);
      return { kind: 'unwanted' };
    }
    return { kind: 'created' };
  }

  async function start(key: AttemptKey): Promise<End | null> {
    try {
      await docker.getContainer(attemptName(key)).start();
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

  /** Pulls the image if this machine lacks it. Returns why that cannot be, or null. */
  async function ensureImage(image: string, context: SubmitContext) {
    // Such a name cannot even be asked for.
    if (!/^[\x21-\x7e]+$/.test(image)) return refusal(image, 'pull', 400, 'invalid reference format');
    try {
      await docker.getImage(image).inspect();
      return null;
    } catch (error) {
      if (statusOf(error) !== 404) return refusalOf(error, image, 'pull');
    }
    context.note(`Pulling image ${image}`);
    try {
      const stream = await docker.pull(image, { abortSignal: context.signal });
      await followPull(stream, image, context);
      return null;
    } catch (error) {
      context.signal.throwIfAborted();
      return refusalOf(error, image, 'pull');
    }
  }

  async function followPull(stream: NodeJS.ReadableStream, image: string, context: SubmitContext): Promise<void> {
    const layers = new Map<string, { current: number; total: number }>();
    let notedAt = Date.now();
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(
        stream,
        (error: Error | null) => {
          if (error) reject(error);
          else resolve();
        },
        (event: { id?: string; status?: string; progressDetail?: { current?: number; total?: number } }) => {
          const { current, total } = event.progressDetail ?? {};
          if (event.id === undefined || event.status !== 'Downloading' || !current || !total) return;
          layers.set(event.id, { current, total });
          if (Date.now() - notedAt < minPullNoteMs) return;
          notedAt = Date.now();
          const sum = (of: 'current' | 'total') =>
            [...layers.values()].reduce((n, layer) => n + layer[of], 0) / bytesPerMb;
          context.note(`Pulling image ${image}: ${sum('current').toFixed(0)} of ${sum('total').toFixed(0)} MB`);
        },
      );
    });
  }

  /** Returns why the container cannot be made, or null once it exists. */
  async function create(key: AttemptKey, job: Job) {
    const cpus = job.cpu === null ? null : Math.min(job.cpu / cpuUnitsPerCpu, await cpuCount());
    const memoryBytes = job.memoryMb === null ? null : job.memoryMb * bytesPerMb;
    try {
      await docker.createContainer({
        name: attemptName(key),
        Image: job.image,
        // An entrypoint of the image would swallow the shell: the command is all that runs.
        Entrypoint: argv(job.command),
        Cmd: [],
        Env: job.env.map(({ name, value }) => `${name}=${value}`),
        Labels: {
          [runLabel]: key.runId,
          [attemptLabel]: String(key.attempt),
          [keepLabel]: String(keepSeconds),
        },
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
      });
      return null;
    } catch (error) {
      // 409: an earlier call, or another worker, made it.
      if (statusOf(error) === 409) return null;
      return refusalOf(error, job.image, 'create');
    }
  }

  let cpus: number | null = null;
  async function cpuCount(): Promise<number> {
    cpus ??= ((await docker.info()) as { NCPU: number }).NCPU;
    return cpus;
  }

  async function look(_: string, keys: AttemptKey[]): Promise<Sight[]> {
    const sights: Sight[] = [];
    for (let from = 0; from < keys.length; from += inspectsAtOnce) {
      const batch = keys.slice(from, from + inspectsAtOnce).map(async (key) => {
        const found = await inspect(key);
        return found === null ? ({ kind: 'absent' } as const) : sightOfContainer(found);
      });
      sights.push(...(await Promise.all(batch)));
    }
    return sights;
  }

  async function stop(_: string, key: AttemptKey, graceSeconds: number): Promise<End | null> {
    const found = await inspect(key);
    if (found === null) return null;
    const sight = sightOfContainer(found);
    if (sight.kind === 'ended') return sight.end;
    if (sight.kind === 'waiting') {
      await remove(key);
      return null;
    }
    try {
      await docker.getContainer(attemptName(key)).stop({ t: graceSeconds });
      return null;
    } catch (error) {
      if (statusOf(error) === 404) return null;
      if (statusOf(error) !== 304) throw error;
      // It ended by itself a moment before: told as it was.
      const after = await inspect(key);
      const last = after === null ? null : sightOfContainer(after);
      return last?.kind === 'ended' ? last.end : null;
    }
  }

  async function remove(key: AttemptKey): Promise<void> {
    try {
      await docker.getContainer(attemptName(key)).remove({ force: true });
    } catch (error) {
      // 404: gone already; 409: another call is removing it.
      if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
    }
  }

  async function observe(_: string, see: (sightings: Sighting[]) => void, signal: AbortSignal): Promise<void> {
    // The stream is opened before the list, so that nothing falls between the two.
    const stream = await docker.getEvents({
      filters: { type: ['container'], label: [runLabel], event: ['start', 'die', 'destroy'] },
      abortSignal: signal,
    });
    await listAll(see);
    const tidy = setInterval(() => void removeOld().catch(() => undefined), tidyEveryMs);
    try {
      await followEvents(stream, see, signal);
    } finally {
      clearInterval(tidy);
    }
  }

  async function listAll(see: (sightings: Sighting[]) => void): Promise<void> {
    const all = await docker.listContainers({ all: true, filters: { label: [runLabel] } });
    // Ended ones are the catch-up's business: it asks only for those that are still open.
    const running = all.filter(({ State }) => State === 'running').map(({ Labels }) => keyOf(Labels));
    const keys = running.filter((key) => key !== null);
    const sights = await look('', keys);
    const sightings = keys.map((key, n) => ({ key, sight: sights[n] as Sight }));
    if (sightings.length > 0) see(sightings);
  }

  function followEvents(
    stream: NodeJS.ReadableStream,
    see: (sightings: Sighting[]) => void,
    signal: AbortSignal,
  ): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      let rest = '';
      // Inspects take their time: each attempt's sights stay in the order of their events.
      const lanes = new Map<string, Promise<void>>();
      stream.on('data', (chunk: Buffer) => {
        const lines = (rest + chunk.toString()).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line.trim() !== '') enqueue(JSON.parse(line) as ContainerEvent);
      });
      const end = (error?: Error): void => {
        if (signal.aborted) resolve();
        else reject(error ?? new Error('Docker closed the stream of events'));
      };
      stream.on('end', () => {
        end();
      });
      stream.on('close', () => {
        end();
      });
      stream.on('error', end);

      function enqueue(event: ContainerEvent): void {
        const key = keyOf(event.Actor.Attributes);
        if (key === null) return;
        const name = attemptName(key);
        const lane = (lanes.get(name) ?? Promise.resolve())
          .then(async () => {
            const [sight] = await look('', [key]);
            if (sight !== undefined) see([{ key, sight }]);
          })
          .catch((error: unknown) => {
            reject(error instanceof Error ? error : new Error(String(error)));
          })
          .finally(() => {
            if (lanes.get(name) === lane) lanes.delete(name);
          });
        lanes.set(name, lane);
      }
    });
  }

  async function removeOld(): Promise<void> {
    const ended = await docker.listContainers({ all: true, filters: { label: [keepLabel], status: ['exited'] } });
    for (const { Id, Labels } of ended) {
      const container = docker.getContainer(Id);
      const { State } = await container.inspect();
      const keepUntil = Date.parse(State.FinishedAt) + Number(Labels[keepLabel]) * 1000;
      if (Date.now() > keepUntil) await container.remove();
    }
  }

  async function logs(_: string, key: AttemptKey, cursor: string, maxBytes: number): Promise<LogPage> {
    return pageOf(docker.getContainer(attemptName(key)), cursor, maxBytes);
  }

  async function inspect(key: AttemptKey): Promise<Docker.ContainerInspectInfo | null> {
    try {
      return await docker.getContainer(attemptName(key)).inspect();
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  }

  return { name: 'local', clusters, warning: null, submit, look, stop, observe, manifest: () => null, logs };
}

type ContainerEvent = { Action: string; Actor: { Attributes: Record<string, string> } };

function keyOf(labels: Record<string, string>): AttemptKey | null {
  const runId = labels[runLabel];
  const attempt = Number(labels[attemptLabel]);
  return runId !== undefined && Number.isInteger(attempt) ? { runId, attempt } : null;
}

function sightOfContainer(found: Docker.ContainerInspectInfo): Sight {
  return sightOf(found.State, found.HostConfig.Memory ?? 0);
}

/** Docker's answer as an outcome; anything that is not the job's fault is thrown. */
function refusalOf(error: unknown, image: string, doing: 'pull' | 'create') {
  const message = error instanceof Error ? error.message : String(error);
  const status = statusOf(error);
  // Without an answer of the engine (socket gone) it is the engine's own trouble; a pull's stream has no status.
  if (status === null && doing === 'create') throw error;
  const outcome = refusal(image, doing, status ?? 0, message);
  if (outcome === null) throw new Error(sentence(message));
  return outcome;
}

function statusOf(error: unknown): number | null {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : null;
}
