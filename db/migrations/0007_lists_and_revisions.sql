-- Lists that stay fast at a million runs, totals that are kept instead of counted, and the revisions of definitions.

-- The UI's pages: newest first, of one definition or template, owner, or name.
create index run_executable_queued on run (executable_id, queued_at desc nulls last, run_id);
create index run_user_queued on run ("user", queued_at desc nulls last, run_id);
create index run_named_queued on run (alias, group_name, queued_at desc nulls last, run_id);
-- Few runs, with all that they are filtered by: the failed ones are found and counted here, without their rows.
create index run_unsuccessful on run (queued_at desc nulls last, run_id)
  include (outcome_class, executable_id, alias, group_name, "user", engine, cluster_name, started_at)
  where outcome_class <> 'SUCCESS';
-- By status: open runs are few and have run_open; of all others the newest are found at once.
drop index run_phase_started;
drop index run_executable_started;
drop index run_definition_started;

create index definition_by_alias on definition (alias, definition_id) where deleted_at is null;
create index definition_tags on definition using gin (tags);

-- What runs are called: few rows, so that a search for a part of a name looks at each of them. How many runs are over is kept here by
-- class of outcome, too: a sum over names is what the lists' search asks for most.
create table run_kind (
  kind_id int generated always as identity primary key,
  executable_id text not null,
  alias text not null,
  group_name text not null,
  n jsonb not null default '{}',
  unique (executable_id, alias, group_name)
) with (fillfactor = 80);
create index run_kind_alias on run_kind (alias);

-- How many runs are over, by all that a list is usually filtered by: a total is their sum, and the count of the open ones.
create table run_tally (
  kind_id int not null references run_kind,
  engine text not null,
  cluster_name text not null,
  "user" text not null,
  outcome_class text not null,
  n bigint not null,
  primary key (kind_id, engine, cluster_name, "user", outcome_class)
);

-- The same over all kinds.
create table run_tally_all (
  engine text not null,
  cluster_name text not null,
  "user" text not null,
  outcome_class text not null,
  n bigint not null,
  primary key (engine, cluster_name, "user", outcome_class)
);

create function name_run_kind() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from run_kind
    where executable_id = new.executable_id and alias = new.alias and group_name = new.group_name) then
    insert into run_kind (executable_id, alias, group_name) values (new.executable_id, new.alias, new.group_name)
    on conflict do nothing;
  end if;
  return null;
end
$$;

create function tally_run(of run, change int) returns void language plpgsql as $$
declare
  kind int;
begin
  update run_kind set n = n || jsonb_build_object(of.outcome_class, coalesce((n->>of.outcome_class)::bigint, 0) + change)
  where executable_id = of.executable_id and alias = of.alias and group_name = of.group_name
  returning kind_id into strict kind;
  insert into run_tally (kind_id, engine, cluster_name, "user", outcome_class, n)
  values (kind, of.engine, of.cluster_name, of."user", of.outcome_class, change)
  on conflict (kind_id, engine, cluster_name, "user", outcome_class) do update set n = run_tally.n + excluded.n;
  insert into run_tally_all (engine, cluster_name, "user", outcome_class, n)
  values (of.engine, of.cluster_name, of."user", of.outcome_class, change)
  on conflict (engine, cluster_name, "user", outcome_class) do update set n = run_tally_all.n + excluded.n;
end
$$;

create function keep_run_tallies() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' and old.phase = 'STOPPED' then perform tally_run(old, -1); end if;
  if tg_op <> 'DELETE' and new.phase = 'STOPPED' then perform tally_run(new, 1); end if;
  return null;
end
$$;

-- Named so that a run has its kind before it is tallied: triggers fire in the order of their names.
create trigger run_1_named after insert on run for each row execute function name_run_kind();
create trigger run_1_renamed after update on run for each row
  when ((old.executable_id, old.alias, old.group_name) is distinct from (new.executable_id, new.alias, new.group_name))
  execute function name_run_kind();
create trigger run_2_tallied after insert on run for each row when (new.phase = 'STOPPED') execute function keep_run_tallies();
create trigger run_2_tallied_again after update on run for each row
  when ((old.phase = 'STOPPED' or new.phase = 'STOPPED') and
    (old.phase, old.outcome_class, old.executable_id, old.alias, old.group_name, old.engine, old.cluster_name, old."user")
    is distinct from
    (new.phase, new.outcome_class, new.executable_id, new.alias, new.group_name, new.engine, new.cluster_name, new."user"))
  execute function keep_run_tallies();
create trigger run_2_untallied after delete on run for each row when (old.phase = 'STOPPED') execute function keep_run_tallies();

-- Counts all runs anew: for those that were there before, and after rows were written with triggers off.
create function tally_runs_anew() returns void language plpgsql as $$
begin
  lock table run in share row exclusive mode;
  delete from run_tally;
  delete from run_tally_all;
  insert into run_kind (executable_id, alias, group_name) select distinct executable_id, alias, group_name from run
  on conflict do nothing;
  insert into run_tally (kind_id, engine, cluster_name, "user", outcome_class, n)
  select kind_id, engine, cluster_name, "user", outcome_class, count(*)
  from run join run_kind using (executable_id, alias, group_name) where phase = 'STOPPED' group by 1, 2, 3, 4, 5;
  insert into run_tally_all (engine, cluster_name, "user", outcome_class, n)
  select engine, cluster_name, "user", outcome_class, sum(n) from run_tally group by 1, 2, 3, 4;
  update run_kind set n = coalesce((select jsonb_object_agg(outcome_class, total) from (
    select outcome_class, sum(n) as total from run_tally where run_tally.kind_id = run_kind.kind_id group by 1) of_kind), '{}');
end
$$;

select tally_runs_anew();

alter table definition
  add column revision int not null default 1,
  -- who made this revision
  add column changed_by text;

-- Every state that a definition was ever in. Never changed, and kept when it is deleted: runs were made from it.
create table definition_revision (
  definition_id text not null references definition,
  revision int not null,
  -- the row of definition, without what is not its content
  content jsonb not null,
  made_at timestamptz not null,
  made_by text,
  primary key (definition_id, revision)
);

create function definition_content(of definition) returns jsonb language sql stable as $$
  select to_jsonb(of) - '{created_at, updated_at, deleted_at, revision, changed_by}'::text[]
$$;

-- By triggers: whoever writes, also a process of the release before, makes a revision, in the same transaction.
create function number_revision() returns trigger language plpgsql as $$
begin
  new.revision := old.revision;
  if definition_content(new) is distinct from definition_content(old) then
    new.revision := old.revision + 1;
  else
    new.changed_by := old.changed_by;
  end if;
  return new;
end
$$;

create function keep_revision() returns trigger language plpgsql as $$
begin
  insert into definition_revision (definition_id, revision, content, made_at, made_by)
  values (new.definition_id, new.revision, definition_content(new), new.updated_at, new.changed_by);
  return null;
end
$$;

create trigger definition_numbered before update on definition for each row execute function number_revision();
create trigger definition_made after insert on definition for each row execute function keep_revision();
create trigger definition_changed after update on definition for each row when (new.revision <> old.revision)
  execute function keep_revision();

insert into definition_revision (definition_id, revision, content, made_at)
select definition_id, revision, definition_content(definition), updated_at from definition;

-- A function, because each of its statements sees what was committed while the first one waited: a run that was just accepted.
-- With `stopping`, runs whose stop was asked for are in nobody's way.
create function delete_definition(id text, stopping boolean) returns text language plpgsql as $$
begin
  perform 1 from definition where definition_id = id and deleted_at is null for update;
  if not found then return 'missing'; end if;
  if exists (select 1 from run where executable_id = id and phase <> 'STOPPED'
    and not (stopping and cancel_requested_at is not null)) then return 'active'; end if;
  update definition set deleted_at = now() where definition_id = id;
  return 'deleted';
end
$$;
