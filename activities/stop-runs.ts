/** Stops the runs of a bulk stop, some at a time. */
import pLimit from 'p-limit';
import { finishBulkStop, markTold, untoldRuns } from '../db/bulk_stop';
import { requestCancel, tryCancel } from '../db/cancel';
import type { Deps } from '.';
import { withHeartbeat } from './attempt';

const runsAtOnce = 500;
const cancelledAtOnce = 20;

export const createStopRuns = ({ db, runs, log }: Deps) => {
  return {
    /**
     * Keeps the cancels of the next runs and tells their workflows. Returns how many there were; 0: all are told. Repeated, it goes on
     * where it was; what did not reach a workflow is the reconciler's to repeat.
     */
    stopSome(stopId: string): Promise<number> {
      return withHeartbeat(async () => {
        const next = await untoldRuns(db, stopId, runsAtOnce);
        const inTurn = pLimit(cancelledAtOnce);
        await Promise.all(
          next.map(({ runId, by }) =>
            inTurn(async () => {
              for (const asked of (await requestCancel(db, runId, by)) ?? []) await tryCancel({ db, runs, log }, asked);
            }),
          ),
        );
        if (next.length > 0)
          await markTold(
            db,
            stopId,
            next.map(({ runId }) => runId),
          );
        else await finishBulkStop(db, stopId);
        return next.length;
      });
    },
  };
};
