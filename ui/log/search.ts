/** Finds a text in all kept lines, bit by bit: the page stays awake, and what is written meanwhile is searched, too. */
import { plainOf } from './lines';
import { spanOf, type Chunk, type LogStore } from './store';
import type { Range } from './segments';

export type Wanted = { text: string; isRegex: boolean; isCaseSensitive: boolean };

/** So many are counted to the reader. */
export const countedTo = 10_000;
/** In a row, so many are marked; fewer where it takes longer: with some expressions, each place of a long line takes its time. */
const marks = { most: 1000, least: 8, ms: 5 };
/** Whether time is up is asked after so many. */
const between = 256;

/** What is searched for. */
export type Pattern = {
  /** It might be found across lines, if they were not searched one by one. */
  isByLine: boolean;
  /** The first place that begins at `from` or behind it, maybe one of no characters; null where there is none. */
  next: (text: string, from: number) => Range | null;
};

export function textPattern(text: string, isCaseSensitive: boolean): Pattern {
  const pattern = new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), isCaseSensitive ? 'g' : 'gi');
  return {
    isByLine: text.includes('\n'),
    next: (searched, from) => {
      pattern.lastIndex = from;
      const found = pattern.exec(searched);
      return found === null ? null : [found.index, found.index + found[0].length];
    },
  };
}

/** Where to go on behind a place. */
function behind([from, to]: Range): number {
  return to > from ? to : to + 1;
}

export function marksIn(plain: string, pattern: Pattern): Range[] {
  const found: Range[] = [];
  let place = pattern.next(plain, 0);
  // Behind the first: what is new takes longer once.
  const until = performance.now() + marks.ms;
  for (; place !== null && found.length < marks.most; place = pattern.next(plain, behind(place))) {
    if (place[1] > place[0]) found.push(place);
    if (found.length >= marks.least && performance.now() > until) break;
  }
  return found;
}

export class Search {
  private matching: number[] = [];
  /** How many places are found up to and with the line of the same index. */
  private totals: number[] = [];
  private next = 1;
  /** Of the next line, where one by one is searched: where to go on in it, and how many places are before that. */
  private within = { at: 0, count: 0 };
  private readonly pattern: Pattern;
  private readonly hasTimes: boolean;

  constructor(pattern: Pattern, hasTimes: boolean) {
    this.pattern = pattern;
    this.hasTimes = hasTimes;
  }

  /** Those that match, in order. It becomes longer; where lines are forgotten, it is another one. */
  get lines(): readonly number[] {
    return this.matching;
  }

  get total(): number {
    return this.totals.at(-1) ?? 0;
  }

  /** Goes on until all whole lines are searched (true) or `isLate` (false). */
  step(store: LogStore, isLate: () => boolean): boolean {
    if (this.next < store.first) this.goOn(store.first);
    while (this.next <= store.lastWhole) {
      const chunk = store.chunkOf(this.next);
      if (chunk === undefined) break;
      const last = Math.min(chunk.first + chunk.lines - 1, store.lastWhole);
      const isWhole = chunk.isPlain && !this.pattern.isByLine;
      const isDone = isWhole ? this.wholeChunk(chunk, last, isLate) : this.byLine(chunk, last, isLate);
      if (!isDone || isLate()) return this.next > store.lastWhole;
    }
    return true;
  }

  /** Forgets lines that are not kept; returns how many places were in them. */
  forget(first: number): number {
    const gone = lowerBound(this.matching, first);
    if (gone === 0) return 0;
    const places = this.totals[gone - 1] ?? 0;
    this.matching = this.matching.slice(gone);
    this.totals = this.totals.slice(gone).map((total) => total - places);
    return places;
  }

  /** Where the place of this number (from 0) is: its line, and its number in that line. */
  place(number: number): { line: number; inLine: number } | null {
    const index = lowerBound(this.totals, number + 1);
    const line = this.matching[index];
    return line === undefined ? null : { line, inLine: number - (this.totals[index - 1] ?? 0) };
  }

  /** The number of the first place in this line or a later one; 0, the first of all, where there is none. */
  firstFrom(line: number): number {
    const index = lowerBound(this.matching, line);
    return index === this.matching.length ? 0 : (this.totals[index - 1] ?? 0);
  }

  private wholeChunk(chunk: Chunk, last: number, isLate: () => boolean): boolean {
    const { pattern } = this;
    let index = this.next - chunk.first;
    const end = spanOf(chunk, last - chunk.first)[1];
    let found = pattern.next(chunk.text, chunk.starts[index] ?? 0);
    for (let hits = 1; found !== null && found[0] < end; hits += 1) {
      index = indexOf(chunk, found[0], index);
      const line = chunk.first + index;
      // Between lines only: a line is counted whole, or not at all.
      if (hits % between === 0 && line !== this.matching.at(-1) && isLate()) {
        this.next = line;
        return false;
      }
      this.found(line, 1);
      found = pattern.next(chunk.text, behind(found));
    }
    this.goOn(last + 1);
    return true;
  }

  private byLine(chunk: Chunk, last: number, isLate: () => boolean): boolean {
    while (this.next <= last) {
      const [from, to] = spanOf(chunk, this.next - chunk.first);
      if (!this.inLine(plainOf(chunk.text.slice(from, to), this.hasTimes), isLate)) return false;
      if (this.within.count > 0) this.found(this.next, this.within.count);
      this.goOn(this.next + 1);
      if (isLate()) return false;
    }
    return true;
  }

  /** Whether it is at the line's end. */
  private inLine(plain: string, isLate: () => boolean): boolean {
    const { pattern, within } = this;
    for (let found = pattern.next(plain, within.at); found !== null; found = pattern.next(plain, within.at)) {
      within.at = behind(found);
      if (found[1] > found[0]) within.count += 1;
      if (isLate()) return false;
    }
    return true;
  }

  private goOn(line: number): void {
    this.next = line;
    this.within = { at: 0, count: 0 };
  }

  private found(line: number, count: number): void {
    const total = this.total + count;
    if (this.matching.at(-1) === line) {
      this.totals[this.totals.length - 1] = total;
      return;
    }
    this.matching.push(line);
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
