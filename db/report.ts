/** What a caller reports of a run. */
import type { Db } from './pool';

/** Keeps what went wrong in the job, as its caller tells it. False where the run is over or unknown. */
export async function keepExceptions(db: Db, runId: string, exceptions: string[]): Promise<boolean> {
  const { rowCount } = await db.query(`update run set run_exceptions = $2 where run_id = $1 and phase <> 'STOPPED'`, [
    runId,
    exceptions,
  ]);
  return rowCount === 1;
}
