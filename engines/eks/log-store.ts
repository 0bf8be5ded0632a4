/** Whole logs of ended attempts, kept once their pods are gone. Here: in a folder of this machine; in S3: s3.ts. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { attemptName, type AttemptKey } from '../../domain/id';

/** A log is lines of `<RFC 3339 time with nanoseconds> <text>`. */
export interface LogStore {
  has(key: AttemptKey): Promise<boolean>;

  /**
   * Keeps the whole of `text`, or nothing: a put that fails or dies leaves what was there before, and no reader sees a half.
   * May be repeated, and made by several processes at once: the last that ends is kept.
   */
  put(key: AttemptKey, text: Readable): Promise<void>;

  /** Bytes of the log from `offset`, fewer than `maxBytes` only at its end; null where nothing is kept. */
  read(key: AttemptKey, offset: number, maxBytes: number): Promise<Buffer | null>;
}

export type FolderOptions = {
  /** Shared by workers and API: of one machine, or of several that mount it. */
  folder: string;
  /** Counted from the put. */
  keepSeconds: number;
};

const suffix = '.log';
const unfinished = '.part';
/** An unfinished file that nobody has written to for so long is of a process that died. */
const deadAfterSeconds = 3600;
const sweepEveryMs = 600_000;

/** Old files go when a later log is put: no timer of its own. */
export function createFolderStore({ folder, keepSeconds }: FolderOptions): LogStore {
  const pathOf = (key: AttemptKey): string => join(folder, `${attemptName(key)}${suffix}`);
  let sweptAt = 0;

  async function has(key: AttemptKey): Promise<boolean> {
    return (await ageSeconds(pathOf(key))) !== null;
  }

  async function put(key: AttemptKey, text: Readable): Promise<void> {
    await mkdir(folder, { recursive: true });
    // In the same folder, for a rename is atomic only within a file system.
    const part = join(folder, `.${attemptName(key)}.${randomUUID()}${unfinished}`);
    // Opened before anything is read: a stream that opens its own file could make it after a failed put has removed it.
    const file = await open(part, 'wx');
    try {
      // Flushed before the rename: else a machine that dies could keep the name without the text.
      await pipeline(text, file.createWriteStream({ flush: true }));
      await rename(part, pathOf(key));
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
    if (Date.now() - sweptAt < sweepEveryMs) return;
    sweptAt = Date.now();
    // The log is kept: that others could not be removed does not change it, and the next sweep tries again.
    await sweep().catch(() => undefined);
  }

  async function read(key: AttemptKey, offset: number, maxBytes: number): Promise<Buffer | null> {
    const file = await open(pathOf(key)).catch(nullIfMissing);
    if (file === null) return null;
    try {
      const buffer = Buffer.alloc(maxBytes);
      let filled = 0;
      let last;
      do {
        last = (await file.read(buffer, filled, maxBytes - filled, offset + filled)).bytesRead;
        filled += last;
      } while (last > 0 && filled < maxBytes);
      return buffer.subarray(0, filled);
    } finally {
      await file.close();
    }
  }

  async function sweep(): Promise<void> {
    for (const name of await readdir(folder)) {
      const limit = name.endsWith(suffix) ? keepSeconds : name.endsWith(unfinished) ? deadAfterSeconds : Infinity;
      const age = await ageSeconds(join(folder, name));
      if (age !== null && age > limit) await rm(join(folder, name), { force: true });
    }
  }

  return { has, put, read };
}

/** Since the file was last written; null where there is none. */
async function ageSeconds(path: string): Promise<number | null> {
  const found = await stat(path).catch(nullIfMissing);
  return found === null ? null : (Date.now() - found.mtimeMs) / 1000;
}

function nullIfMissing(error: unknown): null {
  if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}
