/**
 * From a job to the task definition and the overrides that it runs by (engine-behaviour.md §1.1 and §1.2). What differs from run to
 * run (variables, the command) is an override, so that many runs share one definition. Overrides have a limit of their own:
 * what is above it stands in the definition, the command first and then the largest variables. Pure.
 */
import { createHash } from 'node:crypto';
import type { ContainerOverride, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import type { EnvVar, Job } from '../../domain/job';
import { argv } from '../command';
import { familyOf } from './names';
import { isFargate, logOptions, type EcsSettings } from './settings';

export type Split = {
  definition: RegisterTaskDefinitionCommandInput;
  override: ContainerOverride;
};

/** AWS's limits: of `overrides` as JSON, and of a task definition as JSON. */
const maxOverridesChars = 8192;
const maxDefinitionBytes = 65_536;
const maxFargateStopSeconds = 120;
const mbPerGib = 1024;
/** Fargate gives so much to all; only more is asked for. */
const freeFargateGib = 20;
const minFargateGib = 21;
const maxFargateGib = 200;

/** What less is raised to. */
export const fargateMinimum = { cpu: 256, memoryMb: 512 };
/** CPU units, then memory: from, to, in steps of, in MiB. */
const fargateSizes: [cpu: number, from: number, to: number, step: number][] = [
  [fargateMinimum.cpu, fargateMinimum.memoryMb, 2048, 512],
  [512, 1024, 4096, 1024],
  [1024, 2048, 8192, 1024],
  [2048, 4096, 16_384, 1024],
  [4096, 8192, 30_720, 1024],
  [8192, 16_384, 61_440, 4096],
  [16_384, 32_768, 122_880, 8192],
];

/** What the container gets. On Fargate the smallest size that holds it; null where there is none. */
export function sizeOf(job: Job, settings: EcsSettings): { cpu: number; memoryMb: number } | null {
  const memoryMb = job.memoryMb ?? settings.defaults.memoryMb;
  if (!isFargate(settings)) return { cpu: job.cpu ?? settings.defaults.cpu, memoryMb };
  return fargateSize(job.cpu ?? settings.defaults.cpu, memoryMb);
}

function fargateSize(cpu: number, memoryMb: number): { cpu: number; memoryMb: number } | null {
  for (const [units, from, to, step] of fargateSizes) {
    if (units < cpu || to < memoryMb) continue;
    // 0.25 CPU has 512 and from there on whole GiB only.
    const size = memoryMb <= from ? from : from + Math.ceil((memoryMb - from) / step) * step;
    return { cpu: units, memoryMb: units === 256 && size === 1536 ? 2048 : size };
  }
  return null;
}

/** The definition and the override that goes with it. */
export function split(job: Job, settings: EcsSettings): Split {
  const name = familyOf(job.source.definitionId);
  const command = argv(job.command).slice(3);
  const { env } = job;
  const whole = { name, command, environment: env };
  if (overridesChars(whole) <= maxOverridesChars) return { definition: definitionOf(job, settings), override: whole };
  const withoutCommand = { name, environment: env };
  if (overridesChars(withoutCommand) <= maxOverridesChars) {
    return { definition: definitionOf(job, settings, { command }), override: withoutCommand };
  }
  const moved = largestAbove(env, overridesChars(withoutCommand) - maxOverridesChars);
  return {
    definition: definitionOf(job, settings, { command, environment: env.filter((one) => moved.has(one)) }),
    override: { name, environment: env.filter((one) => !moved.has(one)) },
  };
}

/** Why the job can never run here, in a sentence for its owner; null where it may. */
export function impossible(job: Job, settings: EcsSettings): string | null {
  const { definition } = split(job, settings);
  if (Buffer.byteLength(JSON.stringify(definition)) > maxDefinitionBytes) {
    return `command and variables are too long for ECS: together they must stay below ${maxDefinitionBytes} bytes`;
  }
  if (!isFargate(settings)) return null;
  if (sizeOf(job, settings) === null) {
    const { cpu, memoryMb } = job;
    return `Fargate has no size for cpu ${cpu ?? settings.defaults.cpu} and memory ${memoryMb ?? settings.defaults.memoryMb}`;
  }
  if (job.privileged) return 'Fargate cannot run containers with privileged mode';
  if ((job.gpu ?? 0) > 0) return 'Fargate has no GPUs';
  if ((job.ephemeralStorageMb ?? 0) > maxFargateGib * mbPerGib) {
    return `Fargate has no more than ${maxFargateGib * mbPerGib} MB of ephemeral storage`;
  }
  return null;
}

/** The same for the same content, whatever the order of its keys. */
export function contentHash(definition: RegisterTaskDefinitionCommandInput): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(definition)))
    .digest('hex');
}

function definitionOf(
  job: Job,
  settings: EcsSettings,
  above: { command?: string[]; environment?: EnvVar[] } = {},
): RegisterTaskDefinitionCommandInput {
  const { network, executionRoleArn, taskRoleArn } = settings;
  const fargate = isFargate(settings);
  const size = sizeOf(job, settings);
  const gib = Math.ceil((job.ephemeralStorageMb ?? 0) / mbPerGib);
  return {
    family: familyOf(job.source.definitionId),
    networkMode: network.mode,
    ...(fargate
      ? { requiresCompatibilities: ['FARGATE'], cpu: String(size?.cpu ?? ''), memory: String(size?.memoryMb ?? '') }
      : {}),
    ...(fargate && gib > freeFargateGib ? { ephemeralStorage: { sizeInGiB: Math.max(minFargateGib, gib) } } : {}),
    ...(job.arch === null
      ? {}
      : {
          runtimePlatform: {
            cpuArchitecture: job.arch === 'arm64' ? ('ARM64' as const) : ('X86_64' as const),
            operatingSystemFamily: 'LINUX' as const,
          },
        }),
    ...(executionRoleArn === null ? {} : { executionRoleArn }),
    ...(taskRoleArn === null ? {} : { taskRoleArn }),
    containerDefinitions: [containerOf(job, settings, size, above)],
  };
}

function containerOf(
  job: Job,
  settings: EcsSettings,
  size: { cpu: number; memoryMb: number } | null,
  above: { command?: string[]; environment?: EnvVar[] },
): NonNullable<RegisterTaskDefinitionCommandInput['containerDefinitions']>[number] {
  const fargate = isFargate(settings);
  const { source, sharedMemoryMb, gpu, ports } = job;
  const { stopTimeoutSeconds } = settings;
  return {
    name: familyOf(source.definitionId),
    image: job.image,
    essential: true,
    user: 'root',
    ...(fargate ? {} : { privileged: job.privileged }),
    ...(size === null ? {} : { memory: size.memoryMb }),
    ...(size === null ? {} : { cpu: size.cpu }),
    ...(gpu === null || gpu === 0 ? {} : { resourceRequirements: [{ type: 'GPU', value: String(gpu) }] }),
    // Fargate has no shared memory to give.
    ...(sharedMemoryMb === null || fargate ? {} : { linuxParameters: { sharedMemorySize: sharedMemoryMb } }),
    // The shell before the script stands here, so that an override need not repeat it; an image's own entry point would swallow it.
    entryPoint: argv(job.command).slice(0, 3),
    ...above,
    portMappings: ports.map((port) => ({ protocol: 'tcp', hostPort: port, containerPort: port })),
    dockerLabels: {
      alias: source.alias,
      'group.name': source.groupName,
      ...(source.tags.length === 0 ? {} : { tags: source.tags.join(',') }),
    },
    logConfiguration: { logDriver: driverOf(settings), options: logOptions(settings) },
    stopTimeout: Math.max(1, fargate ? Math.min(stopTimeoutSeconds, maxFargateStopSeconds) : stopTimeoutSeconds),
  };
}

type Driver = NonNullable<
  NonNullable<RegisterTaskDefinitionCommandInput['containerDefinitions']>[number]['logConfiguration']
>['logDriver'];

/** A name that AWS does not know is AWS's to refuse. */
function driverOf({ log }: EcsSettings): Driver {
  return log.driver as Driver;
}

function overridesChars(override: ContainerOverride): number {
  return JSON.stringify({ containerOverrides: [override] }).length;
}

/** So few of them, the largest first, that the rest is shorter by `chars`. */
function largestAbove(env: EnvVar[], chars: number): Set<EnvVar> {
  const lengthOf = (one: EnvVar): number => JSON.stringify(one).length + 1;
  const moved = new Set<EnvVar>();
  let left = chars;
  for (const one of [...env].sort((a, b) => lengthOf(b) - lengthOf(a))) {
    if (left <= 0) break;
    moved.add(one);
    left -= lengthOf(one);
  }
  return moved;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}
