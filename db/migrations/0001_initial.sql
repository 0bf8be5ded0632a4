-- Definitions, runs (frozen job and projected state), attempts (one backend object each), transitions (what happened when).

create type phase as enum ('QUEUED', 'PENDING', 'RUNNING', 'NEEDS_RETRY', 'STOPPED');

create table definition (
  definition_id text primary key,
  alias text not null,
  group_name text not null,
  image text not null,
  command text not null,
  memory int,
  cpu int,
  gpu int,
  env jsonb not null default '[]',
  tags text[] not null default '{}',
  ports int[] not null default '{}',
  "user" text,
  privileged boolean not null default false,
  adaptive_resource_allocation boolean not null default true,
  shared_memory_size int,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);

-- A deleted definition keeps its runs and frees its alias.
create unique index definition_alias on definition (alias) where deleted_at is null;
create index definition_group_name on definition (group_name, definition_id) where deleted_at is null;
create index definition_image on definition (image, definition_id) where deleted_at is null;
create index definition_memory on definition (memory, definition_id) where deleted_at is null;
create index definition_env on definition using gin (env jsonb_path_ops);

create table run (
  run_id text primary key,
  definition_id text references definition,
  executable_id text not null,
  executable_type text not null,
  alias text not null,
  group_name text not null,
  image text not null,
  engine text not null,
  cluster_name text not null,
  "user" text not null,
  node_lifecycle text not null,
  active_deadline_seconds int not null,
  -- as asked for on this run only; what really runs is in job
  command text not null,
  command_hash text not null,
  memory int,
  cpu int,
  gpu int,
  env jsonb not null,
  -- the frozen executable: image, command, merged environment, resources
  job jsonb not null,

  attempt int not null default 1,
  phase phase not null default 'QUEUED',
  note text,
  exit_code int,
  exit_reason text,
  outcome_class text,
  queued_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  instance_id text not null default '',
  instance_dns_name text not null default '',

  cancel_requested_by text,
  cancel_requested_at timestamptz,
  -- the workflow has the cancel
  cancel_confirmed boolean not null default false,
  -- the reconciler has seen that the workflow exists
  start_confirmed boolean not null default false,
  -- when the reconciler last asked Temporal about the workflow of this open run
  checked_at timestamptz,

  constraint stopped_is_explained check (
    phase <> 'STOPPED' or (exit_reason is not null and outcome_class is not null and finished_at is not null)
  )
);

-- Lists (rest-and-data.md §5.3): each sort has its tie-breaker, so that pages are stable.
create index run_started on run (started_at desc nulls last, run_id);
create index run_phase_started on run (phase, started_at desc nulls last, run_id);
create index run_executable_started on run (executable_type, executable_id, started_at desc nulls last, run_id);
create index run_definition_started on run (definition_id, started_at desc nulls last, run_id);
create index run_queued on run (queued_at, run_id);
create index run_finished on run (finished_at, run_id);
create index run_group_name on run (group_name, run_id);
create index run_cluster_name on run (cluster_name, run_id);
create index run_env on run using gin (env jsonb_path_ops);
-- What observers and the reconciler look for: open runs only, a small part of the table.
create index run_open on run (engine, cluster_name, run_id) where phase <> 'STOPPED';
create index run_unconfirmed on run (queued_at) where phase = 'QUEUED' and attempt = 1 and not start_confirmed;
create index run_cancelling on run (cancel_requested_at) 
  where phase <> 'STOPPED' and cancel_requested_at is not null and not cancel_confirmed;

create index run_unchecked on run (coalesce(checked_at, queued_at)) where phase <> 'STOPPED';

create table attempt (
  run_id text not null references run,
  attempt int not null,
  opened_at timestamptz not null default now(),
  -- the backend has taken it (its object exists or is being prepared)
  accepted_at timestamptz,
  -- the backend object exists: from here on, its absence means loss
  created_at timestamptz,
  -- nothing may be started for it any more: it ended, or it is being stopped
  closed_at timestamptz,
  -- the workflow has been told that it started
  started_told boolean not null default false,
  started_at timestamptz,
  ended_at timestamptz,
  -- as really seen, where the run shows the wire's value (124, 1)
  seen_exit_code int,
  outcome_class text,
  reason text,
  primary key (run_id, attempt)
);

create index attempt_open on attempt (run_id, attempt) where closed_at is null;

create table transition (
  transition_id bigint generated always as identity primary key,
  run_id text not null references run,
  attempt int not null,
  phase phase not null,
  at timestamptz not null
);

create index transition_run on transition (run_id, transition_id);
