/** What the rows know of how a run came to where it is. */
import type { AttemptFacts } from '../domain/explain';
import type { Db } from './pool';

/** Oldest first. */
export async function attemptFacts(db: Db, runId: string): Promise<AttemptFacts[]> {
  const { rows } = await db.query<AttemptFacts>(
    `select attempt, opened_at as "openedAt", accepted_at as "acceptedAt", started_at as "startedAt",
       ended_at as "endedAt", stop_sent_at as "stopSentAt", seen_exit_code as "exitCode",
       outcome_class as "outcomeClass", reason, node
     from attempt where run_id = $1 order by attempt`,
    [runId],
  );
  return rows;
}
