/** Stops the runs of a bulk stop, some at a time. */
import pLimit from 'p-limit';
import { finishBulkStop, markTold, untoldRuns } from '../db/bulk_stop';
import { requestCancels, type AskedCancel } from '../db/cancel';
import { confirmCancels } from '../db/run';
import type { Deps } from '.';
import { withHeartbeat } from './attempt';

/** Of those that the stop is of; what their jobs started comes on top. */
const runsAtOnce = 50;
const toldAtOnce = 20;
/** So few that they are told and confirmed before the reconciler takes their cancels for lost. */
const runsPerConfirm = 100;

export const createStopRuns = ({ db, runs, log }: Deps) => {
  /** Tells the workflows, and keeps which of them know. */
  async function tellAll(asked: AskedCancel[]): Promise<void> {
    const inTurn = pLimit(toldAtOnce);
    // Where one workflow does not answer, the workers are behind, and the others would not either.
    let isAnswered = true;
    /** Returns the run whose workflow knows now. */
    const tell = async ({ runId, by }: AskedCancel): Promise<string[]> => {
      try {
        if (!isAnswered) return (await runs.cancel(runId, by)) ? [runId] : [];
        const told = await runs.cancelAnswered(runId, by);
        if (told === 'signalled') isAnswered = false;
        return told === 'over' ? [] : [runId];
      } catch (error) {
        log.warn({ error, runId }, 'cancel not delivered yet; the reconciler will');
        return [];
      }
    };
    for (let from = 0; from < asked.length; from += runsPerConfirm) {
      const told = await Promise.all(asked.slice(from, from + runsPerConfirm).map((of) => inTurn(tell, of)));
      await confirmCancels(db, told.flat());
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
        await tellAll(asked);
        await markTold(db, stopId, next.runIds);
        return next.runIds.length;
      });
    },
  };
};
