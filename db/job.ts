/** The frozen job of a run, as its engine needs it. */
import { anywhere, type Job } from '../domain/job';
import type { AttemptKey } from '../domain/id';
import type { Db } from './pool';

/** What `jobOf` needs of a row of `run`. */
export const jobColumns = `job, "user", node_lifecycle, active_deadline_seconds, executable_id, alias, group_name`;
export type JobRow = {
  job: Partial<Job> & Omit<Job, 'nodeLifecycle' | 'owner' | 'deadlineSeconds' | 'source' | keyof typeof anywhere>;
  user: string;
  node_lifecycle: Job['nodeLifecycle'];
  active_deadline_seconds: number;
  executable_id: string;
  alias: string;
  group_name: string;
};

/** Complete, also where the run was accepted before jobs knew their placement or their source. */
export function jobOf(row: JobRow): Job {
  return {
    ...anywhere,
    nodeLifecycle: row.node_lifecycle,
    owner: row.user,
    deadlineSeconds: row.active_deadline_seconds,
    source: { definitionId: row.executable_id, alias: row.alias, groupName: row.group_name, tags: [] },
    ...row.job,
  };
}

/** Null for an unknown run. Its memory is what the attempt was given, where that is known. */
export async function jobOfAttempt(db: Db, key: AttemptKey): Promise<Job | null> {
  const { rows } = await db.query<JobRow & { memory_mb: number | null }>(
    `select ${jobColumns}, memory_mb from run
       left join attempt on attempt.run_id = run.run_id and attempt.attempt = $2
     where run.run_id = $1`,
    [key.runId, key.attempt],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const job = jobOf(row);
  return { ...job, memoryMb: row.memory_mb ?? job.memoryMb };
}

/** What the attempt's backend object was made with, in MB. Null while there is none, or where nobody said how much. */
export async function memoryGiven(db: Db, key: AttemptKey): Promise<number | null> {
  const { rows } = await db.query<{ memoryMb: number | null }>(
    `select coalesce(memory_mb, (job->>'memoryMb')::int) as "memoryMb"
     from run join attempt on attempt.run_id = run.run_id
     where run.run_id = $1 and attempt.attempt = $2 and created_at is not null`,
    [key.runId, key.attempt],
  );
  return rows[0]?.memoryMb ?? null;
}
