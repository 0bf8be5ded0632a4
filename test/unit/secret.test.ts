/** Which variables look like secrets. */
import { unmask } from '../../api/wire/definition';
import { looksSecret, mask, masked } from '../../domain/secret';
import { refusal } from './refusal';

test.each([
  ...['PASSWORD', 'DB_PASSWORD', 'pgpassword', 'MYSQL_PASSWD', 'SSH_PASSPHRASE', 'CLIENT_SECRET', 'SECRETS'],
  ...['AWS_SECRET_ACCESS_KEY', 'API_KEY', 'apikey', 'STRIPE_APIKEY', 'GITHUB_TOKEN', 'TOKEN', 'token.auth', 'DB_PWD'],
  ...['GOOGLE_CREDENTIALS', 'PRIVATE_KEY', 'NPM_CONFIG__AUTH', 'AWS_ACCESS_KEY_ID', 'ENCRYPTION-KEY'],
])('%s looks like a secret', (name) => {
  expect(looksSecret(name)).toBe(true);
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
  ],
])('%s does not', (name) => {
  expect(looksSecret(name)).toBe(false);
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

  test('is a value like any other of a variable that is no secret', () => {
    expect(unmask([{ name: 'STARS', value: mask }], [])).toEqual([{ name: 'STARS', value: mask }]);
  });
});
