/** Keeps a server of ours running until the end. */
import type { Ending } from '../ending';
import type { Server } from './temporal-server';

const watchEveryMs = 1000;

/**
 * Starts the server, and again whenever it dies; `before` is the one that died. Returns the first. It is to be stopped from the
 * moment that its start begins: an end in the middle waits for `start`, which gives up by itself.
 */
export async function keep<S extends Server>(
  name: string,
  ending: Ending,
  start: (before: S | null) => Promise<S>,
): Promise<S> {
  let server: S | null = null;
  let current: Promise<void> = Promise.resolve();
  ending.add({
    stop: async () => {
      await current;
      await server?.stop();
    },
  });
  const first = start(null);
  current = first.then(
    (started) => {
      server = started;
    },
    () => undefined,
  );
  const started = await first;
  const watch = setInterval(() => {
    current = current
      .then(() => look())
      .catch((error: unknown) => {
        if (ending.signal.aborted) return;
        console.error(`${name} does not start again: ${error instanceof Error ? error.message : String(error)}`);
      });
  }, watchEveryMs);
  ending.signal.addEventListener('abort', () => {
    clearInterval(watch);
  });
  return started;

  async function look(): Promise<void> {
    if (server === null || ending.signal.aborted || (await server.isAlive())) return;
    console.error(`${name} has died: starting it again`);
    server = await start(server);
  }
}
