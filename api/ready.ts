/** Whether what the API needs answers now: for load balancers, and for a page of operators. See `readyAnswer`. */
import type Router from '@koa/router';
import { staleClusters } from '../db/cluster_health';
import { pause } from '../engines/pause';
import type { ApiDeps } from './deps';

/** Who asks waits no longer than this, whatever does not answer. */
const checkMs = 2000;

type Looked<T> = { value: T } | { error: string };
type Check = { name: string; ok: boolean; error?: string; since?: Date };

export function readyRoutes(router: Router, { db, engines, runs, log }: ApiDeps): void {
  router.get('/ready', async (ctx) => {
    const [postgres, temporal] = await Promise.all([
      look('postgres', () => staleClusters(db)),
      look('temporal', () => runs.requireTemporal()),
    ]);
    const clusters = [...engines.values()].flatMap((engine) =>
      engine.clusters.map((cluster): Check => {
        const name = `${engine.name}/${cluster}`;
        if ('error' in postgres) return { name, ok: false, error: 'Not known while Postgres does not answer' };
        const blind = postgres.value.find((one) => one.engine === engine.name && one.cluster === cluster);
        return blind === undefined ? { name, ok: true } : { name, ok: false, error: blind.why, since: blind.since };
      }),
    );
    const isReady = !('error' in postgres) && !('error' in temporal);
    const now = new Date();
    ctx.status = isReady ? 200 : 503;
    ctx.set('Cache-Control', 'no-store');
    ctx.body = {
      // Its runs wait, those of others do not: no reason to send callers elsewhere.
      status: !isReady ? 'unready' : clusters.every(({ ok }) => ok) ? 'ready' : 'degraded',
      checks: [checkOf('postgres', postgres), checkOf('temporal', temporal), ...clusters].map((check) => ({
        ...check,
        checked_at: now,
      })),
    };
  });

  async function look<T>(what: string, ask: () => Promise<T>): Promise<Looked<T>> {
    try {
      return { value: await inTime(ask) };
    } catch (error) {
      if (error instanceof TooLate) return { error: error.message };
      // Its own words may name hosts and users: they are for the log.
      log.warn({ error, what }, 'not ready');
      return { error: 'Cannot be reached: the log of the API says why' };
    }
  }
}

class TooLate extends Error {}

/** Throws where there is no answer in time. */
export async function inTime<T>(ask: () => Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = pause(checkMs, done.signal).then(() => {
    throw new TooLate(`No answer within ${checkMs / 1000} seconds`);
  });
  try {
    return await Promise.race([ask(), late]);
  } finally {
    late.catch(() => undefined);
    done.abort();
  }
}

function checkOf(name: string, looked: Looked<unknown>): Check {
  return 'error' in looked ? { name, ok: false, error: looked.error } : { name, ok: true };
}
