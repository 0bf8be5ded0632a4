/** Docker's logs as pages of lines; the cursor is that of log-cursor.ts, in the order of Docker's file. */
import { StringDecoder } from 'node:string_decoder';
import type Docker from 'dockerode';
import type { LogLine, LogPage } from '../engine';
import { parseCursor, secondOf, take } from '../log-cursor';
import { answerMs, statusOf, within } from './docker-call';

const headerBytes = 8;
/** A longer line is told in several, so that one without any end fits into memory. */
const maxLineLength = 1024 * 1024;
/** For one page: Docker reads the log from its beginning to find it. */
const pageMs = 120_000;

/** A container that is gone has no logs any more: nothing new, the cursor stays. */
export async function pageOf(container: Docker.Container, cursor: string, maxBytes: number): Promise<LogPage> {
  const { since, told } = parseCursor(cursor);
  try {
    const lines = await within(pageMs, `logs of ${container.id}`, async (abortSignal) => {
      const { State } = await within(answerMs, `inspect ${container.id}`, (signal) =>
        container.inspect({ abortSignal: signal }),
      );
      return readLines(await open(container, since, abortSignal), since, told, maxBytes, !State.Running);
    });
    return take(lines, cursor, maxBytes);
  } catch (error) {
    if (statusOf(error) === 404) return { lines: [], cursor, isGone: true };
    throw error;
  }
}

/** What `container.logs` asks for, but as a stream: dockerode streams only what it follows, and holds all else in memory. */
function open(container: Docker.Container, since: number, abortSignal: AbortSignal): Promise<AsyncIterable<Buffer>> {
  const modem = container.modem as { dial: (options: object, done: (error: unknown, stream: unknown) => void) => void };
  return new Promise((resolve, reject) => {
    modem.dial(
      {
        path: `/containers/${container.id}/logs?`,
        method: 'GET',
        options: { stdout: true, stderr: true, timestamps: true, follow: false, since },
        isStream: true,
        abortSignal,
        statusCodes: { 200: true, 404: 'no such container', 500: 'server error' },
      },
      (error, stream) => {
        if (error instanceof Error) reject(error);
        else resolve(stream as AsyncIterable<Buffer>);
      },
    );
  });
}

/** The lines that `take` needs for a page, and no more is read. Of those told already it needs the seconds alone. */
export async function readLines(
  stream: AsyncIterable<Buffer>,
  since: number,
  told: number,
  maxBytes: number,
  isOver: boolean,
): Promise<LogLine[]> {
  const frames = new Frames();
  const lines: LogLine[] = [];
  let size = 0;
  const add = (more: LogLine[]): void => {
    for (const line of more) {
      if (size > maxBytes || secondOf(line.time) < since) continue;
      if (lines.length < told) {
        const last = lines.at(-1);
        // One object for all of a second: there may be millions.
        const same = last !== undefined && secondOf(last.time) === secondOf(line.time);
        lines.push(same ? last : { time: line.time, text: '' });
      } else {
        lines.push(line);
        size += Buffer.byteLength(line.text) + 1;
      }
    }
  };
  for await (const chunk of stream) {
    add(frames.add(chunk));
    if (size > maxBytes) return lines;
  }
  if (isOver) add(frames.rest());
  return lines;
}

/** All lines of a log, the last one too if nothing more will come (`isOver`). */
export function linesOf(raw: Buffer, isOver: boolean): LogLine[] {
  const frames = new Frames();
  const lines = frames.add(raw);
  return isOver ? [...lines, ...frames.rest()] : lines;
}

/**
 * Frames of a container without a terminal: a byte for the stream, 3 of nothing, 4 of length, the payload. A line over 16 kB
 * comes in several frames of its stream, and stands where its last one stands. They may be cut anywhere into chunks.
 */
class Frames {
  private pending: Buffer = Buffer.alloc(0);
  private readonly open = new Map<number, LogLine & { decoder: StringDecoder }>();

  /** The lines that have their end now. */
  add(chunk: Buffer): LogLine[] {
    const raw = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    const lines: LogLine[] = [];
    let offset = 0;
    while (offset + headerBytes <= raw.length) {
      const end = offset + headerBytes + raw.readUInt32BE(offset + 4);
      if (end > raw.length) break;
      this.frame(raw.readUInt8(offset), raw.subarray(offset + headerBytes, end), lines);
      offset = end;
    }
    this.pending = raw.subarray(offset);
    return lines;
  }

  /** What has no end yet. */
  rest(): LogLine[] {
    return [...this.open.values()].map(({ time, text, decoder }) => ({ time, text: text + decoder.end() }));
  }

  private frame(stream: number, payload: Buffer, lines: LogLine[]): void {
    const space = payload.indexOf(' ');
    const time = payload.subarray(0, space).toString('latin1');
    const line = this.open.get(stream) ?? { time, text: '', decoder: new StringDecoder('utf8') };
    const whole = payload.at(-1) === 0x0a;
    const text = line.decoder.write(payload.subarray(space + 1, whole ? -1 : undefined));
    if (line.text !== '' && line.text.length + text.length > maxLineLength) {
      lines.push({ time: line.time, text: line.text });
      line.text = '';
    }
    line.text += text;
    if (whole) {
      this.open.delete(stream);
      lines.push({ time: line.time, text: line.text + line.decoder.end() });
    } else this.open.set(stream, line);
  }
}
