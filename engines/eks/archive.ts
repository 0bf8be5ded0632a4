/** Keeps the logs of ended attempts before Kubernetes removes their pods. */
import pLimit from 'p-limit';
import { attemptName, type AttemptKey } from '../../domain/id';
import type { Readable } from 'node:stream';
import type { LogStore } from './log-store';

const atOnce = 4;
/** Waits before the next try, in seconds; after the last one it is left to the next observer, which looks at all Jobs again. */
const tryAgainAfter = [5, 30, 120, 600];

/** `open`: the attempt's whole log as a stream, null where it has none. */
export type OpenLog = (key: AttemptKey) => Promise<Readable | null>;

/** Everything may be repeated: what is kept already is left as it is. */
export class Archive {
  private readonly inTurn = pLimit(atOnce);
  private readonly under = new Map<string, Promise<void>>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly store: LogStore;
  private readonly open: OpenLog;
  private readonly warn: (text: string, error: unknown) => void;

  constructor(store: LogStore, open: OpenLog, warn: (text: string, error: unknown) => void) {
    this.store = store;
    this.open = open;
    this.warn = warn;
  }

  /** Without waiting; tries again by itself. */
  keep(key: AttemptKey, tries = 0): void {
    this.keepNow(key).catch((error: unknown) => {
      this.warn(`the log of ${attemptName(key)} is not kept yet`, error);
      const after = tryAgainAfter[tries];
      if (after === undefined) return;
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        this.keep(key, tries + 1);
      }, after * 1000);
      timer.unref();
      this.timers.add(timer);
    });
  }

  private keepNow(key: AttemptKey): Promise<void> {
    const name = attemptName(key);
    const running = this.under.get(name);
    if (running !== undefined) return running;
    const work = this.inTurn(async () => {
      if (await this.store.has(key)) return;
      const log = await this.open(key);
      if (log !== null) await this.store.put(key, log);
    }).finally(() => this.under.delete(name));
    this.under.set(name, work);
    return work;
  }

  /** Nothing more is tried. */
  close(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }
}
