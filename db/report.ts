/** What a caller reports of a run. */
import type { Reported } from '../domain/outcome';
import type { Db } from './pool';

/**
 * Keeps what a caller tells of an open run: what went wrong in its job, and its `end`, if it tells one. The first end stays, and
 * nothing changes after it or after a cancel. Returns the end that is kept, and whether this report counts; null where the run is
 * over or unknown.
 */
export async function keepReport(
  db: Db,
  runId: string,
  { exceptions, end }: { exceptions: string[]; end: Reported | null },
): Promise<{ end: Reported | null; isTaken: boolean } | null> {
  const { rows } = await db.query<{ end: Reported | null; isTaken: boolean }>(
    `with was as (
       select run_id, cancel_requested_by is null and coalesce(reported = $3::jsonb, reported is null) as taken
       from run where run_id = $1 and phase <> 'STOPPED' for update
     )
     update run set reported = case when taken then coalesce(reported, $3::jsonb) else reported end,
       run_exceptions = case when taken and cardinality($2::text[]) > 0 then $2::text[] else run_exceptions end
     from was where run.run_id = was.run_id
     returning reported as end, taken and ($3::jsonb is not null or cardinality($2::text[]) > 0) as "isTaken"`,
    [runId, exceptions, end === null ? null : JSON.stringify(end)],
  );
  return rows[0] ?? null;
}
