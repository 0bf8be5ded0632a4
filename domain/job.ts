/** What a run executes: a definition, and the job frozen from it when the run is accepted. */

export type EnvVar = { name: string; value: string };

/** What an engine needs to start a container. `cpu` is in the engine's unit: 1/1024 CPU on ecs and local, milli-CPU on eks. */
export type Resources = { memoryMb: number | null; cpu: number | null; gpu: number | null };

/** A saved definition. */
export type Definition = Resources & {
  definitionId: string;
  alias: string;
  groupName: string;
  image: string;
  command: string;
  env: EnvVar[];
  tags: string[];
  ports: number[];
  user: string | null;
  privileged: boolean;
  adaptiveResourceAllocation: boolean;
  sharedMemoryMb: number | null;
  ephemeralStorageMb: number | null;
  /** What runs of it do where they do not say: try again what the platform interrupted, or what was OOM killed. */
  retryOnInterruption: boolean;
  retryOnOom: boolean;
  /** Where its runs go unless they say otherwise; null: anywhere. */
  targetCluster: string | null;
  /** Of the task definition that was registered at ECS last; '' where none was. */
  arn: string;
  /** Which state of the definition this is, counted from 1. None where it is a template's, or is not saved yet. */
  revision?: number;
};

/** `spot`: nodes that may be taken away at short notice. */
export const nodeLifecycles = ['spot', 'ondemand'] as const;
export type NodeLifecycle = (typeof nodeLifecycles)[number];

export const architectures = ['amd64', 'arm64'] as const;
export type Architecture = (typeof architectures)[number];

/** Where and as whom a job runs; engines that know no such thing ignore it. */
export type Placement = {
  nodeLifecycle: NodeLifecycle;
  arch: Architecture | null;
  serviceAccount: string | null;
  ephemeralStorageMb: number | null;
  /** The caller's own, put on the backend object. */
  labels: Record<string, string>;
};

/** The definition that a job was frozen from: how its backend objects are named and labelled. */
type Source = Pick<Definition, 'definitionId' | 'alias' | 'groupName' | 'tags' | 'revision'>;

/** Frozen at accept: later edits of the definition do not touch it (engine-behaviour.md §9.2, R29). `env` is merged and complete. */
export type Job = Resources &
  Placement & {
    source: Source;
    image: string;
    command: string;
    env: EnvVar[];
    ports: number[];
    privileged: boolean;
    sharedMemoryMb: number | null;
    owner: string;
    /** How long its command may run; the backend's own limit is a second line behind the workflow's. */
    deadlineSeconds: number;
  };

/** What one execution asks for on top of its definition. */
export type Overrides = Partial<Resources> & { command?: string };

export const anywhere: Placement = {
  nodeLifecycle: 'spot',
  arch: null,
  serviceAccount: null,
  ephemeralStorageMb: null,
  labels: {},
};

export function freeze(
  definition: Definition,
  overrides: Overrides,
  runEnv: EnvVar[],
  of: Placement & { owner: string; deadlineSeconds: number },
): Job {
  const { definitionId, alias, groupName, tags, revision } = definition;
  return {
    ...of,
    source: { definitionId, alias, groupName, tags, ...(revision === undefined ? {} : { revision }) },
    image: definition.image,
    command: overrides.command === undefined || overrides.command === '' ? definition.command : overrides.command,
    env: mergeEnv(definition.env, runEnv),
    ports: definition.ports,
    privileged: definition.privileged,
    sharedMemoryMb: definition.sharedMemoryMb,
    memoryMb: overrides.memoryMb ?? definition.memoryMb,
    cpu: overrides.cpu ?? definition.cpu,
    gpu: overrides.gpu ?? definition.gpu,
  };
}

/** Definition first, run second, the later value of a name wins; order of first appearance. */
export function mergeEnv(...layers: EnvVar[][]): EnvVar[] {
  const values = new Map<string, string>();
  for (const { name, value } of layers.flat()) values.set(name, value);
  return [...values].map(([name, value]) => ({ name, value }));
}

/** The variables that Flotilla gives each run; that of the owner, which an installation names, comes after them. */
export const reservedNames = [
  'FLOTILLA_SERVER_MODE',
  'FLOTILLA_RUN_ID',
  'FLOTILLA_RUN_PAYLOAD_URI',
  'AWS_ROLE_SESSION_NAME',
] as const;

/** A job that starts runs gives them its own id by this variable: they are cancelled with it. */
export const parentVariable = 'PARENT_FLOTILLA_RUN_ID';

/** The variables that Flotilla sets itself, in a fixed order; callers may not set them. */
export function reservedEnv(of: {
  mode: string;
  runId: string;
  baseUri: string;
  ownerVariable: string;
  owner: string;
}): EnvVar[] {
  const values: Record<(typeof reservedNames)[number], string> = {
    FLOTILLA_SERVER_MODE: of.mode,
    FLOTILLA_RUN_ID: of.runId,
    FLOTILLA_RUN_PAYLOAD_URI: `${of.baseUri}/api/v6/history/${of.runId}/payload`,
    AWS_ROLE_SESSION_NAME: of.runId,
  };
  const fixed = reservedNames.map((name) => ({ name, value: values[name] }));
  return [...fixed, { name: of.ownerVariable, value: of.owner }];
}
