/** Stops: who asks for one, and how the workflows of the runs hear of it. */
import { setTimeout as timeout } from 'node:timers/promises';
import type { Context } from 'koa';
import pLimit from 'p-limit';
import { deliverCancel, type AskedCancel } from '../db/cancel';
import { unnamedCanceller } from '../domain/outcome';
import type { ApiDeps } from './deps';

/** Cancels and stops are kept: where Temporal does not answer in time, the reconciler delivers them. */
const waitMs = 1000;
const toldAtOnce = 20;
const maxCallerLength = 255;

/** Returns when all have heard of it, or when it would take too long to wait. */
export async function tellWorkflows({ db, runs, log }: ApiDeps, asked: AskedCancel[]): Promise<void> {
  const inTurn = pLimit(toldAtOnce);
  const tell = async (of: AskedCancel): Promise<void> => {
    try {
      await deliverCancel(db, of, runs);
    } catch (error) {
      log.warn({ error, runId: of.runId }, 'cancel not delivered yet; the reconciler will');
    }
  };
  await Promise.race([Promise.all(asked.map((of) => inTurn(tell, of))), timeout(waitMs, null, { ref: false })]);
}

/** Returns when the stop of many runs is under way, or when it would take too long to wait. */
export async function startStop({ runs, log }: ApiDeps, stopId: string): Promise<void> {
  const start = runs.stopRuns(stopId).catch((error: unknown) => {
    log.warn({ error, stopId }, 'bulk stop not started yet; the reconciler will');
  });
  await Promise.race([start, timeout(waitMs, null, { ref: false })]);
}

/** Who asks: a proxy in front says it in a header `…-email`, else `…-name` (rest-and-data.md §2.4); the first by name counts. */
export function callerOf(ctx: Context): string | null {
  const headers = Object.entries(ctx.headers).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const part of ['-email', '-name']) {
    const value = headers.find(([name]) => name.includes(part))?.[1];
    const text =
      [value ?? '']
        .flat()[0]
        ?.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '')
        .trim() ?? '';
    if (text !== '') return text.slice(0, maxCallerLength);
  }
  return null;
}

export function cancellerOf(ctx: Context): string {
  return callerOf(ctx) ?? unnamedCanceller;
}
