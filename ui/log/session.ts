/** One log that is being looked at: what is kept of it, how it is read, and who wants to know of changes. */
import { isCut, linesIn, readLog, type Page, type ReaderState, type Source } from './reader';
import { LogStore } from './store';

/** Changes are told to the page so often at most: drawing more often shows no more. */
const tellMs = 100;

export type Snapshot = { version: number; state: ReaderState; total: number | undefined };

export class LogSession {
  readonly store: LogStore;
  private readonly source: Source;
  /** Of a log that is too long, what is kept: its end, or its beginning. */
  private readonly keeps: 'end' | 'start';
  private readonly listeners = new Set<() => void>();
  private cursor = '';
  private isRunOver = false;
  private snapshot: Snapshot = { version: 0, state: { kind: 'reading' }, total: undefined };
  private timer: ReturnType<typeof setTimeout> | undefined;
  private toldAt = -Infinity;

  constructor(source: Source, keeps: 'end' | 'start' = 'end', store = new LogStore()) {
    this.source = source;
    this.keeps = keeps;
    this.store = store;
  }

  /** Reads on from where it was. Returns how to stop. */
  start(): () => void {
    const stopped = new AbortController();
    const { state } = this.snapshot;
    if (state.kind !== 'ended' && state.kind !== 'full') void this.read(stopped.signal);
    return () => {
      stopped.abort();
      clearTimeout(this.timer);
      this.timer = undefined;
    };
  }

  private read(signal: AbortSignal): Promise<void> {
    const cursor = (): string => this.cursor;
    const target = {
      get cursor() {
        return cursor();
      },
      take: (page: Page) => (signal.aborted ? false : this.take(page)),
      isOver: () => this.isRunOver,
      tell: (state: ReaderState) => {
        if (!signal.aborted) this.tell(state);
      },
    };
    return readLog(this.source, target, signal);
  }

  /** Nothing will be written any more, as far as is known. */
  setOver(isOver: boolean): void {
    this.isRunOver = isOver;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly get = (): Snapshot => this.snapshot;

  private take(page: Page): boolean {
    if (this.keeps === 'start' && this.store.isFull) return false;
    this.cursor = page.last_seen;
    const lines = linesIn(page);
    if (lines > 0) {
      // The backend has lost the place and tells all again.
      if (page.first_line === 1 && this.store.last > 1) this.store.clear();
      this.store.append(page.log ?? '', isCut(page));
    }
    if (page.total_lines !== undefined) {
      this.store.close();
      this.snapshot = { ...this.snapshot, total: page.total_lines };
    }
    if (lines > 0 || page.total_lines !== undefined) this.changed();
    return true;
  }

  private tell(state: ReaderState): void {
    const before = this.snapshot.state;
    const isSame =
      before.kind === state.kind &&
      (state.kind !== 'trouble' || before.kind !== 'trouble' || before.retryAt === state.retryAt);
    if (isSame) return;
    this.snapshot = { ...this.snapshot, state };
    this.changed();
  }

  private changed(): void {
    // The first at once: somebody waits for it.
    const inMs = Math.max(0, this.toldAt + tellMs - performance.now());
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.toldAt = performance.now();
      this.snapshot = { ...this.snapshot, version: this.snapshot.version + 1 };
      for (const listener of this.listeners) listener();
    }, inMs);
  }
}
