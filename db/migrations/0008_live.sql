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
create index run_idempotence_key on run (idempotence_key) where idempotence_key is not null;
