/** Brings rows and workflows together again. */
import { forgetStartedTold } from '../db/attempt';
import { removeOldStop, unfinishedStops } from '../db/bulk_stop';
import { deliverCancel } from '../db/cancel';
import { forgetKeys } from '../db/idempotence';
import { confirmStarted, openRuns, takeUnchecked, unconfirmedCancels, unconfirmedRuns } from '../db/run';
import { heldSeconds, leaveOtherCluster, removeOldEvents, streamHolders } from '../db/run_event';
import { hasWebhooks } from '../db/webhook';
import type { Deps } from '.';
import { pausedEngines } from '../db/worker';
import { platformTrouble, withHeartbeat } from './attempt';

/** The request that accepted a run starts it, too: before that time is over, it is none of our business. */
const startGraceSeconds = 10;
const cancelGraceSeconds = 10;
const runsPerPass = 1000;
const atOnce = 20;
/** Visibility lags behind; a little is looked at twice. */
const overlapMs = 60_000;
const firstLookBackMs = 7 * 24 * 3600_000;
/** The slow round over all open runs: few per pass, so that thousands of them cost next to nothing. */
const checkedPerPass = 10;
const checkAfterSeconds = 600;
const removalsPerPass = 10;
/** No transaction of ours is open for so long. */
const heldTooLongSeconds = 10;
const terminator = 'an operator (workflow ended in Temporal)';

type OpenRun = Awaited<ReturnType<typeof openRuns>>[number];

export const createReconcile = ({ db, runs, engines, log }: Deps) => {
  let failed: unknown[] = [];

  async function each<T>(all: T[], work: (one: T) => Promise<boolean>): Promise<boolean[]> {
    const { results, failures } = await inBatches(all, work);
    for (const error of failures) log.warn({ error }, 'a run could not be reconciled');
    failed.push(...failures);
    return results;
  }

  /** Accepted, but the API died or could not reach Temporal before the start. */
  async function startUnstarted(): Promise<number> {
    const unstarted = await unconfirmedRuns(db, startGraceSeconds, runsPerPass);
    const outcomes = await each(unstarted, async (run) => {
      const isNew = await runs.start(run, run.cancelRequestedBy, run.reported);
      // Whoever told its end may have found no workflow, or no Temporal.
      if (!isNew && run.reported !== null) await runs.report(run.runId, run.reported);
      await confirmStarted(db, run.runId);
      return isNew;
    });
    return outcomes.filter(Boolean).length;
  }

  /** Kept in the row, but the signal did not get through. */
  async function repeatCancels(): Promise<number> {
    const cancelling = await unconfirmedCancels(db, cancelGraceSeconds, runsPerPass);
    const outcomes = await each(cancelling, ({ runId, cancelRequestedBy }) =>
      deliverCancel(db, { runId, by: cancelRequestedBy ?? terminator }, runs),
    );
    return outcomes.filter(Boolean).length;
  }

  /** False where it has a workflow, or has stopped in the meantime. */
  async function revive(run: OpenRun, cancelledBy: string | null): Promise<boolean> {
    const [still] = await openRuns(db, [run.runId]);
    if (still === undefined) return false;
    const revived = await runs.revive(still, still, cancelledBy);
    if (revived) await forgetStartedTold(db, run.runId);
    return revived;
  }

  /** Somebody ended the workflow in Temporal: the container is stopped and the row settled, by a workflow again. */
  async function settleAbandoned(since: number | null): Promise<number> {
    let revived = 0;
    let batch: string[] = [];
    const flush = async (): Promise<void> => {
      const open = await openRuns(db, batch);
      batch = [];
      const outcomes = await each(open, (run) => revive(run, run.cancelRequestedBy ?? terminator));
      revived += outcomes.filter(Boolean).length;
    };
    for await (const runId of runs.closedBadlySince(
      since === null ? Date.now() - firstLookBackMs : since - overlapMs,
    )) {
      batch.push(runId);
      if (batch.length === runsPerPass) await flush();
    }
    if (batch.length > 0) await flush();
    return revived;
  }

  /** What nothing else finds: a namespace that was lost, a visibility that missed a close. */
  async function checkSome(): Promise<number> {
    const outcomes = await each(await takeUnchecked(db, checkAfterSeconds, checkedPerPass), async (run) => {
      switch (await runs.fate(run.runId)) {
        case 'open':
          return false;
        case 'closed':
          return revive(run, run.cancelRequestedBy ?? terminator);
        // Temporal has forgotten it, or the database has (a backup came back): the run goes on where it stands.
        case 'unknown':
        case 'completed':
          return revive(run, run.cancelRequestedBy);
      }
    });
    return outcomes.filter(Boolean).length;
  }

  /** What operators want stands in the rows; Temporal may not have been told, or have lost it. */
  async function openPickups(): Promise<void> {
    const isWanted = async (engine: string): Promise<boolean> => !(await pausedEngines(db)).includes(engine);
    await each([...engines.keys()], async (engine) => {
      let isOpen = await runs.isPickupOpen(engine);
      // Read right before Temporal is told and once more after: an operator may be changing it, whose row is written first.
      for (let wanted = await isWanted(engine); wanted !== isOpen; wanted = await isWanted(engine)) {
        await runs.setPickup(engine, wanted);
        isOpen = wanted;
      }
      return true;
    });
  }

  /** Nothing is told while a transaction is open that had written before: it may be anybody's, in any database of the cluster. */
  async function tellHolders(): Promise<void> {
    const seconds = await heldSeconds(db);
    if (seconds === null || seconds < heldTooLongSeconds) return;
    const holders = await streamHolders(db);
    log.warn({ seconds, holders }, 'streams and webhooks wait for an open transaction; see README, Operate');
  }

  return {
    /** `since`: when the last pass looked, ms since the epoch. Every step may be repeated. */
    reconcile(since: number | null): Promise<{ started: number; cancelled: number; revived: number }> {
      return withHeartbeat(async () => {
        for (const engine of engines.values()) {
          for (const cluster of engine.clusters) await runs.ensureObserver(engine.name, cluster);
        }
        failed = [];
        await openPickups();
        const started = await startUnstarted();
        const cancelled = await repeatCancels();
        const revived = (await settleAbandoned(since)) + (await checkSome());
        await each(await unfinishedStops(db, startGraceSeconds, runsPerPass), async (stopId) => {
          await runs.stopRuns(stopId);
          return true;
        });
        if (await leaveOtherCluster(db)) {
          log.warn('the database comes from elsewhere: streams and webhooks go on from the present');
        }
        await tellHolders();
        if (await hasWebhooks(db)) await runs.ensureDelivery();
        await forgetKeys(db);
        for (let n = 0; n < removalsPerPass && (await removeOldEvents(db)); n += 1);
        for (let n = 0; n < removalsPerPass && (await removeOldStop(db)); n += 1);
        if (started + cancelled + revived > 0) log.info({ started, cancelled, revived }, 'reconciled');
        // The pass counts as not made: the next one looks as far back as this one did.
        if (failed.length > 0) throw platformTrouble(failed[0]);
        return { started, cancelled, revived };
      });
    },
  };
};

/** One that fails does not keep the others from their turn. */
async function inBatches<T, R>(all: T[], work: (one: T) => Promise<R>): Promise<{ results: R[]; failures: unknown[] }> {
  const results: R[] = [];
  const failures: unknown[] = [];
  for (let from = 0; from < all.length; from += atOnce) {
    const settled = await Promise.allSettled(all.slice(from, from + atOnce).map(work));
    for (const one of settled) {
      if (one.status === 'fulfilled') results.push(one.value);
      else failures.push(one.reason);
    }
  }
  return { results, failures };
}
