/** Queries on `cluster_health`: clusters that cannot be seen now, so that what is shown of their runs may be old. */
import type { Db } from './pool';

export type StaleCluster = { engine: string; cluster: string; since: Date; why: string };

/** The first moment of a blindness stays, its latest reason is told. */
export async function markStale(db: Db, engine: string, cluster: string, why: string): Promise<void> {
  await db.query(
    `insert into cluster_health (engine, cluster_name, stale_since, why) values ($1, $2, now(), $3)
     on conflict (engine, cluster_name) do update set why = excluded.why where cluster_health.why <> excluded.why`,
    [engine, cluster, why],
  );
}

export async function markFresh(db: Db, engine: string, cluster: string): Promise<void> {
  await db.query(`delete from cluster_health where engine = $1 and cluster_name = $2`, [engine, cluster]);
}

export async function staleClusters(db: Db): Promise<StaleCluster[]> {
  const { rows } = await db.query<StaleCluster>(
    `select engine, cluster_name as cluster, stale_since as since, why from cluster_health`,
  );
  return rows;
}
