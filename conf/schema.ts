/** Which settings exist, of what type, within what bounds: the JSON Schema that every boot is checked by. */

const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const positive = { type: 'integer', minimum: 1, maximum: 2147483647 } as const;
const port = { type: 'integer', minimum: 0, maximum: 65535 } as const;
const text = { type: 'string' } as const;
const maybeNames = {
  type: 'array',
  items: { type: 'string', pattern: '^[A-Za-z0-9._-]+$' },
  uniqueItems: true,
} as const;
const names = { ...maybeNames, minItems: 1 } as const;

const object = <P extends Record<string, unknown>>(properties: P) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

const budget = object({ attempts: positive, first_seconds: positive, max_seconds: positive });
const texts = { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 } as const;
const bucket = object({ s3_bucket_name: text, s3_bucket_root_dir: text });
const waits = object({ first_seconds: positive, max_seconds: positive });

const rate = object({ per_second: positive, burst: positive });
const roleArn = { type: 'string', pattern: '^$|^arn:' } as const;

export const schema = object({
  flotilla_mode: { type: 'string', minLength: 1 },
  database_url: { type: 'string', pattern: '^$|^postgres(ql)?://' },
  base_uri: { type: 'string', pattern: '^https?://' },
  owner_id_var: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
  log_level: { enum: ['trace', 'debug', 'info', 'warn', 'error'] },
  check_image_validity: { type: 'boolean' },
  docker_auth: { type: 'string', minLength: 1 },
  http: object({
    server: object({
      listen_address: {
        type: 'string',
        pattern: '^(\\[[0-9a-fA-F:.]+\\]|[^:]*):[0-9]{1,5}$',
        description: 'must be host:port, or :port for all addresses',
      },
      read_timeout_seconds: positive,
      write_timeout_seconds: positive,
      max_body_kb: positive,
      cors_allowed_origins: {
        type: 'array',
        items: { type: 'string', pattern: '^(\\*|[a-z][a-z0-9+.-]*://[^/]+)$' },
        uniqueItems: true,
      },
      caller_header: { type: 'string', pattern: '^[A-Za-z0-9-]*$' },
      secrets_visible_to: { type: 'array', items: { type: 'string', pattern: '^[^@ ]+@[^@ ]+$' }, uniqueItems: true },
    }),
  }),
  temporal: object({
    address: { type: 'string', pattern: '^$|^.+:[0-9]{1,5}$' },
    namespace: { type: 'string', minLength: 1 },
    ui_url: { type: 'string', pattern: '^$|^https?://' },
    tls: { type: 'boolean' },
    api_key: text,
  }),
  engines: { type: 'array', items: { enum: ['local', 'eks', 'ecs'] }, minItems: 1, uniqueItems: true },
  local: object({ driver: { enum: ['auto', 'docker', 'process'] }, clusters: names, keep_seconds: positive }),
  aws_default_region: text,
  eks: object({
    clusters: { type: 'object', propertyNames: { pattern: '^[A-Za-z0-9_-]+$' }, additionalProperties: text },
    kubeconfig_basepath: text,
    job_namespace: { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$' },
    job_ttl: positive,
    service_account: text,
    scheduler_name: { type: 'string', minLength: 1 },
    image_pull_policy: { enum: ['Always', 'IfNotPresent', 'Never'] },
    lifecycle: object({ label: text, spot: texts, ondemand: texts }),
    tolerations: {
      type: 'array',
      items: {
        type: 'object',
        properties: { key: text, operator: { enum: ['Equal', 'Exists'] }, value: text, effect: text },
        required: ['key', 'operator'],
        additionalProperties: false,
      },
    },
    resources: object({
      default_cpu: positive,
      default_memory: positive,
      min_cpu: positive,
      max_cpu: positive,
      min_memory: positive,
      max_memory: positive,
      gpu_max_cpu: positive,
      gpu_max_memory: positive,
      max_ephemeral_storage: positive,
    }),
    ara_enabled: { type: 'boolean' },
    log: object({
      driver: object({ options: bucket }),
      archive: object({
        s3_bucket_name: text,
        s3_bucket_root_dir: text,
        folder: { type: 'string', minLength: 1 },
        keep_seconds: positive,
      }),
    }),
    manifest: object({
      storage: object({
        options: object({ region: text, s3_bucket_name: text, s3_bucket_root_dir: text }),
      }),
    }),
  }),
  ecs: object({
    clusters: maybeNames,
    launch_type: { enum: ['', 'EC2', 'FARGATE', 'EXTERNAL'] },
    capacity_providers: object({ spot: maybeNames, ondemand: maybeNames }),
    network_mode: { enum: ['host', 'bridge', 'awsvpc'] },
    subnets: maybeNames,
    security_groups: maybeNames,
    assign_public_ip: { type: 'boolean' },
    execution_role_arn: roleArn,
    engine: object({ task_role_arn: roleArn }),
    log: object({
      driver: object({
        name: { type: 'string', minLength: 1 },
        options: { type: 'object', additionalProperties: text },
      }),
      namespace: text,
      // As CloudWatch knows them.
      retention_days: { type: 'integer', enum: retentionDays },
    }),
    resources: object({ default_cpu: positive, default_memory: positive }),
    rates: object({ run: rate, read: rate, define: rate }),
    sweep_seconds: object({ alone: positive, with_events: positive }),
  }),
  queue: object({
    status: { type: 'string', pattern: '^[A-Za-z0-9_-]{0,80}$' },
    status_rule: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$' },
  }),
  webhook: object({
    allowed_hosts: {
      type: 'array',
      items: {
        type: 'string',
        // Of an address of version 6, with its brackets or without.
        pattern: '^([^\\s/@:]+|\\[[0-9a-fA-F:.]+\\]|[0-9a-fA-F]*:[0-9a-fA-F.]*:[0-9a-fA-F:.]*)$',
        description: 'must be a host alone, without scheme, port and path',
      },
      uniqueItems: true,
    },
  }),
  run: object({
    queue_seconds: positive,
    start_seconds: positive,
    deadline_seconds: positive,
    stop_grace_seconds: { type: 'integer', minimum: 0, maximum: 3600 },
    capacity: waits,
    poll: waits,
    retry: object({ infra_start: budget, infra_lost: budget, oom: budget }),
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

type Bucket = { s3_bucket_name: string; s3_bucket_root_dir: string };

export type EksConfig = {
  clusters: Record<string, string>;
  kubeconfig_basepath: string;
  job_namespace: string;
  job_ttl: number;
  service_account: string;
  scheduler_name: string;
  image_pull_policy: 'Always' | 'IfNotPresent' | 'Never';
  lifecycle: { label: string; spot: string[]; ondemand: string[] };
  tolerations: { key: string; operator: string; value?: string; effect?: string }[];
  resources: {
    default_cpu: number;
    default_memory: number;
    min_cpu: number;
    max_cpu: number;
    min_memory: number;
    max_memory: number;
    gpu_max_cpu: number;
    gpu_max_memory: number;
    max_ephemeral_storage: number;
  };
  ara_enabled: boolean;
  log: { driver: { options: Bucket }; archive: Bucket & { folder: string; keep_seconds: number } };
  manifest: { storage: { options: Bucket & { region: string } } };
};

type Rate = { per_second: number; burst: number };

export type EcsConfig = {
  clusters: string[];
  launch_type: '' | 'EC2' | 'FARGATE' | 'EXTERNAL';
  capacity_providers: { spot: string[]; ondemand: string[] };
  network_mode: 'host' | 'bridge' | 'awsvpc';
  subnets: string[];
  security_groups: string[];
  assign_public_ip: boolean;
  execution_role_arn: string;
  engine: { task_role_arn: string };
  log: { driver: { name: string; options: Record<string, string> }; namespace: string; retention_days: number };
  resources: { default_cpu: number; default_memory: number };
  rates: { run: Rate; read: Rate; define: Rate };
  sweep_seconds: { alone: number; with_events: number };
};

/** The checked configuration, as `schema` says. */
export type Config = {
  flotilla_mode: string;
  database_url: string;
  base_uri: string;
  owner_id_var: string;
  log_level: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  check_image_validity: boolean;
  docker_auth: string;
  http: {
    server: {
      listen_address: string;
      read_timeout_seconds: number;
      write_timeout_seconds: number;
      max_body_kb: number;
      cors_allowed_origins: string[];
      caller_header: string;
      secrets_visible_to: string[];
    };
  };
  temporal: { address: string; namespace: string; ui_url: string; tls: boolean; api_key: string };
  engines: ('local' | 'eks' | 'ecs')[];
  local: { driver: 'auto' | 'docker' | 'process'; clusters: string[]; keep_seconds: number };
  aws_default_region: string;
  eks: EksConfig;
  ecs: EcsConfig;
  queue: { status: string; status_rule: string };
  webhook: { allowed_hosts: string[] };
  run: {
    queue_seconds: number;
    start_seconds: number;
    deadline_seconds: number;
    stop_grace_seconds: number;
    capacity: Waits;
    poll: Waits;
    retry: { infra_start: Budget; infra_lost: Budget; oom: Budget };
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
  'eks.cluster_override': 'a run names its cluster',
  'eks.cluster_override_percent': 'a run names its engine',
  'eks.cluster_ondemand_whitelist': 'a run names its node_lifecycle',
  'eks.spot_override': 'a run names its node_lifecycle',
  'eks.spot_reattempt_override': 'the last attempt after an interruption goes to on-demand nodes by itself',
  'eks.spot_threshold_minutes': 'nothing: it never had an effect',
  'eks.log.driver.name': 'eks.log.driver.options and eks.log.archive',
  'eks.log.driver.options.awslogs-region': 'aws_default_region',
  'eks.log.driver.options.awslogs-group': 'nothing: it was never read',
  'eks.log.namespace': 'nothing: it was never read',
  'eks.log.retention_days': 'nothing: it was never read',
  'eks.exception_extractor_url': 'nothing: it was never called',
  cloudtrail_queue: 'nothing',
};
