/** Queries on `run`: read, list, and the guarded projection of its state. */
import type { EnvVar, Resources } from '../domain/job';
import { phases, type Phase } from '../domain/lifecycle';
import { outcomeClasses, type OutcomeClass, type Reported, type Verdict } from '../domain/outcome';
import { gather, pageOf, type ListQuery, type Page } from './list';
import type { Db } from './pool';
import { narrow, totalOfRuns } from './run_list';

/** A run as everybody but its engine sees it. */
export type Run = Resources & {
  runId: string;
  /** Null for runs of templates. */
  definitionId: string | null;
  /** The definition's id or the template's. */
  executableId: string;
  executableType: 'task_definition' | 'template';
  /** The revision of the definition that it was made from; null for templates, and where it is not known. */
  definitionRevision: number | null;
  /** What it is a run of, where that is a template: the id is `executableId`. */
  template: { name: string; version: number } | null;
  /** Of a template: with its defaults. */
  templatePayload: Record<string, unknown> | null;
  alias: string;
  groupName: string;
  image: string;
  engine: string;
  cluster: string;
  user: string;
  nodeLifecycle: string;
  activeDeadlineSeconds: number;
  command: string;
  commandHash: string;
  env: EnvVar[];
  /** The run whose job started this one. */
  parentRunId: string | null;
  retryOnInterruption: boolean;
  retryOnOom: boolean;
  arch: string | null;
  serviceAccount: string | null;
  ephemeralStorageMb: number | null;
  labels: Record<string, string>;
  tier: string | null;
  /** Null: its alias stands for it. */
  description: string | null;
  /** The earlier run that it was executed like. */
  originRunId: string | null;
  /** The caller's, by which the request was known again. */
  idempotenceKey: string | null;
  /** How its job differs from what was asked for, and why: a sentence. */
  adaptation: string | null;
  attempt: number;
  phase: Phase;
  /** Grows with each change that is told: of two answers the one with the higher version is newer. */
  version: number;
  /** Who asked first for its stop. */
  cancel: { by: string; at: Date } | null;
  note: string | null;
  /** When the next attempt, or the next try for room, begins or began. It goes with the note. */
  nextAttemptAt: Date | null;
  exitCode: number | null;
  exitReason: string | null;
  outcomeClass: OutcomeClass | null;
  queuedAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  instanceId: string;
  instanceDnsName: string;
  podName: string | null;
  /** Of the current attempt, where it is a task of ECS; else ''. */
  taskArn: string;
  maxMemoryUsedMb: number | null;
  maxCpuUsedMilli: number | null;
  /** As a caller reported them. */
  runExceptions: string[];
};

const revision = `(job->'source'->>'revision')::int`;
const ofTemplate = `(select jsonb_build_object('name', template_name, 'version', template.version)
  from template where template.template_id = run.template_id)`;
const select = `run_id, definition_id, ${revision} as definition_revision, executable_id, executable_type,
  ${ofTemplate} as template, template_payload, alias, group_name, image, engine, cluster_name,
  "user", node_lifecycle, active_deadline_seconds, command, command_hash, memory, cpu, gpu, env, parent_run_id,
  retry_on_interruption, retry_on_oom, arch, service_account, ephemeral_storage, labels, origin_run_id, idempotence_key, adaptation, attempt,
  phase, version::int as version, cancel_requested_by, cancel_requested_at, note, next_attempt_at,
  exit_code, exit_reason, outcome_class, queued_at, started_at, finished_at, instance_id, instance_dns_name, pod_name,
  task_arn, max_memory_used, max_cpu_used, tier, description, run_exceptions`;

type Row = {
  run_id: string;
  definition_id: string | null;
  definition_revision: number | null;
  executable_id: string;
  executable_type: Run['executableType'];
  template: Run['template'];
  template_payload: Record<string, unknown> | null;
  alias: string;
  group_name: string;
  image: string;
  engine: string;
  cluster_name: string;
  user: string;
  node_lifecycle: string;
  active_deadline_seconds: number;
  command: string;
  command_hash: string;
  memory: number | null;
  cpu: number | null;
  gpu: number | null;
  env: EnvVar[];
  parent_run_id: string | null;
  retry_on_interruption: boolean;
  retry_on_oom: boolean;
  arch: string | null;
  service_account: string | null;
  ephemeral_storage: number | null;
  labels: Record<string, string>;
  origin_run_id: string | null;
  idempotence_key: string | null;
  adaptation: string | null;
  attempt: number;
  phase: Phase;
  version: number;
  cancel_requested_by: string | null;
  cancel_requested_at: Date | null;
  note: string | null;
  next_attempt_at: Date | null;
  exit_code: number | null;
  exit_reason: string | null;
  outcome_class: OutcomeClass | null;
  queued_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  instance_id: string;
  instance_dns_name: string;
  pod_name: string | null;
  task_arn: string;
  max_memory_used: number | null;
  max_cpu_used: number | null;
  tier: string | null;
  description: string | null;
  run_exceptions: string[];
};

/** What a list of runs may be filtered and sorted by: column names as in the original's queries. */
export const runColumns = {
  run_id: { sql: 'run_id', type: 'text' },
  // Not its own column: that of a template's run is empty, and what is asked for exists as a definition.
  definition_id: { sql: 'executable_id', type: 'text' },
  definition_revision: { sql: revision, type: 'int' },
  executable_id: { sql: 'executable_id', type: 'text' },
  executable_type: { sql: 'executable_type', type: 'text' },
  alias: { sql: 'alias', type: 'text', like: true, not: true },
  image: { sql: 'image', type: 'text', like: true },
  cluster_name: { sql: 'cluster_name', type: 'text' },
  cluster: { sql: 'cluster_name', type: 'text' },
  group_name: { sql: 'group_name', type: 'text', like: true },
  status: { sql: 'phase', type: 'phase', oneOf: phases },
  engine: { sql: 'engine', type: 'text' },
  exit_code: { sql: 'exit_code', type: 'int' },
  exit_reason: { sql: 'exit_reason', type: 'text', like: true, nullable: true },
  outcome: { sql: 'outcome_class', type: 'text', oneOf: outcomeClasses },
  command: { sql: 'command', type: 'text', like: true },
  command_hash: { sql: 'command_hash', type: 'text' },
  user: { sql: '"user"', type: 'text' },
  owner: { sql: '"user"', type: 'text' },
  node_lifecycle: { sql: 'node_lifecycle', type: 'text' },
  instance_id: { sql: 'instance_id', type: 'text' },
  instance_dns_name: { sql: 'instance_dns_name', type: 'text' },
  pod_name: { sql: 'pod_name', type: 'text' },
  task_arn: { sql: 'task_arn', type: 'text' },
  arch: { sql: 'arch', type: 'text' },
  service_account: { sql: 'service_account', type: 'text' },
  idempotence_key: { sql: 'idempotence_key', type: 'text' },
  memory: { sql: 'memory', type: 'int' },
  cpu: { sql: 'cpu', type: 'int' },
  gpu: { sql: 'gpu', type: 'int' },
  tier: { sql: 'tier', type: 'text' },
  attempt_count: { sql: 'attempt', type: 'int' },
  queued_at: { sql: 'queued_at', type: 'timestamptz' },
  started_at: { sql: 'started_at', type: 'timestamptz', nullable: true },
  finished_at: { sql: 'finished_at', type: 'timestamptz', nullable: true },
} as const;
export type RunList = ListQuery<typeof runColumns>;

/** So many are found by their variables and sorted in time; of more the newest are soon met. */
const maxGathered = 20_000;

export async function listRuns(db: Db, query: RunList): Promise<Page<Run>> {
  const source = { columns: runColumns, table: 'run', select, primaryKey: 'run_id', always: 'true' };
  const gathered = query.env.length > 0 ? await gather<typeof runColumns, Row>(db, source, query, maxGathered) : null;
  if (gathered !== null) return { ...gathered, rows: gathered.rows.map(fromRow) };
  const [page, total] = await Promise.all([
    narrow(db, query).then(({ narrowed, apart }) => pageOf<typeof runColumns, Row>(db, source, narrowed, apart)),
    totalOfRuns(db, source, query),
  ]);
  return { ...page, total, rows: page.rows.map(fromRow) };
}

export async function runById(db: Db, runId: string): Promise<Run | null> {
  const { rows } = await db.query<Row>(`select ${select} from run where run_id = $1`, [runId]);
  return rows[0] === undefined ? null : fromRow(rows[0]);
}

const maxSpawned = 1000;

/** The ids of the runs that its job started, the first of them. */
export async function spawnedBy(db: Db, runId: string): Promise<string[]> {
  const { rows } = await db.query<{ run_id: string }>(
    `select run_id from run where parent_run_id = $1 order by queued_at, run_id limit $2`,
    [runId, maxSpawned],
  );
  return rows.map(({ run_id }) => run_id);
}

/** A place in a run's life; see domain/lifecycle.ts for the order. */
export type Position = { attempt: number; phase: Exclude<Phase, 'STOPPED'> };

/**
 * Moves a run forward; a late or repeated write changes nothing. Returns whether the row moved.
 * `at` is when the phase began, where the backend told it. The note goes with the phase that it explained.
 */
export async function advance(
  db: Db,
  runId: string,
  to: Position,
  told: { at?: Date; note?: string; nextAttemptAt?: Date } = {},
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with moved as (
       update run set attempt = $2, phase = $3::phase, note = $5, next_attempt_at = $6,
         started_at = case $3::phase when 'RUNNING' then coalesce($4, now()) when 'QUEUED' then null else started_at end,
         pod_name = case $3::phase when 'QUEUED' then null else pod_name end,
         instance_dns_name = case $3::phase when 'QUEUED' then '' else instance_dns_name end,
         instance_id = case $3::phase when 'QUEUED' then '' else instance_id end,
         task_arn = case $3::phase when 'QUEUED' then '' else task_arn end
       where run_id = $1 and phase <> 'STOPPED' and (attempt, phase) < ($2::int, $3::phase)
       returning run_id
     )
     insert into transition (run_id, attempt, phase, at)
     select run_id, $2, $3::phase, coalesce($4::timestamptz, now()) from moved`,
    [runId, to.attempt, to.phase, told.at ?? null, told.note ?? null, told.nextAttemptAt ?? null],
  );
  return rowCount === 1;
}

/**
 * Says what the run waits for, and when it is tried again; null: nothing that is known. Kept only while the attempt is the current
 * one.
 */
export async function setNote(
  db: Db,
  runId: string,
  attempt: number,
  note: string | null,
  nextAttemptAt: Date | null = null,
): Promise<void> {
  await db.query(
    // An attempt that is over has the note of what comes next: a late word about it is none.
    `update run set note = $3, next_attempt_at = $4
     where run_id = $1 and attempt = $2 and phase not in ('NEEDS_RETRY', 'STOPPED')`,
    [runId, attempt, note, nextAttemptAt],
  );
}

export type Settlement = {
  attempt: number;
  verdict: Verdict;
  startedAt: Date | null;
  finishedAt: Date;
  /** The exit code that the backend really showed, where the verdict has the wire's own value. */
  seenExitCode: number | null;
};

/**
 * Ends a run, once: STOPPED absorbs whatever comes later. Writes RUNNING into the transitions where the end was told
 * together with the start, and closes the attempt.
 */
export async function settle(db: Db, runId: string, how: Settlement): Promise<boolean> {
  const { rowCount } = await db.query(
    `with before as (
       select run_id, phase from run where run_id = $1 and phase <> 'STOPPED' for update
     ), moved as (
       update run set attempt = $2, phase = 'STOPPED', note = null, next_attempt_at = null, exit_code = $3, outcome_class = $5,
         -- a cancel that was acknowledged after the verdict has its author in the reason, too
         exit_reason = case when cancel_requested_by is null or $5 = 'CANCELLED' or position(cancel_requested_by in $4) > 0
           then $4 else $4 || ' (before the cancel by ' || cancel_requested_by || ' took effect)' end,
         started_at = coalesce($6::timestamptz, started_at), finished_at = $7,
         oom_memory = case when $5 = 'OOM' then greatest(oom_memory, coalesce(
           (select memory_mb from attempt where attempt.run_id = run.run_id and attempt.attempt = $2),
           (job->>'memoryMb')::int)) else oom_memory end,
         oom_at = case when $5 = 'OOM' then $7 else oom_at end
       from before where run.run_id = before.run_id
       returning run.run_id, before.phase as was
     ), closed as (
       update attempt set closed_at = coalesce(closed_at, now()), started_at = coalesce($6::timestamptz, started_at),
         ended_at = coalesce(ended_at, $7), seen_exit_code = coalesce(seen_exit_code, $8::int),
         outcome_class = coalesce(outcome_class, $5), reason = coalesce(reason, $4)
       where (run_id, attempt) in (select run_id, $2::int from moved)
     ), started as (
       insert into transition (run_id, attempt, phase, at)
       select run_id, $2, 'RUNNING', $6::timestamptz from moved where $6::timestamptz is not null and was < 'RUNNING'
     )
     insert into transition (run_id, attempt, phase, at) select run_id, $2, 'STOPPED', $7::timestamptz from moved`,
    [
      runId,
      how.attempt,
      how.verdict.exitCode,
      how.verdict.reason,
      how.verdict.class,
      how.startedAt,
      how.finishedAt,
      how.seenExitCode,
    ],
  );
  return rowCount === 1;
}

export type Transition = { attempt: number; phase: Phase; at: Date };

/** Everything that a run went through, oldest first. */
export async function transitionsOf(db: Db, runId: string): Promise<Transition[]> {
  const { rows } = await db.query<Transition>(
    `select attempt, phase, at from transition where run_id = $1 order by attempt, phase`,
    [runId],
  );
  return rows;
}

/** What starting (or restarting) a run's workflow takes. */
export type Startable = {
  runId: string;
  executableId: string;
  alias: string;
  groupName: string;
  user: string;
  engine: string;
  cluster: string;
  activeDeadlineSeconds: number;
  retryOnInterruption: boolean;
  retryOnOom: boolean;
  queuedAt: Date;
  attempt: number;
  phase: Phase;
  /** Attempts for which there was no room. */
  unplaced: number;
  cancelRequestedBy: string | null;
  reported: Reported | null;
};

const startable = `run_id as "runId", executable_id as "executableId", alias, group_name as "groupName", "user", engine,
  cluster_name as cluster, active_deadline_seconds as "activeDeadlineSeconds",
  retry_on_interruption as "retryOnInterruption", retry_on_oom as "retryOnOom", queued_at as "queuedAt", attempt, phase,
  cancel_requested_by as "cancelRequestedBy", reported,
  (select count(*)::int from attempt past where past.run_id = run.run_id and past.outcome_class = 'CAPACITY') as unplaced`;

/** Accepted at least `olderThanSeconds` ago, still at the very start, and not known to have a workflow. Oldest first. */
export async function unconfirmedRuns(db: Db, olderThanSeconds: number, limit: number): Promise<Startable[]> {
  const { rows } = await db.query<Startable>(
    `select ${startable} from run where phase = 'QUEUED' and attempt = 1 and not start_confirmed
       and queued_at < now() - make_interval(secs => $1) order by queued_at limit $2`,
    [olderThanSeconds, limit],
  );
  return rows;
}

export async function confirmStarted(db: Db, runId: string): Promise<void> {
  await db.query(`update run set start_confirmed = true where run_id = $1`, [runId]);
}

/** Open runs whose cancel was asked for at least `olderThanSeconds` ago and may not have reached their workflow. */
export async function unconfirmedCancels(db: Db, olderThanSeconds: number, limit: number): Promise<Startable[]> {
  const { rows } = await db.query<Startable>(
    `select ${startable} from run where phase <> 'STOPPED' and cancel_requested_at is not null and not cancel_confirmed
       and cancel_requested_at < now() - make_interval(secs => $1) order by cancel_requested_at limit $2`,
    [olderThanSeconds, limit],
  );
  return rows;
}

/** The workflows have their cancels: they are durable there. */
export async function confirmCancels(db: Db, runIds: string[]): Promise<void> {
  // In the order in which cancels lock runs: two writers of many wait for each other once.
  await db.query(
    `update run set cancel_confirmed = true
     where run_id in (select run_id from run where run_id = any($1) order by run_id for update) and not cancel_confirmed`,
    [runIds],
  );
}

/** Those of `runIds` that are still open. */
export async function openRuns(db: Db, runIds: string[]): Promise<Startable[]> {
  const { rows } = await db.query<Startable>(
    `select ${startable} from run where run_id = any($1) and phase <> 'STOPPED'`,
    [runIds],
  );
  return rows;
}

/** The open runs that nobody has asked Temporal about for the longest time, at least `forSeconds`; marks them as asked. */
export async function takeUnchecked(db: Db, forSeconds: number, limit: number): Promise<Startable[]> {
  const { rows } = await db.query<Startable>(
    `update run set checked_at = now() where run_id in (
       select run_id from run where phase <> 'STOPPED'
         and coalesce(checked_at, queued_at) < now() - make_interval(secs => $1)
       order by coalesce(checked_at, queued_at) limit $2 for update skip locked
     ) returning ${startable}`,
    [forSeconds, limit],
  );
  return rows;
}

export function cancelFrom(by: string | null, at: Date | null): Run['cancel'] {
  return by === null || at === null ? null : { by, at };
}

function fromRow(row: Row): Run {
  return {
    runId: row.run_id,
    definitionId: row.definition_id,
    definitionRevision: row.definition_revision,
    executableId: row.executable_id,
    executableType: row.executable_type,
    template: row.template,
    templatePayload: row.template_payload,
    alias: row.alias,
    groupName: row.group_name,
    image: row.image,
    engine: row.engine,
    cluster: row.cluster_name,
    user: row.user,
    nodeLifecycle: row.node_lifecycle,
    activeDeadlineSeconds: row.active_deadline_seconds,
    command: row.command,
    commandHash: row.command_hash,
    memoryMb: row.memory,
    cpu: row.cpu,
    gpu: row.gpu,
    env: row.env,
    parentRunId: row.parent_run_id,
    retryOnInterruption: row.retry_on_interruption,
    retryOnOom: row.retry_on_oom,
    arch: row.arch,
    serviceAccount: row.service_account,
    ephemeralStorageMb: row.ephemeral_storage,
    labels: row.labels,
    originRunId: row.origin_run_id,
    idempotenceKey: row.idempotence_key,
    adaptation: row.adaptation,
    attempt: row.attempt,
    phase: row.phase,
    version: row.version,
    cancel: cancelFrom(row.cancel_requested_by, row.cancel_requested_at),
    note: row.note,
    nextAttemptAt: row.next_attempt_at,
    exitCode: row.exit_code,
    exitReason: row.exit_reason,
    outcomeClass: row.outcome_class,
    queuedAt: row.queued_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    instanceId: row.instance_id,
    instanceDnsName: row.instance_dns_name,
    podName: row.pod_name,
    taskArn: row.task_arn,
    maxMemoryUsedMb: row.max_memory_used,
    maxCpuUsedMilli: row.max_cpu_used,
    tier: row.tier,
    description: row.description,
    runExceptions: row.run_exceptions,
  };
}
