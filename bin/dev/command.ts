/** Runs another program to its end. */
import { spawn } from 'node:child_process';

const outputTail = 2000;
const killAfterMs = 5000;

type Options = { cwd?: string; env?: NodeJS.ProcessEnv; uid?: number; gid?: number; signal?: AbortSignal | undefined };

/**
 * Rejects with the end of what it said where it does not end with 0. It has a process group of its own, so that ^C in the
 * terminal does not cut it short behind our back; an abort ends the whole group.
 */
export function run(program: string, args: string[], { signal, ...options }: Options = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(program, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-outputTail);
      });
    }
    let kill: NodeJS.Timeout | undefined;
    const abort = (): void => {
      signalGroup(child.pid, 'SIGINT');
      kill = setTimeout(signalGroup, killAfterMs, child.pid, 'SIGKILL');
    };
    signal?.addEventListener('abort', abort);
    child.once('error', reject);
    child.once('close', (code) => {
      signal?.removeEventListener('abort', abort);
      clearTimeout(kill);
      if (signal?.aborted === true) reject(signal.reason as Error);
      else if (code === 0) resolve();
      else reject(new Error(`${program} ${args.join(' ')} failed:\n${said.trim()}`));
    });
  });
}

function signalGroup(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name);
  } catch {
    return; // it has ended
  }
}
