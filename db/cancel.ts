/** Cancels: of a run and of what its job started, kept before anybody is told. */
import type { Db } from './pool';
import { confirmCancels } from './run';

export type AskedCancel = { runId: string; by: string };
type Teller = { cancel(runId: string, by: string): Promise<boolean> };

/**
 * Keeps a cancel of a run and of all open runs below it, before anybody is told of it: the first canceller of each stays.
 * Of a run that is over, those below it are cancelled. Returns null for an unknown run, else whose workflows do not know yet.
 */
export async function requestCancel(db: Db, runId: string, by: string): Promise<AskedCancel[] | null> {
  const { known, asked } = await requestCancels(db, [runId], by);
  return known ? asked : null;
}

/** The same of many runs. `known`: whether there is any of them. */
export async function requestCancels(
  db: Db,
  runIds: string[],
  by: string,
): Promise<{ known: boolean; asked: AskedCancel[] }> {
  const { rows } = await db.query<{ known: boolean; asked: AskedCancel[] }>(
    `with recursive family as (
       select run_id, true as named, coalesce(cancel_requested_by, $2) as author from run where run_id = any($1::text[])
       union
       select run.run_id, false, family.author from run join family on run.parent_run_id = family.run_id
     ), locked as (
       -- in one order, so that cancels of overlapping families wait for each other
       select run_id from run where run_id in (select run_id from family) and phase <> 'STOPPED' order by run_id for update
     ), asked as (
       update run set cancel_requested_by = coalesce(cancel_requested_by, told.by),
         cancel_requested_at = coalesce(cancel_requested_at, now()),
         note = 'Stopping: cancelled by ' || coalesce(cancel_requested_by, told.by), next_attempt_at = null
       from (
         -- who is named and is below another one, too, is cancelled by whoever named it
         select distinct on (run_id) run_id, named,
           case when named then author else ${childCanceller('author', 'run.parent_run_id')} end as by
         from run join locked using (run_id) join family using (run_id)
         order by run_id, named desc, author
       ) told
       where run.run_id = told.run_id
       returning run.run_id, told.named, cancel_requested_by, cancel_confirmed
     )
     select exists (select from family) as known, coalesce(
       (select json_agg(json_build_object('runId', run_id, 'by', cancel_requested_by) order by named desc)
        from asked where not cancel_confirmed), '[]') as asked`,
    [runIds, by],
  );
  return rows[0] ?? { known: false, asked: [] };
}

/** Has a run's workflow told of its cancel, and keeps that it knows. Returns whether it does; it may be repeated. */
export async function deliverCancel(db: Db, { runId, by }: AskedCancel, teller: Teller): Promise<boolean> {
  const isTold = await teller.cancel(runId, by);
  if (isTold) await confirmCancels(db, [runId]);
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
