/** A command as a process group of this machine; with root and cgroup v1 the kernel enforces its limit of memory. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants as access, existsSync } from 'node:fs';
import { access as mayAccess, mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { noSuchImage, StartFailure, type Runner } from './runner';

const cgroups = '/sys/fs/cgroup/memory';
const prefix = 'flotilla-test-aws';
const killStepMs = 20;
const killSteps = 250;

export function processRunner(): Runner {
  return {
    async pull(image) {
      if (/(^|\/)missing/.test(image)) return Promise.reject(noSuchImage(image));
      return Promise.resolve();
    },
    async start(spec, tell) {
      const argv = [...spec.entryPoint, ...spec.command];
      const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...spec.env };
      await checkCommand(argv, env.PATH);
      const group = spec.memoryMb === null ? null : await limitedGroup(spec.memoryMb);
      const enter = group === null ? [] : ['sh', '-c', `echo $$ > ${group}/cgroup.procs; exec "$@"`, 'sh'];
      const [program = '', ...args] = [...enter, ...argv];
      const child = spawn(program, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
      for (const output of [child.stdout, child.stderr]) createInterface({ input: output }).on('line', tell);
      let isOver = false;
      const exit = new Promise<number>((resolve) => {
        child.on('close', (code, signal) => {
          isOver = true;
          resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
        });
      });
      return {
        runtimeId: randomBytes(32).toString('hex'),
        exit: exit.then(async (code) => ({ code, isOom: group !== null && (await leave(group)) })),
        signal(name) {
          if (child.pid !== undefined && !isOver) send(-child.pid, name);
        },
      };
    },
    async sweep() {
      const names = await readdir(cgroups).catch(() => []);
      const groups = names.filter((name) => name.startsWith(`${prefix}-`));
      for (const name of groups) {
        if (!existsSync(`/proc/${name.slice(prefix.length + 1).split('-')[0] ?? ''}`)) await empty(join(cgroups, name));
      }
    },
  };
}

async function checkCommand([program]: string[], path: string): Promise<void> {
  if (program === undefined) {
    throw new StartFailure('CannotCreateContainerError: Error response from daemon: No command specified');
  }
  const places = program.includes('/') ? [program] : path.split(delimiter).map((folder) => join(folder, program));
  for (const place of places) {
    const isThere = await mayAccess(place, access.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return;
  }
  throw new StartFailure(
    'CannotStartContainerError: Error response from daemon: failed to create shim task: OCI runtime create failed: runc ' +
      `create failed: unable to start container process: exec: "${program}": executable file not found in $PATH: unknown`,
    127,
  );
}

async function limitedGroup(memoryMb: number): Promise<string | null> {
  if (!existsSync(join(cgroups, 'memory.limit_in_bytes'))) return null;
  const group = join(cgroups, `${prefix}-${process.pid}-${randomBytes(6).toString('hex')}`);
  await mkdir(group);
  await writeFile(join(group, 'memory.limit_in_bytes'), `${memoryMb}M`);
  return group;
}

/** Removes the group; returns whether the kernel killed in it. */
async function leave(group: string): Promise<boolean> {
  const control = await readFile(join(group, 'memory.oom_control'), 'utf8');
  // A grandchild that left its process group may still live in it: the next start sweeps it.
  await rmdir(group).catch(() => undefined);
  return /oom_kill [1-9]/.test(control);
}

async function empty(group: string): Promise<void> {
  for (let step = 0; step < killSteps; step++) {
    const pids = (await readFile(join(group, 'cgroup.procs'), 'utf8')).split('\n').filter((pid) => pid !== '');
    if (pids.length === 0) break;
    for (const pid of pids) send(Number(pid), 'SIGKILL');
    await sleep(killStepMs);
  }
  await rmdir(group);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already.
  }
}
