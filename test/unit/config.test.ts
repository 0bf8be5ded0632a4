/** The configuration: its layers, and the one line that says what is wrong with it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadConfig, type Loaded } from '../../conf/load';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-config-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function withFile(yaml: string, environment: NodeJS.ProcessEnv = {}): Loaded {
  writeFileSync(join(folder, 'config.yml'), yaml);
  return loadConfig(environment, folder);
}

/** The sentence that loading fails with; `FILE` stands for the folder's config.yml. */
function failure(load: () => unknown): string {
  try {
    load();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.message).not.toContain('\n');
    return error.message.replaceAll(join(folder, 'config.yml'), 'FILE');
  }
  throw new Error('Nothing was wrong with this configuration');
}

describe('the defaults', () => {
  test('are valid, and warn of nothing', () => {
    const { config, warnings } = loadConfig({}, null);
    expect(warnings).toEqual([]);
    expect(config).toMatchObject({
      flotilla_mode: 'dev',
      check_image_validity: false,
      engines: ['local'],
      run: { retry: { infra_lost: { attempts: 3 } } },
    });
  });

  test("stay where a folder's file is empty", () => {
    expect(withFile('').config).toEqual(loadConfig({}, null).config);
  });

  test("stay where the environment holds other programs' variables", () => {
    expect(loadConfig({ PATH: '/bin', RUN: 'x', HTTP_PROXY: 'y' }, null)).toEqual(loadConfig({}, null));
  });
});

describe('the clusters of eks', () => {
  test('are names alone, whose kubeconfigs are files', () => {
    const { config } = loadConfig({ EKS_CLUSTERS: 'east, west' }, null);
    expect(config.eks.clusters).toEqual({ east: '', west: '' });
  });

  test('are a map, as JSON in the environment', () => {
    const { config } = loadConfig({ EKS_CLUSTERS: '{"east": "aws:us-east-1/prod"}' }, null);
    expect(config.eks.clusters).toEqual({ east: 'aws:us-east-1/prod' });
  });

  test('are a map in the file', () => {
    expect(withFile('eks:\n  clusters:\n    east: YXBp\n').config.eks.clusters).toEqual({ east: 'YXBp' });
  });

  test.each<[string, string | undefined, NodeJS.ProcessEnv]>([
    ['no JSON', undefined, { EKS_CLUSTERS: '{"east": secret' }],
    ['no text', 'eks:\n  clusters:\n    east: [secret]\n', {}],
  ])('are not shown where they are %s', (_, yaml, environment) => {
    const message = failure(() => (yaml === undefined ? loadConfig(environment, null) : withFile(yaml, environment)));
    expect(message).toMatch(/^eks\.clusters/);
    expect(message).not.toContain('secret');
  });
});

describe('a setting', () => {
  test("of the folder's file replaces the default and leaves its siblings", () => {
    const { config } = withFile('run:\n  queue_seconds: 5\n');
    expect(config.run).toEqual({ ...loadConfig({}, null).config.run, queue_seconds: 5 });
  });

  test('may be written with dots', () => {
    expect(withFile('http.server.max_body_kb: 7').config.http.server.max_body_kb).toBe(7);
  });

  test('of the environment wins over the file', () => {
    const { config } = withFile('run: {queue_seconds: 5}', { RUN_QUEUE_SECONDS: '6' });
    expect(config.run.queue_seconds).toBe(6);
  });

  test.each<[string, NodeJS.ProcessEnv, object]>([
    ['a whole number', { RUN_RETRY_INFRA_LOST_ATTEMPTS: '2' }, { run: { retry: { infra_lost: { attempts: 2 } } } }],
    ['true', { TEMPORAL_TLS: 'true' }, { temporal: { tls: true } }],
    ['false', { TEMPORAL_TLS: 'false' }, { temporal: { tls: false } }],
    ['a list with blanks', { LOCAL_CLUSTERS: 'a b' }, { local: { clusters: ['a', 'b'] } }],
    ['a list with commas', { LOCAL_CLUSTERS: 'a,b' }, { local: { clusters: ['a', 'b'] } }],
    ['a list with both', { LOCAL_CLUSTERS: ' a, b ,c ' }, { local: { clusters: ['a', 'b', 'c'] } }],
    ['a text that looks like a number', { FLOTILLA_MODE: '7' }, { flotilla_mode: '7' }],
    ['a word of a few', { LOG_LEVEL: 'debug' }, { log_level: 'debug' }],
    [
      'an address',
      { HTTP_SERVER_LISTEN_ADDRESS: '127.0.0.1:80' },
      { http: { server: { listen_address: '127.0.0.1:80' } } },
    ],
  ])('of the environment may be %s', (_, environment, part) => {
    expect(loadConfig(environment, null).config).toMatchObject(part);
  });
});

describe('one line says what is wrong', () => {
  const cases: Record<string, { yaml?: string; environment?: NodeJS.ProcessEnv; says: string }> = {
    'with an unknown key in a section': {
      yaml: 'run:\n  capacity:\n    firts_seconds: 5\n',
      says: 'run.capacity.firts_seconds (FILE) is not a setting; there are run.capacity.first_seconds, run.capacity.max_seconds',
    },
    'with a number that is a text': {
      yaml: 'run: {queue_seconds: soon}',
      says: 'run.queue_seconds (FILE) must be integer, is "soon"',
    },
    'with a number that is too small': {
      yaml: 'run: {queue_seconds: 0}',
      says: 'run.queue_seconds (FILE) must be >= 1, is 0',
    },
    'with a variable that is no number': {
      environment: { RUN_QUEUE_SECONDS: '1.5' },
      says: 'run.queue_seconds (environment variable RUN_QUEUE_SECONDS) must be integer, is "1.5"',
    },
    'with a variable that is empty': {
      environment: { RUN_QUEUE_SECONDS: '' },
      says: 'run.queue_seconds (environment variable RUN_QUEUE_SECONDS) must be integer, is ""',
    },
    'with a variable that is neither true nor false': {
      environment: { TEMPORAL_TLS: 'yes' },
      says: 'temporal.tls (environment variable TEMPORAL_TLS) must be boolean, is "yes"',
    },
    'with a word that is not among the few': {
      yaml: 'log_level: loud',
      says: 'log_level (FILE) must be one of trace, debug, info, warn, error, is "loud"',
    },
    'with an item of a list that is not among the few': {
      environment: { ENGINES: 'local,ems' },
      says: 'engines (environment variable ENGINES) must be one of local, eks, ecs, is "ems"',
    },
    'with an empty list': {
      environment: { LOCAL_CLUSTERS: '' },
      says: 'local.clusters (environment variable LOCAL_CLUSTERS) must NOT have fewer than 1 items, is []',
    },
    'with a section that is a value': { yaml: 'run: 5', says: 'run (FILE) must be object, is 5' },
    'with a section that is empty': { yaml: 'run:', says: 'run (FILE) must be object, is null' },
  };

  test.each(Object.entries(cases))('%s', (_, { yaml, environment, says }) => {
    const message = failure(() =>
      yaml === undefined ? loadConfig(environment ?? {}, null) : withFile(yaml, environment),
    );
    expect(message).toBe(says);
  });

  test('with an unknown key at the top: the key, where it stands, and what there is', () => {
    const message = failure(() => withFile('databaseurl: x'));
    expect(message).toMatch(
      /^databaseurl \(FILE\) is not a setting; there are flotilla_mode, database_url, base_uri, /,
    );
  });

  test('with an unknown section: its name and where it stands', () => {
    expect(failure(() => withFile('metrics: {host: a}'))).toMatch(/^metrics \(FILE\) is not a setting; /);
  });

  test('with a file that is not YAML', () => {
    expect(failure(() => withFile('run: [1'))).toMatch(/^FILE is not YAML(, line \d+)?$/);
  });

  test('with a folder that has no config.yml', () => {
    expect(failure(() => loadConfig({}, folder))).toBe('FILE cannot be read');
  });

  test.each(['just words', '- a\n- b', '5'])('with a file that holds no settings but %j', (yaml) => {
    expect(failure(() => withFile(yaml))).toMatch(/^FILE /);
  });
});

describe('a secret never stands in a message', () => {
  test.each<[string, string, NodeJS.ProcessEnv]>([
    ['a database URL of the file', 'database_url: mysql://me:hunter2@db/x', {}],
    ['a database URL of the environment', '', { DATABASE_URL: 'me:hunter2@db' }],
    ['an API key that is a list', 'temporal: {api_key: [hunter2]}', {}],
    ['an API key that is a section', 'temporal: {api_key: {hunter2: hunter2}}', {}],
    ['a section in the place of the database URL', 'database_url: {url: hunter2}', {}],
    ['a section that is a secret itself', 'temporal: hunter2', {}],
    ['a YAML file that is broken near it', 'temporal: {api_key: hunter2', {}],
  ])('%s', (_, yaml, environment) => {
    const message = failure(() => withFile(yaml, environment));
    expect(message).not.toContain('hunter2');
    expect(message).toMatch(/database_url|temporal|FILE/);
  });

  test('an API key that is a number', () => {
    expect(failure(() => withFile('temporal: {api_key: 481516}'))).not.toContain('481516');
  });
});

describe('a key of the original that has no effect any more', () => {
  test.each([
    [
      'redis_address: localhost:6379',
      'redis_address (FILE) has no effect any more: Temporal gives each run one owner; no locks are kept',
    ],
    ['queue: {retention_seconds: 5}', 'queue.retention_seconds (FILE) has no effect any more: run.queue_seconds'],
    [
      'worker: {retry_interval: 1s}',
      'worker.retry_interval (FILE) has no effect any more: Temporal delivers work without polling intervals',
    ],
    [
      'worker: {ecs: {submit_interval: 1s}}',
      'worker.ecs.submit_interval (FILE) has no effect any more: Temporal delivers work without polling intervals',
    ],
    [
      'worker: {ecs: {submit_worker_count_per_instance: 1}}',
      'worker.ecs.submit_worker_count_per_instance (FILE) has no effect any more: run more `npm run worker` processes',
    ],
  ])('warns and changes nothing: %s', (yaml, warning) => {
    const { config, warnings } = withFile(yaml);
    expect(warnings.map((text) => text.replaceAll(join(folder, 'config.yml'), 'FILE'))).toEqual([warning]);
    expect(config).toEqual(loadConfig({}, null).config);
  });

  test('warns of the environment, too', () => {
    const { config, warnings } = loadConfig({ REDIS_DB: '1', QUEUE_NAMESPACE: 'x' }, null);
    expect(warnings).toEqual([
      'REDIS_DB has no effect any more: Temporal gives each run one owner; no locks are kept',
      'QUEUE_NAMESPACE has no effect any more: Temporal queues runs',
    ]);
    expect(config).toEqual(loadConfig({}, null).config);
  });

  test('is told apart from a key that merely looks like it', () => {
    expect(failure(() => withFile('worker: {a: {b: {c_interval: 1}}}'))).toMatch(/^worker \(FILE\) is not a setting; /);
  });
});

test('a key named __proto__ is a wrong setting and touches nothing else', () => {
  try {
    expect(failure(() => withFile('__proto__: {touched: 1}'))).toMatch(/is not a setting/);
    expect({}).not.toHaveProperty('touched');
  } finally {
    Reflect.deleteProperty(Object.prototype, 'touched');
  }
});

test.each([
  [
    'WEBHOOK_ALLOWED_HOSTS',
    '127.0.0.1:5999',
    'webhook.allowed_hosts',
    /must be a host alone, without scheme, port and path/,
  ],
  ['WEBHOOK_ALLOWED_HOSTS', 'http://intern', 'webhook.allowed_hosts', /must be a host alone/],
  [
    'HTTP_SERVER_LISTEN_ADDRESS',
    '5000',
    'http.server.listen_address',
    /must be host:port, or :port for all addresses, is "5000"/,
  ],
])('%s=%s is refused in words', (variable, value, key, says) => {
  const sentence = failure(() => loadConfig({ [variable]: value }, null));
  expect(sentence).toMatch(says);
  expect(sentence.startsWith(`${key} (environment variable ${variable}) `)).toBe(true);
});

test('hosts of webhooks are names and addresses, as in their URLs', () => {
  const hosts = ['intern', 'hooks.example.com', '10.0.0.7', '[::1]', '::1', 'fd00::1'];
  expect(loadConfig({ WEBHOOK_ALLOWED_HOSTS: hosts.join(' ') }, null).config.webhook.allowed_hosts).toEqual(hosts);
});

test.each(['eks', 'ecs'])('the engine %s without a cluster is refused before anything is started', (engine) => {
  const says = `${engine}.clusters must name a cluster where engines has ${engine}`;
  expect(failure(() => loadConfig({ ENGINES: engine }, null))).toBe(says);
});
