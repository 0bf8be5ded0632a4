/**
 * Docker logs by cursor: `<second>/<lines>` means that of the lines since that second, in the order of Docker's file, so many
 * were told. Times alone would not do: stdout and stderr are stamped side by side, so that an earlier time may come later.
 */
import type Docker from 'dockerode';
import type { LogPage } from '../engine';

/** `time`: Docker's stamp, RFC 3339 with nanoseconds. */
export type Line = { time: string; text: string };

/** How far times may be out of order when the cursor moves on to a later second. */
const disorderSeconds = 2;
const headerBytes = 8;

/** A container that is gone has no logs any more: nothing new, the cursor stays. */
export async function pageOf(container: Docker.Container, cursor: string, maxBytes: number): Promise<LogPage> {
  const { since, told } = parseCursor(cursor);
  try {
    const { State } = await container.inspect();
    const raw: Buffer = await container.logs({ stdout: true, stderr: true, timestamps: true, follow: false, since });
    return take(linesOf(raw, !State.Running), since, told, cursor, maxBytes);
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return { text: '', cursor };
    throw error;
  }
}

/** Pure: the lines after the first `told` since the second `since`, as many as fit, and the cursor after them. */
export function take(all: Line[], since: number, told: number, cursor: string, maxBytes: number): LogPage {
  const lines = all.filter(({ time }) => secondOf(time) >= since);
  let size = 0;
  let end = told;
  while (end < lines.length) {
    size += Buffer.byteLength(lines[end]?.text ?? '') + 1;
    if (size > maxBytes && end > told) break;
    end += 1;
  }
  const texts = lines.slice(told, end).map(({ text }) => text);
  if (texts.length === 0) return { text: '', cursor };
  const later = Math.max(since, secondOf(lines[end - 1]?.time ?? '') - disorderSeconds);
  const toldSince = lines.slice(0, end).filter(({ time }) => secondOf(time) >= later).length;
  return { text: texts.join('\n'), cursor: `${later}/${toldSince}` };
}

/**
 * Frames of a container without a terminal: a byte for the stream, 3 of nothing, 4 of length, the payload. A line over 16 kB
 * comes in several frames of its stream, and stands where its last one stands. One without its end is left out, unless
 * nothing more will come (`isOver`).
 */
export function linesOf(raw: Buffer, isOver: boolean): Line[] {
  const lines: Line[] = [];
  const open = new Map<number, { time: string; pieces: Buffer[] }>();
  for (let offset = 0; offset + headerBytes <= raw.length;) {
    const stream = raw.readUInt8(offset);
    const length = raw.readUInt32BE(offset + 4);
    const payload = raw.subarray(offset + headerBytes, offset + headerBytes + length);
    offset += headerBytes + length;
    const space = payload.indexOf(' ');
    const line = open.get(stream) ?? { time: payload.subarray(0, space).toString('latin1'), pieces: [] };
    const whole = payload.at(-1) === 0x0a;
    line.pieces.push(payload.subarray(space + 1, whole ? -1 : undefined));
    if (whole) {
      open.delete(stream);
      lines.push(close(line));
    } else open.set(stream, line);
  }
  return isOver ? [...lines, ...[...open.values()].map(close)] : lines;
}

function close({ time, pieces }: { time: string; pieces: Buffer[] }): Line {
  return { time, text: Buffer.concat(pieces).toString('utf8') };
}

/** Seconds since the epoch. */
function secondOf(time: string): number {
  return Math.floor(Date.parse(time) / 1000);
}

function parseCursor(cursor: string): { since: number; told: number } {
  const [, since, told] = /^(\d{1,12})\/(\d{1,12})$/.exec(cursor) ?? ['', '0', '0'];
  return { since: Number(since), told: Number(told) };
}
