/** Docker's logs as pages of lines; the cursor is that of log-cursor.ts, in the order of Docker's file. */
import type Docker from 'dockerode';
import type { LogPage } from '../engine';
import { parseCursor, take, type Line } from '../log-cursor';

const headerBytes = 8;

/** A container that is gone has no logs any more: nothing new, the cursor stays. */
export async function pageOf(container: Docker.Container, cursor: string, maxBytes: number): Promise<LogPage> {
  const { since } = parseCursor(cursor);
  try {
    const { State } = await container.inspect();
    const raw: Buffer = await container.logs({ stdout: true, stderr: true, timestamps: true, follow: false, since });
    return take(linesOf(raw, !State.Running), cursor, maxBytes);
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return { text: '', cursor };
    throw error;
  }
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
