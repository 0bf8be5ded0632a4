/** Queries on `bulk_stop`: stops of many runs, and how far each is. */
import { binder, condition, type Bind } from './list';
import type { Db } from './pool';
import { runColumns, type RunList } from './run';

export type BulkStop = {
  stopId: string;
  askedBy: string;
  filter: Record<string, unknown>;
  createdAt: Date;
  total: number;
  /** Their cancels are kept. */
  told: number;
  /** They are over and were cancelled, or ended by themselves before the cancel took effect. */
  stopped: number;
  ended: number;
};

export type Matching = Pick<RunList, 'filters' | 'env'> & { runIds: string[] | null };

const source = { columns: runColumns, table: 'run', select: '', primaryKey: 'run_id', always: `phase <> 'STOPPED'` };

/** How many open runs match, by alias and by owner, the most first. */
export async function countMatching(
  db: Db,
  matching: Matching,
  groups: number,
): Promise<{ total: number; byAlias: Counted[]; byOwner: Counted[] }> {
  const { values, bind } = binder();
  const most = bind(groups);
  const { rows } = await db.query<{ total: number; byAlias: Counted[]; byOwner: Counted[] }>(
    `with matched as (select alias, "user" as owner from run where ${openAnd(matching, bind)})
     select (select count(*)::int from matched) as total,
       coalesce((select json_agg(one) from (select alias as name, count(*)::int as runs from matched group by alias
         order by runs desc, alias limit ${most}) one), '[]') as "byAlias",
       coalesce((select json_agg(one) from (select owner as name, count(*)::int as runs from matched group by owner
         order by runs desc, owner limit ${most}) one), '[]') as "byOwner"`,
    values,
  );
  return rows[0] ?? { total: 0, byAlias: [], byOwner: [] };
}
export type Counted = { name: string; runs: number };

/**
 * Keeps a stop of the open runs that match now: no other run is ever stopped by it. Returns how many; null where they are more than
 * `limit`, and nothing is kept.
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
       insert into bulk_stop (stop_id, asked_by, filter)
       select ${stopId}::text, ${askedBy}, ${filter}::jsonb from counted where matched <= ${most}::int
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
    `select stop_id as "stopId", asked_by as "askedBy", filter, created_at as "createdAt", counted.*
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

/** The next runs whose cancel is not kept yet. */
export async function untoldRuns(db: Db, stopId: string, limit: number): Promise<{ runId: string; by: string }[]> {
  const { rows } = await db.query<{ runId: string; by: string }>(
    `select run_id as "runId", asked_by as by from bulk_stop_run join bulk_stop using (stop_id)
     where stop_id = $1 and not told order by run_id limit $2`,
    [stopId, limit],
  );
  return rows;
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

function openAnd({ filters, env, runIds }: Matching, bind: Bind): string {
  const matches = condition(source, { filters, env }, bind);
  return runIds === null ? matches : `${matches} and run_id = any(${bind(runIds)}::text[])`;
}
