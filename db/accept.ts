/** Queries that accept a run. */
import type { Job } from '../domain/job';
import { temporalCanceller } from '../domain/outcome';
import { childCanceller } from './cancel';
import { keyDays, type RequestKey } from './idempotence';
import type { Db } from './pool';
import { cancelFrom, type Run } from './run';

/** The state of a run that nothing has happened to yet; the row's defaults say the same. */
export const justAccepted = {
  attempt: 1,
  phase: 'QUEUED',
  version: 1,
  cancel: null,
  note: null,
  nextAttemptAt: null,
  exitCode: null,
  exitReason: null,
  outcomeClass: null,
  startedAt: null,
  finishedAt: null,
  instanceId: '',
  instanceDnsName: '',
  podName: null,
  taskArn: '',
  maxMemoryUsedMb: null,
  maxCpuUsedMilli: null,
  runExceptions: [] as string[],
} as const satisfies Partial<Run>;

/**
 * Accepts a run: the row is the promise that it will run. One statement; returns null where its definition is gone; a
 * template is never gone.
 * The child of a run that was cancelled is accepted as cancelled: `cancel` is what its workflow is to be told.
 * With a key it is accepted once: null also where the key stands for another run.
 */
export async function insertRun(
  db: Db,
  run: Run,
  job: Job,
  key: RequestKey | null = null,
): Promise<Pick<Run, 'cancel'> | null> {
  const { rows } = await db.query<{ by: string | null; at: Date | null }>(
    `with definition_alive as (
       select definition_id from definition where definition_id = $2 and deleted_at is null for share
     ), cancelled as (
       select ${childCanceller(`coalesce(cancel_requested_by, $30)`, 'run_id')} as by
       from run where run_id = $21 and (cancel_requested_by is not null or outcome_class = 'CANCELLED')
     ), keyed as (
       -- who comes second waits here until it is certain whether the first one's run was accepted
       insert into idempotence_key (idempotence_key, run_id, request_hash)
       select $32::text, $1, $33::text where $32::text is not null and ($4 = 'template' or exists (select 1 from definition_alive))
       on conflict (idempotence_key) do update set run_id = excluded.run_id, request_hash = excluded.request_hash,
         created_at = now()
       where idempotence_key.created_at <= now() - make_interval(days => $34::int)
       returning 1
     ), accepted as (
       insert into run (run_id, definition_id, executable_id, executable_type, alias, group_name, image, engine,
         cluster_name, "user", node_lifecycle, active_deadline_seconds, command, command_hash, memory, cpu, gpu, env, job,
         queued_at, parent_run_id, retry_on_interruption, retry_on_oom, arch, service_account, ephemeral_storage, labels,
         adaptation, note, template_id, template_payload, idempotence_key, origin_run_id, tier, description,
         cancel_requested_by, cancel_requested_at)
       select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15::int, $16::int, $17::int,
         $18::jsonb, $19::jsonb, $20::timestamptz, $21, $22::boolean, $23::boolean, $24, $25, $26::int, $27::jsonb,
         $28, $29, case $4 when 'template' then $3 end, $31::jsonb, $32::text, $35, $36, $37,
         cancelled.by, case when cancelled.by is not null then now() end
       from (select 1) one left join cancelled on true
       where ($4 = 'template' or exists (select 1 from definition_alive))
         and ($32::text is null or exists (select 1 from keyed))
       returning run_id, attempt, phase, queued_at, cancel_requested_by, cancel_requested_at
     ), told as (
       insert into transition (run_id, attempt, phase, at) select run_id, attempt, phase, queued_at from accepted
     )
     select cancel_requested_by as by, cancel_requested_at as at from accepted`,
    [
      run.runId,
      run.definitionId,
      run.executableId,
      run.executableType,
      run.alias,
      run.groupName,
      run.image,
      run.engine,
      run.cluster,
      run.user,
      run.nodeLifecycle,
      run.activeDeadlineSeconds,
      run.command,
      run.commandHash,
      run.memoryMb,
      run.cpu,
      run.gpu,
      JSON.stringify(run.env),
      JSON.stringify(job),
      run.queuedAt,
      run.parentRunId,
      run.retryOnInterruption,
      run.retryOnOom,
      run.arch,
      run.serviceAccount,
      run.ephemeralStorageMb,
      JSON.stringify(run.labels),
      run.adaptation,
      run.note,
      temporalCanceller,
      run.templatePayload === null ? null : JSON.stringify(run.templatePayload),
      key?.key ?? null,
      key?.requestHash ?? null,
      keyDays,
      run.originRunId,
      run.tier,
      run.description,
    ],
  );
  return rows[0] === undefined ? null : { cancel: cancelFrom(rows[0].by, rows[0].at) };
}

const adaptationDays = 7;
const oomsLookedAt = 30;

/** At how much memory (MB) runs of the same command were OOM killed lately, each run once. */
export async function oomMemories(db: Db, of: Pick<Run, 'executableId' | 'commandHash' | 'engine'>): Promise<number[]> {
  const { rows } = await db.query<{ memory: number }>(
    `select oom_memory as memory from run
     where executable_id = $1 and command_hash = $2 and engine = $3 and oom_memory is not null
       and oom_at > now() - make_interval(days => $4) order by oom_at desc limit $5`,
    [of.executableId, of.commandHash, of.engine, adaptationDays, oomsLookedAt],
  );
  return rows.map(({ memory }) => memory);
}
