/** A task as RunTask makes it: the definition with the overrides of the request. */
import { randomBytes, randomUUID } from 'node:crypto';
import { clusterArn } from './clusters';
import { arn, region } from './names';
import { scenarioOf } from './scenario';
import type { Cluster, Definition, Resources, Task } from './state';
import { nowSeconds, type ContainerDefinition, type RunTask, type TaskDefinition, type WireTask } from './wire';

const usualStorage = { sizeInGiB: 20 };

/** What a request comes to, once it has been found right. */
export type Plan = { cluster: Cluster; definition: Definition; provider: string | null; isFargate: boolean };

export function newTask(input: RunTask, plan: Plan): Task {
  const definition = plan.definition.wire;
  const containers = definition.containerDefinitions.map((container) => overridden(container, input));
  const need = needOf(input, definition, containers);
  const environment = containers[0]?.environment ?? [];
  return {
    wire: wireOf(input, plan, containers, need),
    cluster: plan.cluster.name,
    isFargate: plan.isFargate,
    need,
    attributes: definition.requiresAttributes.map(({ name }) => name),
    constraints: [...definition.placementConstraints, ...(input.placementConstraints ?? [])],
    containers,
    volumes: definition.volumes,
    scenario: scenarioOf(environment.find(({ name }) => name === 'SCENARIO')?.value),
    host: null,
    isHostLost: false,
    running: [],
    logs: [],
    starts: 0,
    life: Promise.resolve(),
    stopped: new AbortController(),
  };
}

function overridden(container: ContainerDefinition, input: RunTask): ContainerDefinition {
  const override = overrideOf(container.name, input);
  const environment = override?.environment ?? [];
  const isKept = ({ name }: { name: string }): boolean => !environment.some((one) => one.name === name);
  return {
    ...container,
    ...override,
    name: container.name,
    environment: [...container.environment.filter(isKept), ...environment],
  };
}

function overrideOf(name: string, input: RunTask) {
  return input.overrides?.containerOverrides?.find((override) => override.name === name);
}

function needOf(input: RunTask, definition: TaskDefinition, containers: ContainerDefinition[]): Resources {
  const sum = (amount: (container: ContainerDefinition) => number): number =>
    containers.reduce((total, container) => total + amount(container), 0);
  const gpus = containers.flatMap(({ resourceRequirements }) => resourceRequirements ?? []);
  return {
    cpu: Number(input.overrides?.cpu ?? definition.cpu ?? sum(({ cpu }) => cpu)),
    memoryMb: Number(
      input.overrides?.memory ??
        definition.memory ??
        sum(({ memoryReservation, memory }) => memoryReservation ?? memory ?? 0),
    ),
    gpus: gpus.reduce((total, { type, value }) => total + (type === 'GPU' ? Number(value) : 0), 0),
  };
}

function tagsOf(input: RunTask, { definition, cluster }: Plan): WireTask['tags'] {
  return [
    ...(input.tags ?? []),
    ...(input.propagateTags === 'TASK_DEFINITION' ? definition.tags : []),
    ...(input.enableECSManagedTags === true ? [{ key: 'aws:ecs:clusterName', value: cluster.name }] : []),
  ];
}

function wireOf(input: RunTask, plan: Plan, containers: ContainerDefinition[], need: Resources): WireTask {
  const { cluster, provider, isFargate } = plan;
  const definition = plan.definition.wire;
  const id = randomBytes(16).toString('hex');
  const taskArn = arn(`task/${cluster.name}/${id}`);
  const overrides = definition.containerDefinitions.map(({ name }) => ({ ...overrideOf(name, input), name }));
  const fargate = {
    ...{ platformVersion: '1.4.0', platformFamily: 'Linux' },
    ephemeralStorage: definition.ephemeralStorage ?? usualStorage,
  };
  return {
    taskArn,
    clusterArn: clusterArn(cluster.name),
    taskDefinitionArn: definition.taskDefinitionArn,
    version: 1,
    lastStatus: isFargate || provider !== null ? 'PROVISIONING' : 'PENDING',
    desiredStatus: 'RUNNING',
    createdAt: nowSeconds(),
    containers: containers.map((container) => ({
      containerArn: arn(`container/${cluster.name}/${id}/${randomUUID()}`),
      taskArn,
      name: container.name,
      image: container.image,
      lastStatus: 'PENDING',
      networkInterfaces: [],
      cpu: String(container.cpu),
      ...(container.memory === undefined ? {} : { memory: String(container.memory) }),
      ...(container.memoryReservation === undefined ? {} : { memoryReservation: String(container.memoryReservation) }),
    })),
    attachments: definition.networkMode === 'awsvpc' ? [networkInterface(input)] : [],
    attributes: [{ name: 'ecs.cpu-architecture', value: 'x86_64' }],
    availabilityZone: `${region}a`,
    cpu: String(need.cpu),
    memory: String(need.memoryMb),
    group: input.group ?? `family:${definition.family}`,
    launchType: isFargate ? 'FARGATE' : 'EC2',
    overrides: { inferenceAcceleratorOverrides: [], ...input.overrides, containerOverrides: overrides },
    tags: tagsOf(input, plan),
    healthStatus: 'UNKNOWN',
    enableExecuteCommand: false,
    inferenceAccelerators: [],
    ...(input.startedBy === undefined ? {} : { startedBy: input.startedBy }),
    ...(provider === null ? {} : { capacityProviderName: provider }),
    ...(isFargate ? fargate : {}),
  };
}

function networkInterface(input: RunTask): WireTask['attachments'][number] {
  const subnets = input.networkConfiguration?.awsvpcConfiguration?.subnets ?? [];
  return {
    ...{ id: randomUUID(), type: 'ElasticNetworkInterface', status: 'PRECREATED' },
    details: subnets.slice(0, 1).map((value) => ({ name: 'subnetId', value })),
  };
}
