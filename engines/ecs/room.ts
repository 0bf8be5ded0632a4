/**
 * Whether any machine of a cluster could ever hold a job (engine-behaviour.md §1.4, without its faults). A help for whoever asks, no
 * gate: where nothing is known, where a cluster grows, and where it has no machines yet, all may be tried.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeClustersCommand,
  DescribeContainerInstancesCommand,
  paginateListContainerInstances,
  type ContainerInstance,
  type ECSClient,
} from '@aws-sdk/client-ecs';
import { LRUCache } from 'lru-cache';
import type { Job } from '../../domain/job';
import { sizeOf } from './task-definition';
import { isFargate, type EcsSettings } from './settings';

/** What a machine has in all: CPU in 1/1024, memory in MiB. */
type Machine = { cpu: number; memoryMb: number; gpus: number; arch: string | null };
type Cluster = { kind: 'machines'; machines: Machine[] } | { kind: 'missing' } | { kind: 'open' };

const keepMs = 300_000;
/** What could not be found out is asked for again by then. */
const keepUnknownMs = 30_000;
const askWithinMs = 2000;
const rememberedClusters = 1000;
const perCall = 100;
const archOf = { amd64: 'x86_64', arm64: 'arm64' } as const;

export class Room {
  private readonly clusters: LRUCache<string, Cluster>;
  private readonly settings: EcsSettings;

  constructor(ecs: ECSClient, settings: EcsSettings, warn: (text: string, error: unknown) => void) {
    this.settings = settings;
    this.clusters = new LRUCache<string, Cluster>({
      max: rememberedClusters,
      ttl: keepMs,
      allowStale: true,
      fetchMethod: async (name, _stale, { options }) => {
        const cluster = await Promise.race([
          ask(ecs, name).catch((error: unknown) => {
            warn(`what cluster ${name} has room for cannot be found out`, error);
            return null;
          }),
          sleep(askWithinMs, null, { ref: false }),
        ]);
        if (cluster === null) options.ttl = keepUnknownMs;
        return cluster ?? { kind: 'open' };
      },
    });
  }

  /** Why no machine of the cluster could hold the job, in a sentence for whoever asks for it; null where it may be tried. */
  async impossible(name: string, job: Job): Promise<string | null> {
    const { launch } = this.settings;
    if (launch.kind === 'providers' || isFargate(this.settings)) return null;
    const cluster = (await this.clusters.fetch(name)) ?? { kind: 'open' };
    switch (cluster.kind) {
      case 'open':
        return null;
      case 'missing':
        return `cluster ${name} does not exist at ECS`;
      case 'machines':
        return tooLarge(name, cluster.machines, job, this.settings);
    }
  }
}

function tooLarge(name: string, machines: Machine[], job: Job, settings: EcsSettings): string | null {
  const { cpu, memoryMb } = sizeOf(job, settings) ?? { cpu: 0, memoryMb: 0 };
  const gpus = job.gpu ?? 0;
  const arch = job.arch === null ? null : archOf[job.arch];
  const rightArch = machines.filter((one) => arch === null || one.arch === null || one.arch === arch);
  const fits = rightArch.some((one) => one.cpu >= cpu && one.memoryMb >= memoryMb && one.gpus >= gpus);
  if (machines.length === 0 || fits) return null;
  const asked = [`cpu ${cpu}`, `memory ${memoryMb}`, ...(gpus > 0 ? [`gpu ${gpus}`] : [])].join(', ');
  const most = (of: (one: Machine) => number): number => Math.max(0, ...rightArch.map(of));
  const has = `at most cpu ${most((one) => one.cpu)}, memory ${most((one) => one.memoryMb)}, gpu ${most((one) => one.gpus)}`;
  const why =
    rightArch.length === 0 && job.arch !== null
      ? `none of its instances is ${job.arch}`
      : `none of its instances has ${asked} (${has})`;
  return `executable cannot be run on cluster [${name}]: ${why}`;
}

async function ask(ecs: ECSClient, name: string): Promise<Cluster> {
  const { clusters = [] } = await ecs.send(new DescribeClustersCommand({ clusters: [name] }));
  const [cluster] = clusters;
  if (cluster === undefined || cluster.status === 'INACTIVE') return { kind: 'missing' };
  // It gets machines as they are needed, of whatever size its groups have.
  if ((cluster.capacityProviders ?? []).length > 0) return { kind: 'open' };
  const machines = new Map<string, Machine>();
  const pages = paginateListContainerInstances({ client: ecs }, { cluster: name, maxResults: perCall });
  for await (const { containerInstanceArns: containerInstances = [] } of pages) {
    if (containerInstances.length === 0) continue;
    const described = await ecs.send(new DescribeContainerInstancesCommand({ cluster: name, containerInstances }));
    for (const machine of (described.containerInstances ?? []).map(machineOf)) {
      machines.set(JSON.stringify(machine), machine);
    }
  }
  return { kind: 'machines', machines: [...machines.values()] };
}

function machineOf({ registeredResources = [], attributes = [] }: ContainerInstance): Machine {
  const resource = (name: string) => registeredResources.find((one) => one.name === name);
  return {
    cpu: resource('CPU')?.integerValue ?? 0,
    memoryMb: resource('MEMORY')?.integerValue ?? 0,
    gpus: resource('GPU')?.stringSetValue?.length ?? 0,
    arch: attributes.find((one) => one.name === 'ecs.cpu-architecture')?.value ?? null,
  };
}
