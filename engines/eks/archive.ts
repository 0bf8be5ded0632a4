/** Keeps the logs of ended attempts before Kubernetes removes their pods. */
import type { Readable } from 'node:stream';
import pLimit from 'p-limit';
import { attemptName, type AttemptKey } from '../../domain/id';
import type { LogStore } from './log-store';
import { LogGone } from './pod-log';

const atOnce = 8;
/** Waits before the next try, in seconds; after the last one it is left to the next observer, which looks at all Jobs again. */
const tryAgainAfter = [5, 30, 120, 600];

/** The attempt's log as a stream; null where it has none. `follow`: until its container ends, though that runs still. */
export type OpenLog = (key: AttemptKey, follow: boolean) => Promise<Readable | null>;

/** One for each cluster and process. Everything may be repeated: what is kept already is left as it is. */
export class Archive {
  private readonly inTurn = pLimit(atOnce);
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly store: LogStore;
  private readonly open: OpenLog;
  private readonly warn: (text: string, error: unknown) => void;

  constructor(store: LogStore, open: OpenLog, warn: (text: string, error: unknown) => void) {
    this.store = store;
    this.open = open;
    this.warn = warn;
  }

  /** Of an attempt that has ended. Without waiting; tries again by itself. */
  keep(key: AttemptKey, tries = 0): void {
    this.once(key, () => this.inTurn(() => this.put(key, false))).catch((error: unknown) => {
      const after = tryAgainAfter[tries];
      this.warn(`the log of ${attemptName(key)} is not kept${after === undefined ? '' : ' yet'}`, error);
      if (after === undefined) return;
      setTimeout(() => {
        this.keep(key, tries + 1);
      }, after * 1000).unref();
    });
  }

  /** Of an attempt that is about to be stopped: its log goes with the pod. Returns once the log has been opened. */
  async keepToItsEnd(key: AttemptKey): Promise<{ kept: Promise<void> }> {
    let opened = (): void => undefined;
    const isOpen = new Promise<void>((resolve) => {
      opened = resolve;
    });
    const kept = this.once(key, () => this.put(key, true, opened)).catch((error: unknown) => {
      this.warn(`the log of ${attemptName(key)} is lost with its pod`, error);
    });
    await Promise.race([isOpen, kept]);
    return { kept };
  }

  private once(key: AttemptKey, work: () => Promise<void>): Promise<void> {
    const name = attemptName(key);
    const known = this.underWay.get(name);
    if (known !== undefined) return known;
    const made = work().finally(() => this.underWay.delete(name));
    this.underWay.set(name, made);
    return made;
  }

  private async put(key: AttemptKey, follow: boolean, opened?: () => void): Promise<void> {
    if (await this.store.has(key)) return;
    const log = await this.open(key, follow);
    opened?.();
    if (log === null) return;
    try {
      await this.store.put(key, log);
    } catch (error) {
      // No further try would find it.
      if (error instanceof LogGone) this.warn(`the log of ${attemptName(key)} went with its container`, error);
      else throw error;
    } finally {
      // A store that fails before it reads leaves it open.
      log.destroy();
    }
  }
}
