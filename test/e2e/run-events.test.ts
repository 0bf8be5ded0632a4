/** What happens to runs, in the database alone: in whatever cluster, whoever holds it up, and whatever was removed untold. */
import { pino } from 'pino';
import type { Pool } from 'pg';
import { createWebhooks } from '../../activities/webhooks';
import type { Deps } from '../../activities';
import {
  eventsAfter,
  heldSeconds,
  leaveOtherCluster,
  PlaceLost,
  streamBounds,
  streamHolders,
  type EventKind,
} from '../../db/run_event';
import { dueWebhooks, insertWebhook, keepUp, webhookById, type Delivering } from '../../db/webhook';
import { MockActivityEnvironment } from '@temporalio/testing';
import { startDatabase, type Database } from '../postgres';
import { until } from '../stack';

let database: Database;
let db: Pool;

beforeAll(async () => {
  database = await startDatabase();
  ({ db } = database);
}, 120_000);
afterAll(() => database.close(), 60_000);
beforeEach(async () => {
  await db.query('delete from run_event');
  await db.query('delete from webhook');
  await db.query(`update run_event_removed set xid = '0', event_id = 0`);
});

async function tell(kind: EventKind, definitionId: string, on: Pick<Pool, 'query'> = db): Promise<void> {
  await on.query(
    `insert into run_event (run_id, kind, data) values ('run', $1, jsonb_build_object('definition_id', $2::text))`,
    [kind, definitionId],
  );
}

async function webhook(
  webhookId: string,
  definitionId: string | null,
  kinds: EventKind[] = ['status'],
): Promise<string> {
  await insertWebhook(db, { webhookId, definitionId, kinds, url: 'https://example.com/', secret: 'whsec_aaaa' });
  return webhookId;
}

const due = async (): Promise<string[]> =>
  (await dueWebhooks(db, [], 10)).map(({ webhookId }: Delivering) => webhookId).sort();

/** Delivers until all is told; returns the numbers and what was told, by webhook. */
async function deliver(): Promise<Record<string, { sequence: number; type: string }[]>> {
  const told: Record<string, { sequence: number; type: string }[]> = {};
  const post: Deps['post'] = (_, __, body) => {
    const { webhook_id: id, events } = JSON.parse(body) as {
      webhook_id: string;
      events: { sequence: number; type: string }[];
    };
    (told[id] ??= []).push(...events.map(({ sequence, type }) => ({ sequence, type })));
    return Promise.resolve(null);
  };
  const activities = createWebhooks({ db, post, log: pino({ level: 'silent' }) } as unknown as Deps);
  const environment = new MockActivityEnvironment();
  const done = environment.run(() => activities.deliver());
  await until('all is told', async () => ((await due()).length === 0 ? true : null));
  environment.cancel();
  await done;
  return told;
}

describe('a database that was brought here from a cluster that had counted further', () => {
  const far = '4000000000';

  beforeEach(async () => {
    await webhook('behind', null);
    await tell('status', 'a');
    await db.query(`update run_event set xid = $1`, [far]);
    await db.query(`update webhook set xid = $1, sequence = 7`, [far]);
  });

  test('tells nothing by the old numbers, and everything new once it was put at the present', async () => {
    await expect(eventsAfter(db, { xid: Number(far) + 1, id: 0 }, {}, 10)).rejects.toThrow(PlaceLost);
    await tell('status', 'a');
    expect(await due()).toEqual([]);
    expect(await leaveOtherCluster(db)).toBe(true);
    await tell('status', 'a');
    expect(await deliver()).toEqual({ behind: [{ sequence: 9, type: 'status' }] });
    expect(await webhookById(db, 'behind')).toMatchObject({ lostAt: expect.any(Date) as Date });
    const { kept, tip } = await streamBounds(db);
    expect((await eventsAfter(db, kept, {}, 10)).events.length).toBe(1);
    expect(tip.xid).toBeLessThan(Number(far));
  });

  test('is found by what is left of it: webhooks, events, or the place up to which they were removed', async () => {
    await db.query('delete from run_event');
    expect(await leaveOtherCluster(db)).toBe(true);
    await tell('status', 'a');
    await db.query(`update run_event set xid = $1`, [far]);
    expect(await leaveOtherCluster(db)).toBe(true);
    await db.query(`update run_event_removed set xid = $1`, [far]);
    expect(await leaveOtherCluster(db)).toBe(true);
    expect(await leaveOtherCluster(db)).toBe(false);
  });
});

test('a database of this cluster is left as it is, also while it is written to', async () => {
  await webhook('one', null);
  const writing = await db.connect();
  await writing.query('begin');
  await tell('status', 'a', writing);
  await tell('status', 'a');
  expect(await leaveOtherCluster(db)).toBe(false);
  await writing.query('commit');
  writing.release();
  expect(await deliver()).toEqual({ one: [1, 2].map((sequence) => ({ sequence, type: 'status' })) });
});

test('who holds events back is found: how long, and which transaction, without what it asks', async () => {
  expect(await heldSeconds(db)).toBeNull();
  const other = await db.connect();
  await other.query('begin');
  await other.query('create temporary table held_by (n int)');
  await tell('status', 'a');
  expect((await eventsAfter(db, { xid: 0, id: 0 }, {}, 10)).heldSeconds).toEqual(expect.any(Number));
  expect(await heldSeconds(db)).toBeGreaterThanOrEqual(0);
  const { rows } = await other.query<{ pid: number }>('select pg_backend_pid() as pid');
  const holders = await streamHolders(db);
  expect(holders).toMatchObject([{ pid: rows[0]?.pid, state: expect.any(String) as string }]);
  expect(JSON.stringify(holders)).not.toMatch(/held_by|pg_backend_pid/);
  await other.query('rollback');
  other.release();
  expect(await heldSeconds(db)).toBeNull();
});

test('a webhook whose events were removed before they were told shows a gap in its numbers; one that had none to be told shows none', async () => {
  await webhook('lagging', null);
  await webhook('told-nothing', 'b');
  await tell('status', 'a');
  await tell('status', 'a');
  await keepUp(db);
  await db.query(`with removed as (delete from run_event where event_id = (select min(event_id) from run_event)
      returning xid, event_id)
    update run_event_removed set xid = removed.xid, event_id = removed.event_id from removed`);
  expect(await deliver()).toEqual({ lagging: [{ sequence: 2, type: 'status' }] });
  await tell('status', 'b');
  expect(await deliver()).toEqual({
    lagging: [{ sequence: 3, type: 'status' }],
    'told-nothing': [{ sequence: 1, type: 'status' }],
  });
  expect(await webhookById(db, 'lagging')).toMatchObject({ lostAt: expect.any(Date) as Date });
  expect(await webhookById(db, 'told-nothing')).toMatchObject({ lostAt: null });
});

test('only those are due that are to be told of something; the others go along', async () => {
  const places = async () => {
    const { rows } = await db.query<{ id: string; at: string }>(
      `select webhook_id as id, xid::text || '-' || event_id as at from webhook`,
    );
    return new Map(rows.map(({ id, at }) => [id, at]));
  };
  await webhook('of-a', 'a');
  await webhook('of-b', 'b');
  await webhook('notes-of-a', 'a', ['note']);
  await webhook('all-notes', null, ['note', 'attempt']);
  await tell('status', 'a');
  expect(await due()).toEqual(['of-a']);
  const before = await places();
  await keepUp(db);
  const after = await places();
  const moved = [...after.keys()].filter((id) => after.get(id) !== before.get(id));
  expect(moved.sort()).toEqual(['all-notes', 'notes-of-a', 'of-b']);
  await keepUp(db);
  expect(await places()).toEqual(after);
  await tell('note', 'a');
  expect(await due()).toEqual(['all-notes', 'notes-of-a', 'of-a']);
  expect(await deliver()).toEqual({
    'of-a': [{ sequence: 1, type: 'status' }],
    'notes-of-a': [{ sequence: 1, type: 'note' }],
    'all-notes': [{ sequence: 1, type: 'note' }],
  });
});
