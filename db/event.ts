/** Queries on `backend_event`: what a backend reported about a run's attempts, for people to read. */
import type { AttemptKey } from '../domain/id';
import type { Db } from './pool';

/** `id`: the same event told again has the same one. `at`: ms since the epoch. */
type ReportedEvent = {
  key: AttemptKey;
  id: string;
  at: number;
  type: string;
  reason: string;
  message: string;
  source: string;
};

type StoredEvent = { attempt: number; at: Date; type: string; reason: string; message: string; source: string };

/** The first ones are kept: they tell how it came about, and a noisy run writes no more after them. */
const eventsPerRun = 200;

/** Events of runs that are not ours are dropped; one that is told again keeps its latest time and message. */
export async function insertEvents(db: Db, events: ReportedEvent[]): Promise<void> {
  if (events.length === 0) return;
  await db.query(
    `with told as (
       select distinct on (run_id, attempt, id) * from jsonb_to_recordset($1::jsonb)
         as told (run_id text, attempt int, id text, at double precision, type text, reason text, message text, source text)
       order by run_id, attempt, id, at desc
     ), placed as (
       select told.*, known.event_id is not null as is_known,
         (select count(*) from backend_event kept where kept.run_id = told.run_id)
           + row_number() over (partition by told.run_id, known.event_id is null order by told.at, told.id) as place
       from told join run on run.run_id = told.run_id
         left join backend_event known on known.run_id = told.run_id and known.attempt = told.attempt
           and known.event_id = told.id
     )
     insert into backend_event (run_id, attempt, event_id, at, type, reason, message, source)
     select run_id, attempt, id, to_timestamp(at / 1000), type, reason, message, source
     from placed where is_known or place <= $2
     on conflict (run_id, attempt, event_id) do update set at = excluded.at, message = excluded.message
     where excluded.at > backend_event.at`,
    [
      JSON.stringify(
        events.map(({ key, at, ...texts }) => ({
          run_id: key.runId,
          attempt: key.attempt,
          at,
          id: storable(texts.id),
          type: storable(texts.type),
          reason: storable(texts.reason),
          message: storable(texts.message),
          source: storable(texts.source),
        })),
      ),
      eventsPerRun,
    ],
  );
}

/** Without what Postgres refuses: one such event would keep all others out. */
function storable(text: string): string {
  return text.replace(/\0|\p{Surrogate}/gu, '\ufffd');
}

/** Oldest first. */
export async function eventsOf(db: Db, runId: string): Promise<StoredEvent[]> {
  const { rows } = await db.query<StoredEvent>(
    `select attempt, at, type, reason, message, source from backend_event
     where run_id = $1 order by at, attempt, event_id`,
    [runId],
  );
  return rows;
}
