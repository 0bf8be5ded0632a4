/** Routes of runs: list, get, stop. */
import { setTimeout as timeout } from 'node:timers/promises';
import type Router from '@koa/router';
import type { Context } from 'koa';
import { confirmCancel, listRuns, requestCancel, runById, runColumns, transitionsOf, type Run } from '../db/run';
import { phases } from '../domain/lifecycle';
import { unnamedCanceller } from '../domain/outcome';
import { requireDefinition } from './definitions';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';
import { echo, listFromWire, type QueryString } from './wire/list';
import { runToWire, transitionToWire } from './wire/run';

const listRules = {
  columns: runColumns,
  sortable: ['run_id', 'cluster_name', 'status', 'queued_at', 'started_at', 'finished_at', 'group_name'],
  defaultSort: 'group_name',
} as const;

/** The cancel is kept in the row: where Temporal does not answer in time, the reconciler delivers it. */
const signalWaitMs = 1000;
const maxCancellerLength = 255;

export function historyRoutes(router: Router, deps: ApiDeps): void {
  const { db, runs, engines, log } = deps;

  router.get('/history', (ctx) => list(ctx, ctx.query));

  router.get('/task/:definition_id/history', (ctx) =>
    list(ctx, { ...ctx.query, definition_id: ctx.params['definition_id'] }),
  );

  router.get(['/history/:run_id', '/task/history/:run_id', '/task/:definition_id/history/:run_id'], async (ctx) => {
    const run = await requireRun(db, ctx.params['run_id'] ?? '');
    const transitions = await transitionsOf(db, run.runId);
    // What a run that shares the machine unprotected should not hide once its note has gone.
    const note = run.note ?? engines.get(run.engine)?.warning ?? null;
    ctx.body = { ...runToWire({ ...run, note }), transitions: transitions.map(transitionToWire) };
  });

  router.delete('/task/:definition_id/history/:run_id', async (ctx) => {
    const runId = ctx.params['run_id'] ?? '';
    const asked = await requestCancel(db, runId, cancellerOf(ctx));
    if (asked === null) throw noRun(runId);
    if (asked.phase !== 'STOPPED') {
      const signal = tellWorkflow(runId, asked.by);
      await Promise.race([signal, timeout(signalWaitMs, null, { ref: false })]);
    }
    ctx.body = { terminated: true };
  });

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
    const page = listFromWire(query, listRules);
    if (definitionId !== undefined) await requireDefinition(db, definitionId);
    const { rows, total } = await listRuns(db, page);
    ctx.body = { total, history: rows.map(runToWire), engine: [...engines.keys()], ...echo(query, page) };
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

/** Who asks: a proxy in front says it in a header `…-email`, else `…-name` (rest-and-data.md §2.4); the first by name counts. */
function cancellerOf(ctx: Context): string {
  const headers = Object.entries(ctx.headers).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const part of ['-email', '-name']) {
    const value = headers.find(([name]) => name.includes(part))?.[1];
    const text =
      [value ?? '']
        .flat()[0]
        ?.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '')
        .trim() ?? '';
    if (text !== '') return text.slice(0, maxCancellerLength);
  }
  return unnamedCanceller;
}
