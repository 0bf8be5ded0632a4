/** Runs on the wire: what execute takes and what every answer about a run shows (rest-and-data.md §2.3, §3.2). */
import type { Run, Transition } from '../../db/run';
import type { EnvVar } from '../../domain/job';
import { foldKeys } from '../body';
import { RequestError } from '../errors';
import { checker } from '../validate';
import { envSchema, present, resourceProperties } from './definition';

const maxDeadlineSeconds = 2147483647;

const launchSchema = {
  type: 'object',
  properties: {
    cluster: { type: 'string' },
    env: envSchema,
    run_tags: { type: 'object', properties: { owner_id: { type: 'string', maxLength: 255 } } },
    engine: { type: 'string' },
    command: { type: 'string' },
    ...resourceProperties,
    active_deadline_seconds: { type: 'integer', minimum: 1, maximum: maxDeadlineSeconds },
    node_lifecycle: { enum: ['spot', 'ondemand'] },
  },
} as const;

type WireLaunch = {
  cluster?: string;
  env?: EnvVar[];
  run_tags?: { owner_id?: string };
  engine?: string;
  command?: string;
  memory?: number;
  cpu?: number;
  gpu?: number;
  active_deadline_seconds?: number;
  node_lifecycle?: 'spot' | 'ondemand';
};

/** What one execution asks for. Null: the caller did not say. */
export type Launch = {
  cluster: string | null;
  env: EnvVar[];
  ownerId: string;
  engine: string | null;
  command: string | null;
  memoryMb: number | null;
  cpu: number | null;
  gpu: number | null;
  activeDeadlineSeconds: number | null;
  nodeLifecycle: 'spot' | 'ondemand';
};

const check = checker<WireLaunch>(launchSchema);

export function launchFromWire(body: unknown): Launch {
  const wire = check(foldLaunch(body));
  const ownerId = wire.run_tags?.owner_id ?? '';
  if (ownerId === '') throw new RequestError(400, 'run_tags must exist in body and contain [owner_id]');
  return {
    cluster: orNull(wire.cluster),
    env: (wire.env ?? []).map(({ name, value }) => ({ name, value })),
    ownerId,
    engine: orNull(wire.engine),
    command: orNull(wire.command),
    memoryMb: wire.memory ?? null,
    cpu: wire.cpu ?? null,
    gpu: wire.gpu ?? null,
    activeDeadlineSeconds: wire.active_deadline_seconds ?? null,
    nodeLifecycle: wire.node_lifecycle ?? 'spot',
  };
}

function foldLaunch(body: unknown): unknown {
  const folded = body === null ? {} : foldKeys(body);
  if (typeof folded !== 'object' || folded === null || Array.isArray(folded)) return folded;
  const { env, run_tags: tags } = folded as { env?: unknown; run_tags?: unknown };
  return {
    ...folded,
    ...(Array.isArray(env) ? { env: env.map(foldKeys) } : {}),
    ...(tags === undefined ? {} : { run_tags: foldKeys(tags) }),
  };
}

function orNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

export function runToWire(run: Run): Record<string, unknown> {
  return {
    instance: { dns_name: run.instanceDnsName, instance_id: run.instanceId },
    pod_events: [],
    cloudtrail_notifications: { Records: null },
    task_arn: '',
    run_id: run.runId,
    definition_id: run.definitionId ?? run.executableId,
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
    executable_id: run.executableId,
    executable_type: run.executableType,
    attempt_count: run.attempt,
    active_deadline_seconds: run.activeDeadlineSeconds,
    description: run.alias,
    // Ours: what it waits for, and what its end means.
    ...present('note', run.note),
    ...present('outcome', run.outcomeClass),
  };
}

export function transitionToWire({ phase, attempt, at }: Transition): Record<string, unknown> {
  return { status: phase, attempt, at };
}
