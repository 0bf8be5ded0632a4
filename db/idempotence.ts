/** Queries on `idempotence_key`: which run a key stands for. */
import type { Db } from './pool';

/** How long a key stands for its run; then it may be used anew. */
export const keyDays = 7;
const forgottenAtOnce = 10_000;

/** A key, and of what it was used for: another request with the same key is a mistake. */
export type RequestKey = { key: string; requestHash: string };

/** What a key was used for lately; null: nothing. */
export async function keyed(db: Db, key: string): Promise<{ runId: string; requestHash: string } | null> {
  const { rows } = await db.query<{ runId: string; requestHash: string }>(
    `select run_id as "runId", request_hash as "requestHash" from idempotence_key
     where idempotence_key = $1 and created_at > now() - make_interval(days => $2)`,
    [key, keyDays],
  );
  return rows[0] ?? null;
}

/** Removes keys that stand for nothing any more. */
export async function forgetKeys(db: Db): Promise<void> {
  await db.query(
    `delete from idempotence_key where idempotence_key in (
       select idempotence_key from idempotence_key where created_at <= now() - make_interval(days => $1)
       order by created_at limit $2 for update skip locked
     )`,
    [keyDays, forgottenAtOnce],
  );
}
