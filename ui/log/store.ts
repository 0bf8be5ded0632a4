/** A log in memory: chunks of text, each with the places where its lines begin. No line is a string of its own until it is shown. */

/** More is not kept: the oldest chunks go, or, where those are asked for, no newer ones come. */
export const caps = { bytes: 64 * 1024 * 1024, lines: 500_000 };
const chunkChars = 256 * 1024;
/** Of a line in pieces; what goes beyond is in the download. */
const lineChars = 8 * 1024 * 1024;
const cutMark = ' … [the rest of this line is in the download]';
/** What a chunk's text is not shown as it is with: codes of terminals, carriage returns. */
const special = /[\x1b\x80-\x9f\r]/;
const wide = /[^\x00-\xff]/;

export type Chunk = {
  /** Number of its first line. */
  first: number;
  /** Each line with a `\n` at its end, but one that goes on. */
  text: string;
  /** Where its lines begin; only `lines` of them are set. */
  starts: Uint32Array;
  lines: number;
  bytes: number;
  /** Shown as it is. */
  isPlain: boolean;
};

export class LogStore {
  readonly chunks: Chunk[] = [];
  private readonly caps: typeof caps;
  private bytes = 0;
  private next = 1;
  /** The last line goes on with what comes next. */
  private isOpen = false;
  private openChars = 0;

  constructor(narrower: Partial<typeof caps> = {}) {
    this.caps = { ...caps, ...narrower };
  }

  /** Number of the first line that is kept. */
  get first(): number {
    return this.chunks[0]?.first ?? this.next;
  }

  /** Number of the last line; 0 while there is none. */
  get last(): number {
    return this.next - 1;
  }

  /** How many are kept. */
  get kept(): number {
    return this.next - this.first;
  }

  /** Of the last line that is whole. */
  get lastWhole(): number {
    return this.isOpen ? this.last - 1 : this.last;
  }

  /** A page more, and the oldest would have to go. */
  get isFull(): boolean {
    return this.bytes > this.caps.bytes - 2 * 1024 * 1024 || this.kept > this.caps.lines * 0.9;
  }

  clear(): void {
    this.chunks.length = 0;
    [this.bytes, this.next, this.isOpen, this.openChars] = [0, 1, false, 0];
  }

  /** Lines, joined by `\n`; with `isOpen`, the last goes on with the next call's first. */
  append(lines: string, isOpen = false): void {
    const bytesPerChar = wide.test(lines) ? 2 : 1;
    let text = isOpen ? lines : `${lines}\n`;
    if (this.isOpen) text = this.continued(text);
    for (let from = 0; from < text.length;) {
      const to = pieceEnd(text, from);
      this.add(text.slice(from, to), bytesPerChar);
      from = to;
    }
    this.isOpen = isOpen;
    const end = text.lastIndexOf('\n') + 1;
    this.openChars = isOpen ? text.length - end + (end === 0 ? this.openChars : 0) : 0;
    this.drop();
  }

  /** The end of the log: a line that went on goes on no more. */
  close(): void {
    if (!this.isOpen) return;
    this.add('\n', 1);
    this.isOpen = false;
    this.openChars = 0;
  }

  /** As it was printed, without its end; undefined where it is not kept. */
  line(number: number): string | undefined {
    const chunk = this.chunkOf(number);
    if (chunk === undefined) return undefined;
    const [from, to] = spanOf(chunk, number - chunk.first);
    return chunk.text.slice(from, to);
  }

  /** Of a line as it was printed, without making a string of it. */
  lengthOf(number: number): number {
    const chunk = this.chunkOf(number);
    if (chunk === undefined) return 0;
    const [from, to] = spanOf(chunk, number - chunk.first);
    return to - from;
  }

  chunkOf(number: number): Chunk | undefined {
    let [low, high] = [0, this.chunks.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const chunk = this.chunks[middle] as Chunk;
      if (number < chunk.first) high = middle - 1;
      else if (number >= chunk.first + chunk.lines) low = middle + 1;
      else return chunk;
    }
    return undefined;
  }

  /** What of a line that goes on is within what is kept of one line. */
  private continued(text: string): string {
    const lineEnd = text.indexOf('\n');
    const rest = lineEnd === -1 ? text.length : lineEnd;
    if (this.openChars + rest <= lineChars) return text;
    const isCutNow = this.openChars <= lineChars;
    const said = isCutNow ? text.slice(0, lineChars - this.openChars) + cutMark : '';
    if (isCutNow) this.openChars = lineChars + 1;
    return said + text.slice(rest);
  }

  private add(text: string, bytesPerChar: number): void {
    let chunk = this.chunks.at(-1);
    const isContinued = this.isOpen;
    if (chunk === undefined || (!isContinued && chunk.text.length + text.length > chunkChars)) {
      chunk = { first: this.next, text: '', starts: new Uint32Array(256), lines: 0, bytes: 0, isPlain: true };
      this.chunks.push(chunk);
    }
    const base = chunk.text.length;
    const before = chunk.lines;
    if (!isContinued) pushStart(chunk, base);
    for (let at = text.indexOf('\n'); at !== -1 && at + 1 < text.length; at = text.indexOf('\n', at + 1)) {
      pushStart(chunk, base + at + 1);
    }
    chunk.text += text;
    chunk.isPlain &&= !special.test(text);
    chunk.bytes += text.length * bytesPerChar;
    this.bytes += text.length * bytesPerChar;
    this.next += chunk.lines - before;
    this.isOpen = !text.endsWith('\n');
  }

  private drop(): void {
    while (this.chunks.length > 1 && (this.bytes > this.caps.bytes || this.kept > this.caps.lines)) {
      this.bytes -= this.chunks.shift()?.bytes ?? 0;
    }
  }
}

/** Where the next chunk may begin: behind a line, unless one line is longer than a chunk. */
function pieceEnd(text: string, from: number): number {
  if (text.length - from <= chunkChars) return text.length;
  const before = text.lastIndexOf('\n', from + chunkChars - 1);
  if (before >= from) return before + 1;
  const behind = text.indexOf('\n', from);
  return behind === -1 ? text.length : behind + 1;
}

function pushStart(chunk: Chunk, at: number): void {
  if (chunk.lines === chunk.starts.length) {
    const larger = new Uint32Array(chunk.starts.length * 2);
    larger.set(chunk.starts);
    chunk.starts = larger;
  }
  chunk.starts[chunk.lines] = at;
  chunk.lines += 1;
}

/** Where a chunk's line begins and ends, its `\n` left out. */
export function spanOf({ text, starts, lines }: Chunk, index: number): [from: number, to: number] {
  const from = starts[index] ?? 0;
  if (index + 1 < lines) return [from, (starts[index + 1] ?? 0) - 1];
  return [from, text.endsWith('\n') ? text.length - 1 : text.length];
}
