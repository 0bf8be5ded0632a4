/** Clusters on the wire (rest-and-data.md §2.7, §3.5). */
import type { Cluster, ClusterDraft } from '../../db/cluster';
import { clusterStatuses, type ClusterStatus } from '../../domain/place';
import { RequestError } from '../errors';
import { checker } from '../validate';
import { shape, time } from './answer';
import { foldBody } from './definition';

const text = { type: 'string', maxLength: 1024 } as const;
const texts = { type: 'array', items: { type: 'string', minLength: 1, maxLength: 255 }, uniqueItems: true } as const;

const properties = {
  name: { type: 'string', minLength: 1, maxLength: 255, examples: ['default'] },
  engine: { type: 'string', description: 'The engine that it belongs to', examples: ['eks'] },
  cluster_version: text,
  status: { enum: clusterStatuses, description: 'Only an active one takes new runs' },
  status_reason: { ...text, description: 'Told to those whose runs it does not take' },
  allowed_tiers: { ...texts, description: 'Whose runs it takes; none: those of all tiers' },
  capabilities: texts,
  region: text,
  namespace: text,
  emr_virtual_cluster: text,
  spark_server_uri: text,
} as const;

type WireCluster = {
  name: string;
  engine: string;
  cluster_version: string;
  status: ClusterStatus;
  status_reason: string;
  allowed_tiers: string[];
  capabilities: string[];
  region: string;
  namespace: string;
  emr_virtual_cluster: string;
  spark_server_uri: string;
};

export const newCluster = { type: 'object', properties, required: ['name', 'status'] } as const;
export const clusterChange = { type: 'object', properties } as const;

const checkNew = checker<Partial<WireCluster> & Pick<WireCluster, 'name' | 'status'>>(newCluster);
const checkChange = checker<Partial<WireCluster>>(clusterChange);

/** `engineOf`: which engine a cluster belongs to where the body does not say. */
export function clusterFromWire(body: unknown, engineOf: (name: string) => string): ClusterDraft {
  const wire = checkNew(foldBody(body));
  return {
    engine: wire.engine ?? engineOf(wire.name),
    name: wire.name,
    version: wire.cluster_version ?? '',
    status: wire.status,
    statusReason: wire.status_reason ?? '',
    allowedTiers: wire.allowed_tiers ?? [],
    capabilities: wire.capabilities ?? [],
    region: wire.region ?? '',
    namespace: wire.namespace ?? '',
    emrVirtualCluster: wire.emr_virtual_cluster ?? '',
    sparkServerUri: wire.spark_server_uri ?? '',
  };
}

/** Only what the body has. */
export function clusterChanges(body: unknown): Partial<ClusterDraft> {
  const wire = checkChange(foldBody(body));
  const changes: { [Field in keyof ClusterDraft]: ClusterDraft[Field] | undefined } = {
    engine: wire.engine,
    name: wire.name,
    version: wire.cluster_version,
    status: wire.status,
    statusReason: wire.status_reason,
    allowedTiers: wire.allowed_tiers,
    capabilities: wire.capabilities,
    region: wire.region,
    namespace: wire.namespace,
    emrVirtualCluster: wire.emr_virtual_cluster,
    sparkServerUri: wire.spark_server_uri,
  };
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

export function clusterToWire(of: Cluster): Record<string, unknown> {
  return {
    id: of.clusterId,
    name: of.name,
    cluster_version: of.version,
    status: of.status,
    status_reason: of.statusReason,
    status_since: of.statusSince,
    allowed_tiers: of.allowedTiers,
    capabilities: of.capabilities,
    updated_at: of.updatedAt,
    namespace: of.namespace,
    region: of.region,
    emr_virtual_cluster: of.emrVirtualCluster,
    spark_server_uri: of.sparkServerUri,
    engine: of.engine,
  };
}

export const clusterAnswer = shape({
  id: { type: 'string', description: 'A number, as a text', examples: ['1'] },
  ...properties,
  status_since: time,
  updated_at: time,
});

export function noCluster(clusterId: string): RequestError {
  return new RequestError(404, `Cluster with ID ${clusterId} not found`);
}
