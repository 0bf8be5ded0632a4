/** Routes of a run's status: asked for often and cheaply, and told by whoever knows better. */
import type Router from '@koa/router';
import { keepReport } from '../db/report';
import type { Reported } from '../domain/outcome';
import { readBody } from './body';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';
import { requireRun } from './history';
import { reportFromWire } from './wire/report';
import { statusToWire } from './wire/run';

const maxAgeSeconds = 5;

export function lightStatusRoutes(router: Router, { db }: ApiDeps): void {
  router.get('/:run_id/status', async (ctx) => {
    const run = await requireRun(db, ctx.params['run_id'] ?? '');
    const tag = `"${run.phase}-${run.exitCode ?? 'unknown'}"`;
    ctx.set('Cache-Control', `max-age=${maxAgeSeconds}`);
    ctx.etag = tag;
    if (isKnown(tag, ctx.get('If-None-Match'))) ctx.status = 304;
    else ctx.body = statusToWire(run);
  });
}

/**
 * Koa's `fresh` answers in full where a request says `Cache-Control: no-cache`, as fetch does with each If-None-Match; but that
 * only asks caches on the way to ask us.
 */
function isKnown(tag: string, known: string): boolean {
  return known.split(',').some((one) => one.trim().replace(/^W\//, '') === tag);
}

export function reportRoutes(router: Router, { db, runs, log, settings }: ApiDeps): void {
  // Only an end is for callers to tell: that of an open run, whose container is then stopped.
  router.put('/:run_id/status', async (ctx) => {
    const runId = ctx.params['run_id'] ?? '';
    const { status, exceptions, as } = reportFromWire(await readBody(ctx, settings.maxBodyBytes));
    const kept = await keepReport(db, runId, { exceptions, end: status === 'STOPPED' ? as : null });
    if (kept === null) {
      await requireRun(db, runId);
      throw new RequestError(409, `Run with id ${runId} is over: its status does not change`);
    }
    // Again with each repetition: the first may not have got through.
    if (status === 'STOPPED' && kept.end !== null && !(await report(kept.end))) {
      throw new RequestError(503, `Run with id ${runId} cannot be told now; try again`);
    }
    ctx.body = { updated: kept.isTaken };

    async function report(end: Reported): Promise<boolean> {
      try {
        return await runs.report(runId, end);
      } catch (error) {
        log.warn({ error, runId }, 'report not delivered');
        return false;
      }
    }
  });
}
