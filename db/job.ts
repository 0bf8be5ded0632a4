/** The frozen job of a run, as its engine needs it. */
import { anywhere, type Job } from '../domain/job';
import type { AttemptKey } from '../domain/id';
import type { Db } from './pool';

/** What `jobOf` needs of a row of `run`. */
export const jobColumns = `job, "user", node_lifecycle, active_deadline_seconds`;
export type JobRow = {
  job: Partial<Job> & Omit<Job, 'nodeLifecycle' | 'owner' | 'deadlineSeconds' | keyof typeof anywhere>;
  user: string;
  node_lifecycle: Job['nodeLifecycle'];
  active_deadline_seconds: number;
};

/** Complete, also where the run was accepted before jobs knew their placement. */
export function jobOf(row: JobRow): Job {
  return {
    ...anywhere,
    nodeLifecycle: row.node_lifecycle,
    owner: row.user,
    deadlineSeconds: row.active_deadline_seconds,
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
