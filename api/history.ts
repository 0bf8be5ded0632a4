/** Routes of runs: list, get, stop. */
import type Router from '@koa/router';
import type { RouterContext } from '@koa/router';
import type { Context } from 'koa';
import { requestCancel } from '../db/cancel';
import { staleClusters } from '../db/cluster_health';
import { wasDefined } from '../db/definition';
import { jobOfAttempt, memoryGiven } from '../db/job';
import { listRuns, runById, spawnedBy, transitionsOf, type Run } from '../db/run';
import { pausedEngines } from '../db/worker';
import { phases } from '../domain/lifecycle';
import { cancellerOf } from './caller';
import { noDefinition } from './definitions';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';
import { tellWorkflows } from './stop';
import { echo, listFromWire, nextToWire } from './wire/list';
import { runListRules } from './wire/lists';
import { all, type QueryString } from './wire/query';
import { customOf, runToWire, transitionToWire } from './wire/run';

const pausedNote = 'Pickup of this engine is paused by an operator';

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

function handlersOf(deps: ApiDeps) {
  const { db, engines } = deps;
  return { list, get, stop };

  async function get(ctx: RouterContext): Promise<void> {
    const run = await requireRun(db, ctx.params['run_id'] ?? '');
    const [transitions, spawned, memoryMb] = await Promise.all([
      transitionsOf(db, run.runId),
      spawnedBy(db, run.runId),
      memoryGiven(db, run),
    ]);
    // What a run that shares the machine unprotected should not hide once its note has gone.
    const warning = engines.get(run.engine)?.warning ?? null;
    const [shown] = await show([{ ...run, note: run.note ?? warning }]);
    // Where nothing is enforced there is no limit.
    const limit = memoryMb === null || warning !== null ? {} : { memory_limit: memoryMb };
    const spawnedRuns = spawned.length === 0 ? {} : { spawned_runs: spawned.map((runId) => ({ run_id: runId })) };
    ctx.body = { ...shown, ...limit, ...spawnedRuns, transitions: transitions.map(transitionToWire) };
  }

  async function stop(ctx: RouterContext): Promise<void> {
    const runId = ctx.params['run_id'] ?? '';
    const asked = await requestCancel(db, runId, cancellerOf(ctx));
    if (asked === null) throw noRun(runId);
    await tellWorkflows(deps, asked);
    ctx.body = { terminated: true };
  }

  async function list(ctx: Context, query: QueryString): Promise<void> {
    const statuses = all(query['status']);
    const invalid = statuses.find((status) => !(phases as readonly string[]).includes(status));
    if (invalid !== undefined)
      throw new RequestError(400, `invalid status [${invalid}], must be one of [${phases.join(', ')}]`, 'status');
    const [definitionId] = all(query['definition_id']);
    const page = listFromWire(query, runListRules);
    if (definitionId !== undefined && !(await wasDefined(db, definitionId))) throw noDefinition(definitionId);
    const { rows, total, next } = await listRuns(db, page);
    const paging = { ...nextToWire(page, next), ...echo(query, page) };
    ctx.body = { total, history: await show(rows), engine: [...engines.keys()], ...paging };
  }

  /** Open runs on a cluster that cannot be seen say so. */
  async function show(shown: Run[]): Promise<Record<string, unknown>[]> {
    const isOpen = ({ phase }: Run): boolean => phase !== 'STOPPED';
    const stale = shown.some(isOpen) ? await staleClusters(db) : [];
    const paused = shown.some(({ phase }) => phase === 'QUEUED') ? await pausedEngines(db) : [];
    return shown.map((run) => {
      const of = stale.find(({ engine, cluster }) => engine === run.engine && cluster === run.cluster);
      const isPaused = run.phase === 'QUEUED' && paused.includes(run.engine);
      const note = run.note === null ? pausedNote : `${pausedNote}; ${run.note}`;
      const noted = isPaused ? { ...run, note, nextAttemptAt: null } : run;
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
