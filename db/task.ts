/** Queries on the part of `attempt` that tells which task of ECS it is. */
import type { AttemptKey } from '../domain/id';
import { heldRun } from './attempt';
import type { Db } from './pool';

type Asked = { askedAt: Date | null; unclearSince: Date | null };
type TaskRef = AttemptKey & Asked & { taskArn: string | null; definitionId: string; cancelledBy: string | null };

/** In the order of the keys; null for an attempt that was never opened. */
export async function taskRefs(db: Db, keys: AttemptKey[]): Promise<(TaskRef | null)[]> {
  const { rows } = await db.query<TaskRef & { n: number }>(
    `select (n - 1)::int as n, run.run_id as "runId", attempt.attempt, attempt.task_arn as "taskArn", asked_at as "askedAt",
       greatest(asked_at, seen_absent_at) as "unclearSince", executable_id as "definitionId",
       cancel_requested_by as "cancelledBy"
     from unnest($1::text[], $2::int[]) with ordinality as asked (run_id, attempt, n)
     join run on run.run_id = asked.run_id
     join attempt on attempt.run_id = asked.run_id and attempt.attempt = asked.attempt`,
    [keys.map(({ runId }) => runId), keys.map(({ attempt }) => attempt)],
  );
  const refs = new Map(rows.map(({ n, ...ref }) => [n, ref]));
  return keys.map((_, n) => refs.get(n) ?? null);
}

/** A task is about to be asked for. The first time of each placement try stays. Null: there is no such attempt. */
export async function askForTask(db: Db, key: AttemptKey): Promise<{ placementTry: number; earlier: Asked } | null> {
  const { rows } = await db.query<{ placementTry: number } & Asked>(
    `with before as (
       select placement_try, asked_at, seen_absent_at from attempt where run_id = $1 and attempt = $2 for update
     )
     update attempt set asked_at = coalesce(attempt.asked_at, now())
     from before where run_id = $1 and attempt = $2
     returning before.placement_try as "placementTry", before.asked_at as "askedAt",
       greatest(before.asked_at, before.seen_absent_at) as "unclearSince"`,
    [key.runId, key.attempt],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { placementTry, ...earlier } = row;
  return { placementTry, earlier };
}

/** The next task is asked for by another request. Repeated, or for an earlier try, it changes nothing. */
export async function taskRefused(db: Db, key: AttemptKey, placementTry: number): Promise<void> {
  await db.query(
    `update attempt set placement_try = placement_try + 1, asked_at = null, seen_absent_at = null
     where run_id = $1 and attempt = $2 and placement_try = $3 and task_arn is null`,
    [key.runId, key.attempt, placementTry],
  );
}

export async function taskAbsent(db: Db, key: AttemptKey, at: Date): Promise<void> {
  await db.query(
    `update attempt set seen_absent_at = greatest(seen_absent_at, $3)
     where run_id = $1 and attempt = $2 and asked_at is not null`,
    [key.runId, key.attempt, at],
  );
}

/** The first one stays. Only the current attempt's is shown of the run. */
export async function taskPlaced(db: Db, key: AttemptKey, taskArn: string): Promise<void> {
  await db.query(
    `with ${heldRun}, shown as (
       update run set task_arn = $3 from held where run.run_id = held.run_id and attempt = $2 and task_arn = ''
     )
     update attempt set task_arn = coalesce(task_arn, $3)
     from held where attempt.run_id = held.run_id and attempt = $2`,
    [key.runId, key.attempt, taskArn],
  );
}

/** The tasks of open attempts of a cluster. At most `limit`, after `afterRunId`. */
export async function openTasks(
  db: Db,
  engine: string,
  cluster: string,
  afterRunId: string,
  limit: number,
): Promise<{ runId: string; taskArn: string }[]> {
  const { rows } = await db.query<{ runId: string; taskArn: string }>(
    `select run.run_id as "runId", attempt.task_arn as "taskArn"
     from run join attempt on attempt.run_id = run.run_id and attempt.attempt = run.attempt
     where run.phase <> 'STOPPED' and engine = $1 and cluster_name = $2 and run.run_id > $3 and attempt.task_arn is not null
     order by run.run_id limit $4`,
    [engine, cluster, afterRunId, limit],
  );
  return rows;
}
