/** Why a run is where it is, and what to do next. */
import type Router from '@koa/router';
import { staleClusters } from '../db/cluster_health';
import { eventsOf } from '../db/event';
import { attemptFacts } from '../db/explain';
import { jobOfAttempt } from '../db/job';
import { transitionsOf } from '../db/run';
import { pausedEngines } from '../db/worker';
import { explain } from '../domain/explain';
import type { ApiDeps } from './deps';
import { requireRun } from './history';
import { inTime } from './ready';
import { present } from './wire/definition';
import { attemptToWire, explanationToWire } from './wire/explain';
import { nextAttemptOf } from './wire/run';

export function explainRoutes(router: Router, { db, runs, settings: { workflowsUrl } }: ApiDeps): void {
  const workflowUrl = (runId: string): string | null =>
    workflowsUrl === null ? null : `${workflowsUrl}/${encodeURIComponent(runId)}`;

  router.get('/history/:run_id/explain', async (ctx) => {
    const run = await requireRun(db, ctx.params['run_id'] ?? '');
    const { runId, engine, cluster } = run;
    const isOver = run.phase === 'STOPPED';
    const [attempts, transitions, events, stale, job, paused, isHalted] = await Promise.all([
      attemptFacts(db, runId),
      transitionsOf(db, runId),
      eventsOf(db, runId),
      staleClusters(db),
      jobOfAttempt(db, { runId, attempt: run.attempt }),
      pausedEngines(db),
      isOver
        ? false
        : inTime(() => runs.requireTemporal()).then(
            () => false,
            () => true,
          ),
    ]);
    const explanation = explain({
      ...run,
      nextAttemptAt: nextAttemptOf(run),
      memoryMb: job?.memoryMb ?? run.memoryMb,
      ...{ attempts, transitions, events },
      ...{ isPaused: paused.includes(engine), isHalted },
      stale: stale.find((one) => one.engine === engine && one.cluster === cluster) ?? null,
    });
    ctx.body = {
      run_id: runId,
      status: run.phase,
      ...explanationToWire(explanation),
      attempts: attempts.map(attemptToWire),
      ...present('workflow_url', workflowUrl(runId)),
    };
  });
}
