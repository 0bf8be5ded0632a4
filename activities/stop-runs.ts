/** Stops the runs of a bulk stop, some at a time. */
import pLimit from 'p-limit';
import { finishBulkStop, markTold, untoldRuns } from '../db/bulk_stop';
import { requestCancels, type AskedCancel } from '../db/cancel';
import { confirmCancels } from '../db/run';
import type { Deps } from '.';
import { withHeartbeat } from './attempt';

/** So few that they are told before the reconciler takes their cancels for lost. */
const runsAtOnce = 50;
const toldAtOnce = 20;

export const createStopRuns = ({ db, runs, log }: Deps) => {
  /** Returns the run whose workflow knows now. */
  async function tell({ runId, by }: AskedCancel): Promise<string[]> {
    try {
      return (await runs.cancelAnswered(runId, by)) ? [runId] : [];
    } catch (error) {
      log.warn({ error, runId }, 'cancel not delivered yet; the reconciler will');
      return [];
    }
  }

  return {
    /**
     * Keeps the cancels of the next runs and tells their workflows. Returns how many there were; 0: all are told. Repeated, it goes on
     * where it was; what did not reach a workflow is the reconciler's to repeat.
     */
    stopSome(stopId: string): Promise<number> {
      return withHeartbeat(async () => {
        const next = await untoldRuns(db, stopId, runsAtOnce);
        if (next === null) {
          await finishBulkStop(db, stopId);
          return 0;
        }
        const { asked } = await requestCancels(db, next.runIds, next.by);
        const inTurn = pLimit(toldAtOnce);
        const told = await Promise.all(asked.map((of) => inTurn(tell, of)));
        await confirmCancels(db, told.flat());
        await markTold(db, stopId, next.runIds);
        return next.runIds.length;
      });
    },
  };
};
