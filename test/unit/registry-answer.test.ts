/** What registries say, and who we are to them. */
import { challengeFrom, judge, type Answer, type Challenge } from '../../registry/answer';
import { credentialsFor } from '../../registry/credentials';

const errors = (...codes: unknown[]) => ({ errors: codes.map((code) => ({ code, message: 'm' })) });
const unknown = (status: number): Answer => ({ kind: 'unknown', why: `status ${status}` });

describe('an answer', () => {
  test.each<[string, number, unknown, Answer]>([
    ['that has the manifest', 200, null, { kind: 'found' }],
    ['that knows no such tag', 404, errors('MANIFEST_UNKNOWN'), { kind: 'missing' }],
    ['that knows no such repository', 404, errors('NAME_UNKNOWN'), { kind: 'missing' }],
    ['that says so as the second of its errors', 404, errors('X', 'NAME_UNKNOWN'), { kind: 'missing' }],
    ['that is a 404 for something else', 404, errors('UNSUPPORTED'), unknown(404)],
    ['that is a 404 without a body', 404, null, unknown(404)],
    ['that is a 404 of a proxy', 404, { message: 'MANIFEST_UNKNOWN' }, unknown(404)],
    ['that is a 404 with odd errors', 404, { errors: [null, 'NAME_UNKNOWN', {}] }, unknown(404)],
    ['that is a 404 whose errors are no list', 404, { errors: { code: 'NAME_UNKNOWN' } }, unknown(404)],
    ['that does not let us look', 401, errors('UNAUTHORIZED'), unknown(401)],
    ['that forbids', 403, errors('DENIED'), unknown(403)],
    ['that forbids in the words of one that knows', 403, errors('NAME_UNKNOWN'), unknown(403)],
    ['that is too busy', 429, errors('TOOMANYREQUESTS'), unknown(429)],
    ['that is broken', 500, errors('MANIFEST_UNKNOWN'), unknown(500)],
    ['that has nothing in it', 204, null, unknown(204)],
  ])('%s', (_, status, body, answer) => {
    expect(judge(status, body)).toEqual(answer);
  });
});

describe('a 401 wants', () => {
  const bearer = (realm: string, service: string | null): Challenge => ({ kind: 'bearer', realm, service });
  const realm = 'https://auth.docker.io/token';
  test.each<[string, string | null, Challenge | null]>([
    ['a token', `Bearer realm="${realm}",service="registry.docker.io"`, bearer(realm, 'registry.docker.io')],
    [
      'a token for a scope with a comma',
      `Bearer realm="${realm}",service="s",scope="repository:a:pull,push"`,
      bearer(realm, 's'),
    ],
    ['a token, in other letters', `bearer Realm=${realm}, Service=s`, bearer(realm, 's')],
    ['a token without a service', `Bearer realm="${realm}"`, bearer(realm, null)],
    ['a token rather than a password', `Basic realm="x", Bearer realm="${realm}"`, bearer(realm, null)],
    ['a token, whatever follows', `Bearer realm="${realm}", Basic realm="x"`, bearer(realm, null)],
    ['a token from nowhere', 'Bearer service="s"', null],
    ['a password', 'Basic realm="x",service="ecr.amazonaws.com"', { kind: 'basic' }],
    ['what we do not know', 'Negotiate', null],
    ['nothing', null, null],
  ])('%s', (_, header, challenge) => {
    expect(challengeFrom(header)).toEqual(challenge);
  });
});

describe('the credentials', () => {
  const encode = (pair: string): string => Buffer.from(pair).toString('base64');
  const auth = (pair: string) => ({ auth: encode(pair) });
  const hub = 'docker.io';
  test.each<[string, unknown, string, string | null]>([
    ['are the pair of their registry', { 'a.io': auth('u:p'), 'b.io': auth('x:y') }, 'a.io', 'u:p'],
    ['may have colons in the password', { 'a.io': auth('u:p:q') }, 'a.io', 'u:p:q'],
    ['may be apart', { 'a.io': { username: 'u', password: 'p' } }, 'a.io', 'u:p'],
    [
      'are the pair rather than what is apart',
      { 'a.io': { ...auth('u:p'), username: 'x', password: 'y' } },
      'a.io',
      'u:p',
    ],
    ['are apart where the pair is empty', { 'a.io': { auth: '', username: 'u', password: 'p' } }, 'a.io', 'u:p'],
    ['may be for a URL', { 'https://a.io/v2/': auth('u:p') }, 'a.io', 'u:p'],
    ['are those of the plain name first', { 'https://a.io/team': auth('x:y'), 'a.io': auth('u:p') }, 'a.io', 'u:p'],
    ['are for a port', { 'a.io': auth('x:y'), 'a.io:5000': auth('u:p') }, 'a.io:5000', 'u:p'],
    ['of another port are none', { 'a.io:5000': auth('u:p') }, 'a.io', null],
    ['of Docker Hub are kept under an old name', { 'https://index.docker.io/v1/': auth('u:p') }, hub, 'u:p'],
    ['of Docker Hub may have its new name', { 'docker.io': auth('u:p') }, hub, 'u:p'],
    ['of a registry whose name only ends alike are none', { 'evil-a.io': auth('u:p') }, 'a.io', null],
    ['without a password are none', { 'a.io': auth('u:') }, 'a.io', null],
    ['without a colon are none', { 'a.io': auth('u') }, 'a.io', null],
    ['that are an identity token are none', { 'a.io': { ...auth('u:'), identitytoken: 't' } }, 'a.io', null],
    ['of an odd kind are none', { 'a.io': { auth: 1, username: {}, password: [] } }, 'a.io', null],
    ['that a helper keeps are none', { 'a.io': {} }, 'a.io', null],
  ])('%s', (_, auths, registry, pair) => {
    expect(credentialsFor({ auths }, registry)).toBe(pair === null ? null : encode(pair));
  });

  test.each([null, [], 'x', {}, { auths: null }, { auths: 'a.io' }, { credsStore: 'desktop' }])(
    'of a file that holds %j are none',
    (file) => {
      expect(credentialsFor(file, 'a.io')).toBeNull();
    },
  );
});
