/** Queries on `run_event`: what happens to runs, in an order that is final for whoever has read it. */
import type { Db } from './pool';

/** A place in the stream. Nothing ever comes before a place up to which the stream was read. */
export type Cursor = { xid: number; id: number };

export const eventKinds = ['status', 'note', 'attempt'] as const;
export type EventKind = (typeof eventKinds)[number];

/** `data`: in the API's words, as they are told. */
export type RunEvent = { at: Cursor; runId: string; kind: EventKind; data: Record<string, unknown> };

/** The channel of Postgres on which readers are woken. */
export const eventChannel = 'run_event';
/** How long events, and stops of many, are kept for those who come back. */
export const keptHours = 72;
const removedAtOnce = 10_000;
const holdersShown = 3;

/** A place as a text that clients give back. */
export function idOf({ xid, id }: Cursor): string {
  return `${xid}-${id}`;
}

export function isAfter(a: Cursor, b: Cursor): boolean {
  return a.xid !== b.xid ? a.xid > b.xid : a.id > b.id;
}

/** Whose events, of which kinds: of all where nothing is said. */
export type Wanted = { runId?: string | null; definitionId?: string | null; kinds?: readonly EventKind[] };

/** A place that this database cannot have told: it was brought here from another one, which had counted further. */
export class PlaceLost extends Error {}

/**
 * What came after a place, of what is wanted: at most `limit`. `upTo`: read up to there. `heldSeconds`: more is committed, but waits
 * for an older transaction to end, for so long. Throws PlaceLost.
 */
export async function eventsAfter(
  db: Db,
  after: Cursor,
  { runId = null, definitionId = null, kinds = eventKinds }: Wanted,
  limit: number,
): Promise<{ events: RunEvent[]; upTo: Cursor; heldSeconds: number | null }> {
  type Row = { horizon: string; isLost: boolean; heldSeconds: number | null; kind: EventKind | null } & {
    data: Record<string, unknown>;
  } & Record<'xid' | 'id' | 'runId', string>;
  const { rows } = await db.query<Row>(
    `with horizon as materialized (
       select pg_snapshot_xmin(current) as xid, $1::xid8 > pg_snapshot_xmax(current) as "isLost"
       from pg_current_snapshot() current
     ), held as materialized (
       select extract(epoch from clock_timestamp() - at)::float as seconds from run_event, horizon
       where run_event.xid >= horizon.xid order by run_event.xid, event_id limit 1
     )
     select horizon.xid::text as horizon, "isLost", (select seconds from held) as "heldSeconds",
       event.xid::text as xid, event_id::text as id, run_id as "runId", kind, data
     from horizon left join lateral (
       select * from run_event
       where (run_event.xid, event_id) > ($1::xid8, $2::bigint) and run_event.xid < horizon.xid
         and ($3::text is null or run_id = $3) and ($4::text is null or data->>'definition_id' = $4) and kind = any($5)
       order by run_event.xid, event_id limit $6
     ) event on true
     order by event.xid, event_id`,
    [String(after.xid), after.id, runId, definitionId, kinds, limit],
  );
  const [first] = rows;
  if (first?.isLost === true) throw new PlaceLost('The place in the stream is that of another database');
  const events = rows.flatMap(({ xid, id, kind, ...event }) =>
    kind === null ? [] : [{ at: { xid: Number(xid), id: Number(id) }, kind, runId: event.runId, data: event.data }],
  );
  const last = events.at(-1);
  const read = { xid: Number(first?.horizon), id: 0 };
  const upTo = last !== undefined && events.length === limit ? last.at : isAfter(read, after) ? read : after;
  return { events, upTo, heldSeconds: first?.heldSeconds ?? null };
}

/** For how long committed events have waited for an older transaction to end; null where none wait. */
export async function heldSeconds(db: Db): Promise<number | null> {
  const { heldSeconds: seconds } = await eventsAfter(db, { xid: 0, id: 0 }, {}, 0);
  return seconds;
}

/** Which transactions, oldest first, the stream waits for: one that has written anywhere in the cluster, in whatever database. */
export async function streamHolders(db: Db): Promise<Record<string, unknown>[]> {
  const { rows } = await db.query(
    `select * from (
       select backend_xid as xid, pid, datname as database, usename as "user", application_name as application, state,
         xact_start as "openSince" from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()
       union all
       select transaction, null, database, owner, 'prepared: ' || gid, null, prepared from pg_prepared_xacts
     ) holder order by age(xid) desc limit $1`,
    [holdersShown],
  );
  return rows;
}

/**
 * Puts streams and webhooks at the present where the database was brought here from one that had counted its transactions further: by
 * the old numbers nothing would ever be told again. What had not been told is lost, and a gap in each webhook's sequence says so.
 * Returns whether that was so.
 */
export async function leaveOtherCluster(db: Db): Promise<boolean> {
  const { rowCount } = await db.query(
    `with present as (select pg_snapshot_xmax(pg_current_snapshot()) as xid)
     select from present where (select xid from run_event order by xid desc, event_id desc limit 1) >= present.xid
       or exists (select from run_event_removed where run_event_removed.xid > present.xid)
       or exists (select from webhook where webhook.xid > present.xid)`,
  );
  if (rowCount === 0) return false;
  // The highest last: whoever dies in between leaves what shows that it is to be done again.
  for (let removed = removedAtOnce; removed === removedAtOnce;) {
    const { rowCount: more } = await db.query(
      `delete from run_event where event_id in (select event_id from run_event order by xid, event_id limit $1)`,
      [removedAtOnce],
    );
    removed = more ?? 0;
  }
  await db.query(
    `with present as (select pg_snapshot_xmax(pg_current_snapshot()) as xid),
     kept as (update run_event_removed set xid = present.xid, event_id = 0 from present)
     update webhook set xid = present.xid, event_id = 0, sequence = sequence + 1, next_at = now(), lost_at = now()
     from present`,
  );
  return true;
}

/**
 * From where on the stream is kept, up to where it can be read now, and up to where it is to be read for all that is committed now.
 */
export async function streamBounds(db: Db): Promise<{ kept: Cursor; tip: Cursor; end: Cursor }> {
  const { rows } = await db.query<{ kept: string; keptId: string; tip: string; end: string }>(
    `select xid::text as kept, event_id::text as "keptId", pg_snapshot_xmin(pg_current_snapshot())::text as tip,
       pg_snapshot_xmax(pg_current_snapshot())::text as "end"
     from run_event_removed`,
  );
  const [row] = rows;
  return {
    kept: { xid: Number(row?.kept), id: Number(row?.keptId) },
    tip: { xid: Number(row?.tip), id: 0 },
    end: { xid: Number(row?.end), id: 0 },
  };
}

/** Whether a run's events are kept from its beginning. */
export async function isToldWhole(db: Db, runId: string): Promise<boolean> {
  const { rows } = await db.query<{ version: number }>(
    `select (data->>'version')::int as version from run_event where run_id = $1 and kind = 'status'
     order by xid, event_id limit 1`,
    [runId],
  );
  return rows[0]?.version === 1;
}

/** Removes some of the events that are too old, oldest first. Returns whether there may be more. */
export async function removeOldEvents(db: Db): Promise<boolean> {
  const { rowCount } = await db.query(
    `with oldest as (
       select xid, event_id, at from run_event
       where xid < pg_snapshot_xmin(pg_current_snapshot()) order by xid, event_id limit $2
     ), last as (
       select xid, event_id from oldest where at < now() - make_interval(hours => $1) order by xid desc, event_id desc limit 1
     ), told as (
       update run_event_removed set xid = last.xid, event_id = last.event_id from last
     )
     delete from run_event using last where (run_event.xid, run_event.event_id) <= (last.xid, last.event_id)`,
    [keptHours, removedAtOnce],
  );
  return rowCount === removedAtOnce;
}
