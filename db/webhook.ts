/** Queries on `webhook`: who is told of run events, and up to where each was told. */
import type { Db } from './pool';
import type { Cursor, EventKind } from './run_event';

export type Webhook = {
  webhookId: string;
  /** A definition's or a template's; null: of all. */
  definitionId: string | null;
  url: string;
  kinds: EventKind[];
  createdAt: Date;
  /** Of the last event that was delivered. */
  sequence: number;
  /** How often in vain what comes next was sent. */
  tries: number;
  failingSince: Date | null;
  nextAt: Date;
  lastError: string | null;
  disabledAt: Date | null;
  /** When it was last found that events had been removed before they were delivered. */
  lostAt: Date | null;
};

export type Delivering = Webhook & { secret: string; place: Cursor };

const select = `webhook_id as "webhookId", definition_id as "definitionId", url, kinds, created_at as "createdAt",
  sequence::int as sequence, tries, failing_since as "failingSince", next_at as "nextAt", last_error as "lastError",
  disabled_at as "disabledAt", lost_at as "lostAt"`;
/** Of an event, whether the webhook is to be told of it. In two branches: each goes by its own index. */
const wantedAfterPlace = `case when definition_id is null
    then exists (select from run_event event where (event.xid, event.event_id) > (webhook.xid, webhook.event_id)
      and event.xid < pg_snapshot_xmin(pg_current_snapshot()) and event.kind = any(webhook.kinds))
    else exists (select from run_event event where event.data->>'definition_id' = webhook.definition_id
      and (event.xid, event.event_id) > (webhook.xid, webhook.event_id)
      and event.xid < pg_snapshot_xmin(pg_current_snapshot()) and event.kind = any(webhook.kinds)) end`;

/** It is told of what happens from now on. */
export async function insertWebhook(
  db: Db,
  of: Pick<Webhook, 'webhookId' | 'definitionId' | 'url' | 'kinds'> & { secret: string },
): Promise<Webhook> {
  const { rows } = await db.query<Webhook>(
    `insert into webhook (webhook_id, definition_id, url, secret, kinds) values ($1, $2, $3, $4, $5) returning ${select}`,
    [of.webhookId, of.definitionId, of.url, of.secret, of.kinds],
  );
  return rows[0] as Webhook;
}

export async function listWebhooks(db: Db): Promise<Webhook[]> {
  const { rows } = await db.query<Webhook>(`select ${select} from webhook order by created_at, webhook_id`);
  return rows;
}

export async function countWebhooks(db: Db): Promise<number> {
  const { rows } = await db.query<{ total: number }>(`select count(*)::int as total from webhook`);
  return rows[0]?.total ?? 0;
}

export async function webhookById(db: Db, webhookId: string): Promise<Webhook | null> {
  const { rows } = await db.query<Webhook>(`select ${select} from webhook where webhook_id = $1`, [webhookId]);
  return rows[0] ?? null;
}

/** Tried again at once, from where it was. Null: there is none. */
export async function enableWebhook(db: Db, webhookId: string): Promise<Webhook | null> {
  const { rows } = await db.query<Webhook>(
    `update webhook set disabled_at = null, tries = 0, failing_since = null, next_at = now()
     where webhook_id = $1 returning ${select}`,
    [webhookId],
  );
  return rows[0] ?? null;
}

export async function deleteWebhook(db: Db, webhookId: string): Promise<boolean> {
  const { rowCount } = await db.query(`delete from webhook where webhook_id = $1`, [webhookId]);
  return rowCount === 1;
}

/** Whether somebody is to be told at all. */
export async function hasWebhooks(db: Db): Promise<boolean> {
  const { rowCount } = await db.query(`select from webhook where disabled_at is null limit 1`);
  return rowCount === 1;
}

/** Those that may be sent something now, except the ones named. */
export async function dueWebhooks(db: Db, except: string[], limit: number): Promise<Delivering[]> {
  const { rows } = await db.query<Webhook & { secret: string; xid: string; eventId: string }>(
    `select ${select}, secret, xid::text as xid, event_id::text as "eventId" from webhook
     where disabled_at is null and next_at <= now() and not webhook_id = any($1::text[])
       and ${wantedAfterPlace}
     order by next_at limit $2`,
    [except, limit],
  );
  return rows.map(({ xid, eventId, ...webhook }) => ({ ...webhook, place: { xid: Number(xid), id: Number(eventId) } }));
}

/**
 * Those that are to be told of nothing that came after their place go to the present, so that nothing is looked through again and
 * again. Not those from whose place on events were removed: they may have lost one.
 */
export async function keepUp(db: Db): Promise<void> {
  await db.query(
    `update webhook set xid = pg_snapshot_xmin(pg_current_snapshot()), event_id = 0 from run_event_removed removed
     where disabled_at is null and (webhook.xid, webhook.event_id) >= (removed.xid, removed.event_id)
       and exists (select from run_event event where (event.xid, event.event_id) > (webhook.xid, webhook.event_id)
         and event.xid < pg_snapshot_xmin(pg_current_snapshot()))
       and not ${wantedAfterPlace}`,
  );
}

/** Where events after its place were removed, a gap in the sequence says so and it goes on behind them. Returns how it stands. */
export async function passRemoved(db: Db, of: Delivering): Promise<Delivering> {
  const { rows } = await db.query<{ sequence: number; xid: string; eventId: string }>(
    `with removed as (select xid, event_id from run_event_removed), passed as (
       update webhook set sequence = sequence + 1, lost_at = now(), xid = removed.xid, event_id = removed.event_id
       from removed where webhook_id = $1 and webhook.xid = $2::xid8 and webhook.event_id = $3
         and (webhook.xid, webhook.event_id) < (removed.xid, removed.event_id)
       returning webhook.sequence, webhook.xid, webhook.event_id
     )
     select sequence::int as sequence, xid::text as xid, event_id::text as "eventId" from passed`,
    [of.webhookId, String(of.place.xid), of.place.id],
  );
  const [row] = rows;
  return row === undefined
    ? of
    : { ...of, sequence: row.sequence, place: { xid: Number(row.xid), id: Number(row.eventId) } };
}

/** Told up to a place, `count` events more. Nothing changes where somebody else was faster. */
export async function delivered(db: Db, of: Delivering, upTo: Cursor, count: number): Promise<void> {
  await db.query(
    `update webhook set xid = $4::xid8, event_id = $5, sequence = sequence + $6,
       tries = 0, failing_since = null, next_at = now(), last_error = null
     where webhook_id = $1 and xid = $2::xid8 and event_id = $3`,
    [of.webhookId, String(of.place.xid), of.place.id, String(upTo.xid), upTo.id, count],
  );
}

/** Tried again after `afterSeconds`; one that fails for longer than `givenUpHours` is not tried any more. */
export async function notDelivered(
  db: Db,
  of: Delivering,
  why: string,
  afterSeconds: number,
  givenUpHours: number,
): Promise<void> {
  await db.query(
    `update webhook set tries = tries + 1, failing_since = coalesce(failing_since, now()), last_error = $4,
       next_at = now() + make_interval(secs => $5),
       disabled_at = case when failing_since < now() - make_interval(hours => $6) then now() end
     where webhook_id = $1 and xid = $2::xid8 and event_id = $3`,
    [of.webhookId, String(of.place.xid), of.place.id, why, afterSeconds, givenUpHours],
  );
}
