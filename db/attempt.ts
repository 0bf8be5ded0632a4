/** Queries on `attempt`: one row per backend object. Its `closed_at` is the fence that a late submit cannot pass. */
import type { AttemptKey } from '../domain/id';
import type { Job } from '../domain/job';
import type { End } from '../domain/lifecycle';
import { jobColumns, jobOf, type JobRow } from './job';
import type { Db } from './pool';

type OpenedAttempt = {
  job: Job;
  acceptedAt: Date | null;
  /** An earlier try has made the backend object. */
  createdAt: Date | null;
  /** The most memory, in MB, that an earlier attempt of the run was OOM killed with. */
  oomMemoryMb: number | null;
};

/** Who writes a run and an attempt of it holds the run first: else two writers may wait for each other. */
export const heldRun = `held as (select run_id from run where run_id = $1 for no key update)`;

/**
 * Opens the attempt, or finds it open from an earlier try, and reads what to run. Null: nothing may be started for it
 * (the run has stopped, a later attempt exists, or this one was closed).
 */
export async function openAttempt(db: Db, key: AttemptKey): Promise<OpenedAttempt | null> {
  const { rows } = await db.query<JobRow & Omit<OpenedAttempt, 'job'>>(
    `with wanted as (
       select run_id, ${jobColumns} from run where run_id = $1 and phase <> 'STOPPED' and attempt <= $2
     ), opened as (
       insert into attempt (run_id, attempt) select run_id, $2 from wanted
       on conflict (run_id, attempt) do update set opened_at = attempt.opened_at
       returning closed_at, accepted_at, created_at
     )
     select ${jobColumns}, accepted_at as "acceptedAt", created_at as "createdAt",
       (select max(coalesce(memory_mb, (job->>'memoryMb')::int)) from attempt
        where run_id = $1 and attempt < $2 and outcome_class = 'OOM') as "oomMemoryMb"
     from wanted, opened where closed_at is null`,
    [key.runId, key.attempt],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { acceptedAt, createdAt, oomMemoryMb } = row;
  return { job: jobOf(row), acceptedAt, createdAt, oomMemoryMb };
}

/** What the attempt is really given, where that is not what its job says. */
export async function setMemory(db: Db, key: AttemptKey, memoryMb: number): Promise<void> {
  await db.query(`update attempt set memory_mb = $3 where run_id = $1 and attempt = $2`, [
    key.runId,
    key.attempt,
    memoryMb,
  ]);
}

/** Only the current attempt's are shown of the run, also after its end: the node may be told together with it. */
export async function setWhereabouts(
  db: Db,
  key: AttemptKey,
  at: { podName: string | null; node: string | null; instanceId?: string },
): Promise<void> {
  await db.query(
    `with told as (
       update attempt set node = $4 where run_id = $1 and attempt = $2 and node is distinct from $4 and $4 is not null
     )
     update run set pod_name = coalesce($3, pod_name), instance_dns_name = coalesce($4, instance_dns_name),
       instance_id = coalesce($5, instance_id)
     where run_id = $1 and attempt = $2 and (pod_name, instance_dns_name, instance_id)
       is distinct from (coalesce($3, pod_name), coalesce($4, instance_dns_name), coalesce($5, instance_id))`,
    [key.runId, key.attempt, at.podName, at.node, at.instanceId ?? null],
  );
}

/** Keeps the peaks. */
export async function recordUsage(
  db: Db,
  usages: { key: AttemptKey; memoryMb: number; cpuMilli: number }[],
): Promise<void> {
  await db.query(
    `update run set max_memory_used = greatest(max_memory_used, peak.memory), max_cpu_used = greatest(max_cpu_used, peak.cpu)
     from (
       select run_id, max(memory) as memory, max(cpu) as cpu
       from unnest($1::text[], $2::int[], $3::int[]) as used (run_id, memory, cpu) group by run_id
     ) peak
     where run.run_id = peak.run_id
       and (peak.memory > coalesce(max_memory_used, -1) or peak.cpu > coalesce(max_cpu_used, -1))`,
    [
      usages.map(({ key }) => key.runId),
      usages.map(({ memoryMb }) => Math.round(memoryMb)),
      usages.map(({ cpuMilli }) => Math.round(cpuMilli)),
    ],
  );
}

/** Whether something may still be started for the attempt. */
export async function isOpen(db: Db, key: AttemptKey): Promise<boolean> {
  const { rowCount } = await db.query(
    `select 1 from attempt where run_id = $1 and attempt = $2 and closed_at is null`,
    [key.runId, key.attempt],
  );
  return rowCount === 1;
}

/**
 * From here on nothing may be started for the attempt, even if it was never opened. Returns when a stop of it first
 * reached the backend, null while none has.
 */
export async function closeAttempt(db: Db, key: AttemptKey): Promise<Date | null> {
  const { rows } = await db.query<{ stopSentAt: Date | null }>(
    `insert into attempt (run_id, attempt, closed_at) select run_id, $2, now() from run where run_id = $1
     on conflict (run_id, attempt) do update set closed_at = coalesce(attempt.closed_at, now())
     returning stop_sent_at as "stopSentAt"`,
    [key.runId, key.attempt],
  );
  return rows[0]?.stopSentAt ?? null;
}

/**
 * The backend is about to be told to stop the attempt: how it ends from here on is our doing. The first time stays, and is returned;
 * `isFirst`: nobody had marked it before. Null: the attempt has no row.
 */
export async function markStopSent(db: Db, key: AttemptKey): Promise<{ at: Date; isFirst: boolean } | null> {
  const { rows } = await db.query<{ at: Date; isFirst: boolean }>(
    `with before as (select stop_sent_at from attempt where run_id = $1 and attempt = $2 for no key update)
     update attempt set stop_sent_at = coalesce(before.stop_sent_at, now()) from before where run_id = $1 and attempt = $2
     returning attempt.stop_sent_at as at, before.stop_sent_at is null as "isFirst"`,
    [key.runId, key.attempt],
  );
  return rows[0] ?? null;
}

/** What its backend showed, where nobody has told it yet; null changes nothing. */
export async function keepSeenExitCode(db: Db, key: AttemptKey, code: number | null): Promise<void> {
  if (code === null) return;
  await db.query(
    `update attempt set seen_exit_code = $3 where run_id = $1 and attempt = $2 and seen_exit_code is null`,
    [key.runId, key.attempt, code],
  );
}

/**
 * The backend has taken the attempt: the run shows PENDING. `created`: the backend object exists, so that from here on
 * its absence means loss. Both are kept once told; repeating changes nothing.
 */
export async function markAccepted(db: Db, key: AttemptKey, created: boolean): Promise<void> {
  await db.query(
    `with ${heldRun}, moved as (
       update run set phase = 'PENDING', note = null, next_attempt_at = null
       from held
       where run.run_id = held.run_id and phase <> 'STOPPED' and (attempt, phase) < ($2::int, 'PENDING'::phase)
         and attempt = $2
       returning run.run_id
     ), told as (
       insert into transition (run_id, attempt, phase, at) select run_id, $2, 'PENDING', now() from moved
     )
     update attempt set accepted_at = coalesce(accepted_at, now()),
       created_at = case when $3 then coalesce(created_at, now()) else created_at end
     from held where attempt.run_id = held.run_id and attempt = $2`,
    [key.runId, key.attempt, created],
  );
}

/** How an attempt ended that is followed by another one; the last one is written by `settle`. */
export async function endAttempt(
  db: Db,
  key: AttemptKey,
  end: { class: string; reason: string; seenExitCode: number | null; startedAt: Date | null; endedAt: Date },
): Promise<void> {
  await db.query(
    `with ${heldRun}, ended as (
       update attempt set closed_at = coalesce(closed_at, now()), ended_at = $3, outcome_class = $4, reason = $5,
         seen_exit_code = coalesce(seen_exit_code, $6::int), started_at = $7
       from held where attempt.run_id = held.run_id and attempt = $2 and ended_at is null
       returning memory_mb
     )
     update run set oom_memory = greatest(oom_memory, coalesce(memory_mb, (job->>'memoryMb')::int)), oom_at = $3
     from ended where run_id = $1 and $4 = 'OOM'`,
    [key.runId, key.attempt, end.endedAt, end.class, end.reason, end.seenExitCode, end.startedAt],
  );
}

export type OpenAttempt = AttemptKey & {
  /** Null while its submit is still at work. */
  createdAt: Date | null;
  startedTold: boolean;
};

/** All attempts of a cluster whose runs are open, for the observer's comparison. At most `limit`, after `afterRunId`. */
export async function openAttempts(
  db: Db,
  engine: string,
  cluster: string,
  afterRunId: string,
  limit: number,
): Promise<OpenAttempt[]> {
  const { rows } = await db.query<OpenAttempt>(
    `select run.run_id as "runId", attempt.attempt, attempt.created_at as "createdAt",
       attempt.started_told as "startedTold"
     from run join attempt on attempt.run_id = run.run_id and attempt.attempt = run.attempt
     where run.phase <> 'STOPPED' and engine = $1 and cluster_name = $2 and run.run_id > $3
     order by run.run_id limit $4`,
    [engine, cluster, afterRunId, limit],
  );
  return rows;
}

/**
 * Null: the run is not in this database. `wanted`: the attempt is the current one of an open run; while it is being stopped
 * it still is, for its workflow stops it with the grace that its owner asked for.
 */
export async function claimOn(db: Db, key: AttemptKey): Promise<{ wanted: boolean; startedTold: boolean } | null> {
  const { rows } = await db.query<{ wanted: boolean; startedTold: boolean }>(
    `select phase <> 'STOPPED' and run.attempt = $2 as wanted, coalesce(started_told, false) as "startedTold"
     from run left join attempt on attempt.run_id = run.run_id and attempt.attempt = $2 where run.run_id = $1`,
    [key.runId, key.attempt],
  );
  return rows[0] ?? null;
}

/** What is known of an attempt whose object is not there: whether it ever was, and how it ended where we removed it ourselves. */
export async function absenceOf(db: Db, key: AttemptKey): Promise<{ created: boolean; doomed: End | null }> {
  const { rows } = await db.query<{ created: boolean; doomed: End | null }>(
    `select created_at is not null as created, doomed from attempt where run_id = $1 and attempt = $2`,
    [key.runId, key.attempt],
  );
  return rows[0] ?? { created: false, doomed: null };
}

/** Keeps how an attempt ended before its object is removed; the first end stays. */
export async function markDoomed(db: Db, key: AttemptKey, end: End): Promise<void> {
  await db.query(`update attempt set doomed = coalesce(doomed, $3::jsonb) where run_id = $1 and attempt = $2`, [
    key.runId,
    key.attempt,
    JSON.stringify(end),
  ]);
}

/** The workflows of these runs know that their attempts started. */
export async function markStartedTold(db: Db, keys: AttemptKey[]): Promise<void> {
  await db.query(
    `update attempt set started_told = true
     from unnest($1::text[], $2::int[]) as told (run_id, attempt)
     where attempt.run_id = told.run_id and attempt.attempt = told.attempt`,
    [keys.map(({ runId }) => runId), keys.map(({ attempt }) => attempt)],
  );
}

/** A workflow that takes over a run knows nothing of its starts. */
export async function forgetStartedTold(db: Db, runId: string): Promise<void> {
  await db.query(`update attempt set started_told = false where run_id = $1 and started_told`, [runId]);
}

/** The attempts of a run that ever reached the backend, oldest first: where its logs are. */
export async function attemptsWithLogs(db: Db, runId: string): Promise<number[]> {
  const { rows } = await db.query<{ attempt: number }>(
    `select attempt from attempt where run_id = $1 and accepted_at is not null order by attempt`,
    [runId],
  );
  return rows.map(({ attempt }) => attempt);
}

/** Whether there ever was a backend object of the attempt; null: of any of the run's. */
export async function wasCreated(db: Db, runId: string, attempt: number | null): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from attempt where run_id = $1 and attempt = coalesce($2, attempt) and created_at is not null limit 1`,
    [runId, attempt],
  );
  return rowCount === 1;
}
