/** What answers about runs are made of; see `runToWire` and its neighbours. */
import { phases } from '../../domain/lifecycle';
import { outcomeClasses } from '../../domain/outcome';
import { architectures } from '../../domain/job';
import { anyObject, count, shape, text, time, type JsonSchema } from './answer';
import { envAnswer, resourceProperties, retryProperties } from './definition';

export const status = {
  enum: phases,
  description: 'Waiting for its backend, accepted by it, running, waiting to be tried again, over',
} as const;
export const runId = { type: 'string', examples: ['local-6b1f3c5e-9d7a-4a52-8a0e-0d3f2a1c4b'] } as const;
export const exitCode = { type: 'integer', description: 'Left out where none was seen; 0 is a success' } as const;
const definitionId = { type: 'string', description: "Of a template's run: its template_id" } as const;

/** What a run of a template was filled with. */
const custom = shape({ template_payload: anyObject });

const always = {
  instance: shape({ dns_name: text, instance_id: text }),
  pod_events: { type: 'array', maxItems: 0, description: 'Always empty: events are a route of their own' },
  cloudtrail_notifications: shape({ Records: { type: ['array', 'null'], maxItems: 0 } }),
  task_arn: { type: 'string', description: 'Of its task at ECS; else empty' },
  run_id: runId,
  definition_id: definitionId,
  alias: text,
  image: text,
  cluster: text,
  status,
  queued_at: time,
  group_name: text,
  user: { type: 'string', description: 'Its owner' },
  task_type: { const: 'task' },
  env: envAnswer,
  command: text,
  command_hash: { type: 'string', description: 'MD5 of the command' },
  engine: { type: 'string', examples: ['local'] },
  node_lifecycle: text,
  executable_id: text,
  executable_type: { enum: ['task_definition', 'template'] },
  attempt_count: count,
  version: { type: 'integer', description: 'Of its row: it grows with each change' },
  active_deadline_seconds: { type: 'integer', description: 'How long its command may run' },
  description: { type: 'string', description: 'As its caller gave it; else its alias' },
  ...retryProperties,
};

const sometimes = {
  exit_code: exitCode,
  started_at: time,
  finished_at: time,
  ...resourceProperties,
  exit_reason: text,
  pod_name: text,
  max_memory_used: { type: 'integer', description: 'In MB' },
  max_cpu_used: { type: 'integer', description: 'In milli-CPU' },
  execution_request_custom: custom,
  run_exceptions: { type: 'array', items: text },
  arch: { enum: architectures },
  labels: { type: 'object', additionalProperties: text },
  service_account: text,
  tier: text,
  definition_revision: { type: 'integer', minimum: 1, description: 'Of the definition that it was accepted from' },
  idempotence_key: { type: 'string', description: 'That its request had' },
  from_run: { ...runId, description: 'The run that it was asked to be like' },
  parent_run_id: { ...runId, description: 'The run whose job started it' },
  stop_requested_at: time,
  stop_requested_by: { type: 'string', description: 'The first who asked for it to be stopped' },
  adaptive_resources: { type: 'string', description: 'How its job differs from what was asked for, and why' },
  stale_since: { ...time, description: 'Its cluster cannot be seen since then: what is shown may be old' },
  note: { type: 'string', description: 'What it waits for, or what else its owner should know' },
  next_attempt_at: {
    ...time,
    description: 'When the next attempt, or the next try for room, begins; left out where none is awaited',
  },
  template_id: {
    type: 'string',
    description: 'Of the version that it is a run of; runs of definitions have none of the three',
  },
  template_name: text,
  template_version: { type: 'integer', minimum: 1 },
  outcome: { enum: outcomeClasses, description: 'What its end means' },
};

export const runAnswer = shape(always, sometimes);

/** A run that is executed dry is not queued. */
export const dryRunAnswer = shape(Object.fromEntries(Object.entries(always).filter(([name]) => name !== 'queued_at')), {
  ...sometimes,
  queued_at: time,
  dry_run: { const: true, description: 'There is no such run, and its run_id is nobody’s' },
});

export const transitionAnswer = shape({ status, attempt: count, at: time });

/** A run by itself tells more of its life than one in a list. */
export const runDetailAnswer = shape(
  { ...always, transitions: { type: 'array', items: transitionAnswer } },
  {
    ...sometimes,
    memory_limit: { type: 'integer', description: 'In MB: what its job may use, where that is enforced' },
    spawned_runs: { type: 'array', items: shape({ run_id: runId }), description: 'What its job has started' },
  },
);

export const statusAnswer = shape(
  {
    run_id: runId,
    status,
    queued_at: time,
    engine: text,
    definition_id: definitionId,
    alias: text,
    cluster_name: text,
  },
  { started_at: time, finished_at: time, exit_code: exitCode, exit_reason: text },
);

export const payloadAnswer: JsonSchema = {
  ...custom,
  required: [],
  description: 'Empty for what is no run of a template',
};

export const eventAnswer = shape({
  timestamp: time,
  event_type: { type: 'string', examples: ['Normal', 'Warning'] },
  reason: text,
  source_object: text,
  message: text,
  attempt: count,
});
