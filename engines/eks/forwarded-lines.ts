/** The lines in files of a log forwarder: Docker's JSON, or containerd's text; all else stands as it is. Pure. */
import type { LogLine } from '../engine';

const newline = 0x0a;
const brace = 0x7b;
/** Docker breaks a line after so many bytes, and marks the pieces only by their missing line end. */
const dockerPieceBytes = 16_384;
/** Of containerd's line: all that stands before the message. */
const headBytes = 128;

/** `end`: where in the chunk the line ends; `isOpen`: only as far as there is something of it. */
export type ForwardedLine = LogLine & { end: number; isOpen?: true };

type Piece = { time: string; stream: string; text: Buffer; isPart: boolean };

/**
 * The lines of a chunk that begins with a line. A line in parts is one, and stands where its last part stands. What follows
 * the beginning of a line whose last part is not there yet is left out, for it is read again with it; likewise a line without
 * its end. `isFinal`: nothing more will come, so they stand as they are.
 */
export function linesOf(chunk: Buffer, isFinal: boolean): ForwardedLine[] {
  const lines: ForwardedLine[] = [];
  const open = new Map<string, { start: number; time: string; pieces: Buffer[] }>();
  const close = ({ time, pieces }: { time: string; pieces: Buffer[] }, end: number, isOpen: boolean): void => {
    lines.push({ time, text: Buffer.concat(pieces).toString('utf8'), end, ...(isOpen ? { isOpen } : {}) });
  };
  for (let start = 0; start < chunk.length;) {
    const at = chunk.indexOf(newline, start);
    if (at === -1 && !isFinal) break;
    const end = at === -1 ? chunk.length : at + 1;
    const { time, stream, text, isPart } = pieceFrom(chunk.subarray(start, at === -1 ? end : at));
    const line = open.get(stream) ?? { start, time, pieces: [] };
    line.pieces.push(text);
    if (isPart) open.set(stream, line);
    else {
      open.delete(stream);
      close(line, end, at === -1);
    }
    start = end;
  }
  if (!isFinal) {
    const whole = Math.min(...[...open.values()].map(({ start }) => start));
    return lines.filter(({ end }) => end <= whole);
  }
  for (const line of open.values()) close(line, chunk.length, true);
  return lines;
}

function pieceFrom(raw: Buffer): Piece {
  return (raw[0] === brace ? fromJson(raw) : fromText(raw)) ?? { time: '', stream: '', text: raw, isPart: false };
}

function fromJson(raw: Buffer): Piece | null {
  let record: unknown;
  try {
    record = JSON.parse(raw.toString('utf8'));
  } catch {
    return null;
  }
  if (typeof record !== 'object' || record === null || !('log' in record) || typeof record.log !== 'string')
    return null;
  const log = Buffer.from(record.log);
  const isWhole = log.at(-1) === newline;
  return {
    time: 'time' in record && typeof record.time === 'string' ? record.time : '',
    stream: 'stream' in record && typeof record.stream === 'string' ? record.stream : '',
    text: isWhole ? log.subarray(0, -1) : log,
    isPart: !isWhole && log.length >= dockerPieceBytes,
  };
}

/** `<time> <stream> <flags> <message>`: the first flag is P for a part, F for the last or only one. */
function fromText(raw: Buffer): Piece | null {
  const head = raw.subarray(0, headBytes).toString('latin1');
  const match = /^(\d{4}-\d\d-\d\dT\S{1,32}) (stdout|stderr) ([PF])(?::\S*)?(?: |$)/.exec(head);
  if (match === null) return null;
  const [before, time = '', stream = '', flag] = match;
  return { time, stream, text: raw.subarray(before.length), isPart: flag === 'P' };
}
