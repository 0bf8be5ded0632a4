/** Which values the pages hide (ui.md C9). */
import { isSecret, mask } from '../../domain/secret';
import { dots, secrecyOf, withoutSecrets } from '../../ui/parts/secret';

test.each([
  ['DB_PASSWORD', 'hunter2'],
  ['PASSPHRASE', 'x'],
  ['CLIENT_SECRET', 'x'],
  ['GITHUB_TOKEN', 'x'],
  ['aws_access_key_id', 'x'],
  ['CREDENTIALS', 'x'],
  ['BASIC_AUTH', 'x'],
  ['SESSION_COOKIE', 'x'],
  ['SENTRY_DSN', 'x'],
  ['PRIVATE_THING', 'x'],
  ['FTP_PWD', 'x'], // the server's rule knows it
  ['CERT', '-----BEGIN RSA PRIVATE KEY-----\nMII'],
  ['HEADER', 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'],
  ['ID', 'AKIAIOSFODNN7EXAMPLE'],
  ['DATABASE_URL', 'postgres://me:hunter2@db/app'],
  ['REDIS_URL', 'redis://:hunter2@cache:6379'],
])('the value of %s is hidden', (name, value) => {
  expect(secrecyOf(name, value)).toBe('hidden');
});

test.each([
  ['USERNAME', 'World'],
  ['DATABASE_URL', 'postgres://db/app'],
  ['SITE', 'https://me@example.org:8080/a:b@c'],
  ['TOKEN', ''],
])('the value of %s is shown: %s', (name, value) => {
  expect(secrecyOf(name, value)).toBe('plain');
});

test.each([
  'DB_PASSWORD',
  'passwd',
  'PASSPHRASE',
  'SECRET',
  'CREDENTIAL',
  'TOKENS',
  'DB_PWD',
  'pwd',
  'X-AUTH',
  'API_KEY',
  'SIGNINGKEY',
])('what the server masks is hidden, too, and cannot be shown once it is masked: %s', (name) => {
  expect(isSecret({ name, value: 'x' })).toBe(true);
  expect(secrecyOf(name, 'x')).toBe('hidden');
  expect(secrecyOf(name, mask)).toBe('absent');
});

test.each([
  '-----BEGIN PRIVATE KEY-----',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln',
  'AKIAIOSFODNN7EXAMPLE',
  'postgres://me:hunter2@db/app',
  'Server=db;User=me;Password=hunter2',
  'https://hooks.slack.com/services/T0/B0/x',
  `ghp_${'a'.repeat(36)}`,
  `https://${'a'.repeat(40)}@example.com/`,
])('what the server masks for its value is hidden, and cannot be shown once it is masked: %s', (value) => {
  expect(isSecret({ name: 'PLAIN', value })).toBe(true);
  expect(secrecyOf('PLAIN', value)).toBe('hidden');
  expect(secrecyOf('PLAIN', mask)).toBe('absent');
});

test('a raw view has dots for secrets wherever they are, and all else as it is', () => {
  const run = {
    env: [
      { name: 'API_KEY', value: 'k' },
      { name: 'A', value: 'b' },
    ],
    execution_request_custom: { template_payload: { password: 'p', tokens: ['t'], n: 1, url: 'https://a:b@c/' } },
    idempotence_key: 'seen',
    exit_code: 0,
    nothing: null,
  };
  expect(withoutSecrets(run)).toEqual({
    env: [
      { name: 'API_KEY', value: dots },
      { name: 'A', value: 'b' },
    ],
    execution_request_custom: { template_payload: { password: dots, tokens: [dots], n: 1, url: dots } },
    idempotence_key: 'seen',
    exit_code: 0,
    nothing: null,
  });
});
