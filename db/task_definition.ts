/** Queries on `task_definition`: what was registered at ECS, by content. */
import type { Db } from './pool';

/** Null where it is not registered. */
export async function registeredArn(db: Db, hash: string): Promise<string | null> {
  const { rows } = await db.query<{ arn: string }>(
    `select arn from task_definition where hash = $1 and arn is not null`,
    [hash],
  );
  return rows[0]?.arn ?? null;
}

/** The right to register it, for so long. Null: it is registered, or somebody else has the right. `again`: somebody had it before. */
export async function claimRegistration(
  db: Db,
  hash: string,
  definitionId: string,
  leaseSeconds: number,
): Promise<{ again: boolean } | null> {
  const { rows } = await db.query<{ again: boolean }>(
    `insert into task_definition (hash, definition_id, claimed_until) values ($1, $2, now() + make_interval(secs => $3))
     on conflict (hash) do update set claimed_until = excluded.claimed_until
       where task_definition.arn is null and task_definition.claimed_until < now()
     returning xmax <> 0 as again`,
    [hash, definitionId, leaseSeconds],
  );
  return rows[0] ?? null;
}

export async function putRegistration(db: Db, hash: string, arn: string): Promise<void> {
  await db.query(`update task_definition set arn = $2, registered_at = now() where hash = $1`, [hash, arn]);
}

export async function releaseRegistration(db: Db, hash: string): Promise<void> {
  await db.query(`update task_definition set claimed_until = '-infinity' where hash = $1 and arn is null`, [hash]);
}

/** It was deregistered. Another ARN, which somebody has put in the meantime, stays. */
export async function forgetRegistration(db: Db, hash: string, arn: string): Promise<void> {
  await db.query(
    `update task_definition set arn = null, registered_at = null, claimed_until = '-infinity' where hash = $1 and arn = $2`,
    [hash, arn],
  );
}
