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

export function isAfter(a: Cursor, b: Cursor): boolean {
  return a.xid !== b.xid ? a.xid > b.xid : a.id > b.id;
}

/**
 * What came after a place, of one run or of all: at most `limit`. `upTo`: read up to there. `isLate`: more is committed, but waits for
 * an older transaction to end.
 */
export async function eventsAfter(
  db: Db,
  after: Cursor,
  runId: string | null,
  limit: number,
): Promise<{ events: RunEvent[]; upTo: Cursor; isLate: boolean }> {
  type Row = { horizon: string; isLate: boolean; kind: EventKind | null } & Record<'xid' | 'id' | 'runId', string> & {
      data: Record<string, unknown>;
    };
  const { rows } = await db.query<Row>(
    `with horizon as materialized (select pg_snapshot_xmin(pg_current_snapshot()) as xid)
     select horizon.xid::text as horizon, exists (select from run_event where xid >= horizon.xid) as "isLate",
       event.xid::text as xid, event_id::text as id, run_id as "runId", kind, data
     from horizon left join lateral (
       select * from run_event
       where (run_event.xid, event_id) > ($1::xid8, $2::bigint) and run_event.xid < horizon.xid
         and ($3::text is null or run_id = $3)
       order by run_event.xid, event_id limit $4
     ) event on true
     order by event.xid, event_id`,
    [String(after.xid), after.id, runId, limit],
  );
  const events = rows.flatMap(({ xid, id, kind, ...event }) =>
    kind === null ? [] : [{ at: { xid: Number(xid), id: Number(id) }, kind, runId: event.runId, data: event.data }],
  );
  const last = events.at(-1);
  const read = { xid: Number(rows[0]?.horizon), id: 0 };
  const upTo = last !== undefined && events.length === limit ? last.at : isAfter(read, after) ? read : after;
  return { events, upTo, isLate: rows[0]?.isLate === true };
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
