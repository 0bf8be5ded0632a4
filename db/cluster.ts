/** Queries on `cluster`: what operators say of clusters, and how runs are spread over them. */
import type { Candidate, ClusterStatus } from '../domain/place';
import { isUniqueViolation, type Db } from './pool';

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

/** What is left out stays as it is. Returns null where the cluster is gone, `taken` where its new name is another's. */
export async function updateCluster(
  db: Db,
  clusterId: string,
  changes: Partial<ClusterDraft>,
): Promise<Cluster | 'taken' | null> {
  try {
    const { rows } = await db.query<Cluster>(
      `update cluster set engine = coalesce($1, engine), name = coalesce($2, name),
         cluster_version = coalesce($3, cluster_version), status = coalesce($4, status),
         -- the reason of a status goes with it
         status_reason = coalesce($5, case when status = coalesce($4, status) then status_reason else '' end),
         status_since = case when status = coalesce($4, status) then status_since else now() end,
         allowed_tiers = coalesce($6, allowed_tiers), capabilities = coalesce($7, capabilities),
         region = coalesce($8, region), namespace = coalesce($9, namespace),
         emr_virtual_cluster = coalesce($10, emr_virtual_cluster), spark_server_uri = coalesce($11, spark_server_uri),
         updated_at = now()
       where cluster_id::text = $12 returning ${select}`,
      [...values(changes), clusterId],
    );
    return rows[0] ?? null;
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken';
    throw error;
  }
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

/** What is not there is null. */
function values(of: Partial<ClusterDraft>): unknown[] {
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
