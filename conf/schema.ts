/** Which settings exist, of what type, within what bounds: the JSON Schema that every boot is checked by. */

const positive = { type: 'integer', minimum: 1, maximum: 2147483647 } as const;
const port = { type: 'integer', minimum: 0, maximum: 65535 } as const;
const text = { type: 'string' } as const;
const names = {
  type: 'array',
  items: { type: 'string', pattern: '^[A-Za-z0-9._-]+$' },
  minItems: 1,
  uniqueItems: true,
} as const;

const object = <P extends Record<string, unknown>>(properties: P) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

const budget = object({ attempts: positive, first_seconds: positive, max_seconds: positive });
const waits = object({ first_seconds: positive, max_seconds: positive });

export const schema = object({
  flotilla_mode: { type: 'string', minLength: 1 },
  database_url: { type: 'string', pattern: '^$|^postgres(ql)?://' },
  base_uri: { type: 'string', pattern: '^https?://' },
  owner_id_var: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
  log_level: { enum: ['trace', 'debug', 'info', 'warn', 'error'] },
  http: object({
    server: object({
      listen_address: { type: 'string', pattern: '^(\\[[0-9a-fA-F:.]+\\]|[^:]*):[0-9]{1,5}$' },
      read_timeout_seconds: positive,
      write_timeout_seconds: positive,
      max_body_kb: positive,
    }),
  }),
  temporal: object({
    address: { type: 'string', pattern: '^$|^.+:[0-9]{1,5}$' },
    namespace: { type: 'string', minLength: 1 },
    tls: { type: 'boolean' },
    api_key: text,
  }),
  engines: { type: 'array', items: { enum: ['local'] }, minItems: 1, uniqueItems: true },
  local: object({ driver: { enum: ['auto', 'docker', 'process'] }, clusters: names, keep_seconds: positive }),
  run: object({
    queue_seconds: positive,
    start_seconds: positive,
    deadline_seconds: positive,
    stop_grace_seconds: { type: 'integer', minimum: 0, maximum: 3600 },
    capacity: waits,
    poll: waits,
    retry: object({ infra_start: budget, infra_lost: budget }),
  }),
  dev: object({
    data_folder: { type: 'string', minLength: 1 },
    postgres_port: port,
    temporal_port: port,
    temporal_ui_port: port,
  }),
});

type Waits = { first_seconds: number; max_seconds: number };
type Budget = Waits & { attempts: number };

/** The checked configuration, as `schema` says. */
export type Config = {
  flotilla_mode: string;
  database_url: string;
  base_uri: string;
  owner_id_var: string;
  log_level: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  http: {
    server: {
      listen_address: string;
      read_timeout_seconds: number;
      write_timeout_seconds: number;
      max_body_kb: number;
    };
  };
  temporal: { address: string; namespace: string; tls: boolean; api_key: string };
  engines: 'local'[];
  local: { driver: 'auto' | 'docker' | 'process'; clusters: string[]; keep_seconds: number };
  run: {
    queue_seconds: number;
    start_seconds: number;
    deadline_seconds: number;
    stop_grace_seconds: number;
    capacity: Waits;
    poll: Waits;
    retry: { infra_start: Budget; infra_lost: Budget };
  };
  dev: { data_folder: string; postgres_port: number; temporal_port: number; temporal_ui_port: number };
};

/** Keys of the original that are accepted without effect, and what has taken their place. A `*` stands for one part. */
export const superseded: Record<string, string> = {
  redis_address: 'Temporal gives each run one owner; no locks are kept',
  redis_db: 'Temporal gives each run one owner; no locks are kept',
  enabled_workers: 'run `npm run worker` wherever work shall be done',
  'worker.*_interval': 'Temporal delivers work without polling intervals',
  'worker.*.*_interval': 'Temporal delivers work without polling intervals',
  'worker.*.*_worker_count_per_instance': 'run more `npm run worker` processes',
  create_database_schema: '`npm run migrate` brings the schema up to date',
  state_manager: 'state is kept in Postgres and Temporal',
  queue_manager: 'Temporal queues runs',
  cluster_client: 'each engine brings its own client',
  execution_engine: 'engines',
  logs_client: 'each engine brings its own logs',
  'queue.namespace': 'Temporal queues runs',
  'queue.retention_seconds': 'run.queue_seconds',
  'queue.process_time': 'Temporal queues runs',
  'eks.job_queue': 'Temporal queues runs',
  'eks.status_queue': 'the observer of each cluster',
  'eks.events_queue': 'the observer of each cluster',
  'eks.exception_extractor_url': 'nothing: it was never called',
  cloudtrail_queue: 'nothing',
};
