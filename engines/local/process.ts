/**
 * Engine `local`, driver process: each attempt is a process group of this machine, without isolation. For machines without
 * Docker. A supervisor (supervise.sh) outlives the worker, so that children are adopted again and no exit code is lost.
 */
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { attemptName, type AttemptKey } from '../../domain/id';
import type { Job } from '../../domain/job';
import type { End } from '../../domain/lifecycle';
import type { Engine, LogPage, Sight, Sighting, SubmitContext, Submission } from '../engine';
import { launcher, wrap } from '../command';
import { isGroupAlive, signalGroup, type Leader } from './process-group';

const supervisor = join(__dirname, 'supervise.sh');
/** A supervisor writes its pid at once; one that has not after this long died before it could. */
const pidWithinMs = 10_000;
const waitStepMs = 10;
const liveCheckMs = 2000;
const tidyEveryMs = 600_000;
/** What the command gets of the worker's own environment. */
const passedOn = ['PATH', 'HOME', 'LANG', 'TMPDIR'];

export type ProcessOptions = {
  /** Where each attempt has its folder; shared by worker and API of this machine. */
  folder: string;
  clusters: string[];
  keepSeconds: number;
};

export function createProcessEngine({ folder, clusters, keepSeconds }: ProcessOptions): Engine {
  const bells = join(folder, 'bells');
  const folderOf = (key: AttemptKey): string => join(folder, attemptName(key));

  async function submit(_: string, key: AttemptKey, job: Job, context: SubmitContext): Promise<Submission> {
    const dir = folderOf(key);
    await mkdir(bells, { recursive: true });
    await mkdir(join(dir, 'work'), { recursive: true });
    if (!(await exists(join(dir, 'claim')))) {
      await writeFile(join(dir, 'key.json'), JSON.stringify(key));
      // For the command alone, and removed once it is over: not on a command line, where everybody could read it.
      await writeFile(join(dir, 'env'), exportsOf(job), { mode: 0o600 });
      await context.accepted();
      if (!(await context.wanted())) return { kind: 'unwanted' };
      // Harmless if another supervisor or a stop was faster: only one can make the claim.
      start(dir, job);
      await until(() => exists(join(dir, 'claim')), pidWithinMs);
    }
    const sight = await sightOf(key);
    if (sight.kind === 'ended') return { kind: 'ended', end: sight.end };
    return sight.kind === 'absent' ? { kind: 'unwanted' } : { kind: 'created' };
  }

  function start(dir: string, job: Job): void {
    const base = Object.fromEntries(passedOn.map((name) => [name, process.env[name]]));
    const child = spawn('/bin/sh', [supervisor, dir, launcher, wrap(job.command)], {
      detached: true,
      stdio: 'ignore',
      cwd: dir,
      // The supervisor's own tools must not depend on the job's PATH.
      env: base,
    });
    // A failed spawn leaves no claim: `submit` throws for it and is tried again.
    child.on('error', () => undefined);
    child.unref();
  }

  async function look(_: string, keys: AttemptKey[]): Promise<Sight[]> {
    return Promise.all(keys.map(sightOf));
  }

  async function sightOf(key: AttemptKey): Promise<Sight> {
    const dir = folderOf(key);
    const claimedAt = await timeOf(join(dir, 'claim'));
    if (claimedAt === null || (await exists(join(dir, 'stopped')))) return { kind: 'absent' };
    const leader = await leaderOf(dir);
    if (leader === null) {
      if (Date.now() - claimedAt < pidWithinMs) return { kind: 'waiting', why: null };
      return ended({ kind: 'lost', why: 'The supervisor of the process vanished before it began' }, null, null);
    }
    // The order matters: alive first, then the exit, which is written before the supervisor's death.
    const alive = isGroupAlive(leader);
    const exit = await readOrNull(join(dir, 'exit'));
    if (exit !== null) {
      return ended({ kind: 'exited', code: Number(exit) }, leader.since, await timeOf(join(dir, 'exit')));
    }
    if (alive) return { kind: 'running', startedAt: leader.since };
    return ended({ kind: 'lost', why: 'The process vanished without an exit code' }, leader.since, null);
  }

  async function stop(_: string, key: AttemptKey, graceSeconds: number): Promise<End | null> {
    const dir = folderOf(key);
    await mkdir(dir, { recursive: true });
    if (await claim(dir)) {
      await writeFile(join(dir, 'stopped'), '');
      return null;
    }
    // An earlier stop may have died between its claim and its mark: then no pid ever comes, and nothing runs.
    const leader = await until(() => leaderOf(dir), pidWithinMs).catch(() => null);
    if (leader === null) return null;
    const before = await sightOf(key);
    if (before.kind === 'ended') {
      signalGroup(leader, 'SIGKILL');
      return before.end;
    }
    signalGroup(leader, 'SIGTERM');
    const gone = (): Promise<true | null> => Promise.resolve(isGroupAlive(leader) ? null : true);
    await until(gone, graceSeconds * 1000).catch(() => {
      signalGroup(leader, 'SIGKILL');
    });
    await until(gone, pidWithinMs);
    return null;
  }

  /** Rings for each attempt whose supervisor touched its bell; looks after those whose supervisor cannot any more. */
  async function observe(_: string, see: (sightings: Sighting[]) => void, signal: AbortSignal): Promise<void> {
    await mkdir(bells, { recursive: true });
    const running = new Map<string, AttemptKey>();
    const lookAt = async (name: string): Promise<void> => {
      const text = await readOrNull(join(folder, name, 'key.json'));
      if (text === null) return;
      const key = JSON.parse(text) as AttemptKey;
      const sight = await sightOf(key);
      if (sight.kind === 'running') running.set(name, key);
      else running.delete(name);
      see([{ key, sight }]);
    };
    const broken = new Promise<never>((_resolve, reject) => {
      // One look at a time, in the order of the bells.
      let line = Promise.resolve();
      const enqueue = (name: string): void => {
        line = line.then(() => lookAt(name)).catch(reject);
      };
      const watcher = watch(bells, (_event, name) => {
        if (name === null) return;
        void unlink(join(bells, name)).then(
          () => {
            enqueue(name);
          },
          // Already answered: each bell gives more than one event.
          () => undefined,
        );
      });
      watcher.on('error', reject);
      const liveCheck = setInterval(() => {
        for (const name of running.keys()) enqueue(name);
      }, liveCheckMs);
      const tidy = setInterval(() => void removeOld().catch(() => undefined), tidyEveryMs);
      signal.addEventListener('abort', () => {
        watcher.close();
        clearInterval(liveCheck);
        clearInterval(tidy);
      });
    });
    for (const name of await attempts()) if (!(await exists(join(folder, name, 'exit')))) await lookAt(name);
    await Promise.race([broken, aborted(signal)]);
  }

  async function removeOld(): Promise<void> {
    for (const name of await attempts()) {
      const endedAt = await timeOf(join(folder, name, 'exit'));
      if (endedAt !== null && Date.now() - endedAt > keepSeconds * 1000)
        await rm(join(folder, name), { recursive: true });
    }
  }

  async function attempts(): Promise<string[]> {
    return (await readdir(folder)).filter((name) => name !== 'bells');
  }

  async function logs(_: string, key: AttemptKey, cursor: string, maxBytes: number): Promise<LogPage> {
    const dir = folderOf(key);
    const over = await exists(join(dir, 'exit'));
    const from = /^\d+$/.test(cursor) ? Number(cursor) : 0;
    const bytes = await readFrom(join(dir, 'out.log'), from, maxBytes);
    const lineEnd = bytes.lastIndexOf('\n') + 1;
    // A line that is still being written waits for its end, unless nothing more will come or it alone fills the page.
    const length = lineEnd > 0 ? lineEnd : over || bytes.length === maxBytes ? bytes.length : 0;
    if (length === 0) return { text: '', cursor };
    return { text: bytes.subarray(0, length).toString('utf8').replace(/\n$/, ''), cursor: String(from + length) };
  }

  return {
    name: 'local',
    clusters,
    warning: 'No isolation: this run is a plain process of the machine; image, memory and CPU limits are ignored',
    maxAdaptedMemoryMb: null,
    submit,
    look,
    stop,
    observe,
    manifest: () => null,
    logs,
  };
}

/** A shell cannot set what it cannot name: such variables are left out. */
function exportsOf(job: Job): string {
  return job.env
    .filter(({ name }) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    .map(({ name, value }) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join('');
}

function ended(outcome: End['outcome'], startedAt: number | null, finishedAt: number | null): Sight {
  return { kind: 'ended', end: { outcome, startedAt, finishedAt } };
}

/** True for the one caller, of all processes, that made it. */
async function claim(dir: string): Promise<boolean> {
  try {
    await mkdir(join(dir, 'claim'));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function leaderOf(dir: string): Promise<Leader | null> {
  const text = await readOrNull(join(dir, 'pid'));
  if (text === null) return null;
  const [pid, ...birth] = text.trim().split(' ');
  return { pid: Number(pid), birth: birth.join(' '), since: (await timeOf(join(dir, 'pid'))) ?? Date.now() };
}

async function until<T>(ask: () => Promise<T | null | false>, withinMs: number): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
    if (Date.now() >= deadline) throw new Error(`did not happen within ${withinMs} ms`);
    await sleep(waitStepMs);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}

async function exists(path: string): Promise<boolean> {
  return (await timeOf(path)) !== null;
}

/** When the file was last written, ms since the epoch; null where there is none. */
async function timeOf(path: string): Promise<number | null> {
  try {
    return Math.round((await stat(path)).mtimeMs);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function readFrom(path: string, from: number, maxBytes: number): Promise<Buffer> {
  let file;
  try {
    file = await open(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
