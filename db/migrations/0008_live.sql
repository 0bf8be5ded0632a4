-- Keys that make an execution one, what happens to runs as a stream that no reader can miss a part of, webhooks, stops of many.

create table idempotence_key (
  idempotence_key text primary key,
  run_id text not null,
  -- of what was asked for with it: another request with the same key is a mistake
  request_hash text not null,
  created_at timestamptz not null default now()
);

create index idempotence_key_created on idempotence_key (created_at);

alter table run add column idempotence_key text;
-- the earlier run that it was executed like
alter table run add column origin_run_id text;

create index run_idempotence_key on run (idempotence_key) where idempotence_key is not null;

-- What happens to runs, in the words of the API, written by triggers in the transaction that does it. Its readers go by
-- (xid, event_id) and only up to the oldest transaction that is still open: numbers alone would be committed out of their order, and
-- a reader would pass by the late ones.
create table run_event (
  event_id bigint primary key generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  run_id text not null,
  kind text not null,
  at timestamptz not null default clock_timestamp(),
  data jsonb not null
);

create index run_event_order on run_event (xid, event_id);
create index run_event_run on run_event (run_id, xid, event_id);
create index run_event_definition on run_event ((data->>'definition_id'), xid, event_id);

-- Up to where the events have been removed.
create table run_event_removed (xid xid8 not null, event_id bigint not null);
insert into run_event_removed values ('0', 0);

-- Grows with each change that is told: of two answers about a run, the one with the higher version is the newer one.
alter table run add column version bigint not null default 1;

create function wire_time(moment timestamptz) returns text language sql stable as
  $$ select to_char(moment at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;

-- Commits that notify wait for each other: so only one at a time does, and readers look again soon after they were woken.
create function wake_readers() returns void language plpgsql as $$
begin
  if pg_try_advisory_xact_lock(8, 1) then
    perform pg_notify('run_event', '');
  end if;
end $$;

-- Whether an end is written together with a beginning that nobody had seen: then both are told.
create function began_unseen(was run, became run) returns boolean language sql immutable as
  $$ select became.phase = 'STOPPED' and was.phase < 'RUNNING' and became.started_at is not null $$;

create function count_version() returns trigger language plpgsql as $$
begin
  new.version := old.version + case when began_unseen(old, new) then 2 else 1 end;
  return new;
end $$;

create function tell_run() returns trigger language plpgsql as $$
declare
  moved boolean := tg_op = 'INSERT';
begin
  if not moved then
    moved := (old.attempt, old.phase) is distinct from (new.attempt, new.phase);
    if began_unseen(old, new) then
      insert into run_event (run_id, kind, data)
      values (new.run_id, 'status', jsonb_build_object(
        'run_id', new.run_id,
        'version', new.version - 1,
        'status', 'RUNNING',
        'attempt', new.attempt,
        'at', wire_time(new.started_at),
        'definition_id', new.executable_id,
        'alias', new.alias,
        'user', new."user",
        'engine', new.engine,
        'cluster', new.cluster_name,
        'queued_at', wire_time(new.queued_at),
        'started_at', wire_time(new.started_at)));
    end if;
  end if;
  insert into run_event (run_id, kind, data)
  values (new.run_id, case when moved then 'status' else 'note' end, jsonb_strip_nulls(jsonb_build_object(
    'run_id', new.run_id,
    'version', new.version,
    'status', new.phase,
    'attempt', new.attempt,
    'at', wire_time(case when not moved then now() when new.phase = 'STOPPED' then new.finished_at
      when new.phase = 'RUNNING' then new.started_at when tg_op = 'INSERT' then new.queued_at else now() end),
    'note', new.note,
    'definition_id', new.executable_id,
    'alias', new.alias,
    'user', new."user",
    'engine', new.engine,
    'cluster', new.cluster_name,
    'queued_at', wire_time(new.queued_at),
    'started_at', wire_time(new.started_at),
    'finished_at', wire_time(new.finished_at),
    'exit_code', new.exit_code,
    'exit_reason', new.exit_reason,
    'outcome', new.outcome_class,
    'stop_requested_at', wire_time(new.cancel_requested_at),
    'stop_requested_by', new.cancel_requested_by)));
  perform wake_readers();
  return null;
end $$;

create trigger run_version before update on run for each row
  when ((old.attempt, old.phase, old.note, old.cancel_requested_by)
    is distinct from (new.attempt, new.phase, new.note, new.cancel_requested_by))
  execute function count_version();
create trigger run_accepted after insert on run for each row execute function tell_run();
create trigger run_changed after update on run for each row
  when ((old.attempt, old.phase, old.note, old.cancel_requested_by)
    is distinct from (new.attempt, new.phase, new.note, new.cancel_requested_by))
  execute function tell_run();

create function tell_attempt() returns trigger language plpgsql as $$
begin
  insert into run_event (run_id, kind, data)
  select new.run_id, 'attempt', jsonb_strip_nulls(jsonb_build_object(
    'run_id', new.run_id,
    'attempt', new.attempt,
    'definition_id', run.executable_id,
    'alias', run.alias,
    'opened_at', wire_time(new.opened_at),
    'accepted_at', wire_time(new.accepted_at),
    'started_at', wire_time(new.started_at),
    'ended_at', wire_time(new.ended_at),
    'node', new.node,
    'exit_code', new.seen_exit_code,
    'exit_reason', new.reason,
    'outcome', new.outcome_class))
  from run where run.run_id = new.run_id;
  perform wake_readers();
  return null;
end $$;

create trigger attempt_opened after insert on attempt for each row execute function tell_attempt();
create trigger attempt_changed after update on attempt for each row
  when ((old.accepted_at, old.started_at, old.ended_at, old.node, old.outcome_class)
    is distinct from (new.accepted_at, new.started_at, new.ended_at, new.node, new.outcome_class))
  execute function tell_attempt();

-- Who is told of run events by requests of ours, up to where each was, and how it goes.
create table webhook (
  webhook_id text primary key,
  -- a definition's or a template's id; null: of all
  definition_id text,
  url text not null,
  secret text not null,
  kinds text[] not null,
  created_at timestamptz not null default now(),
  xid xid8 not null default pg_snapshot_xmin(pg_current_snapshot()),
  event_id bigint not null default 0,
  -- of the last event that was delivered
  sequence bigint not null default 0,
  tries int not null default 0,
  failing_since timestamptz,
  next_at timestamptz not null default now(),
  last_error text,
  disabled_at timestamptz,
  -- events were removed before they were delivered
  lost_at timestamptz
);

-- A stop of many runs, and which: those that matched when it was asked for. Removed some days after all are told of it.
create table bulk_stop (
  stop_id text primary key,
  asked_by text not null,
  -- as it was sent
  filter jsonb not null,
  -- how many open runs their jobs had started, which are cancelled with them
  spawned int not null default 0,
  created_at timestamptz not null default now(),
  -- all cancels are kept
  told_at timestamptz
);

create index bulk_stop_untold on bulk_stop (created_at) where told_at is null;

create table bulk_stop_run (
  stop_id text not null references bulk_stop on delete cascade,
  run_id text not null,
  told boolean not null default false,
  primary key (stop_id, run_id)
);

create index bulk_stop_run_untold on bulk_stop_run (stop_id, run_id) where not told;

-- How many open runs the jobs of these have started, at any depth.
create function open_below(run_ids text[]) returns int language sql stable as $$
  with recursive family as (
    select unnest(run_ids) as run_id
    union
    select run.run_id from run join family on run.parent_run_id = family.run_id
  ), below as (
    select run_id from family except select unnest(run_ids)
  )
  select count(*)::int from below join run using (run_id) where phase <> 'STOPPED'
$$;

-- Deletion takes the runs that are open with it by a bulk stop, kept in the same transaction: no run is accepted in between.
drop function delete_definition(text, boolean);
create function delete_definition(id text, stop text, asker text, out result text, out stopping int) language plpgsql as $$
begin
  stopping := 0;
  perform 1 from definition where definition_id = id and deleted_at is null for update;
  if not found then result := 'missing'; return; end if;
  if stop is not null then
    insert into bulk_stop (stop_id, asked_by, filter)
    values (stop, asker, jsonb_build_object('filter', jsonb_build_object('definition_id', id)));
    insert into bulk_stop_run (stop_id, run_id)
    select stop, run_id from run where executable_id = id and phase <> 'STOPPED' and cancel_requested_at is null;
    get diagnostics stopping = row_count;
    update bulk_stop set spawned = open_below(array(select run_id from bulk_stop_run where stop_id = stop)) where stop_id = stop;
  elsif exists (select 1 from run where executable_id = id and phase <> 'STOPPED') then
    result := 'active'; return;
  end if;
  update definition set deleted_at = now() where definition_id = id;
  result := 'deleted';
end $$;
