/** What an installation sets for all its ECS clusters (configuration `ecs.*` and `queue.*`). */

/**
 * Where tasks are started. `default`: by each cluster's own default strategy, else on its EC2 instances. `providers`: by capacity
 * providers, one list for runs that may be interrupted and one for those that may not.
 */
export type Launch =
  | { kind: 'default' }
  | { kind: 'type'; type: 'EC2' | 'FARGATE' | 'EXTERNAL' }
  | { kind: 'providers'; spot: string[]; ondemand: string[] };

export type Network =
  | { mode: 'host' | 'bridge' }
  | { mode: 'awsvpc'; subnets: string[]; securityGroups: string[]; assignPublicIp: boolean };

export type EcsSettings = {
  /** Part of `startedBy` and of the events' filter: two installations of one account do not see each other's tasks. */
  mode: string;
  region: string;
  launch: Launch;
  network: Network;
  /** Pulls images and writes logs on Fargate; null leaves it to the instance. */
  executionRoleArn: string | null;
  /** What the command itself may do at AWS. */
  taskRoleArn: string | null;
  log: { driver: string; options: Record<string, string>; namespace: string; retentionDays: number };
  /** Asked for where neither run nor definition says; `cpu` in 1/1024 CPU, memory in MiB. */
  defaults: { cpu: number; memoryMb: number };
  /** Between TERM and KILL: ECS knows one per task definition, and none per stop. */
  stopTimeoutSeconds: number;
};

/** How a log stream is found (engine-behaviour.md §1.8); null where another driver takes the logs away. */
export type LogPlace = { group: string; prefix: string; region: string };

const defaultPrefix = 'flotilla';

export function isFargate({ launch }: Pick<EcsSettings, 'launch'>): boolean {
  switch (launch.kind) {
    case 'default':
      return false;
    case 'type':
      return launch.type === 'FARGATE';
    case 'providers':
      return [...launch.spot, ...launch.ondemand].some(isFargateProvider);
  }
}

function isFargateProvider(name: string): boolean {
  return name === 'FARGATE' || name === 'FARGATE_SPOT';
}

/** The driver's options, complete: writer and reader take group, region and prefix from here, so that they agree (§1.1). */
export function logOptions({ log, region }: Pick<EcsSettings, 'log' | 'region'>): Record<string, string> {
  if (log.driver !== 'awslogs') return log.options;
  return {
    'awslogs-group': log.namespace,
    'awslogs-region': region,
    'awslogs-stream-prefix': defaultPrefix,
    ...log.options,
  };
}

export function logPlace(settings: Pick<EcsSettings, 'log' | 'region'>): LogPlace | null {
  if (settings.log.driver !== 'awslogs') return null;
  const options = logOptions(settings);
  return {
    group: options['awslogs-group'] ?? '',
    prefix: options['awslogs-stream-prefix'] ?? '',
    region: options['awslogs-region'] ?? settings.region,
  };
}

/** What does not fit together, in a sentence; null where all is well. */
export function contradiction(settings: EcsSettings): string | null {
  const { launch, network, executionRoleArn, log } = settings;
  if (launch.kind === 'providers') {
    const providers = [...launch.spot, ...launch.ondemand];
    if (launch.spot.length === 0 || launch.ondemand.length === 0) {
      return 'ecs.capacity_providers must name some for spot and some for ondemand, or none for both';
    }
    if (providers.some(isFargateProvider) && !providers.every(isFargateProvider)) {
      return 'ecs.capacity_providers must be all of Fargate or none: ECS does not mix them';
    }
  }
  if (isFargate(settings) && network.mode !== 'awsvpc') return 'Fargate needs ecs.network_mode awsvpc';
  if (network.mode === 'awsvpc' && network.subnets.length === 0) return 'ecs.network_mode awsvpc needs ecs.subnets';
  if (isFargate(settings) && log.driver === 'awslogs' && executionRoleArn === null) {
    return 'Fargate needs ecs.execution_role_arn to write logs';
  }
  const place = logPlace(settings);
  if (place?.group === '') return 'ecs.log.namespace is missing: which log group do tasks write to?';
  return null;
}
