/**
 * Which rows of a log are in view. One line is the anchor: whatever happens to the others (rows wrap, are measured, are dropped,
 * are left out), it stays where it is. Not of a library: those that keep rows in place weigh more than all the rest of the viewer.
 */
import { Heights } from './heights';
import { lowerBound } from './search';

const rowPx = 18;
/** Drawn above and below what is seen. */
const overscan = 30;

export type Rows = {
  first: number;
  count: number;
  /** Only these lines are rows; null: all from `first`. */
  filter: readonly number[] | null;
  /** How many characters a row has; null: rows are as long as their lines. */
  columns: number | null;
  lengthOf: (line: number) => number;
};

const none: Rows = { first: 1, count: 0, filter: null, columns: null, lengthOf: () => 0 };

export class LogWindow {
  /** Of what is seen of it. */
  private heightPx = 600;
  private rows = none;
  private readonly heights = new Heights();
  private anchor = { line: 1, offset: 0 };
  /** The anchor was chosen, and is not just what happened to be on top. */
  private chosenTop: number | null = null;

  /** Before each drawing; says nothing new where nothing is. */
  arrange(rows: Rows): void {
    const { heights, rows: before } = this;
    const isSame = before.first === rows.first && before.filter === rows.filter && before.columns === rows.columns;
    this.rows = rows;
    if (rows.columns === null) return;
    if (!isSame || rows.count < heights.count) heights.clear();
    for (let index = heights.count; index < rows.count; index += 1) {
      heights.push(rowPx * Math.max(1, Math.ceil(rows.lengthOf(this.lineAt(index)) / rows.columns)));
    }
  }

  lineAt(index: number): number {
    const { filter, first } = this.rows;
    return filter === null ? first + index : (filter[index] ?? 0);
  }

  indexOf(line: number): number {
    const { filter, first, count } = this.rows;
    const index = filter === null ? line - first : lowerBound(filter, line);
    return Math.max(0, Math.min(index, count - 1));
  }

  get totalPx(): number {
    return this.rows.columns === null ? this.rows.count * rowPx : this.heights.total;
  }

  startOf(index: number): number {
    return this.rows.columns === null ? index * rowPx : this.heights.startOf(index);
  }

  /** The line on top. */
  get topLine(): number {
    return this.lineAt(this.indexAt(this.topPx(false)));
  }

  /** How far it is scrolled. */
  topPx(isAtEnd: boolean): number {
    const most = Math.max(0, this.totalPx - this.heightPx);
    if (isAtEnd) return most;
    const { line, offset } = this.anchor;
    const index = this.indexOf(line);
    // A line that is a row no more has given its place to another.
    const within = this.lineAt(index) === line ? offset : Math.min(0, offset);
    return Math.max(0, Math.min(this.startOf(index) + within, most));
  }

  /** The rows to draw, by index, and those of these lines, wherever they are. */
  drawn(isAtEnd: boolean, lines: readonly number[]): number[] {
    const { count } = this.rows;
    if (count === 0) return [];
    const top = this.topPx(isAtEnd);
    const from = Math.max(0, this.indexAt(top) - overscan);
    const to = Math.min(count - 1, this.indexAt(top + this.heightPx) + overscan);
    const others = lines.map((line) => this.indexOf(line)).filter((index) => index < from || index > to);
    const near = Array.from({ length: to - from + 1 }, (_, at) => from + at);
    return others.length === 0 ? near : [...new Set([...near, ...others])].sort((a, b) => a - b);
  }

  /** The reader has scrolled, or we have. */
  scrolled(px: number): void {
    if (this.chosenTop !== null && Math.abs(px - this.chosenTop) < 2) return;
    this.chosenTop = null;
    const index = this.indexAt(px);
    this.anchor = { line: this.lineAt(index), offset: px - this.startOf(index) };
  }

  /** A log that is not seen has no height: then it keeps the one that it had. */
  resized(px: number): void {
    if (px > 0) this.heightPx = px;
  }

  /** Puts a line in the middle. */
  centre(line: number): void {
    this.anchor = { line: this.lineAt(this.indexOf(line)), offset: -Math.max(0, (this.heightPx - rowPx) / 2) };
  }

  /** Where the log was put for that. */
  chosen(px: number): void {
    this.chosenTop = px;
  }

  /** Whether it is a change. */
  measured(index: number, px: number): boolean {
    if (this.rows.columns === null || index >= this.heights.count || Math.abs(this.heights.get(index) - px) < 0.5) {
      return false;
    }
    this.heights.set(index, px);
    return true;
  }

  private indexAt(px: number): number {
    const index = this.rows.columns === null ? Math.floor(px / rowPx) : this.heights.indexAt(px);
    return Math.max(0, Math.min(index, this.rows.count - 1));
  }
}
