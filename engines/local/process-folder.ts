/** An attempt's folder: what its files say of it. Any process of the machine may write them, at any time. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttemptKey } from '../../domain/id';
import type { Sight } from '../engine';
import { codeOf, type Leader } from './process-group';

/** Nothing of the attempt runs any more: its supervisor's word, a stop's, or ours where the supervisor left none. */
const endMarks = ['exit', 'stopped', 'lost'] as const;

/** True for the one caller, of all processes, that made it. */
export async function claim(dir: string): Promise<boolean> {
  try {
    await mkdir(join(dir, 'claim'));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

export async function leaderOf(dir: string): Promise<Leader | null> {
  const text = await readOrNull(join(dir, 'pid'));
  if (text === null) return null;
  const [pid, ...birth] = text.trim().split(' ');
  return { pid: Number(pid), birth: birth.join(' '), since: (await timeOf(join(dir, 'pid'))) ?? Date.now() };
}

/** `key.json`: whose folder it is. */
export type AttemptNote = AttemptKey & { cluster: string };

export async function noteOf(dir: string): Promise<AttemptNote | null> {
  const text = await readOrNull(join(dir, 'key.json'));
  return text === null ? null : (JSON.parse(text) as AttemptNote);
}

/** Nothing of it runs any more, and its supervisor could not clean up: the environment goes, the mark stays. */
export async function bury(dir: string, mark: 'stopped' | 'lost'): Promise<void> {
  await removeEnv(dir);
  await writeFile(join(dir, mark), '');
}

export async function buryIfLost(dir: string, sight: Sight): Promise<void> {
  if (sight.kind === 'ended' && (await overSince(dir)) === null) await bury(dir, 'lost');
}

/** Since when nothing of it runs, as far as somebody said so; ms since the epoch. */
export async function overSince(dir: string): Promise<number | null> {
  for (const mark of endMarks) {
    const at = await timeOf(join(dir, mark));
    if (at !== null) return at;
  }
  return null;
}

/** The halves that `writeWhole` may have left as well. */
export async function removeEnv(dir: string): Promise<void> {
  const names = (await readdir(dir)).filter((name) => name === 'env' || name.startsWith('env.'));
  for (const name of names) await rm(join(dir, name), { force: true });
}

/** For its owner alone; who reads it finds all of it, also while another call writes it. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const half = `${path}.${randomUUID()}`;
  await writeFile(half, text, { mode: 0o600 });
  await rename(half, path);
}

export async function exists(path: string): Promise<boolean> {
  return (await timeOf(path)) !== null;
}

/** When the file was last written, ms since the epoch; null where there is none. */
export async function timeOf(path: string): Promise<number | null> {
  try {
    return Math.round((await stat(path)).mtimeMs);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

export async function readOrNull(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

export async function readFrom(path: string, from: number, maxBytes: number): Promise<Buffer> {
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
