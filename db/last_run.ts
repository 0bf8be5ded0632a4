/** The newest run of each of many definitions: one query, one step in the index of each (0007_lists_and_revisions.sql). */
import type { Phase } from '../domain/lifecycle';
import type { OutcomeClass } from '../domain/outcome';
import type { Db } from './pool';

export type LastRun = {
  runId: string;
  version: number;
  phase: Phase;
  outcomeClass: OutcomeClass | null;
  exitCode: number | null;
  queuedAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
};

/** By the definition's id, or the template's; those that never ran are left out. */
export async function lastRuns(db: Db, executableIds: string[]): Promise<ReadonlyMap<string, LastRun>> {
  const { rows } = await db.query<LastRun & { executableId: string }>(
    `select asked.executable_id as "executableId", last.* from unnest($1::text[]) as asked (executable_id),
       lateral (select run_id as "runId", version::int as version, phase, outcome_class as "outcomeClass", exit_code as "exitCode",
         queued_at as "queuedAt", started_at as "startedAt", finished_at as "finishedAt"
         from run where run.executable_id = asked.executable_id order by queued_at desc nulls last, run_id limit 1) last`,
    [executableIds],
  );
  return new Map(rows.map(({ executableId, ...last }) => [executableId, last]));
}
