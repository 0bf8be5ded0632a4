/** Runs on the wire: what execute takes and what every answer about a run shows (rest-and-data.md §2.3, §3.2). */
import type { StaleCluster } from '../../db/cluster_health';
import type { Run, Transition } from '../../db/run';
import { architectures, nodeLifecycles, type Architecture, type EnvVar, type NodeLifecycle } from '../../domain/job';
import { foldKeys } from '../body';
import { RequestError } from '../errors';
import { checker } from '../validate';
import type { JsonSchema } from './answer';
import { envSchema, present, resourceProperties, retryProperties, unmask } from './definition';

const maxDeadlineSeconds = 2147483647;
const maxLabels = 64;
/** Longer texts tell nothing: a backend's values have 63 characters. */
const maxLabelLength = 255;

const tag = { type: 'string', maxLength: 255 } as const;

/** What an execution may say, besides who asks for it. */
export const launchProperties = {
  cluster: { type: 'string', description: 'Left out: one that the definition or the tier goes to, else the default' },
  env: envSchema,
  engine: { type: 'string', description: 'Left out: the default', examples: ['local', 'eks', 'ecs'] },
  tier: { type: 'string', maxLength: 255 },
  description: { type: 'string', maxLength: 1024 },
  command: { type: 'string', description: "Instead of the definition's" },
  ...resourceProperties,
  active_deadline_seconds: {
    type: 'integer',
    minimum: 1,
    maximum: maxDeadlineSeconds,
    description: 'How long its command may run',
    examples: [3600],
  },
  node_lifecycle: { enum: nodeLifecycles },
  ...retryProperties,
  arch: { enum: architectures },
  service_account: {
    type: 'string',
    maxLength: 253,
    pattern: '^$|^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
    description: 'service_account must be a name of lower case letters, digits, - and . (253 characters or less)',
  },
  labels: {
    type: 'object',
    maxProperties: maxLabels,
    propertyNames: {
      pattern: '^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$',
      description:
        'a name in labels must have 63 characters or less of letters, digits, -, _ and ., after a prefix such as example.com/ if any',
    },
    additionalProperties: { type: 'string', maxLength: maxLabelLength },
  },
  idempotence_key: {
    type: 'string',
    maxLength: 255,
    description: 'As the header Idempotency-Key: sent again with it, the same request gets the same run',
  },
} as const;

export const fromRun = {
  type: 'string',
  maxLength: 255,
  description: 'A run of the same definition: what the body leaves out is as it was there',
} as const;

const launchSchema = {
  type: 'object',
  properties: {
    ...launchProperties,
    run_tags: { type: 'object', properties: { owner_id: tag, owner_email: tag, team_name: tag } },
    from_run: fromRun,
  },
} as const;

type WireLaunch = {
  cluster?: string;
  env?: EnvVar[];
  run_tags?: { owner_id?: string; owner_email?: string; team_name?: string };
  engine?: string;
  tier?: string;
  description?: string;
  command?: string;
  memory?: number;
  cpu?: number;
  gpu?: number;
  active_deadline_seconds?: number;
  node_lifecycle?: NodeLifecycle;
  ephemeral_storage?: number;
  retry_on_interruption?: boolean;
  retry_on_oom?: boolean;
  arch?: Architecture;
  service_account?: string;
  labels?: Record<string, string>;
  idempotence_key?: string;
  from_run?: string;
};

/** What one execution asks for. Null: the caller did not say. */
export type Launch = {
  cluster: string | null;
  env: EnvVar[];
  ownerId: string;
  engine: string | null;
  tier: string | null;
  description: string | null;
  command: string | null;
  memoryMb: number | null;
  cpu: number | null;
  gpu: number | null;
  activeDeadlineSeconds: number | null;
  nodeLifecycle: NodeLifecycle;
  ephemeralStorageMb: number | null;
  retryOnInterruption: boolean | null;
  retryOnOom: boolean | null;
  arch: Architecture | null;
  serviceAccount: string | null;
  labels: Record<string, string>;
  idempotenceKey: string | null;
  /** The earlier run that it shall be like. */
  fromRun: string | null;
};

const check = checker<WireLaunch>(launchSchema);

/** How an execution is asked for in the versions of the API: v4 is v6's, too. */
export type Dialect = 'v1' | 'v2' | 'v4';

/** What each dialect reads; null: all of it. */
const dialectFields: Record<Dialect, readonly string[] | null> = {
  v1: ['cluster', 'env', 'tier'],
  v2: ['cluster', 'env', 'engine', 'tier', 'run_tags', 'description', 'arch', 'service_account', 'labels'],
  v4: null,
};

/** What is like an earlier run takes from there the values that are left out. */
export const envLike = {
  ...envSchema,
  items: { ...envSchema.items, required: ['name'] },
  description: 'Of all values only those that from_run has may be left out',
};

/** What each dialect takes, described; who asks is checked by hand, for the sake of the original's sentences. */
export const launchBody: Record<Dialect, JsonSchema> = {
  v1: { type: 'object', properties: fieldsOf(launchProperties, 'v1') },
  v2: withTags(fieldsOf(launchProperties, 'v2'), ['owner_email', 'team_name']),
  v4: withTags({ ...launchProperties, env: envLike, from_run: fromRun }, ['owner_id']),
};

function withTags(properties: object, names: string[]): JsonSchema {
  const tags = Object.fromEntries(names.map((name) => [name, { ...tag, minLength: 1 }]));
  const runTags = { type: 'object', properties: tags, required: names, description: 'Who runs it' };
  return {
    type: 'object',
    properties: { ...properties, run_tags: runTags },
    required: ['run_tags'],
    examples: [{ run_tags: Object.fromEntries(names.map((name) => [name, 'you'])) }],
  };
}

/** The first version asked nobody who they are. */
const v1Owner = 'v1-unknown';

/** `stored`: variables whose values an answer may have masked. */
export function launchFromWire(body: unknown, dialect: Dialect = 'v4', stored: EnvVar[] = []): Launch {
  const folded = foldLaunch(body);
  const wire = check(isObject(folded) ? fieldsOf(folded, dialect) : folded);
  const ownerId = ownerOf(wire, dialect);
  return {
    cluster: orNull(wire.cluster),
    env: unmask(wire.env ?? [], stored),
    ownerId,
    engine: orNull(wire.engine),
    tier: orNull(wire.tier),
    description: orNull(wire.description),
    command: orNull(wire.command),
    memoryMb: wire.memory ?? null,
    cpu: wire.cpu ?? null,
    gpu: wire.gpu ?? null,
    activeDeadlineSeconds: wire.active_deadline_seconds ?? null,
    nodeLifecycle: wire.node_lifecycle ?? 'spot',
    ephemeralStorageMb: wire.ephemeral_storage ?? null,
    retryOnInterruption: wire.retry_on_interruption ?? null,
    retryOnOom: wire.retry_on_oom ?? null,
    arch: wire.arch ?? null,
    serviceAccount: orNull(wire.service_account),
    labels: wire.labels ?? {},
    idempotenceKey: orNull(wire.idempotence_key),
    fromRun: orNull(wire.from_run),
  };
}

export function fromRunOf(body: unknown): string | null {
  const asked = foldLaunch(body);
  const name = typeof asked === 'object' && asked !== null && 'from_run' in asked ? asked.from_run : null;
  return typeof name === 'string' ? orNull(name) : null;
}

/**
 * The body with what it leaves out as it was in a run. Variables are all of that run's, or those that the body names: one without a
 * value has that run's. Command and retries are the run's only with `isAsItRan`: otherwise the definition's.
 */
export function launchLikeFromWire(body: unknown, origin: Run, isAsItRan: boolean): Record<string, unknown> {
  const { env = origin.env, ...asked } = foldLaunch(body) as Record<string, unknown>;
  const kept = new Map(origin.env.map((one) => [one.name, one]));
  const valued = (one: unknown, n: number): unknown => {
    const { name, value } = { ...(one as Partial<EnvVar> | null) };
    if (typeof name === 'string' && value === undefined && !kept.has(name)) {
      const sentence = `env ${name} needs a value: run ${origin.runId} was given none; left out, it is as the definition has it`;
      throw new RequestError(400, sentence, `env.${n}.value`);
    }
    return name !== undefined && value === undefined ? (kept.get(name) ?? one) : one;
  };
  const ran = {
    command: origin.command,
    retry_on_interruption: origin.retryOnInterruption,
    retry_on_oom: origin.retryOnOom,
  };
  return {
    // Another engine has other clusters.
    ...('engine' in asked && asked['engine'] !== origin.engine
      ? {}
      : { engine: origin.engine, cluster: origin.cluster }),
    ...(isAsItRan ? ran : {}),
    ...present('memory', origin.memoryMb),
    ...present('cpu', origin.cpu),
    ...present('gpu', origin.gpu),
    ...present('ephemeral_storage', origin.ephemeralStorageMb),
    active_deadline_seconds: origin.activeDeadlineSeconds,
    node_lifecycle: origin.nodeLifecycle,
    ...present('arch', origin.arch),
    ...present('service_account', origin.serviceAccount),
    ...present('tier', origin.tier),
    ...present('description', origin.description),
    labels: origin.labels,
    ...asked,
    env: Array.isArray(env) ? env.map(valued) : env,
  };
}

function fieldsOf(all: object, dialect: Dialect): object {
  const fields = dialectFields[dialect];
  if (fields === null) return all;
  return Object.fromEntries(Object.entries(all).filter(([name]) => fields.includes(name)));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Throws RequestError 400 where the dialect wants one and there is none. */
function ownerOf({ run_tags: tags }: WireLaunch, dialect: Dialect): string {
  switch (dialect) {
    case 'v1':
      return v1Owner;
    case 'v2': {
      const { owner_email: email = '', team_name: team = '' } = tags ?? {};
      if (email !== '' && team !== '') return email;
      const message = 'run_tags must exist in body and contain [owner_email] and [team_name]';
      const missing = [...(email === '' ? ['owner_email'] : []), ...(team === '' ? ['team_name'] : [])];
      throw new RequestError(
        400,
        message,
        missing.map((name) => ({ field: `run_tags.${name}`, message })),
      );
    }
    case 'v4': {
      const ownerId = tags?.owner_id ?? '';
      if (ownerId !== '') return ownerId;
      throw new RequestError(400, 'run_tags must exist in body and contain [owner_id]', 'run_tags.owner_id');
    }
  }
}

function foldLaunch(body: unknown): unknown {
  const folded = body === null ? {} : foldKeys(body);
  if (!isObject(folded)) return folded;
  const { env, run_tags: tags, arch } = folded as { env?: unknown; run_tags?: unknown; arch?: unknown };
  return {
    ...Object.fromEntries(Object.entries(folded).filter(([name]) => name !== 'arch' || arch !== '')),
    ...(Array.isArray(env) ? { env: env.map(foldKeys) } : {}),
    ...(tags === undefined ? {} : { run_tags: foldKeys(tags) }),
  };
}

function orNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

/** `stale`: its cluster cannot be seen, so that what is shown of an open run may be old (engine-behaviour.md §10.4, 66). */
export function runToWire(run: Run, stale: StaleCluster | null): Record<string, unknown> {
  const staleNote = stale === null ? null : `stale since ${stale.since.toISOString()}: ${stale.why}`;
  const notes = [staleNote, run.note].filter((note) => note !== null);
  return {
    instance: { dns_name: run.instanceDnsName, instance_id: run.instanceId },
    pod_events: [],
    cloudtrail_notifications: { Records: null },
    task_arn: run.taskArn,
    run_id: run.runId,
    definition_id: run.definitionId ?? run.executableId,
    ...present('definition_revision', run.definitionRevision),
    alias: run.alias,
    image: run.image,
    cluster: run.cluster,
    ...present('exit_code', run.exitCode),
    status: run.phase,
    queued_at: run.queuedAt,
    ...present('started_at', run.startedAt),
    ...present('finished_at', run.finishedAt),
    group_name: run.groupName,
    user: run.user,
    task_type: 'task',
    env: run.env,
    command: run.command,
    command_hash: run.commandHash,
    ...present('memory', run.memoryMb),
    ...present('cpu', run.cpu),
    ...present('gpu', run.gpu),
    ...present('exit_reason', run.exitReason),
    engine: run.engine,
    node_lifecycle: run.nodeLifecycle,
    ...present('ephemeral_storage', run.ephemeralStorageMb),
    ...present('pod_name', run.podName),
    ...present('max_memory_used', run.maxMemoryUsedMb),
    ...present('max_cpu_used', run.maxCpuUsedMilli),
    executable_id: run.executableId,
    executable_type: run.executableType,
    ...present('execution_request_custom', customOf(run)),
    attempt_count: run.attempt,
    ...(run.runExceptions.length === 0 ? {} : { run_exceptions: run.runExceptions }),
    active_deadline_seconds: run.activeDeadlineSeconds,
    description: run.description ?? run.alias,
    ...present('arch', run.arch),
    ...(Object.keys(run.labels).length === 0 ? {} : { labels: run.labels }),
    ...present('service_account', run.serviceAccount),
    ...present('tier', run.tier),
    ...present('idempotence_key', run.idempotenceKey),
    ...present('from_run', run.originRunId),
    // Ours: who started it, what is tried again, what was adapted, what it waits for, and what its end means.
    ...present('parent_run_id', run.parentRunId),
    version: run.version,
    ...present('stop_requested_at', run.cancel?.at ?? null),
    ...present('stop_requested_by', run.cancel?.by ?? null),
    retry_on_interruption: run.retryOnInterruption,
    retry_on_oom: run.retryOnOom,
    ...present('adaptive_resources', run.adaptation),
    ...present('stale_since', stale?.since ?? null),
    ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
    ...present('next_attempt_at', nextAttemptOf(run)),
    ...present('outcome', run.outcomeClass),
    ...templateToWire(run),
  };
}

/** When what it waits for is tried again; null where nothing is awaited. */
export function nextAttemptOf({ nextAttemptAt: at, cancel, phase }: Run): Date | null {
  // What is past has begun, or whoever would begin it is late: then nobody knows.
  return at !== null && cancel === null && phase !== 'STOPPED' && at.getTime() > Date.now() ? at : null;
}

function templateToWire({ executableId, template }: Run): Record<string, unknown> {
  if (template === null) return {};
  return { template_id: executableId, template_name: template.name, template_version: template.version };
}

/** What is asked for often: a few fields of a run (rest-and-data.md §3.5). */
export function statusToWire(run: Run): Record<string, unknown> {
  return {
    run_id: run.runId,
    status: run.phase,
    queued_at: run.queuedAt,
    ...present('started_at', run.startedAt),
    ...present('finished_at', run.finishedAt),
    ...present('exit_code', run.exitCode),
    ...present('exit_reason', run.exitReason),
    engine: run.engine,
    definition_id: run.definitionId ?? run.executableId,
    alias: run.alias,
    cluster_name: run.cluster,
  };
}

/** What a run of a template was filled with. */
export function customOf({ templatePayload }: Run): Record<string, unknown> | null {
  return templatePayload === null ? null : { template_payload: templatePayload };
}

export function transitionToWire({ phase, attempt, at }: Transition): Record<string, unknown> {
  return { status: phase, attempt, at };
}
