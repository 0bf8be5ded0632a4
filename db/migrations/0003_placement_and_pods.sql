-- Where and as whom runs are placed, what is retried, who is whose child, and what a backend tells of its pods.

alter table definition
  add column ephemeral_storage int,
  add column retry_on_interruption boolean not null default false,
  add column retry_on_oom boolean not null default false;

alter table run
  -- the run whose job started this one
  add column parent_run_id text,
  add column retry_on_interruption boolean not null default false,
  add column retry_on_oom boolean not null default false,
  -- as asked for on this run only, like memory, cpu, gpu
  add column arch text,
  add column service_account text,
  add column ephemeral_storage int,
  add column labels jsonb not null default '{}',
  -- how the job differs from what was asked for, and why
  add column adaptation text,
  add column pod_name text,
  -- MB and milli-CPU, the peaks over all attempts
  add column max_memory_used int,
  add column max_cpu_used int,
  -- the largest memory that an attempt was OOM killed at, and when it was last
  add column oom_memory int,
  add column oom_at timestamptz;

create index run_parent on run (parent_run_id) where parent_run_id is not null;
create index run_oom on run (definition_id, command_hash, oom_at) where oom_at is not null;

alter table attempt
  -- what it was really given, where that is not the job's
  add column memory_mb int,
  add column node text,
  -- how it ended, kept before its object is removed, where the backend would go on trying although we call it over
  add column doomed jsonb;

create table backend_event (
  run_id text not null references run,
  attempt int not null,
  event_id text not null,
  at timestamptz not null,
  type text not null,
  reason text not null,
  message text not null,
  source text not null,
  primary key (run_id, attempt, event_id)
);

-- Clusters that nobody can see now; one that is seen has no row.
create table cluster_health (
  engine text not null,
  cluster_name text not null,
  stale_since timestamptz not null,
  why text not null,
  primary key (engine, cluster_name)
);
