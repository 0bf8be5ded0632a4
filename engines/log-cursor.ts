/**
 * Paging lines that bear times, while more of them come: the cursor `<second>/<lines>` means that of the lines since that
 * second, in the backend's order, so many were told. Times alone would not do: stdout and stderr are stamped side by side,
 * so that an earlier time may come later. Pure.
 */
import type { LogLine, LogPage } from './engine';

/** How far times may be out of order when the cursor moves on to a later second. */
const disorderSeconds = 2;

/** What is no such cursor, such as '', means the beginning. */
export function parseCursor(cursor: string): { since: number; told: number } {
  const [, since, told] = /^(\d{1,12})\/(\d{1,12})$/.exec(cursor) ?? ['', '0', '0'];
  return { since: Number(since), told: Number(told) };
}

/** The lines after those that the cursor tells of, as many as fit, and the cursor after them. */
export function take(all: LogLine[], cursor: string, maxBytes: number): LogPage {
  const { since, told } = parseCursor(cursor);
  const lines = all.filter(({ time }) => secondOf(time) >= since);
  let size = 0;
  let end = told;
  while (end < lines.length) {
    size += Buffer.byteLength(lines[end]?.text ?? '') + 1;
    if (size > maxBytes && end > told) break;
    end += 1;
  }
  const page = lines.slice(told, end);
  if (page.length === 0) return { lines: [], cursor };
  const later = Math.max(since, secondOf(lines[end - 1]?.time ?? '') - disorderSeconds);
  const toldSince = lines.slice(0, end).filter(({ time }) => secondOf(time) >= later).length;
  return { lines: page, cursor: `${later}/${toldSince}` };
}

/** `<time> <text>`, as Kubernetes gives a line and an archive keeps it; one that does not begin with a time is all text. */
export function lineFrom(raw: string): LogLine {
  const [stamp = '', time = ''] = /^(\d{4}-\d\d-\d\dT\S{1,32})(?: |$)/.exec(raw) ?? [];
  return { time, text: raw.slice(stamp.length) };
}

/** Seconds since the epoch; NaN, which is since no second, where there is no time. */
export function secondOf(time: string): number {
  return Math.floor(Date.parse(time) / 1000);
}

/**
 * How much of the beginning of a line that is too long for a page may stand alone: no character is cut, and something of it
 * is left before its end.
 */
export function pieceLength(line: Buffer): number {
  const isInside = (at: number): boolean => ((line[at] ?? 0) & 0xc0) === 0x80;
  const last = line.length - 1;
  // A character has up to four bytes; what has more such bytes in a row is no text.
  const cut = [last, last - 1, last - 2, last - 3].find((at) => !isInside(at)) ?? last;
  return cut > 0 ? cut : line.length;
}
