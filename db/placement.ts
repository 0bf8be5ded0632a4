/** Queries on `cluster`: what operators say of clusters, and how runs are spread over them. */
import type { Candidate, ClusterStatus } from '../domain/place';
import type { Db } from './pool';

export type ClusterDraft = {
  engine: string;
  name: string;
  version: string;
  status: ClusterStatus;
  statusReason: string;
  allowedTiers: string[];
  capabilities: string[];
  region: string;
  namespace: string;
  emrVirtualCluster: string;
  sparkServerUri: string;
};
/** `clusterId` is a bigint: a text. */
export type Cluster = ClusterDraft & { clusterId: string; statusSince: Date; updatedAt: Date };

const select = `cluster_id as "clusterId", engine, name, cluster_version as version, status, status_reason as "statusReason",
  status_since as "statusSince", allowed_tiers as "allowedTiers", capabilities, region, namespace,
  emr_virtual_cluster as "emrVirtualCluster", spark_server_uri as "sparkServerUri", updated_at as "updatedAt"`;

/** By name. Configured ones get a row where they have none, so that each can be asked for. */
export async function listClusters(db: Db, configured: { engine: string; name: string }[]): Promise<Cluster[]> {
  await db.query(
    `insert into cluster (engine, name) select * from unnest($1::text[], $2::text[]) on conflict do nothing`,
    [configured.map(({ engine }) => engine), configured.map(({ name }) => name)],
  );
  const { rows } = await db.query<Cluster>(`select ${select} from cluster order by name, engine`);
  return rows;
}

export async function clusterById(db: Db, clusterId: string): Promise<Cluster | null> {
  const { rows } = await db.query<Cluster>(`select ${select} from cluster where cluster_id::text = $1`, [clusterId]);
  return rows[0] ?? null;
}

/** Returns null, and stores nothing, where the engine has a cluster of this name. */
export async function insertCluster(db: Db, of: ClusterDraft): Promise<Cluster | null> {
  const { rows } = await db.query<Cluster>(
    `insert into cluster (engine, name, cluster_version, status, status_reason, allowed_tiers, capabilities, region, namespace,
       emr_virtual_cluster, spark_server_uri)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (engine, name) do nothing returning ${select}`,
    values(of),
  );
  return rows[0] ?? null;
}

/** Returns null where it is gone. Since when it has its status changes with the status. */
export async function updateCluster(db: Db, clusterId: string, of: ClusterDraft): Promise<Cluster | 'taken' | null> {
  const { rows } = await db.query<Cluster & { taken: boolean }>(
    `with taken as (
       select 1 from cluster where engine = $1 and name = $2 and cluster_id::text <> $12
     )
     update cluster set engine = $1, name = $2, cluster_version = $3, status = $4, status_reason = $5, allowed_tiers = $6,
       capabilities = $7, region = $8, namespace = $9, emr_virtual_cluster = $10, spark_server_uri = $11,
       status_since = case when status = $4 then status_since else now() end, updated_at = now()
     where cluster_id::text = $12 and not exists (select from taken)
     returning ${select}`,
    [...values(of), clusterId],
  );
  if (rows[0] !== undefined) return rows[0];
  return (await clusterById(db, clusterId)) === null ? null : 'taken';
}

export async function deleteCluster(db: Db, clusterId: string): Promise<boolean> {
  const { rowCount } = await db.query(`delete from cluster where cluster_id::text = $1`, [clusterId]);
  return rowCount === 1;
}

/** The engine's configured clusters, in their order; one without a row is active. */
export async function candidates(db: Db, engine: string, names: readonly string[]): Promise<Candidate[]> {
  const { rows } = await db.query<Candidate>(
    `select configured.name, coalesce(cluster.status, 'active') as status,
       coalesce(cluster.status_reason, '') as "statusReason", coalesce(cluster.allowed_tiers, '{}') as "allowedTiers",
       health.engine is not null as "isStale"
     from unnest($2::text[]) with ordinality as configured (name, n)
       left join cluster on cluster.engine = $1 and cluster.name = configured.name
       left join cluster_health health on health.engine = $1 and health.cluster_name = configured.name
     order by n`,
    [engine, names],
  );
  return rows;
}

/** The one with the fewest open runs, the first of equals. */
export async function leastLoaded(db: Db, engine: string, names: readonly string[]): Promise<string | null> {
  const { rows } = await db.query<{ name: string }>(
    `select configured.name from unnest($2::text[]) with ordinality as configured (name, n)
     order by (select count(*) from run where engine = $1 and cluster_name = configured.name and phase <> 'STOPPED'), n
     limit 1`,
    [engine, names],
  );
  return rows[0]?.name ?? null;
}

function values(of: ClusterDraft): unknown[] {
  return [
    of.engine,
    of.name,
    of.version,
    of.status,
    of.statusReason,
    of.allowedTiers,
    of.capabilities,
    of.region,
    of.namespace,
    of.emrVirtualCluster,
    of.sparkServerUri,
  ];
}
