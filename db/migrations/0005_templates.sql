-- Templates in versions, and the runs of them.

create table template (
  template_id text primary key,
  template_name text not null,
  version int not null,
  -- of a payload
  schema jsonb not null,
  command_template text not null,
  defaults jsonb not null default '{}',
  avatar_uri text not null default '',
  image text not null,
  memory int,
  cpu int,
  gpu int,
  env jsonb not null default '[]',
  privileged boolean not null default false,
  adaptive_resource_allocation boolean not null default true,
  ephemeral_storage int,
  created_at timestamptz not null default now(),
  unique (template_name, version)
);

alter table run
  -- one of the two, as definition_id: whose id is executable_id
  add column template_id text references template,
  -- as merged with the defaults: the job may ask for it
  add column template_payload jsonb;

drop index run_oom;
create index run_oom on run (executable_id, command_hash, oom_at) where oom_at is not null;
