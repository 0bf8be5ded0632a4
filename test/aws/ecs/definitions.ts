/** Task definitions: Register, Describe, Deregister, List. */
import { clientException } from './errors';
import { account, arn } from './names';
import { pageOf, type PageInput } from './page';
import type { Definition, Ecs } from './state';
import {
  nowSeconds,
  shortName,
  without,
  type ContainerDefinition,
  type RegisterTaskDefinition,
  type TaskDefinition,
} from './wire';

const maxContainers = 10;
const maxLength = 65_536;
const leastMemoryMb = 6;

export function definitionOperations(ecs: Ecs) {
  return {
    RegisterTaskDefinition(input: RegisterTaskDefinition) {
      check(input);
      const revisions = ecs.families.get(input.family) ?? [];
      ecs.families.set(input.family, revisions);
      const wire = definitionOf(without(input, 'tags'), revisions.length + 1);
      revisions.push({ wire, tags: input.tags ?? [] });
      return { taskDefinition: wire, ...(input.tags === undefined ? {} : { tags: input.tags }) };
    },
    DescribeTaskDefinition(input: { taskDefinition: string; include?: string[] }) {
      const { wire, tags } = findDefinition(ecs, input.taskDefinition, 'Unable to describe task definition.');
      return { taskDefinition: wire, ...(input.include?.includes('TAGS') === true ? { tags } : {}) };
    },
    DeregisterTaskDefinition(input: { taskDefinition: string }) {
      if (!/:\d+$/.test(input.taskDefinition)) throw clientException('Revision is missing.');
      const missing = 'The specified task definition does not exist.';
      const { wire } = findDefinition(ecs, input.taskDefinition, missing);
      wire.status = 'INACTIVE';
      wire.deregisteredAt = nowSeconds();
      return { taskDefinition: wire };
    },
    ListTaskDefinitions(input: PageInput & { familyPrefix?: string; status?: string }) {
      const arns = [...ecs.families]
        .filter(([family]) => input.familyPrefix === undefined || family === input.familyPrefix)
        .flatMap(([, revisions]) => revisions.map(({ wire }) => wire))
        .filter((wire) => wire.status === (input.status ?? 'ACTIVE'))
        .map((wire) => wire.taskDefinitionArn);
      const { items, next } = pageOf(arns, input);
      return { taskDefinitionArns: items, ...next };
    },
  };
}

/** By ARN, `family:revision`, or `family` for the latest that is active. */
export function findDefinition(ecs: Ecs, reference: string, missing: string): Definition {
  const [family = '', revision] = shortName(reference).split(':');
  const all = ecs.families.get(family) ?? [];
  const found =
    revision === undefined
      ? all.findLast(({ wire }) => wire.status === 'ACTIVE')
      : all.find(({ wire }) => wire.revision === Number(revision));
  if (found === undefined) throw clientException(missing);
  return found;
}

function check(input: RegisterTaskDefinition): void {
  const containers = input.containerDefinitions;
  const isFargate = input.requiresCompatibilities?.includes('FARGATE') === true;
  if (!/^[\w-]{1,255}$/.test(input.family)) throw clientException('Family contains invalid characters.');
  if (containers.length === 0 || containers.length > maxContainers) {
    throw clientException('Container list must have 1 to 10 items.');
  }
  if (JSON.stringify(input).length > maxLength) {
    throw clientException('Actual length exceeds the max length of 65536 for a task definition.');
  }
  for (const container of containers) checkContainer(container, input, isFargate);
  if (!isFargate) return;
  if (input.networkMode !== 'awsvpc') throw clientException("Fargate only supports network mode 'awsvpc'.");
  if (!isFargateSize(Number(input.cpu), Number(input.memory))) {
    const given = `${input.cpu ?? 'no'} CPU, ${input.memory ?? 'no'} memory`;
    throw clientException(`No Fargate configuration exists for given values: ${given}.`);
  }
}

function checkContainer(
  { name, image, memory, memoryReservation, logConfiguration }: Partial<ContainerDefinition>,
  definition: RegisterTaskDefinition,
  isFargate: boolean,
): void {
  if (name === undefined || name === '') throw clientException('Container.name should not be null or empty.');
  if (image === undefined || image === '') throw clientException('Container.image should not be null or empty.');
  const invalid = `Invalid setting for container '${name}'.`;
  if (!isFargate && (definition.memory ?? memory ?? memoryReservation) === undefined) {
    throw clientException(`${invalid} At least one of 'memory' or 'memoryReservation' must be specified.`);
  }
  if (memory !== undefined && memory < leastMemoryMb) {
    throw clientException(`${invalid} Memory must be at least 6 MB.`);
  }
  if (isFargate && logConfiguration?.logDriver === 'awslogs' && definition.executionRoleArn === undefined) {
    throw clientException('Fargate requires task definition to have execution role ARN to support log driver awslogs.');
  }
}

function definitionOf(input: Omit<RegisterTaskDefinition, 'tags'>, revision: number): TaskDefinition {
  const drivers = input.containerDefinitions.flatMap(({ logConfiguration }) => logConfiguration?.logDriver ?? []);
  const isFargate = input.requiresCompatibilities?.includes('FARGATE') === true;
  return {
    volumes: [],
    placementConstraints: [],
    ...(isFargate ? {} : { networkMode: 'bridge' }),
    ...input,
    containerDefinitions: input.containerDefinitions.map(withDefaults),
    taskDefinitionArn: arn(`task-definition/${input.family}:${revision}`),
    revision,
    status: 'ACTIVE',
    compatibilities: input.networkMode === 'awsvpc' ? ['EC2', 'FARGATE'] : ['EXTERNAL', 'EC2'],
    requiresAttributes: [...new Set(drivers)].map((driver) => ({
      name: `com.amazonaws.ecs.capability.logging-driver.${driver}`,
    })),
    registeredAt: nowSeconds(),
    registeredBy: `arn:aws:iam::${account}:user/test`,
  };
}

function withDefaults(given: Partial<ContainerDefinition>): ContainerDefinition {
  return {
    ...{ name: '', image: '', cpu: 0, essential: true, environment: [], mountPoints: [] },
    ...{ portMappings: [], volumesFrom: [], systemControls: [] },
    ...given,
  };
}

/** CPU units to memory in MB: least, most, step. */
const fargateSizes: Record<number, [number, number, number]> = {
  256: [512, 2048, 512],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16_384, 1024],
  4096: [8192, 30_720, 1024],
  8192: [16_384, 61_440, 4096],
  16_384: [32_768, 122_880, 8192],
};

function isFargateSize(cpu: number, memoryMb: number): boolean {
  const size = fargateSizes[cpu];
  if (size === undefined) return false;
  const [least, most, step] = size;
  return memoryMb >= least && memoryMb <= most && (memoryMb - least) % step === 0;
}
