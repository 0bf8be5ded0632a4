/**
 * Engine `local`, driver process: each attempt is a process group of this machine, without isolation. For machines without
 * Docker. A supervisor (supervise.sh) outlives the worker, so that children are adopted again and no exit code is lost.
 */
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { mkdir, readdir, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { attemptName, type AttemptKey } from '../../domain/id';
import type { Job } from '../../domain/job';
import type { End } from '../../domain/lifecycle';
import {
  sawEnd,
  sawNoEnd,
  type Engine,
  type LogPage,
  type Sight,
  type Sighting,
  type Stopped,
  type SubmitContext,
  type Submission,
} from '../engine';
import { launcher, wrap } from '../command';
import { pieceLength } from '../log-cursor';
import {
  bury,
  buryIfLost,
  claim,
  exists,
  leaderOf,
  noteOf,
  overSince,
  readFrom,
  readOrNull,
  removeEnv,
  timeOf,
  writeWhole,
  type AttemptNote,
} from './process-folder';
import { isGroupAlive, signalGroup } from './process-group';

const supervisor = join(__dirname, 'supervise.sh');
/** A supervisor writes its pid at once; one that has not after this long died before it could. */
const pidWithinMs = 10_000;
const waitStepMs = 10;
const liveCheckMs = 2000;
const tidyEveryMs = 600_000;
/** So long after its last submit, an attempt that nothing claimed may still be started by the next one. */
const startableMs = 86_400_000;
/** What the command gets of the worker's own environment. */
const passedOn = ['PATH', 'HOME', 'LANG', 'TMPDIR'];

export type ProcessOptions = {
  /** Where each attempt has its folder; shared by worker and API of this machine. */
  folder: string;
  clusters: string[];
  keepSeconds: number;
};

export function createProcessEngine({ folder, clusters, keepSeconds }: ProcessOptions): Engine {
  // Each cluster has its own: a bell is answered by one observer.
  const bellsOf = (cluster: string): string => join(folder, 'bells', encodeURIComponent(cluster));
  const folderOf = (key: AttemptKey): string => join(folder, attemptName(key));

  async function submit(cluster: string, key: AttemptKey, job: Job, context: SubmitContext): Promise<Submission> {
    const dir = folderOf(key);
    await mkdir(bellsOf(cluster), { recursive: true });
    await mkdir(join(dir, 'work'), { recursive: true });
    if (!(await exists(join(dir, 'claim')))) {
      const note: AttemptNote = { ...key, cluster };
      await writeWhole(join(dir, 'key.json'), JSON.stringify(note));
      // For the command alone, and removed once it is over: not on a command line, where everybody could read it.
      await writeWhole(join(dir, 'env'), exportsOf(job));
      await context.accepted();
      if (!(await context.wanted())) {
        await removeEnv(dir);
        return { kind: 'unwanted' };
      }
      // Harmless if another supervisor or a stop was faster: only one can make the claim.
      start(dir, job, join(bellsOf(cluster), attemptName(key)));
      await until(() => exists(join(dir, 'claim')), pidWithinMs);
    }
    const sight = await sightOf(key);
    // Over already: then nobody else removes what was written above.
    if (sight.kind === 'ended' || sight.kind === 'absent') await removeEnv(dir);
    if (sight.kind === 'ended') return { kind: 'ended', end: sight.end };
    return sight.kind === 'absent' ? { kind: 'unwanted' } : { kind: 'created' };
  }

  function start(dir: string, job: Job, bell: string): void {
    const base = Object.fromEntries(passedOn.map((name) => [name, process.env[name]]));
    const child = spawn('/bin/sh', [supervisor, dir, launcher, wrap(job.command), bell], {
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

  async function stop(_: string, key: AttemptKey, graceSeconds: number): Promise<Stopped> {
    const dir = folderOf(key);
    await mkdir(dir, { recursive: true });
    if (await claim(dir)) {
      await bury(dir, 'stopped');
      return sawNoEnd;
    }
    // An earlier stop may have died between its claim and its mark: then no pid ever comes, and nothing runs.
    const waitMs = (await exists(join(dir, 'stopped'))) ? 0 : pidWithinMs;
    let leader = await until(() => leaderOf(dir), waitMs).catch(() => null);
    if (leader === null) {
      // A supervisor that is merely slow writes its pid, then looks for the mark: one of us sees the other.
      await bury(dir, 'stopped');
      leader = await leaderOf(dir);
      if (leader === null) return sawNoEnd;
    }
    const group = leader;
    const before = await sightOf(key);
    signalGroup(group, before.kind === 'ended' ? 'SIGKILL' : 'SIGTERM');
    if (before.kind === 'ended') {
      await buryIfLost(dir, before);
      return sawEnd(before.end, true);
    }
    const gone = (): Promise<true | null> => Promise.resolve(isGroupAlive(group) ? null : true);
    await until(gone, graceSeconds * 1000).catch(() => {
      signalGroup(group, 'SIGKILL');
    });
    await until(gone, pidWithinMs);
    await bury(dir, 'stopped');
    const exit = await readOrNull(join(dir, 'exit'));
    return { end: null, seenExitCode: exit === null ? null : Number(exit) };
  }

  /** Rings for each attempt whose supervisor touched its bell; looks after those whose supervisor cannot any more. */
  async function observe(cluster: string, see: (sightings: Sighting[]) => void, signal: AbortSignal): Promise<void> {
    const bells = bellsOf(cluster);
    await mkdir(bells, { recursive: true });
    const running = new Set<string>();
    const lookAt = async (name: string): Promise<void> => {
      const note = await noteOf(join(folder, name));
      if (note?.cluster !== cluster) return;
      const key = { runId: note.runId, attempt: note.attempt };
      const sight = await sightOf(key);
      // Its start was told, and is all there is to tell.
      if (sight.kind === 'running' && running.has(name)) return;
      if (sight.kind === 'running') running.add(name);
      else running.delete(name);
      see([{ key, sight }]);
      await buryIfLost(join(folder, name), sight);
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
        for (const name of running) enqueue(name);
      }, liveCheckMs);
      const tidyUp = (): void => void removeOld().catch(() => undefined);
      // At once as well: not every installation runs for so long.
      tidyUp();
      const tidy = setInterval(tidyUp, tidyEveryMs);
      signal.addEventListener('abort', () => {
        watcher.close();
        clearInterval(liveCheck);
        clearInterval(tidy);
      });
    });
    for (const name of await attempts()) if ((await overSince(join(folder, name))) === null) await lookAt(name);
    await Promise.race([broken, aborted(signal)]);
  }

  async function removeOld(): Promise<void> {
    for (const name of await attempts()) await removeIfOld(join(folder, name)).catch(() => undefined);
  }

  async function removeIfOld(dir: string): Promise<void> {
    const over = await overSince(dir);
    const submittedAt = await timeOf(join(dir, 'key.json'));
    if (over !== null) {
      if (Date.now() - over > keepSeconds * 1000) await rm(dir, { recursive: true, force: true });
    } else if (submittedAt !== null && Date.now() - submittedAt > Math.max(keepSeconds * 1000, startableMs)) {
      // Never started: with the claim made, no supervisor can come first.
      if (await claim(dir)) await rm(dir, { recursive: true, force: true });
    }
  }

  async function attempts(): Promise<string[]> {
    return (await readdir(folder)).filter((name) => name !== 'bells');
  }

  async function logs(_: string, key: AttemptKey, cursor: string, maxBytes: number): Promise<LogPage> {
    const dir = folderOf(key);
    if (!(await exists(dir))) return { lines: [], cursor, isGone: true };
    const over = (await overSince(dir)) !== null;
    const from = /^\d+$/.test(cursor) ? Number(cursor) : 0;
    const bytes = await readFrom(join(dir, 'out.log'), from, maxBytes);
    const lineEnd = bytes.lastIndexOf('\n') + 1;
    // A line that is still being written waits for its end, unless nothing more will come or it alone fills the page.
    const isCut = lineEnd === 0 && bytes.length === maxBytes;
    const length = isCut ? pieceLength(bytes) : lineEnd > 0 ? lineEnd : over ? bytes.length : 0;
    if (length === 0) return { lines: [], cursor };
    const texts = bytes.subarray(0, length).toString('utf8').replace(/\n$/, '').split('\n');
    const lines = texts.map((text) => ({ time: '', text }));
    return { lines, cursor: String(from + length), ...(isCut ? { isCut } : {}) };
  }

  return {
    name: 'local',
    clusters,
    warning: 'No isolation: runs are plain processes of the machine; image, memory and CPU limits are ignored',
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
