/**
 * Logs that somebody else's forwarder ships to S3 (engine-behaviour.md §2.8): many files of a run, under names of its own
 * making, in the order in which they were written last. The cursor says how far the last files are told, so that files that
 * come later, or grow, go on.
 */
import { createHash } from 'node:crypto';
import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { AttemptKey } from '../../domain/id';
import type { LogLine, LogPage } from '../engine';
import { parseCursor, pieceLength, secondOf } from '../log-cursor';
import { linesOf, type ForwardedLine } from './forwarded-lines';
import { manifestKey, objectKey, readObject, type S3Folder } from './s3';

/** `writtenAt`: seconds since the epoch, which is as fine as S3 tells. */
type File = { key: string; id: string; size: number; writtenAt: number };

type Place = {
  /** How many bytes are told of each of the last files, the current one last. */
  told: Map<string, number>;
  /** Of the other files, those that were written before this second are told. */
  before: number;
  /** Not to be told: so many lines since that second, which were told live. */
  skip: { since: number; left: number } | null;
};

const idChars = 6;
/** A file may appear so much later than one that was written after it. */
const lateSeconds = 60;
/** And one of the last so many may still grow. */
const growingFiles = 8;
const readsPerPage = 64;
const filesPerList = 1000;
const newline = 0x0a;
/** No part of these can be read alone. */
const compressed = /\.(gz|zst|bz2|xz|lz4|snappy)$/;
/** What our own archive (s3.ts) would have beside them. */
const archived = /^\/[1-9]\d*\.log$/;
/**
 * After a run's id: the rest of a pod's name, of the second attempt or a later one, or of the first. Kubernetes ends the names
 * of pods with five of these characters.
 */
const laterPod = /^-(\d{1,3})(?:\/|-[bcdfghjklmnpqrstvwxz2456789]{5}(?![a-z0-9]))/;
const firstPod = /^-[bcdfghjklmnpqrstvwxz2456789]{5}(?![a-z0-9])/;
/** Of files written in the same second, the second comes before the tenth. */
const byName = new Intl.Collator('en', { numeric: true });

/**
 * Null where nothing has been shipped yet. A page is at most about `maxBytes` as the files have them, in whole lines; only a
 * line that is larger comes in pieces. `isOver`: no more will be written, so that a last line without its end is told. Goes
 * on from a live cursor (log-cursor.ts), too; where very much was told live, an empty page may be on the way.
 */
export async function pageOfForwarded(
  folder: S3Folder,
  attempt: AttemptKey,
  cursor: string,
  maxBytes: number,
  isOver: boolean,
): Promise<LogPage | null> {
  const files = await filesOf(folder, attempt);
  if (files.length === 0) return null;
  const place = placeFrom(cursor);
  /** Files whose rest is not whole yet. */
  const waiting = new Set<string>();
  const told: LogLine[] = [];
  let isCut = false;
  let size = 0;
  let reads = 0;
  while (reads < readsPerPage && size < maxBytes) {
    const file = nextOf(files, place, waiting);
    if (file === undefined) break;
    const from = toldOf(file, place);
    const chunk = await readObject(
      folder.client,
      { Bucket: folder.bucket, Key: file.key },
      from,
      Math.min(maxBytes - size, file.size - from),
    );
    const lines = linesToTell(chunk ?? Buffer.alloc(0), file.size - from, isOver, size === 0);
    const length = lines.at(-1)?.end ?? 0;
    if (length > 0) {
      reads += 1;
      place.told.delete(file.id);
      place.told.set(file.id, from + length);
      const untold = lines.filter((line) => isUntold(line, place));
      told.push(...untold.map(({ time, text }) => ({ time, text })));
      isCut = untold.at(-1)?.isOpen === true && from + length < file.size;
      if (told.length > 0) size += length;
    } else if (chunk !== null && chunk.length < file.size - from && size > 0) break;
    else waiting.add(file.id);
  }
  const isNew = told.length > 0 || reads === readsPerPage;
  if (!isNew) return { lines: [], cursor };
  return { lines: told, cursor: cursorOf(place, files), ...(isCut ? { isCut } : {}) };
}

/** `chunk` is the beginning of the `rest` of a file. On an empty page something of a line that is larger than it is told. */
function linesToTell(chunk: Buffer, rest: number, isOver: boolean, isPageEmpty: boolean): ForwardedLine[] {
  const isEnd = chunk.length === rest;
  const lines = linesOf(chunk, isOver && isEnd);
  if (lines.length > 0 || isEnd || !isPageEmpty) return lines;
  return linesOf(chunk.subarray(0, chunk.lastIndexOf(newline) + 1 || pieceLength(chunk)), true);
}

/** The one that is being told before all others, also when it was written again since. */
function nextOf(files: File[], place: Place, waiting: Set<string>): File | undefined {
  const unread = files.filter((file) => !waiting.has(file.id) && toldOf(file, place) < file.size);
  const current = [...place.told.keys()].at(-1);
  return unread.find(({ id }) => id === current) ?? unread[0];
}

/** A file that is smaller than what was told of it is another one under the old name. */
function toldOf(file: File, place: Place): number {
  const told = place.told.get(file.id);
  if (told !== undefined) return told > file.size ? 0 : told;
  return file.writtenAt < place.before ? file.size : 0;
}

function isUntold(line: ForwardedLine, place: Place): boolean {
  if (place.skip === null) return true;
  if (secondOf(line.time) >= place.skip.since) place.skip.left -= 1;
  if (place.skip.left === 0) place.skip = null;
  return false;
}

/** All files of the attempt with something in them, in the order in which they are told. */
async function filesOf({ client, bucket, rootFolder }: S3Folder, attempt: AttemptKey): Promise<File[]> {
  const files: File[] = [];
  const folder = objectKey(rootFolder, attempt.runId);
  const pages = paginateListObjectsV2({ client, pageSize: filesPerList }, { Bucket: bucket, Prefix: folder });
  for await (const { Contents = [] } of pages) {
    for (const { Key: key = '', Size: size = 0, LastModified } of Contents) {
      const isOurs = archived.test(key.slice(folder.length)) || key === manifestKey(rootFolder, attempt.runId);
      if (size === 0 || isOurs || compressed.test(key)) continue;
      const of = attemptOf(key.slice(folder.length - attempt.runId.length), attempt.runId);
      if (of !== null && of !== attempt.attempt) continue;
      const id = createHash('sha256').update(key).digest('base64url').slice(0, idChars);
      files.push({ key, id, size, writtenAt: Math.floor((LastModified?.getTime() ?? 0) / 1000) });
    }
  }
  return files.sort((a, b) => a.writtenAt - b.writtenAt || byName.compare(a.key, b.key));
}

/** Whose output the file has, by the pod's name in its own; null where the name does not tell. */
export function attemptOf(key: string, runId: string): number | null {
  for (const after of key.split(runId).slice(1)) {
    const later = laterPod.exec(after);
    if (later !== null) return Number(later[1]);
    if (firstPod.test(after)) return 1;
  }
  return null;
}

/** `~<before>~<since>/<left>~<id and bytes told>~…`, numbers in base 36; all else is a live cursor, or the beginning. */
function placeFrom(cursor: string): Place {
  const [head, before, skip, ...told] = cursor.split('~');
  if (head !== '' || before === undefined || skip === undefined) {
    const live = parseCursor(cursor);
    return { told: new Map(), before: 0, skip: live.told === 0 ? null : { since: live.since, left: live.told } };
  }
  const { since, told: left } = parseCursor(skip);
  return {
    told: new Map(told.map((one) => [one.slice(0, idChars), numberFrom(one.slice(idChars))])),
    before: numberFrom(before),
    skip: left === 0 ? null : { since, left },
  };
}

function numberFrom(base36: string): number {
  return /^[0-9a-z]{1,10}$/.test(base36) ? parseInt(base36, 36) : 0;
}

function cursorOf(place: Place, files: File[]): string {
  const begun = files.filter(({ id }) => place.told.has(id));
  const [firstUnread] = files.filter((file) => !place.told.has(file.id) && file.writtenAt >= place.before);
  const settled = (begun.at(-1)?.writtenAt ?? 0) - lateSeconds;
  const before = Math.max(place.before, Math.min(settled, firstUnread?.writtenAt ?? settled));
  const byId = new Map(begun.map((file) => [file.id, file]));
  const told = [...place.told].filter(([id, bytes], at) => {
    const file = byId.get(id);
    if (file === undefined) return false;
    return file.writtenAt >= before || bytes < file.size || at >= place.told.size - growingFiles;
  });
  return [
    '',
    before.toString(36),
    place.skip === null ? '' : `${place.skip.since}/${place.skip.left}`,
    ...told.map(([id, bytes]) => `${id}${bytes.toString(36)}`),
  ].join('~');
}
