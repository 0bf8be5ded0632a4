/** Which variables look like secrets. */
import type { ApiDeps } from '../../api/deps';
import { launchLike } from '../../api/rerun';
import { unmask } from '../../api/wire/definition';
import { isSecret, mask, masked } from '../../domain/secret';
import { acceptedRun, savedDefinition } from '../accepted-run';
import { refusal } from './refusal';

test.each([
  ...['PASSWORD', 'DB_PASSWORD', 'pgpassword', 'MYSQL_PASSWD', 'SSH_PASSPHRASE', 'CLIENT_SECRET', 'SECRETS'],
  ...['AWS_SECRET_ACCESS_KEY', 'API_KEY', 'apikey', 'STRIPE_APIKEY', 'GITHUB_TOKEN', 'TOKEN', 'token.auth', 'DB_PWD'],
  ...['GOOGLE_CREDENTIALS', 'PRIVATE_KEY', 'NPM_CONFIG__AUTH', 'AWS_ACCESS_KEY_ID', 'ENCRYPTION-KEY'],
  ...['PGPASS', 'DB_PASS', 'AUTHORIZATION', 'HTTP_AUTHORIZATION_HEADER', 'SSH_KEY', 'STRIPE_KEY', 'HOST_KEYS'],
  ...['SESSION_COOKIE', 'SENTRY_DSN', 'CREDS', 'SLACK_WEBHOOK_URL', 'accessToken', 'githubAuthToken'],
])('%s looks like a secret', (name) => {
  expect(isSecret({ name, value: 'x' })).toBe(true);
});

test.each([
  ...['USERNAME', 'TOKENIZER_PATH', 'AUTHOR', 'MONKEY', 'KEY', 'KEYBOARD', 'PRIMARY_KEY_COLUMN'],
  ...[
    'FLOTILLA_RUN_ID',
    'FLOTILLA_RUN_OWNER_ID',
    'AWS_ROLE_SESSION_NAME',
    'BASE_URL',
    'BETOKEN',
    'COMPASS',
    'PASS_COUNT',
    ...[
      'BYPASS',
      'PASSENGERS',
      'PARTITION_KEY',
      'S3_KEY',
      'SSH_PUBLIC_KEY',
      'AUTHORITY',
      'AUTHORIZATIONS',
      'COOKIECUTTER',
      'GROUP_BY_KEY',
      'AUTH_MODE',
      'MAX_TOKENS',
    ],
  ],
])('%s does not', (name) => {
  expect(isSecret({ name, value: 'x' })).toBe(false);
});

const jwt = `eyJ${'a'.repeat(30)}.eyJ${'b'.repeat(30)}.c`;
test.each([
  ...[
    'postgres://u:pw@h/d',
    'redis://:pw@h',
    'see -----BEGIN RSA PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----',
    jwt,
  ],
  ...['gho_', 'ghp_', 'ghr_', 'ghs_', 'ghu_', 'github_pat_'].map((begin) => `${begin}${'a1'.repeat(18)}`),
  ...['a', 'b', 'p', 'r', 's'].map((kind) => `xox${kind}-12345678-abcdef`),
  `https://ghp_${'a1'.repeat(18)}@github.com/a/b.git`,
  `https://${'0123456789abcdef'.repeat(2)}@example.com/a`,
  ...['AKIAIOSFODNN7EXAMPLE', 'Server=h;User Id=u;Password=pw', 'https://hooks.slack.com/services/T0/B0/x'],
])('%s is one, whatever it is called', (value) => {
  expect(isSecret({ name: 'A', value })).toBe(true);
});

test.each([
  ...[
    'postgres://u@h/d',
    'https://example.com:8080/a@b',
    'http://example.com/?at=12:30@noon',
    'me@example.com',
    '12:30',
  ],
  ...['-----BEGIN CERTIFICATE-----', 'eyJhbGciOiJIUzI1NiJ9', 'Password=', 's3://bucket/key', ''],
])('%s is none', (value) => {
  expect(isSecret({ name: 'A', value })).toBe(false);
});

test('a value that is made to be slow to look at is not', () => {
  const began = performance.now();
  for (const part of ['eyJ-', '://', '://a:', '-----BEGIN ', 'pass', 'ghp_', 'xoxb-', '://a1', 'password =', '_key']) {
    isSecret({ name: part.repeat(100_000), value: part.repeat(100_000) });
  }
  expect(performance.now() - began).toBeLessThan(3000);
});

test('a masked environment keeps its names, their order and what is no secret; an empty value hides nothing', () => {
  const env = [
    { name: 'A', value: '1' },
    { name: 'API_TOKEN', value: 'abc' },
    { name: 'DB_PASSWORD', value: '' },
  ];
  expect(masked(env)).toEqual([env[0], { name: 'API_TOKEN', value: mask }, env[2]]);
});

describe('a masked value that comes back', () => {
  test('stands for the stored one', () => {
    const stored = [{ name: 'API_TOKEN', value: 'abc' }];
    expect(unmask(masked(stored), stored)).toEqual(stored);
  });

  test('is refused where nothing is stored under its name', () => {
    const sentence = 'env API_TOKEN is masked: give its value, or leave it out';
    expect(refusal(() => unmask([{ name: 'API_TOKEN', value: mask }], []))).toBe(sentence);
  });

  test('stands for a stored one that was hidden for what it is, and for a mask that was stored itself', () => {
    const stored = [
      { name: 'DATABASE_URL', value: 'postgres://u:pw@h/d' },
      { name: 'STARS', value: mask },
    ];
    expect(unmask(masked(stored), stored)).toEqual(stored);
  });

  test('is refused where the stored one is no secret any more', () => {
    const sentence = 'env BASE_URL is masked: give its value, or leave it out';
    const stored = [{ name: 'BASE_URL', value: 'https://example.com' }];
    expect(refusal(() => unmask([{ name: 'BASE_URL', value: mask }], stored))).toBe(sentence);
  });
});

describe('a run that is executed like an earlier one', () => {
  const definition = savedDefinition({ definitionId: 'd', alias: 'a', groupName: 'g' });
  const env = [
    { name: 'STARS', value: mask },
    { name: 'API_TOKEN', value: 'abc' },
    { name: 'BASE_URL', value: 'https://example.com' },
  ];
  const origin = acceptedRun(definition, {
    ...{ engine: 'local', cluster: 'default', user: 'me', nodeLifecycle: 'spot', activeDeadlineSeconds: 60 },
    ...{ commandHash: '', env },
  });
  const settings = { mode: 'test', baseUri: '', ownerVariable: 'OWNER' };
  const like = (more: object) =>
    launchLike({ settings } as unknown as ApiDeps, origin, { run_tags: { owner_id: 'me' }, ...more }, true).env;

  test('has its values, although one of them is a mask, and whoever asks has seen only masks', () => {
    expect(like({})).toEqual(env);
    expect(like({ env: masked(env) })).toEqual(env);
    expect(like({ env: [{ name: 'API_TOKEN' }] })).toEqual([env[1]]);
  });

  test('is refused with a mask for what was none there', () => {
    const sentence = 'env BASE_URL is masked: give its value, or leave it out';
    expect(refusal(() => like({ env: [{ name: 'BASE_URL', value: mask }] }))).toBe(sentence);
  });
});
