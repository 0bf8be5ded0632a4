/** Routes of workers, an operator's facade: a count of 0 for `submit` pauses the pickup of an engine. */
import type Router from '@koa/router';
import { setWorkerCounts, workerCounts, type WorkerCount } from '../db/worker';
import { readBody } from './body';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';
import { noEngine } from './engine';
import { first } from './wire/query';
import { allWorkers, workerFromWire, workersFromWire, workerToWire, workerType } from './wire/worker';

export function workerRoutes(router: Router, { db, engines, runs, log, settings }: ApiDeps): void {
  const names = [...engines.keys()];

  router.get('/worker', async (ctx) => {
    ctx.body = await list();
  });

  router.put('/worker', async (ctx) => {
    await set(workersFromWire(await readBody(ctx, settings.maxBodyBytes), names));
    ctx.body = await list();
  });

  router.get('/worker/:worker_type', async (ctx) => {
    const type = workerType(ctx.params['worker_type'] ?? '');
    ctx.body = await one(type, engineOf(first(ctx.query['engine'])));
  });

  router.put('/worker/:worker_type', async (ctx) => {
    const type = workerType(ctx.params['worker_type'] ?? '');
    const counts = workerFromWire(type, await readBody(ctx, settings.maxBodyBytes), names);
    await set(counts);
    const [only, ...others] = counts;
    ctx.body = await one(type, only === undefined || others.length > 0 ? settings.defaultEngine : only.engine);
  });

  async function list(): Promise<{ total: number; workers: Record<string, unknown>[] }> {
    const workers = allWorkers(await workerCounts(db), names).map(workerToWire);
    return { total: workers.length, workers };
  }

  async function one(type: string, engine: string): Promise<Record<string, unknown>> {
    const all = allWorkers(await workerCounts(db), names);
    const found = all.find((worker) => worker.type === type && worker.engine === engine);
    if (found === undefined) throw noEngine(engine, names);
    return workerToWire(found);
  }

  function engineOf(asked: string): string {
    return asked === '' ? settings.defaultEngine : asked;
  }

  /** The rows say what is wanted, so they come first: what Temporal was not told, or was told the other way round, the reconciler mends. */
  async function set(counts: WorkerCount[]): Promise<void> {
    const submits = counts.filter(({ type }) => type === 'submit');
    const before = allWorkers(await workerCounts(db), names);
    await setWorkerCounts(db, counts);
    const told = await Promise.all(submits.map(tell));
    if (told.includes('unsupported')) {
      await setWorkerCounts(
        db,
        before.filter((was) => counts.some(({ type, engine }) => type === was.type && engine === was.engine)),
      );
      throw new RequestError(503, 'Pickup cannot be paused: that needs a Temporal server of version 1.28 or newer');
    }
  }

  async function tell({ engine, count }: WorkerCount): Promise<'set' | 'unsupported'> {
    try {
      const isOpen = count > 0;
      return (await runs.setPickup(engine, isOpen)) === 'unsupported' && !isOpen ? 'unsupported' : 'set';
    } catch (error) {
      log.warn({ error, engine }, 'pickup not set yet; the reconciler will');
      return 'set';
    }
  }
}
