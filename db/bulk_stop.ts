/** Queries on `bulk_stop`: stops of many runs, and how far each is. */
import { binder, condition, type Bind } from './list';
import type { Db } from './pool';
import { runColumns, type RunList } from './run';
import { keptHours } from './run_event';

export type BulkStop = {
  stopId: string;
  askedBy: string;
  /** As it was sent, in short. */
  filter: Record<string, unknown>;
  createdAt: Date;
  total: number;
  /** Open runs that jobs of these had started, at any depth, and that are cancelled with them. */
  spawned: number;
  /** Their cancels are kept. */
  told: number;
  /** They are over and were cancelled, or ended by themselves before the cancel took effect. */
  stopped: number;
  ended: number;
};

export type Matching = Pick<RunList, 'filters' | 'env'> & { runIds: string[] | null };

const source = { columns: runColumns, table: 'run', select: '', primaryKey: 'run_id', always: `phase <> 'STOPPED'` };

/** How many open runs match, by alias and by owner, the most first, and how many more their jobs have started. */
export async function countMatching(db: Db, matching: Matching, groups: number): Promise<Matched> {
  const { values, bind } = binder();
  const most = bind(groups);
  const { rows } = await db.query<Matched>(
    `with matched as (select run_id, alias, "user" as owner from run where ${openAnd(matching, bind)})
     select (select count(*)::int from matched) as total, open_below(array(select run_id from matched)) as spawned,
       coalesce((select json_agg(one) from (select alias as name, count(*)::int as runs from matched group by alias
         order by runs desc, alias limit ${most}) one), '[]') as "byAlias",
       coalesce((select json_agg(one) from (select owner as name, count(*)::int as runs from matched group by owner
         order by runs desc, owner limit ${most}) one), '[]') as "byOwner"`,
    values,
  );
  return rows[0] ?? { total: 0, spawned: 0, byAlias: [], byOwner: [] };
}
type Matched = { total: number; spawned: number; byAlias: Counted[]; byOwner: Counted[] };
export type Counted = { name: string; runs: number };

/**
 * Keeps a stop of the open runs that match now: by it, only these are ever stopped, and what their jobs start. Returns how many match;
 * null where they are more than `limit`, and nothing is kept.
 */
export async function insertBulkStop(
  db: Db,
  of: Pick<BulkStop, 'stopId' | 'askedBy' | 'filter'>,
  matching: Matching,
  limit: number,
): Promise<number | null> {
  const { values, bind } = binder();
  const [stopId, askedBy, filter, most] = [of.stopId, of.askedBy, JSON.stringify(of.filter), limit].map(bind);
  const { rows } = await db.query<{ matched: number }>(
    `with matched as (select run_id from run where ${openAnd(matching, bind)} limit ${most}::int + 1),
     counted as (select count(*)::int as matched from matched),
     kept as (
       insert into bulk_stop (stop_id, asked_by, filter, spawned)
       select ${stopId}::text, ${askedBy}, ${filter}::jsonb, open_below(array(select run_id from matched)) from counted where matched <= ${most}::int
     ), listed as (
       insert into bulk_stop_run (stop_id, run_id)
       select ${stopId}::text, run_id from matched, counted where counted.matched <= ${most}::int
     )
     select matched from counted`,
    values,
  );
  const matched = rows[0]?.matched ?? 0;
  return matched > limit ? null : matched;
}

/** Null for an unknown stop. */
export async function bulkStop(db: Db, stopId: string): Promise<BulkStop | null> {
  const { rows } = await db.query<BulkStop>(
    `select stop_id as "stopId", asked_by as "askedBy", filter, spawned, created_at as "createdAt", counted.*
     from bulk_stop, lateral (
       select count(*)::int as total, count(*) filter (where told)::int as told,
         count(*) filter (where outcome_class = 'CANCELLED')::int as stopped,
         count(*) filter (where outcome_class <> 'CANCELLED')::int as ended
       from bulk_stop_run left join run using (run_id) where bulk_stop_run.stop_id = bulk_stop.stop_id
     ) counted
     where stop_id = $1`,
    [stopId],
  );
  return rows[0] ?? null;
}

/** How many of these ids no run has. */
export async function unknownOf(db: Db, runIds: string[]): Promise<number> {
  const { rows } = await db.query<{ unknown: number }>(
    `select count(*)::int as unknown from (select distinct unnest($1::text[]) as run_id) named left join run using (run_id)
     where run.run_id is null`,
    [runIds],
  );
  return rows[0]?.unknown ?? 0;
}

/** The next runs that are not told yet, and who stops them; null: all are told. */
export async function untoldRuns(
  db: Db,
  stopId: string,
  limit: number,
): Promise<{ runIds: string[]; by: string } | null> {
  const { rows } = await db.query<{ runIds: string[]; by: string }>(
    `select array_agg(run_id) as "runIds", asked_by as by
     from (select run_id from bulk_stop_run where stop_id = $1 and not told order by run_id limit $2) untold, bulk_stop
     where stop_id = $1 group by asked_by`,
    [stopId, limit],
  );
  return rows[0] ?? null;
}

export async function markTold(db: Db, stopId: string, runIds: string[]): Promise<void> {
  await db.query(`update bulk_stop_run set told = true where stop_id = $1 and run_id = any($2)`, [stopId, runIds]);
}

export async function finishBulkStop(db: Db, stopId: string): Promise<void> {
  await db.query(`update bulk_stop set told_at = coalesce(told_at, now()) where stop_id = $1`, [stopId]);
}

/** Stops that may have no workflow: the process that took them died, or Temporal was away. */
export async function unfinishedStops(db: Db, olderThanSeconds: number, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ stopId: string }>(
    `select stop_id as "stopId" from bulk_stop
     where told_at is null and created_at < now() - make_interval(secs => $1) order by created_at limit $2`,
    [olderThanSeconds, limit],
  );
  return rows.map(({ stopId }) => stopId);
}

/** Removes one of the stops that are over and too old, the oldest. Returns whether there may be more. */
export async function removeOldStop(db: Db): Promise<boolean> {
  const { rowCount } = await db.query(
    `delete from bulk_stop where stop_id = (
       select stop_id from bulk_stop where told_at < now() - make_interval(hours => $1) order by told_at limit 1
     )`,
    [keptHours],
  );
  return rowCount === 1;
}

function openAnd({ filters, env, runIds }: Matching, bind: Bind): string {
  const matches = condition(source, { filters, env }, bind);
  return runIds === null ? matches : `${matches} and run_id = any(${bind(runIds)}::text[])`;
}
