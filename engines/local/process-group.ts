/** Process groups of this machine: whether one still lives, and signals to all of it. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** The process that a group is named after. `birth` tells it from a later one with the same pid; `since`: ms since the epoch. */
export type Leader = { pid: number; birth: string; since: number };

/** Whether anything of the group lives: its leader, or what the leader left behind. The dead that nobody buried do not count. */
export function isGroupAlive(leader: Leader): boolean {
  if (!reaches(-leader.pid)) return false;
  const birth = birthOf(leader.pid);
  // The pid belongs to another process by now: it was given away after all of our group was gone.
  if (birth !== null && birth !== leader.birth) return false;
  // All processes of the machine are searched only for what a leader left behind.
  if (birth !== null && statOf(leader.pid)?.state !== 'Z') return true;
  return hasLivingMember(leader.pid);
}

/** A group that is gone already is what a signal wants. */
export function signalGroup(leader: Leader, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (!isGroupAlive(leader)) return;
  try {
    process.kill(-leader.pid, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

function reaches(target: number): boolean {
  try {
    process.kill(target, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return codeOf(error) === 'EPERM';
  }
}

/** Null where no such process is. Written the same way by supervise.sh. */
export function birthOf(pid: number): string | null {
  const stat = statOf(pid);
  if (stat !== null) return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${stat.birth}`;
  if (hasProc()) return null;
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}

function hasLivingMember(group: number): boolean {
  if (!hasProc()) return true;
  return readdirSync('/proc').some((name) => {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : null;
    return stat !== null && stat.group === String(group) && stat.state !== 'Z';
  });
}

/** Fields 3, 5 and 22 of proc(5); null where there is no such process, or no /proc, as on macOS. */
function statOf(pid: number): { state: string; group: string; birth: string } | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { state: fields[0] ?? '', group: fields[2] ?? '', birth: fields[19] ?? '' };
  } catch {
    return null;
  }
}

function hasProc(): boolean {
  return statOf(process.pid) !== null;
}

/** The system's word for an error. Without `instanceof`: Node's own errors are of another realm in a test. */
export function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
