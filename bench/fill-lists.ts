/** Runs and their definitions, as an installation may have gathered them in half a year: the same ones each time. */
import type { Pool, PoolClient } from 'pg';

export const definitions = 20_000;
export const owners = 300;
const rowsAtOnce = 25_000;
const openRuns = 2000;
const spanSeconds = 15_000_000;

export async function fillLists(pool: Pool, runs: number): Promise<void> {
  const db = await pool.connect();
  try {
    await db.query(`set statement_timeout = 0; set maintenance_work_mem = '256MB'`);
    await fill(db, runs);
  } finally {
    db.release(true);
  }
}

async function fill(db: PoolClient, runs: number): Promise<void> {
  await db.query(
    `insert into definition (definition_id, alias, group_name, image, command, memory, cpu, env, tags)
     select 'def-' || n,
       (array['etl', 'train', 'report', 'sync', 'export', 'score', 'clean', 'ingest'])[1 + n % 8] || '-' ||
         (array['orders', 'users', 'clicks', 'stock', 'prices', 'mails', 'visits'])[1 + n % 7] || '-' || n,
       'group-' || n % 200, 'registry.example.com/team-' || n % 50 || '/app-' || n % 700 || ':1.' || n % 20,
       'python -m jobs.run --job ' || n || ' --date "$DATE"', 512 + n % 16 * 128, 512,
       jsonb_build_array(jsonb_build_object('name', 'STAGE', 'value', 'prod')),
       array['team-' || n % 50, case when n % 3 = 0 then 'daily' else 'hourly' end]
     from generate_series(0, $1 - 1) n`,
    [definitions],
  );
  // What triggers and indexes would do for each row is done for all at the end.
  const { rows: indexes } = await db.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes where tablename = 'run' and indexname <> 'run_pkey'`,
  );
  for (const { name } of indexes) await db.query(`drop index ${name}`);
  await db.query('alter table run disable trigger all');
  for (let from = 0; from < runs; from += rowsAtOnce) await insertRuns(db, runs, from);
  await db.query('alter table run enable trigger all');
  for (const { definition } of indexes) await db.query(definition);
  await db.query('select tally_runs_anew()');
  await db.query('vacuum analyze');
}

/**
 * A fifth of the runs is of one definition, a tenth of another, of the others few have most; one in fifty failed; nine of ten are of
 * their definition's usual owner. `part(n, k)` is as good as random, from 0 to 1.
 */
async function insertRuns(db: PoolClient, runs: number, from: number): Promise<void> {
  const to = Math.min(runs, from + rowsAtOnce) - 1;
  const part = (n: string, salt: number): string => `((hashint8extended(${n}, ${salt}) & 1048575) / 1048576.0)`;
  await db.query(
    `insert into run (run_id, definition_id, executable_id, executable_type, alias, group_name, image, engine, cluster_name,
       "user", node_lifecycle, active_deadline_seconds, command, command_hash, env, job, phase, exit_code, exit_reason,
       outcome_class, queued_at, started_at, finished_at, instance_dns_name)
     select engine || '-' || md5(n::text), definition_id, definition_id, 'task_definition', alias, group_name, image, engine,
       'cluster-' || c, 'owner-' || o || '@example.com', 'spot', 172800, command, md5(command), env,
       jsonb_build_object('image', image, 'command', command, 'env', env, 'memoryMb', memory, 'cpu', cpu), phase,
       case outcome when 'SUCCESS' then 0 when 'USER' then 2 when 'OOM' then 137 when 'CANCELLED' then 1 end,
       case outcome when 'SUCCESS' then 'Command exited with code 0' when 'USER' then 'Command exited with code 2'
         else outcome end,
       outcome, at, case when phase not in ('QUEUED', 'PENDING') then at + interval '20 seconds' end,
       case when phase = 'STOPPED' then at + interval '10 minutes' end, 'ip-10-0-0-' || n % 250
     from (
       select n, case n % 10 when 3 then 0 when 6 then 0 when 9 then 1 else floor(power(${part('n', 1)}, 3) * $3)::int end as d,
         now() - ($4 - n) * make_interval(secs => $6) as at,
         case when n < $4 - $5 and n % 100000 <> 7 then 'STOPPED'
           else (array['QUEUED', 'PENDING', 'RUNNING', 'RUNNING', 'NEEDS_RETRY'])[1 + n % 5] end::phase as phase,
         ${part('n', 2)} as x
       from generate_series($1::bigint, $2::bigint) n
     ) chosen
     cross join lateral (
       select case when d % 5 = 4 then 'ecs' else 'eks' end as engine, case when d % 5 = 4 then 3 else d % 3 end as c,
         floor(power(${part(`case when n % 10 = 0 then n else d + 5000000 end`, 3)}, 2) * ${owners})::int as o,
         case when phase = 'STOPPED' then
           case when x < 0.97 then 'SUCCESS' when x < 0.98 then 'CANCELLED' when x < 0.993 then 'USER' when x < 0.997 then 'OOM'
             when x < 0.998 then 'TIMEOUT' when x < 0.9995 then 'INFRA_LOST' else 'CONFIG' end end as outcome
     ) placed
     join (select definition_id, alias, group_name, image, command, memory, cpu from definition) of
       on of.definition_id = 'def-' || d
     cross join lateral (
       select jsonb_build_array(jsonb_build_object('name', 'FLOTILLA_SERVER_MODE', 'value', 'prod'),
         jsonb_build_object('name', 'FLOTILLA_RUN_ID', 'value', engine || '-' || md5(n::text)),
         jsonb_build_object('name', 'DATE', 'value', to_char(at, 'YYYY-MM-DD')),
         jsonb_build_object('name', 'TICKET', 'value', (n % 100000)::text)) as env
     ) surrounded`,
    [from, to, definitions, runs, openRuns, spanSeconds / runs],
  );
}
