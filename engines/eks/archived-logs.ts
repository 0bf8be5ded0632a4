/** An ended attempt's log out of a store. The cursor is a byte offset, `@<offset>`; who has read the live log goes on in it. */
import type { AttemptKey } from '../../domain/id';
import type { LogPage } from '../engine';
import { lineFrom, parseCursor, pieceLength, secondOf } from '../log-cursor';
import type { LogStore } from './log-store';

const newline = 0x0a;
/** The time before each line and the space after it: room for it beside the line. */
const stampBytes = 64;
const seekBytes = 1024 * 1024;

/**
 * Null where the store has nothing. Lines come whole; only one that is larger than `maxBytes` comes
 * in pieces. A live cursor (log-cursor.ts) is sought through the log, once: the page after it has an offset.
 */
export async function pageOfArchive(
  store: LogStore,
  key: AttemptKey,
  cursor: string,
  maxBytes: number,
): Promise<LogPage | null> {
  const offset = await offsetOf(store, key, cursor);
  if (offset === null) return null;
  // The byte before tells whether a line begins here.
  const before = Math.min(offset, 1);
  const wanted = before + maxBytes + stampBytes;
  const bytes = await store.read(key, offset - before, wanted);
  if (bytes === null) return null;
  const isWithinLine = before === 1 && bytes.length > 0 && bytes[0] !== newline;
  const page = bytes.subarray(before);
  const length = bytes.length < wanted ? page.length : page.lastIndexOf(newline) + 1 || pieceLength(page);
  if (length === 0) return { lines: [], cursor };
  const raw = page.subarray(0, length).toString('utf8').replace(/\n$/, '').split('\n');
  const lines = raw.map((line, at) => (at === 0 && isWithinLine ? { time: '', text: line } : lineFrom(line)));
  const isCut = bytes.length === wanted && page[length - 1] !== newline;
  return { lines, cursor: `@${offset + length}`, ...(isCut ? { isCut } : {}) };
}

async function offsetOf(store: LogStore, key: AttemptKey, cursor: string): Promise<number | null> {
  const [, offset] = /^@(\d{1,15})$/.exec(cursor) ?? [];
  if (offset !== undefined) return Number(offset);
  const { since, told } = parseCursor(cursor);
  return told === 0 ? 0 : offsetAfter(store, key, since, told);
}

/** Where the line after the first `told` lines since the second `since` begins; the log's end if it has fewer. */
async function offsetAfter(store: LogStore, key: AttemptKey, since: number, told: number): Promise<number | null> {
  let left = told;
  let offset = 0;
  /** Whether the line that began in an earlier chunk counts. */
  let begun: boolean | null = null;
  /** The last line's; one without a time goes with the line before it. */
  let second = NaN;
  for (;;) {
    const chunk = await store.read(key, offset, seekBytes);
    if (chunk === null) return null;
    const counts = (from: number, to: number): boolean => {
      const head = chunk.subarray(from, Math.min(to, from + stampBytes)).toString('latin1');
      const own = secondOf(lineFrom(head).time);
      if (!Number.isNaN(own)) second = own;
      return second >= since;
    };
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      if (begun ?? counts(start, end)) left -= 1;
      begun = null;
      start = end + 1;
      if (left === 0) return offset + start;
    }
    if (chunk.length < seekBytes) return offset + chunk.length;
    if (start === 0) begun ??= counts(0, chunk.length);
    // A line that is cut at the chunk's end is read again as a whole.
    offset += start === 0 ? chunk.length : start;
  }
}
