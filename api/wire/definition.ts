/** Definitions on the wire: names, defaults and rules of rest-and-data.md §3.1 and §4.1. */
import type { LastRun } from '../../db/last_run';
import type { Definition, EnvVar } from '../../domain/job';
import { phases } from '../../domain/lifecycle';
import { outcomeClasses } from '../../domain/outcome';
import { isSecret, mask } from '../../domain/secret';
import { foldKeys } from '../body';
import { RequestError } from '../errors';
import { checker } from '../validate';
import { shape, time } from './answer';

const maxInt = 2147483647;
const atLeastOne = { type: 'integer', minimum: 1, maximum: maxInt } as const;

/** An environment; used for runs, too. */
export const envSchema = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 1, pattern: '^[^=]*$', description: 'env names must not contain =' },
      value: { type: 'string' },
    },
    required: ['name', 'value'],
  },
} as const;

export const resourceProperties = {
  memory: { ...atLeastOne, description: 'In MB', examples: [512] },
  cpu: { ...atLeastOne, description: 'In 1/1024 CPU on engines ecs and local, in milli-CPU on eks', examples: [1024] },
  gpu: { type: 'integer', minimum: 0, maximum: maxInt, description: 'A number of devices' },
  ephemeral_storage: { ...atLeastOne, description: 'In MB; engines that have no such limit ignore it' },
} as const;

/** Which ends an owner allows to be tried again. */
export const retryProperties = {
  retry_on_interruption: {
    type: 'boolean',
    description: 'Whether an attempt that the platform took away is tried again',
  },
  retry_on_oom: { type: 'boolean', description: 'Whether an attempt that ran out of memory is tried again' },
} as const;

/** A whole definition, as created or after a merge. */
export const definitionBody = {
  type: 'object',
  properties: {
    image: { type: 'string', minLength: 1, maxLength: 512, examples: ['ubuntu:24.04'] },
    group_name: {
      type: 'string',
      minLength: 1,
      maxLength: 255,
      pattern: '^[a-zA-Z0-9_-]*$',
      description: 'Group name can only contain letters, numbers, hyphens, and underscores, 255 characters or less',
    },
    alias: {
      type: 'string',
      minLength: 1,
      maxLength: 255,
      pattern: '^[^/]*$',
      description: 'alias must have 255 characters or less and no /',
    },
    command: { type: 'string', minLength: 1, description: 'A shell script', examples: ['echo "hello ${USERNAME}"'] },
    ...resourceProperties,
    ...retryProperties,
    env: envSchema,
    tags: { type: 'array', items: { type: 'string', minLength: 1 }, uniqueItems: true },
    ports: { type: 'array', items: { type: 'integer', minimum: 1, maximum: 65535 }, uniqueItems: true },
    user: { type: 'string', description: 'Whose it is' },
    privileged: { type: 'boolean' },
    adaptive_resource_allocation: {
      type: 'boolean',
      description: 'Whether runs get more memory after an OOM kill; true where it is not said',
    },
    shared_memory_size: { ...atLeastOne, description: 'In MB' },
    target_cluster: { type: 'string', maxLength: 255, description: 'Where its runs go unless they say otherwise' },
  },
  required: ['image', 'group_name', 'alias', 'memory', 'command'],
  examples: [
    {
      ...{ alias: 'greet', group_name: 'examples', image: 'ubuntu:latest', memory: 512 },
      command: 'echo "hello ${USERNAME}"',
      env: [{ name: 'USERNAME', value: 'world' }],
    },
  ],
} as const;

type WireDefinition = {
  image: string;
  group_name: string;
  alias: string;
  command: string;
  memory: number;
  cpu?: number;
  gpu?: number;
  ephemeral_storage?: number;
  retry_on_interruption?: boolean;
  retry_on_oom?: boolean;
  env?: EnvVar[];
  tags?: string[];
  ports?: number[];
  user?: string;
  privileged?: boolean;
  adaptive_resource_allocation?: boolean;
  shared_memory_size?: number;
  target_cluster?: string;
};

const check = checker<WireDefinition>(definitionBody);

/** A new definition; its id is the server's, whatever the body says. */
export function definitionFromWire(body: unknown, idFor: (groupName: string) => string): Definition {
  const wire = check(foldBody(body));
  const env = unmask(wire.env ?? [], []);
  return fromChecked({ definitionId: idFor(wire.group_name), arn: '' }, { ...wire, env });
}

/**
 * The stored definition with the fields of a partial update. Empty strings are kept out, as ever; the group is immutable.
 * Throws RequestError 400 where the merged whole breaks a rule.
 */
export function mergeFromWire(stored: Definition, body: unknown): Definition {
  const folded = foldBody(body);
  const changes = Object.fromEntries(
    Object.entries(folded).filter(([name, value]) => value !== '' && name !== 'group_name'),
  );
  const wire = check({ ...definitionToWire(stored), ...changes });
  return fromChecked(stored, { ...wire, env: unmask(wire.env ?? [], stored.env) });
}

/**
 * Only name and value: what else a caller sends is ignored. A value that an answer had masked stands for the one that is
 * stored; throws RequestError 400 where none is, or one that is no secret: it would be lost, and nobody meant that.
 */
export function unmask(env: EnvVar[], stored: EnvVar[]): EnvVar[] {
  return env.map(({ name, value }, n) => {
    if (value !== mask) return { name, value };
    const known = stored.find((one) => one.name === name && (isSecret(one) || one.value === mask));
    if (known !== undefined) return { name, value: known.value };
    throw new RequestError(400, `env ${name} is masked: give its value, or leave it out`, `env.${n}.value`);
  });
}

/** Its names, and those of its environment, in lower case. Throws RequestError 400 for what is no object. */
export function foldBody(body: unknown): Record<string, unknown> {
  const folded = body === null ? {} : foldKeys(body);
  if (typeof folded !== 'object' || folded === null || Array.isArray(folded)) {
    throw new RequestError(400, 'The body must be a JSON object');
  }
  const { env } = folded as { env?: unknown };
  return { ...folded, ...(Array.isArray(env) ? { env: env.map(foldKeys) } : {}) };
}

function fromChecked(
  { definitionId, arn }: Pick<Definition, 'definitionId' | 'arn'>,
  wire: WireDefinition,
): Definition {
  return {
    definitionId,
    arn,
    alias: wire.alias,
    groupName: wire.group_name,
    image: wire.image,
    command: wire.command,
    memoryMb: wire.memory,
    cpu: wire.cpu ?? null,
    gpu: wire.gpu ?? null,
    env: wire.env ?? [],
    tags: wire.tags ?? [],
    ports: wire.ports ?? [],
    user: wire.user === undefined || wire.user === '' ? null : wire.user,
    privileged: wire.privileged ?? false,
    adaptiveResourceAllocation: wire.adaptive_resource_allocation ?? true,
    sharedMemoryMb: wire.shared_memory_size ?? null,
    ephemeralStorageMb: wire.ephemeral_storage ?? null,
    retryOnInterruption: wire.retry_on_interruption ?? false,
    retryOnOom: wire.retry_on_oom ?? false,
    targetCluster: wire.target_cluster === undefined || wire.target_cluster === '' ? null : wire.target_cluster,
  };
}

/** Throws RequestError 400 where it breaks a rule. */
export function checkDefinition(of: Definition): void {
  check(definitionToWire(of));
}

export function definitionToWire(of: Definition): Record<string, unknown> {
  return {
    env: of.env,
    arn: of.arn,
    definition_id: of.definitionId,
    ...present('revision', of.revision ?? null),
    group_name: of.groupName,
    ...present('user', of.user),
    alias: of.alias,
    command: of.command,
    image: of.image,
    memory: of.memoryMb,
    ...present('gpu', of.gpu),
    ...present('cpu', of.cpu),
    ...present('shared_memory_size', of.sharedMemoryMb),
    ...present('ephemeral_storage', of.ephemeralStorageMb),
    ...present('target_cluster', of.targetCluster),
    privileged: of.privileged,
    adaptive_resource_allocation: of.adaptiveResourceAllocation,
    retry_on_interruption: of.retryOnInterruption,
    retry_on_oom: of.retryOnOom,
    container_name: of.definitionId,
    ports: of.ports,
    tags: of.tags,
  };
}

/** The newest of a definition's runs, in its row of a list. */
export function lastRunToWire(last: LastRun | null): Record<string, unknown> {
  if (last === null) return {};
  return {
    last_run: {
      run_id: last.runId,
      version: last.version,
      status: last.phase,
      queued_at: last.queuedAt,
      ...present('started_at', last.startedAt),
      ...present('finished_at', last.finishedAt),
      ...present('exit_code', last.exitCode),
      ...present('outcome', last.outcomeClass),
    },
  };
}

/** A partial update; what it leaves out stays. The group is immutable, the merged whole is checked. */
export const definitionChange = {
  type: 'object',
  properties: definitionBody.properties,
  examples: [{ memory: 1024 }],
} as const;

export const envVar = shape({
  name: { type: 'string', examples: ['USERNAME'] },
  value: {
    type: 'string',
    description: 'Masked where it looks like a secret, and the caller may not see it',
  },
});
export const envAnswer = { type: 'array', items: envVar } as const;

const { properties } = definitionBody;
const always = {
  env: envAnswer,
  arn: { type: 'string', description: 'Of its task definition at ECS, empty where there is none' },
  definition_id: { type: 'string', examples: ['examples-6b1f3c5e-9d7a-4a52-8a0e-0d3f2a1c4b5d'] },
  group_name: { type: 'string', examples: ['examples'] },
  alias: { type: 'string', description: 'Unique', examples: ['hello-flotilla'] },
  command: properties.command,
  image: properties.image,
  memory: properties.memory,
  privileged: properties.privileged,
  adaptive_resource_allocation: properties.adaptive_resource_allocation,
  ...retryProperties,
  container_name: { type: 'string', description: 'Its definition_id' },
  ports: { type: 'array', items: { type: 'integer' } },
  tags: { type: 'array', items: { type: 'string' } },
};

const sometimes = {
  user: properties.user,
  cpu: properties.cpu,
  gpu: properties.gpu,
  shared_memory_size: properties.shared_memory_size,
  ephemeral_storage: properties.ephemeral_storage,
  target_cluster: properties.target_cluster,
  revision: { type: 'integer', minimum: 1, description: 'Of its content: each change makes another' },
};

export const definitionAnswer = shape(always, sometimes);

/** In a list, the newest of its runs is told, too. */
export const listedAnswer = shape(always, {
  ...sometimes,
  last_run: shape(
    {
      run_id: { type: 'string' },
      version: { type: 'integer', description: 'Of its row: it grows with each change' },
      status: { enum: phases },
      queued_at: time,
    },
    {
      started_at: time,
      finished_at: time,
      exit_code: { type: 'integer' },
      outcome: { enum: outcomeClasses },
    },
  ),
});

/** Optional fields are left out, never null. */
export function present(name: string, value: unknown): Record<string, unknown> {
  return value === null ? {} : { [name]: value };
}
