-- What operators say: whose pickup pauses, which clusters are open to runs. And what callers say of a run: how it ended, its tier.

create table worker (
  worker_type text not null,
  engine text not null,
  -- 0: nothing is picked up
  count_per_instance int not null check (count_per_instance >= 0),
  updated_at timestamptz not null default now(),
  primary key (worker_type, engine)
);

create type cluster_status as enum ('active', 'maintenance', 'offline');

-- A configured cluster without a row is active and open to no tier in particular.
create table cluster (
  cluster_id bigint generated always as identity primary key,
  engine text not null,
  name text not null,
  cluster_version text not null default '',
  status cluster_status not null default 'active',
  status_reason text not null default '',
  status_since timestamptz not null default now(),
  allowed_tiers text[] not null default '{}',
  capabilities text[] not null default '{}',
  region text not null default '',
  namespace text not null default '',
  emr_virtual_cluster text not null default '',
  spark_server_uri text not null default '',
  updated_at timestamptz not null default now(),
  unique (engine, name)
);

alter table definition add column target_cluster text;

alter table run
  add column tier text,
  add column description text,
  -- as reported by a caller, mostly the job itself
  add column run_exceptions text[] not null default '{}',
  -- how the first caller who told its end said that it was: {kind, code, reason}
  add column reported jsonb;
