/** Routes of runs: list, get, stop. */
import { setTimeout as timeout } from 'node:timers/promises';
import type Router from '@koa/router';
import type { RouterContext } from '@koa/router';
import type { Context } from 'koa';
import { requestCancel } from '../db/cancel';
import { staleClusters } from '../db/cluster';
import { jobOfAttempt } from '../db/job';
import { confirmCancel, listRuns, runById, spawnedBy, transitionsOf, type Run } from '../db/run';
import { pausedEngines } from '../db/worker';
import { phases } from '../domain/lifecycle';
import { unnamedCanceller } from '../domain/outcome';
import { callerOf } from './caller';
import { requireDefinition } from './definitions';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';
import { echo, listFromWire, type QueryString } from './wire/list';
import { runListRules } from './wire/lists';
import { customOf, runToWire, transitionToWire } from './wire/run';

const pausedNote = 'Pickup of this engine is paused by an operator';

/** The cancel is kept in the row: where Temporal does not answer in time, the reconciler delivers it. */
const signalWaitMs = 1000;
const signalsAtOnce = 20;

export function historyRoutes(router: Router, deps: ApiDeps): void {
  const { list, get, stop } = handlersOf(deps);

  router.get('/history', (ctx) => list(ctx, ctx.query));

  router.get('/task/:definition_id/history', (ctx) =>
    list(ctx, { ...ctx.query, definition_id: ctx.params['definition_id'] }),
  );

  router.get(['/history/:run_id', '/task/history/:run_id', '/task/:definition_id/history/:run_id'], get);
  router.delete('/task/:definition_id/history/:run_id', stop);
}

/** Those of templates are the same. */
export function templateHistoryRoutes(router: Router, deps: ApiDeps): void {
  const { list, get, stop } = handlersOf(deps);

  router.get('/template/:template_id/history', (ctx) =>
    list(ctx, { ...ctx.query, executable_id: ctx.params['template_id'] }),
  );

  router.get(['/template/history/:run_id', '/template/:template_id/history/:run_id'], get);
  router.delete('/template/:template_id/history/:run_id', stop);
}

export function runDetailRoutes(router: Router, { db, engines }: ApiDeps): void {
  // The job itself asks for it: FLOTILLA_RUN_PAYLOAD_URI.
  router.get('/history/:run_id/payload', async (ctx) => {
    ctx.body = customOf(await requireRun(db, ctx.params['run_id'] ?? '')) ?? {};
  });

  router.get(['/history/:run_id/manifest', '/task/:definition_id/history/:run_id/manifest'], async (ctx) => {
    const run = await requireRun(db, ctx.params['run_id'] ?? '');
    const key = { runId: run.runId, attempt: run.attempt };
    const job = await jobOfAttempt(db, key);
    const manifest = job === null ? null : (engines.get(run.engine)?.manifest(run.cluster, key, job) ?? null);
    if (manifest === null) throw new RequestError(404, `Engine ${run.engine} makes no manifest of its runs`);
    ctx.body = manifest;
  });
}

function handlersOf({ db, runs, engines, log }: ApiDeps) {
  return { list, get, stop };

  async function get(ctx: RouterContext): Promise<void> {
    const run = await requireRun(db, ctx.params['run_id'] ?? '');
    const [transitions, spawned] = await Promise.all([transitionsOf(db, run.runId), spawnedBy(db, run.runId)]);
    // What a run that shares the machine unprotected should not hide once its note has gone.
    const note = run.note ?? engines.get(run.engine)?.warning ?? null;
    const [shown] = await show([{ ...run, note }]);
    const spawnedRuns = spawned.length === 0 ? {} : { spawned_runs: spawned.map((runId) => ({ run_id: runId })) };
    ctx.body = { ...shown, ...spawnedRuns, transitions: transitions.map(transitionToWire) };
  }

  async function stop(ctx: RouterContext): Promise<void> {
    const runId = ctx.params['run_id'] ?? '';
    const asked = await requestCancel(db, runId, cancellerOf(ctx));
    if (asked === null) throw noRun(runId);
    await Promise.race([tellWorkflows(asked), timeout(signalWaitMs, null, { ref: false })]);
    ctx.body = { terminated: true };
  }

  async function tellWorkflows(asked: { runId: string; by: string }[]): Promise<void> {
    for (let from = 0; from < asked.length; from += signalsAtOnce) {
      await Promise.all(asked.slice(from, from + signalsAtOnce).map(({ runId, by }) => tellWorkflow(runId, by)));
    }
  }

  async function tellWorkflow(runId: string, by: string): Promise<void> {
    try {
      if (await runs.cancel(runId, by)) await confirmCancel(db, runId);
    } catch (error) {
      log.warn({ error, runId }, 'cancel not delivered yet; the reconciler will');
    }
  }

  async function list(ctx: Context, query: QueryString): Promise<void> {
    const statuses = [query['status'] ?? []].flat();
    const invalid = statuses.find((status) => !(phases as readonly string[]).includes(status));
    if (invalid !== undefined) throw new RequestError(400, `invalid status [${invalid}]`);
    const [definitionId] = [query['definition_id'] ?? []].flat();
    const page = listFromWire(query, runListRules);
    if (definitionId !== undefined) await requireDefinition(db, definitionId);
    const { rows, total } = await listRuns(db, page);
    ctx.body = { total, history: await show(rows), engine: [...engines.keys()], ...echo(query, page) };
  }

  /** Open runs on a cluster that cannot be seen say so. */
  async function show(shown: Run[]): Promise<Record<string, unknown>[]> {
    const isOpen = ({ phase }: Run): boolean => phase !== 'STOPPED';
    const stale = shown.some(isOpen) ? await staleClusters(db) : [];
    const paused = shown.some(({ phase }) => phase === 'QUEUED') ? await pausedEngines(db) : [];
    return shown.map((run) => {
      const of = stale.find(({ engine, cluster }) => engine === run.engine && cluster === run.cluster);
      const isPaused = run.phase === 'QUEUED' && paused.includes(run.engine);
      const noted = isPaused ? { ...run, note: run.note === null ? pausedNote : `${pausedNote}; ${run.note}` } : run;
      return runToWire(noted, isOpen(run) ? (of ?? null) : null);
    });
  }
}

/** Throws RequestError 404. */
export async function requireRun(db: ApiDeps['db'], runId: string): Promise<Run> {
  const run = await runById(db, runId);
  if (run === null) throw noRun(runId);
  return run;
}

function noRun(runId: string): RequestError {
  return new RequestError(404, `Run with id ${runId} not found`);
}

function cancellerOf(ctx: Context): string {
  return callerOf(ctx, '-email') ?? callerOf(ctx, '-name') ?? unnamedCanceller;
}
