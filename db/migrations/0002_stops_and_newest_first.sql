-- When a stop first reached the backend (an end from then on is ours), and indexes for lists that begin with the newest.

alter table attempt add column stop_sent_at timestamptz;

drop index attempt_open;
drop index run_queued;
drop index run_finished;
create index run_queued on run (queued_at desc nulls last, run_id);
create index run_finished on run (finished_at desc nulls last, run_id);
