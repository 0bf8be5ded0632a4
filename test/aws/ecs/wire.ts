/** ECS's objects on the wire, as far as they are read or written here. What else a request has passes through. */

export type Tag = { key: string; value: string };
type NamedValue = { name: string; value: string };
export type Failure = { arn?: string; reason: string };
export type Attribute = { name: string; value?: string };
export type PlacementConstraint = { type: 'memberOf' | 'distinctInstance'; expression?: string };

export type ContainerDefinition = {
  name: string;
  image: string;
  essential: boolean;
  cpu: number;
  memory?: number;
  memoryReservation?: number;
  entryPoint?: string[];
  command?: string[];
  environment: NamedValue[];
  mountPoints: { sourceVolume?: string; containerPath?: string; readOnly?: boolean }[];
  stopTimeout?: number;
  logConfiguration?: { logDriver: string; options?: Record<string, string> };
  resourceRequirements?: { type: string; value: string }[];
};

export type Volume = { name?: string; host?: { sourcePath?: string } };

/** What a definition is registered with and keeps. */
type DefinitionFields = {
  family: string;
  networkMode?: string;
  requiresCompatibilities?: string[];
  cpu?: string;
  memory?: string;
  executionRoleArn?: string;
  ephemeralStorage?: { sizeInGiB: number };
  placementConstraints?: PlacementConstraint[];
  volumes?: Volume[];
};

export type RegisterTaskDefinition = DefinitionFields & {
  containerDefinitions: Partial<ContainerDefinition>[];
  tags?: Tag[];
};

export type TaskDefinition = DefinitionFields & {
  containerDefinitions: ContainerDefinition[];
  volumes: Volume[];
  placementConstraints: PlacementConstraint[];
  taskDefinitionArn: string;
  revision: number;
  status: 'ACTIVE' | 'INACTIVE';
  compatibilities: string[];
  requiresAttributes: Attribute[];
  registeredAt: number;
  registeredBy: string;
  deregisteredAt?: number;
};

type ContainerOverride = {
  name?: string;
  command?: string[];
  environment?: NamedValue[];
  cpu?: number;
  memory?: number;
  memoryReservation?: number;
  resourceRequirements?: { type: string; value: string }[];
};

export type CapacityProviderStrategy = { capacityProvider: string; weight?: number; base?: number }[];

export type RunTask = {
  cluster?: string;
  taskDefinition: string;
  count?: number;
  clientToken?: string;
  startedBy?: string;
  group?: string;
  launchType?: 'EC2' | 'FARGATE';
  capacityProviderStrategy?: CapacityProviderStrategy;
  networkConfiguration?: { awsvpcConfiguration?: { subnets: string[] } };
  overrides?: { containerOverrides?: ContainerOverride[]; cpu?: string; memory?: string };
  placementConstraints?: PlacementConstraint[];
  propagateTags?: string;
  enableECSManagedTags?: boolean;
  tags?: Tag[];
};

export type TaskStatus =
  'PROVISIONING' | 'PENDING' | 'ACTIVATING' | 'RUNNING' | 'DEACTIVATING' | 'STOPPING' | 'DEPROVISIONING' | 'STOPPED';

export type StopCode =
  'TaskFailedToStart' | 'EssentialContainerExited' | 'UserInitiated' | 'SpotInterruption' | 'TerminationNotice';

type WireContainer = {
  containerArn: string;
  taskArn: string;
  name: string;
  image: string;
  lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  networkInterfaces: never[];
  cpu: string;
  memory?: string;
  memoryReservation?: string;
  runtimeId?: string;
  exitCode?: number;
  reason?: string;
};

/** Times are in seconds. */
export type WireTask = {
  taskArn: string;
  clusterArn: string;
  taskDefinitionArn: string;
  version: number;
  lastStatus: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  containers: WireContainer[];
  attachments: { id: string; type: string; status: string; details: NamedValue[] }[];
  attributes: Attribute[];
  availabilityZone: string;
  cpu: string;
  memory: string;
  group: string;
  launchType: 'EC2' | 'FARGATE';
  overrides: object;
  tags: Tag[];
  healthStatus: 'UNKNOWN';
  enableExecuteCommand: boolean;
  inferenceAccelerators: never[];
  startedBy?: string;
  capacityProviderName?: string;
  containerInstanceArn?: string;
  platformVersion?: string;
  platformFamily?: string;
  ephemeralStorage?: { sizeInGiB: number };
  connectivity?: 'CONNECTED' | 'DISCONNECTED';
  connectivityAt?: number;
  createdAt: number;
  pullStartedAt?: number;
  pullStoppedAt?: number;
  startedAt?: number;
  stoppingAt?: number;
  executionStoppedAt?: number;
  stoppedAt?: number;
  stopCode?: StopCode;
  stoppedReason?: string;
};

/** The clock of the wire. */
export function nowSeconds(): number {
  return Date.now() / 1000;
}

/** A copy without one member. */
export function without<T extends object, K extends keyof T>(of: T, name: K): Omit<T, K> {
  return Object.fromEntries(Object.entries(of).filter(([key]) => key !== name)) as Omit<T, K>;
}

/** The last part of an ARN, or what may stand for it. */
export function shortName(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}
