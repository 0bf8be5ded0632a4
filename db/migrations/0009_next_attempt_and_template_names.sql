-- When what a run waits for is tried again, what its template is called, and templates in the order in which they were written.

-- When the next attempt, or the next try for room, begins. It goes with the note, and is not taken away when it is past.
alter table run add column next_attempt_at timestamptz;

-- Of a version of a template, in the words of the API.
create function template_facts(id text) returns jsonb language sql stable as $$
  select coalesce((select jsonb_build_object('template_id', template_id, 'template_name', template_name,
    'template_version', version) from template where template_id = id), '{}')
$$;

create or replace function tell_run() returns trigger language plpgsql as $$
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
        'started_at', wire_time(new.started_at)) || template_facts(new.template_id));
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
    'next_attempt_at', wire_time(new.next_attempt_at),
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
    'stop_requested_by', new.cancel_requested_by)) || template_facts(new.template_id));
  perform wake_readers();
  return null;
end $$;

drop trigger run_version on run;
create trigger run_version before update on run for each row
  when ((old.attempt, old.phase, old.note, old.next_attempt_at, old.cancel_requested_by)
    is distinct from (new.attempt, new.phase, new.note, new.next_attempt_at, new.cancel_requested_by))
  execute function count_version();
drop trigger run_changed on run;
create trigger run_changed after update on run for each row
  when ((old.attempt, old.phase, old.note, old.next_attempt_at, old.cancel_requested_by)
    is distinct from (new.attempt, new.phase, new.note, new.next_attempt_at, new.cancel_requested_by))
  execute function tell_run();

-- Forms show fields in their order, which jsonb does not keep.
alter table template
  alter column schema type json,
  alter column defaults drop default,
  alter column defaults type json,
  alter column defaults set default '{}';
