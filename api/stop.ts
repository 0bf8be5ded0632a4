/** Stops: who asks for one, and how the workflows of the runs hear of it. */
import { setTimeout as timeout } from 'node:timers/promises';
import type { Context } from 'koa';
import { requestCancel, type AskedCancel } from '../db/cancel';
import { confirmCancel, unstoppedRuns } from '../db/run';
import { unnamedCanceller } from '../domain/outcome';
import type { ApiDeps } from './deps';

/** The cancel is kept in the row: where Temporal does not answer in time, the reconciler delivers it. */
const signalWaitMs = 1000;
const callsAtOnce = 20;
const maxCallerLength = 255;
const stopsAtOnce = 1000;
const maxRounds = 100;

/** Returns when all have heard of it, or when it would take too long to wait. */
export async function tellWorkflows(deps: ApiDeps, asked: AskedCancel[]): Promise<void> {
  await Promise.race([inGroups(asked, (one) => tell(deps, one)), timeout(signalWaitMs, null, { ref: false })]);
}

async function inGroups<T, R>(all: T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let from = 0; from < all.length; from += callsAtOnce) {
    done.push(...(await Promise.all(all.slice(from, from + callsAtOnce).map(work))));
  }
  return done;
}

async function tell({ db, runs, log }: ApiDeps, { runId, by }: AskedCancel): Promise<void> {
  try {
    if (await runs.cancel(runId, by)) await confirmCancel(db, runId);
  } catch (error) {
    log.warn({ error, runId }, 'cancel not delivered yet; the reconciler will');
  }
}

/** Asks for the stop of all open runs of a definition that nobody has stopped yet. Returns how many these were. */
export async function stopRunsOf(deps: ApiDeps, definitionId: string, by: string): Promise<number> {
  const { db } = deps;
  const asked: AskedCancel[] = [];
  let stopped = 0;
  for (let round = 0; round < maxRounds; round += 1) {
    const runIds = await unstoppedRuns(db, definitionId, stopsAtOnce);
    asked.push(...(await inGroups(runIds, (runId) => requestCancel(db, runId, by))).flatMap((family) => family ?? []));
    stopped += runIds.length;
    if (runIds.length < stopsAtOnce) break;
  }
  await tellWorkflows(deps, asked);
  return stopped;
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
