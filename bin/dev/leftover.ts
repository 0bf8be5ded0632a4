/** Pid files: who runs here, and what an earlier start that was killed has left running. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { birthOf } from '../../engines/local/process-group';

const waitStepMs = 50;
const termMs = 10_000;
const killMs = 5000;

export async function writePidFile(file: string, pid: number): Promise<void> {
  await writeFile(file, `${pid} ${birthOf(pid) ?? ''}`);
}

/** The pid in the file, if that very process still lives. */
export async function livingPid(file: string): Promise<number | null> {
  let text;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return null;
  }
  const [pid, ...birth] = text.trim().split(' ');
  return birthOf(Number(pid)) === birth.join(' ') ? Number(pid) : null;
}

/** TERM, then KILL; returns once it is gone. */
export async function endProcess(file: string): Promise<void> {
  for (const [signal, ms] of [
    ['SIGTERM', termMs],
    ['SIGKILL', killMs],
  ] as const) {
    const pid = await livingPid(file);
    if (pid === null) break;
    process.kill(pid, signal);
    const deadline = Date.now() + ms;
    while ((await livingPid(file)) !== null && Date.now() < deadline) await sleep(waitStepMs);
  }
  await rm(file, { force: true });
}
