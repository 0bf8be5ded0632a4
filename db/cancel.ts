/** Cancels: of a run and of what its job started, kept before anybody is told. */
import type { Db } from './pool';
import { confirmCancel } from './run';

export type AskedCancel = { runId: string; by: string };
type Teller = { cancel(runId: string, by: string): Promise<boolean> };

/**
 * Keeps a cancel of a run and of all open runs below it, before anybody is told of it: the first canceller of each stays.
 * Of a run that is over, those below it are cancelled. Returns null for an unknown run, else whose workflows do not know yet.
 */
export async function requestCancel(db: Db, runId: string, by: string): Promise<AskedCancel[] | null> {
  const { rows } = await db.query<{ known: boolean; asked: AskedCancel[] }>(
    `with recursive family as (
       select run_id from run where run_id = $1
       union
       select run.run_id from run join family on run.parent_run_id = family.run_id
     ), author as (
       select coalesce(cancel_requested_by, $2) as by from run where run_id = $1
     ), locked as (
       -- in one order, so that cancels of overlapping families wait for each other
       select run_id from run where run_id in (select run_id from family) and phase <> 'STOPPED' order by run_id for update
     ), asked as (
       update run set cancel_requested_by = coalesce(cancel_requested_by, told.by),
         cancel_requested_at = coalesce(cancel_requested_at, now()),
         note = 'Stopping: cancelled by ' || coalesce(cancel_requested_by, told.by)
       from (
         select run.run_id, case run.run_id when $1 then author.by
           else ${childCanceller('author.by', 'run.parent_run_id')} end as by
         from run join locked using (run_id), author
       ) told
       where run.run_id = told.run_id
       returning run.run_id, cancel_requested_by, cancel_confirmed
     )
     select exists (select from family) as known, coalesce(
       (select json_agg(json_build_object('runId', run_id, 'by', cancel_requested_by) order by run_id <> $1)
        from asked where not cancel_confirmed), '[]') as asked`,
    [runId, by],
  );
  return rows[0]?.known === true ? rows[0].asked : null;
}

/** Has a run's workflow told of its cancel, and keeps that it knows. Returns whether it does; it may be repeated. */
export async function deliverCancel(db: Db, { runId, by }: AskedCancel, teller: Teller): Promise<boolean> {
  const isTold = await teller.cancel(runId, by);
  if (isTold) await confirmCancel(db, runId);
  return isTold;
}

/** The same for whoever goes on where it fails: the reconciler will repeat it. */
export async function tryCancel(
  { db, runs, log }: { db: Db; runs: Teller; log: { warn(of: object, sentence: string): void } },
  of: AskedCancel,
): Promise<void> {
  try {
    await deliverCancel(db, of, runs);
  } catch (error) {
    log.warn({ error, runId: of.runId }, 'cancel not delivered yet; the reconciler will');
  }
}

/** SQL: who cancelled a run because its parent was cancelled. */
export function childCanceller(by: string, parentId: string): string {
  return `split_part(${by}, ' (parent ', 1) || ' (parent ' || ${parentId} || ' cancelled)'`;
}
