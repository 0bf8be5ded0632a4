-- Tasks of ECS: their definitions by content, and which request made which task.

create table task_definition (
  -- of its content, which names the definition (or template) that it was made from
  hash text primary key,
  definition_id text not null,
  -- null while nobody has registered it
  arn text,
  -- until then one worker alone may register it
  claimed_until timestamptz not null,
  registered_at timestamptz
);

create index task_definition_latest on task_definition (definition_id, registered_at desc) where arn is not null;

alter table attempt
  -- counts the requests that were refused for want of room: each is another one to AWS
  add column placement_try int not null default 1,
  -- those of the present try that may have made a task which nobody knows: when the first and the last of them was sent
  add column asked_at timestamptz,
  add column last_asked_at timestamptz,
  add column task_arn text,
  -- when that became known
  add column placed_at timestamptz;

-- of the current attempt
alter table run add column task_arn text not null default '';
