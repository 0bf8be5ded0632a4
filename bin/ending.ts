/** How our processes end: once and in order, be it by a signal, by an error or by a part that has died. */
import { setTimeout as sleep } from 'node:timers/promises';

/** A part that hangs at its end keeps the others going no longer than this. */
const stopWithinMs = 60_000;

export type Running = {
  /** Ends it in order: no new work, what is under way is finished or handed over. */
  stop(): Promise<void>;
};

export type Ending = {
  /** Aborted when the end begins. */
  signal: AbortSignal;
  /** Has the part stopped at the end, the last one first. Throws where the end has begun: nothing more is to be started then. */
  add(part: Running): void;
  /** Begins the end, with exit code 1. Silent where it has begun already: what is being stopped fails anyhow. */
  fail(error: unknown): void;
};

/** Runs a process: what goes wrong at its start, and SIGINT and SIGTERM once it has parts, stop the parts and end it. */
export function main(start: (ending: Ending) => Promise<void>): void {
  const running: Running[] = [];
  const abort = new AbortController();

  function end(exitCode: number): void {
    if (abort.signal.aborted) return;
    abort.abort(new Error('stopping'));
    void stopAll(running).then(() => process.exit(exitCode));
  }

  function fail(error: unknown): void {
    if (abort.signal.aborted) return;
    console.error(messageOf(error));
    end(1);
  }

  function add(part: Running): void {
    abort.signal.throwIfAborted();
    if (running.length === 0) {
      // npm passes ^C on, so it comes twice: the second is no impatience.
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.on(signal, () => {
          end(0);
        });
      }
    }
    running.push(part);
  }

  start({ signal: abort.signal, add, fail }).catch(fail);
}

/** Each of them, whatever becomes of the others. */
async function stopAll(running: Running[]): Promise<void> {
  for (const part of running.toReversed()) {
    const late = sleep(stopWithinMs, undefined, { ref: false }).then(() => {
      throw new Error(`not stopped within ${stopWithinMs / 1000} s`);
    });
    try {
      await Promise.race([part.stop(), late]);
    } catch (error) {
      console.error(`While stopping: ${messageOf(error)}`);
    }
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // `fetch failed` says nothing, its cause does.
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
