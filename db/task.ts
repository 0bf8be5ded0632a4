/** Queries on the part of `attempt` that tells which task of ECS it is. */
import type { AttemptKey } from '../domain/id';
import { heldRun } from './attempt';
import type { Db } from './pool';

/** Requests that may have made a task which nobody knows: when the first and the last of them was sent. */
type Doubt = { since: Date; last: Date };

type TaskRef = AttemptKey & {
  taskArn: string | null;
  placedAt: Date | null;
  placementTry: number;
  doubt: Doubt | null;
  definitionId: string;
  cancelledBy: string | null;
};

/** In the order of the keys; null for an attempt that was never opened. */
export async function taskRefs(db: Db, keys: AttemptKey[]): Promise<(TaskRef | null)[]> {
  const { rows } = await db.query<Omit<TaskRef, 'doubt'> & { n: number; since: Date | null; last: Date | null }>(
    `select (n - 1)::int as n, run.run_id as "runId", attempt.attempt, attempt.task_arn as "taskArn",
       placed_at as "placedAt", placement_try as "placementTry", asked_at as since, last_asked_at as last,
       executable_id as "definitionId", cancel_requested_by as "cancelledBy"
     from unnest($1::text[], $2::int[]) with ordinality as asked (run_id, attempt, n)
     join run on run.run_id = asked.run_id
     join attempt on attempt.run_id = asked.run_id and attempt.attempt = asked.attempt`,
    [keys.map(({ runId }) => runId), keys.map(({ attempt }) => attempt)],
  );
  const refs = new Map(rows.map(({ n, since, last, ...ref }) => [n, { ...ref, doubt: doubtOf(since, last) }]));
  return keys.map((_, n) => refs.get(n) ?? null);
}

/**
 * A task is about to be asked for, at `at`. `earlier`: what was in doubt before. Null: there is no such attempt, or it is closed and
 * nothing may be started for it.
 */
export async function askForTask(
  db: Db,
  key: AttemptKey,
): Promise<{ placementTry: number; at: Date; earlier: Doubt | null } | null> {
  const { rows } = await db.query<{ placementTry: number; at: Date; since: Date | null; last: Date | null }>(
    `with before as (
       select placement_try, asked_at, last_asked_at,
         -- No two of an attempt at the same time: by it they are told apart.
         greatest(date_trunc('milliseconds', clock_timestamp()), last_asked_at + interval '1 millisecond') as at
       from attempt where run_id = $1 and attempt = $2 and closed_at is null for update
     )
     update attempt set asked_at = coalesce(attempt.asked_at, before.at), last_asked_at = before.at
     from before where run_id = $1 and attempt = $2
     returning before.placement_try as "placementTry", before.at, before.asked_at as since, before.last_asked_at as last`,
    [key.runId, key.attempt],
  );
  const [row] = rows;
  if (row === undefined) return null;
  return { placementTry: row.placementTry, at: row.at, earlier: doubtOf(row.since, row.last) };
}

/** No task came of what was asked for at `at`: in doubt is what was before. Nothing changes where it was asked for again since. */
export async function taskNotMade(db: Db, key: AttemptKey, at: Date, earlier: Doubt | null): Promise<void> {
  await db.query(
    `update attempt set asked_at = $4, last_asked_at = $5 where run_id = $1 and attempt = $2 and last_asked_at = $3`,
    [key.runId, key.attempt, at, earlier?.since ?? null, earlier?.last ?? null],
  );
}

/** The next task is asked for by another request. Repeated, or for an earlier try, it changes nothing. */
export async function taskRefused(db: Db, key: AttemptKey, placementTry: number): Promise<void> {
  await db.query(
    `update attempt set placement_try = placement_try + 1, asked_at = null, last_asked_at = null
     where run_id = $1 and attempt = $2 and placement_try = $3 and task_arn is null`,
    [key.runId, key.attempt, placementTry],
  );
}

/**
 * The backend has taken the attempt. Returns the task that it has: the first one stays. Null: there is no such attempt. Only the
 * current attempt's is shown of the run.
 */
export async function taskPlaced(db: Db, key: AttemptKey, taskArn: string): Promise<string | null> {
  const { rows } = await db.query<{ taskArn: string }>(
    `with ${heldRun}, shown as (
       update run set task_arn = $3 from held where run.run_id = held.run_id and attempt = $2 and task_arn = ''
     )
     update attempt set task_arn = coalesce(task_arn, $3), placed_at = coalesce(placed_at, now()),
       accepted_at = coalesce(accepted_at, now()), created_at = coalesce(created_at, now())
     from held where attempt.run_id = held.run_id and attempt = $2
     returning task_arn as "taskArn"`,
    [key.runId, key.attempt, taskArn],
  );
  return rows[0]?.taskArn ?? null;
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
     where run.phase <> 'STOPPED' and engine = $1 and cluster_name = $2 and run.run_id > $3
       and attempt.task_arn is not null
     order by run.run_id limit $4`,
    [engine, cluster, afterRunId, limit],
  );
  return rows;
}

function doubtOf(since: Date | null, last: Date | null): Doubt | null {
  return since === null || last === null ? null : { since, last };
}
