/** Docker logs by cursor: the time of the last line and how many lines of that very time were told. */
import type Docker from 'dockerode';
import type { LogPage } from '../engine';

type Line = { time: string; text: string };

/** A container that is gone has no logs any more: nothing new, the cursor stays. */
export async function pageOf(container: Docker.Container, cursor: string, maxBytes: number): Promise<LogPage> {
  const { time, told } = parseCursor(cursor);
  let raw: Buffer;
  try {
    raw = await container.logs({
      stdout: true,
      stderr: true,
      timestamps: true,
      follow: false,
      // Docker wants seconds with nanoseconds as decimals; lines of exactly that time come again.
      ...(time === '' ? {} : { since: sinceOf(time) }),
    } as { follow: false });
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return { text: '', cursor };
    throw error;
  }
  return take(linesOf(raw), time, told, cursor, maxBytes);
}

/** Pure: the lines after the cursor, as many as fit, and the cursor after them. */
export function take(lines: Line[], time: string, told: number, cursor: string, maxBytes: number): LogPage {
  let skip = told;
  let size = 0;
  let last = { time, told };
  const texts: string[] = [];
  for (const line of lines) {
    if (time !== '' && line.time < time) continue;
    if (line.time === time && skip > 0) {
      skip -= 1;
      continue;
    }
    size += Buffer.byteLength(line.text) + 1;
    if (size > maxBytes && texts.length > 0) break;
    texts.push(line.text);
    last = { time: line.time, told: line.time === last.time ? last.told + 1 : 1 };
  }
  if (texts.length === 0) return { text: '', cursor };
  return { text: texts.join('\n'), cursor: `${last.time}/${last.told}` };
}

/** Frames of a container without a terminal: 8 bytes of header, the last 4 the length, then the payload. */
export function linesOf(raw: Buffer): Line[] {
  const lines: Line[] = [];
  let offset = 0;
  let open: Line | null = null;
  while (offset + 8 <= raw.length) {
    const length = raw.readUInt32BE(offset + 4);
    const payload = raw.subarray(offset + 8, offset + 8 + length).toString('utf8');
    offset += 8 + length;
    const space = payload.indexOf(' ');
    const piece = { time: payload.slice(0, space), text: payload.slice(space + 1) };
    const whole = piece.text.endsWith('\n');
    const text = whole ? piece.text.slice(0, -1) : piece.text;
    // A line over Docker's 16 kB comes in pieces with one time stamp; only its last ends with a line end.
    if (open !== null && open.time === piece.time) open.text += text;
    else lines.push((open = { time: piece.time, text }));
    if (whole) open = null;
  }
  return lines;
}

function parseCursor(cursor: string): { time: string; told: number } {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)\/(\d+)$/.exec(cursor);
  return match === null ? { time: '', told: 0 } : { time: match[1] as string, told: Number(match[2]) };
}

function sinceOf(time: string): string {
  const seconds = Math.floor(Date.parse(time) / 1000);
  const fraction = /\.(\d+)Z$/.exec(time)?.[1] ?? '0';
  return `${seconds}.${fraction}`;
}
