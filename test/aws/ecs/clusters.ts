/** Clusters: CreateCluster, ListClusters, DescribeClusters. */
import { AwsError } from './errors';
import { arn } from './names';
import type { Cluster, Ecs } from './state';
import { shortName, type CapacityProviderStrategy, type Tag, type TaskStatus } from './wire';

const beforeRunning: TaskStatus[] = ['PROVISIONING', 'PENDING', 'ACTIVATING'];

type CreateCluster = {
  clusterName?: string;
  tags?: Tag[];
  capacityProviders?: string[];
  defaultCapacityProviderStrategy?: CapacityProviderStrategy;
};

export function clusterOperations(ecs: Ecs) {
  return {
    CreateCluster(input: CreateCluster) {
      const name = input.clusterName ?? 'default';
      const cluster = ecs.clusters.get(name) ?? {
        name,
        tags: input.tags ?? [],
        capacityProviders: input.capacityProviders ?? [],
        defaultStrategy: input.defaultCapacityProviderStrategy ?? [],
      };
      ecs.clusters.set(name, cluster);
      return { cluster: describe(ecs, cluster) };
    },
    ListClusters: () => ({ clusterArns: [...ecs.clusters.keys()].map(clusterArn) }),
    DescribeClusters(input: { clusters?: string[] }) {
      const names = (input.clusters ?? ['default']).map(shortName);
      const found = names.flatMap((name) => ecs.clusters.get(name) ?? []);
      const missing = names.filter((name) => !ecs.clusters.has(name));
      return {
        clusters: found.map((cluster) => describe(ecs, cluster)),
        failures: missing.map((name) => ({ arn: clusterArn(name), reason: 'MISSING' })),
      };
    },
  };
}

export function clusterArn(name: string): string {
  return arn(`cluster/${name}`);
}

/** The cluster that a request names by its name or ARN. */
export function clusterOf(ecs: Ecs, input: { cluster?: string }): Cluster {
  const found = ecs.clusters.get(shortName(input.cluster ?? 'default'));
  if (found === undefined) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
  return found;
}

function describe(ecs: Ecs, cluster: Cluster) {
  const tasks = [...ecs.tasks.values()].filter((task) => task.cluster === cluster.name);
  return {
    clusterArn: clusterArn(cluster.name),
    clusterName: cluster.name,
    status: 'ACTIVE',
    statistics: [],
    tags: cluster.tags,
    settings: [{ name: 'containerInsights', value: 'disabled' }],
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: cluster.defaultStrategy,
    activeServicesCount: 0,
    registeredContainerInstancesCount: [...ecs.hosts.values()].filter((host) => host.cluster === cluster.name).length,
    runningTasksCount: tasks.filter((task) => task.wire.lastStatus === 'RUNNING').length,
    pendingTasksCount: tasks.filter((task) => beforeRunning.includes(task.wire.lastStatus)).length,
  };
}
