/** Finds a text in all kept lines, bit by bit: the page stays awake, and what is written meanwhile is searched, too. */
import { plainOf } from './lines';
import { spanOf, type Chunk, type LogStore } from './store';
import type { Range } from './segments';

export type Wanted = { text: string; isRegex: boolean; isCaseSensitive: boolean };

/** So many are counted to the reader. */
export const countedTo = 10_000;
/** In a row, so many are marked. */
const marksPerLine = 1000;
/** Whether time is up is asked after so many. */
const between = 256;

/** What to search for, or why that cannot be; null for nothing. */
export function compile({ text, isRegex, isCaseSensitive }: Wanted): RegExp | { error: string } | null {
  if (text === '') return null;
  const flags = isCaseSensitive ? 'g' : 'gi';
  try {
    return new RegExp(isRegex ? text : text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), flags);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { error: why.replace(/^Invalid regular expression: (\/.*\/[a-z]*: )?/s, 'Not a regular expression: ') };
  }
}

export function marksIn(plain: string, pattern: RegExp): Range[] {
  const found: Range[] = [];
  for (const { 0: text, index } of plain.matchAll(pattern)) {
    if (text !== '') found.push([index, index + text.length]);
    if (found.length === marksPerLine) break;
  }
  return found;
}

export class Search {
  /** Those that match, in order. */
  readonly lines: number[] = [];
  /** How many places are found up to and with the line of the same index. */
  private readonly totals: number[] = [];
  private next = 1;
  private readonly pattern: RegExp;
  /** What is searched for might be found across lines, if they were not searched one by one. */
  private readonly isByLine: boolean;
  private readonly hasTimes: boolean;

  constructor(pattern: RegExp, isRegex: boolean, hasTimes: boolean) {
    this.pattern = pattern;
    this.isByLine = isRegex || pattern.source.includes('\\n');
    this.hasTimes = hasTimes;
  }

  get total(): number {
    return this.totals.at(-1) ?? 0;
  }

  /** Goes on until all whole lines are searched (true) or `isLate` (false). */
  step(store: LogStore, isLate: () => boolean): boolean {
    this.next = Math.max(this.next, store.first);
    while (this.next <= store.lastWhole) {
      const chunk = store.chunkOf(this.next);
      if (chunk === undefined) break;
      const last = Math.min(chunk.first + chunk.lines - 1, store.lastWhole);
      const isDone =
        chunk.isPlain && !this.isByLine ? this.wholeChunk(chunk, last, isLate) : this.byLine(chunk, last, isLate);
      if (!isDone || isLate()) return this.next > store.lastWhole;
    }
    return true;
  }

  /** Forgets lines that are not kept; returns how many places were in them. */
  forget(first: number): number {
    const gone = lowerBound(this.lines, first);
    if (gone === 0) return 0;
    const places = this.totals[gone - 1] ?? 0;
    this.lines.splice(0, gone);
    this.totals.splice(0, gone);
    for (let at = 0; at < this.totals.length; at += 1) this.totals[at] = (this.totals[at] ?? 0) - places;
    return places;
  }

  /** Where the place of this number (from 0) is: its line, and its number in that line. */
  place(number: number): { line: number; inLine: number } | null {
    const index = lowerBound(this.totals, number + 1);
    const line = this.lines[index];
    return line === undefined ? null : { line, inLine: number - (this.totals[index - 1] ?? 0) };
  }

  /** The number of the first place in this line or a later one; 0, the first of all, where there is none. */
  firstFrom(line: number): number {
    const index = lowerBound(this.lines, line);
    return index === this.lines.length ? 0 : (this.totals[index - 1] ?? 0);
  }

  private wholeChunk(chunk: Chunk, last: number, isLate: () => boolean): boolean {
    const { pattern } = this;
    let index = this.next - chunk.first;
    const end = spanOf(chunk, last - chunk.first)[1];
    pattern.lastIndex = chunk.starts[index] ?? 0;
    for (let hits = 1, found = pattern.exec(chunk.text); found !== null; found = pattern.exec(chunk.text), hits += 1) {
      if (found.index >= end) break;
      index = indexOf(chunk, found.index, index);
      const line = chunk.first + index;
      // Between lines only: a line is counted whole, or not at all.
      if (hits % between === 0 && line !== this.lines.at(-1) && isLate()) {
        this.next = line;
        return false;
      }
      this.found(line, 1);
    }
    this.next = last + 1;
    return true;
  }

  private byLine(chunk: Chunk, last: number, isLate: () => boolean): boolean {
    for (let searched = 1; this.next <= last; searched += 1) {
      const [from, to] = spanOf(chunk, this.next - chunk.first);
      const count = this.countIn(plainOf(chunk.text.slice(from, to), this.hasTimes));
      if (count > 0) this.found(this.next, count);
      this.next += 1;
      if (searched % between === 0 && isLate()) return false;
    }
    return true;
  }

  private countIn(plain: string): number {
    const { pattern } = this;
    let count = 0;
    pattern.lastIndex = 0;
    for (let found = pattern.exec(plain); found !== null; found = pattern.exec(plain)) {
      if (found[0] === '') pattern.lastIndex += 1;
      else count += 1;
    }
    return count;
  }

  private found(line: number, count: number): void {
    const total = this.total + count;
    if (this.lines.at(-1) === line) {
      this.totals[this.totals.length - 1] = total;
      return;
    }
    this.lines.push(line);
    this.totals.push(total);
  }
}

/** The line of a chunk in which a place is; not before `from`. */
function indexOf({ starts, lines }: Chunk, place: number, from: number): number {
  let [low, high] = [from, lines - 1];
  // Most often it is this line or the next.
  if (low === high || place < (starts[low + 1] ?? Infinity)) return low;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Index of the first that is not less. */
export function lowerBound(sorted: readonly number[], wanted: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
