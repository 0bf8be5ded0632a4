/** Container instances: Register, List, Describe, UpdateContainerInstancesState. */
import { randomBytes } from 'node:crypto';
import { clusterOf } from './clusters';
import { clientException, invalidParameter } from './errors';
import { arn } from './names';
import { pageOf, type PageInput } from './page';
import { wakeWaiting, type Ecs, type Host, type Resources } from './state';
import { nowSeconds, shortName, type Attribute, type Tag, type TaskStatus } from './wire';

const maxDescribed = 100;
const ports = ['22', '2376', '2375', '51678', '51679'];
const agent = { agentVersion: '1.90.0', agentHash: '0a1b2c3d', dockerVersion: 'DockerVersion: 25.0.8' };

type GivenResource = { name?: string; integerValue?: number; stringSetValue?: string[] };
const usualResources: GivenResource[] = [
  { name: 'CPU', integerValue: 4096 },
  { name: 'MEMORY', integerValue: 7680 },
];

type RegisterContainerInstance = {
  cluster?: string;
  instanceIdentityDocument?: string;
  totalResources?: GivenResource[];
  attributes?: Attribute[];
  tags?: Tag[];
  versionInfo?: object;
};

export function hostOperations(ecs: Ecs) {
  return {
    RegisterContainerInstance(input: RegisterContainerInstance) {
      const cluster = clusterOf(ecs, input).name;
      const given = input.totalResources ?? usualResources;
      const amount = (name: string): number => given.find((one) => one.name === name)?.integerValue ?? 0;
      const gpus = given.find((one) => one.name === 'GPU')?.stringSetValue ?? [];
      const host: Host = {
        arn: arn(`container-instance/${cluster}/${randomBytes(16).toString('hex')}`),
        cluster,
        instanceId: instanceIdIn(input.instanceIdentityDocument) ?? `i-${randomBytes(8).toString('hex')}`,
        status: 'ACTIVE',
        attributes: input.attributes ?? [],
        tags: input.tags ?? [],
        versionInfo: input.versionInfo ?? agent,
        registeredAt: nowSeconds(),
        resources: { cpu: amount('CPU'), memoryMb: amount('MEMORY'), gpus: gpus.length },
        isConnected: true,
        connected: Promise.resolve(),
        reconnect: () => undefined,
      };
      ecs.hosts.set(host.arn, host);
      wakeWaiting(ecs);
      return { containerInstance: describe(ecs, host) };
    },
    ListContainerInstances(input: PageInput & { cluster?: string; status?: string }) {
      const all = hostsOf(ecs, clusterOf(ecs, input).name);
      const asked = all.filter((host) => input.status === undefined || host.status === input.status);
      const { items, next } = pageOf(
        asked.map((host) => host.arn),
        input,
      );
      return { containerInstanceArns: items, ...next };
    },
    DescribeContainerInstances(input: { cluster?: string; containerInstances: string[] }) {
      const cluster = clusterOf(ecs, input).name;
      const asked = input.containerInstances;
      if (asked.length === 0) throw clientException('Container Instances cannot be empty.');
      if (asked.length > maxDescribed) throw invalidParameter('instanceIds can have at most 100 items.');
      const all = hostsOf(ecs, cluster);
      const find = (reference: string) => all.find((host) => shortName(host.arn) === shortName(reference));
      const missing = asked.filter((reference) => find(reference) === undefined);
      return {
        containerInstances: asked.flatMap((reference) => find(reference) ?? []).map((host) => describe(ecs, host)),
        failures: missing.map((reference) => ({
          arn: reference.startsWith('arn:') ? reference : arn(`container-instance/${cluster}/${reference}`),
          reason: 'MISSING',
        })),
      };
    },
    UpdateContainerInstancesState(input: { cluster?: string; containerInstances: string[]; status: string }) {
      const named = input.containerInstances.map(shortName);
      const hosts = hostsOf(ecs, clusterOf(ecs, input).name).filter((host) => named.includes(shortName(host.arn)));
      for (const host of hosts) host.status = input.status;
      return { containerInstances: hosts.map((host) => describe(ecs, host)), failures: [] };
    },
  };
}

export function hostsOf(ecs: Ecs, cluster: string): Host[] {
  return [...ecs.hosts.values()].filter((host) => host.cluster === cluster);
}

/** What the tasks on a host have left of it. */
export function roomOn(ecs: Ecs, host: Host): Resources {
  const left = { ...host.resources };
  for (const task of ecs.tasks.values()) {
    if (task.host !== host || task.wire.lastStatus === 'STOPPED') continue;
    left.cpu -= task.need.cpu;
    left.memoryMb -= task.need.memoryMb;
    left.gpus -= task.need.gpus;
  }
  return left;
}

function instanceIdIn(document: string | undefined): string | null {
  const parsed: unknown = JSON.parse(document ?? 'null');
  const isIdentity = typeof parsed === 'object' && parsed !== null && 'instanceId' in parsed;
  return isIdentity && typeof parsed.instanceId === 'string' ? parsed.instanceId : null;
}

function describe(ecs: Ecs, host: Host) {
  const count = (...statuses: TaskStatus[]): number =>
    [...ecs.tasks.values()].filter((task) => task.host === host && statuses.includes(task.wire.lastStatus)).length;
  return {
    containerInstanceArn: host.arn,
    ec2InstanceId: host.instanceId,
    version: 1,
    status: host.status,
    agentConnected: host.isConnected,
    registeredAt: host.registeredAt,
    versionInfo: host.versionInfo,
    attributes: host.attributes,
    attachments: [],
    tags: host.tags,
    registeredResources: wireResources(host.resources),
    remainingResources: wireResources(roomOn(ecs, host)),
    runningTasksCount: count('RUNNING'),
    pendingTasksCount: count('PENDING', 'ACTIVATING'),
  };
}

function wireResources({ cpu, memoryMb, gpus }: Resources) {
  const number = (name: string, integerValue: number) => ({
    ...{ name, type: 'INTEGER', integerValue },
    ...{ doubleValue: 0, longValue: 0 },
  });
  const set = (name: string, stringSetValue: string[]) => ({
    ...{ name, type: 'STRINGSET', stringSetValue },
    ...{ integerValue: 0, doubleValue: 0, longValue: 0 },
  });
  const gpuIds = Array.from({ length: gpus }, (_, at) => `GPU-${at}`);
  return [
    number('CPU', cpu),
    number('MEMORY', memoryMb),
    set('PORTS', ports),
    set('PORTS_UDP', []),
    ...(gpus === 0 ? [] : [set('GPU', gpuIds)]),
  ];
}
