/** How the workflows of runs hear that these are to be stopped. */
import { setTimeout as timeout } from 'node:timers/promises';
import pLimit from 'p-limit';
import { tryCancel, type AskedCancel } from '../db/cancel';
import type { ApiDeps } from './deps';

/** Cancels and stops are kept: where Temporal does not answer in time, the reconciler delivers them. */
const waitMs = 1000;
const toldAtOnce = 20;

/** Returns when all have heard of it, or when it would take too long to wait. */
export async function tellWorkflows(deps: ApiDeps, asked: AskedCancel[]): Promise<void> {
  const inTurn = pLimit(toldAtOnce);
  await Promise.race([
    Promise.all(asked.map((of) => inTurn(tryCancel, deps, of))),
    timeout(waitMs, null, { ref: false }),
  ]);
}

/** Returns when the stop of many runs is under way, or when it would take too long to wait. */
export async function startStop({ runs, log }: ApiDeps, stopId: string): Promise<void> {
  const start = runs.stopRuns(stopId).catch((error: unknown) => {
    log.warn({ error, stopId }, 'bulk stop not started yet; the reconciler will');
  });
  await Promise.race([start, timeout(waitMs, null, { ref: false })]);
}
