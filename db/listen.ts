/** Listens on a channel of Postgres with a connection of its own, which is made anew whenever it is lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

const reconnectMs = 1000;
const keepAliveMs = 10_000;

/**
 * `onNotice` is called for what is told, and after each connection: what was told while there was none is to be looked for.
 * `onLost` hears why a connection was lost or not made.
 */
export function listen(
  databaseUrl: string,
  channel: string,
  onNotice: () => void,
  onLost: (error: unknown) => void,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const ended = (async () => {
    while (!stopping.signal.aborted) {
      await hold(databaseUrl, channel, onNotice, stopping.signal).catch(onLost);
      await sleep(reconnectMs, null, { signal: stopping.signal, ref: false }).catch(() => undefined);
    }
  })();
  return {
    stop: () => {
      stopping.abort();
      return ended;
    },
  };
}

/** Returns when it is to stop, throws when the connection is lost. */
async function hold(url: string, channel: string, onNotice: () => void, signal: AbortSignal): Promise<void> {
  const client = new Client({ connectionString: url, keepAlive: true, keepAliveInitialDelayMillis: keepAliveMs });
  const lost = new Promise<never>((_, reject) => {
    client.on('error', reject);
    client.on('end', () => {
      reject(new Error('the connection that listens has ended'));
    });
  });
  lost.catch(() => undefined);
  const stopped = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
  client.on('notification', onNotice);
  try {
    await client.connect();
    await client.query(`listen ${channel}`);
    onNotice();
    await Promise.race([lost, stopped]);
  } finally {
    await client.end().catch(() => undefined);
  }
}
