/** Queries on `worker`: how much of each kind of work operators let be done. What has no row is as it was installed. */
import type { Db } from './pool';

export type WorkerCount = { type: string; engine: string; count: number };

export async function workerCounts(db: Db): Promise<WorkerCount[]> {
  const { rows } = await db.query<WorkerCount>(
    `select worker_type as type, engine, count_per_instance as count from worker`,
  );
  return rows;
}

/** Those whose pickup an operator has paused. */
export async function pausedEngines(db: Db): Promise<string[]> {
  const { rows } = await db.query<{ engine: string }>(
    `select engine from worker where worker_type = 'submit' and count_per_instance = 0`,
  );
  return rows.map(({ engine }) => engine);
}

/** All of them or, where one cannot be kept, none. */
export async function setWorkerCounts(db: Db, counts: WorkerCount[]): Promise<void> {
  await db.query(
    `insert into worker (worker_type, engine, count_per_instance)
     select * from unnest($1::text[], $2::text[], $3::int[])
     on conflict (worker_type, engine) do update set count_per_instance = excluded.count_per_instance, updated_at = now()`,
    [counts.map(({ type }) => type), counts.map(({ engine }) => engine), counts.map(({ count }) => count)],
  );
}
