/** What the API server answers to the creation of a Job, and what we make of it (spec/engine-behaviour.md §10.2, 13–20). */
import { apiError, judgeWords, refusal, sentence, type ApiError, type Refusal } from '../../engines/eks/refusal';
import type { Submission } from '../../engines/engine';

const never = (why: string): Submission => ({
  kind: 'ended',
  end: { outcome: { kind: 'not-started', why, mend: 'never' }, startedAt: null, finishedAt: null },
});
const rows: Record<string, { error: ApiError; submission: Submission | null }> = {
  'an invalid Job is never mended (14)': {
    error: {
      code: 422,
      reason: 'Invalid',
      message: 'Job.batch "eks-1" is invalid: spec.template.spec.containers[0].image: Required value',
    },
    submission: never('Job.batch "eks-1" is invalid: spec.template.spec.containers[0].image: Required value'),
  },
  'an invalid Job may have the word timeout in a field (14)': {
    error: { code: 422, reason: 'Invalid', message: 'Job.batch "eks-1" is invalid: timeoutSeconds: Required value' },
    submission: never('Job.batch "eks-1" is invalid: timeoutSeconds: Required value'),
  },
  'a Job that the server cannot read is never mended (14)': {
    error: { code: 400, reason: 'BadRequest', message: 'Job in version "v1" cannot be handled as a Job: json' },
    submission: never('Job in version "v1" cannot be handled as a Job: json'),
  },
  "a proxy's 400 says nothing about the Job": {
    error: { code: 400, reason: '', message: 'The API server answered with HTTP 400' },
    submission: null,
  },
  'a full quota is no room now (15)': {
    error: {
      code: 403,
      reason: 'Forbidden',
      message:
        'jobs.batch "eks-1" is forbidden: exceeded quota: jobs, requested: count/jobs.batch=1, used: count/jobs.batch=5, limited: count/jobs.batch=5',
    },
    submission: {
      kind: 'no-capacity',
      why: 'Namespace quota exceeded: jobs, requested: count/jobs.batch=1, used: count/jobs.batch=5, limited: count/jobs.batch=5',
    },
  },
  'a quota that is not counted yet passes (15)': {
    error: {
      code: 403,
      reason: 'Forbidden',
      message: 'jobs.batch "eks-1" is forbidden: status unknown for quota: jobs, resources: count/jobs.batch',
    },
    submission: null,
  },
  'a quota that asks for limits is never mended (15)': {
    error: {
      code: 403,
      reason: 'Forbidden',
      message: 'pods "x" is forbidden: failed quota: q: must specify limits.cpu for: main',
    },
    submission: never('pods "x" is forbidden: failed quota: q: must specify limits.cpu for: main'),
  },
  "a missing right is the installation's trouble (16)": {
    error: {
      code: 403,
      reason: 'Forbidden',
      message:
        'jobs.batch is forbidden: User "system:serviceaccount:f:flotilla" cannot create resource "jobs" in API group "batch" in the namespace "f"',
    },
    submission: null,
  },
  "a missing right to one object is the installation's trouble (16)": {
    error: {
      code: 403,
      reason: 'Forbidden',
      message: 'jobs.batch "eks-1" is forbidden: User "x" cannot get resource "jobs"',
    },
    submission: null,
  },
  'expired credentials (16)': {
    error: { code: 401, reason: 'Unauthorized', message: 'Unauthorized' },
    submission: null,
  },
  'too many requests (17)': { error: { code: 429, reason: 'TooManyRequests', message: 'slow down' }, submission: null },
  'an error of the server (17)': {
    error: { code: 500, reason: 'InternalError', message: 'etcdserver: leader changed' },
    submission: null,
  },
  'a server that is not ready (17)': {
    error: { code: 503, reason: 'ServiceUnavailable', message: 'shutting down' },
    submission: null,
  },
  'a server that takes too long (17)': {
    error: { code: 504, reason: 'Timeout', message: 'request did not complete' },
    submission: null,
  },
  'a server that cannot be reached (17)': {
    error: { code: 0, reason: '', message: 'connect ECONNREFUSED' },
    submission: null,
  },
  'a server that has just begun (17)': {
    error: { code: 403, reason: 'Forbidden', message: 'jobs.batch "x" is forbidden: not yet ready to handle request' },
    submission: null,
  },
  'a webhook that denies (18)': {
    error: {
      code: 403,
      reason: 'Forbidden',
      message: 'admission webhook "p.example" denied the request: no team label',
    },
    submission: never('admission webhook "p.example" denied the request: no team label'),
  },
  'a webhook that denies with 400 (18)': {
    error: {
      code: 400,
      reason: 'BadRequest',
      message: 'admission webhook "p.example" denied the request: no team label',
    },
    submission: never('admission webhook "p.example" denied the request: no team label'),
  },
  'a webhook that denies with a code of its own (18)': {
    error: {
      code: 418,
      reason: 'Unknown',
      message: 'admission webhook "p.example" denied the request: not yet ready to handle request',
    },
    submission: never('admission webhook "p.example" denied the request: not yet ready to handle request'),
  },
  'a webhook that denies for an error of its own (18)': {
    error: { code: 500, reason: 'InternalError', message: 'admission webhook "p.example" denied the request: db down' },
    submission: null,
  },
  'a policy that denies (18)': {
    error: {
      code: 422,
      reason: 'Invalid',
      message: `jobs.batch "x" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no`,
    },
    submission: never(`jobs.batch "x" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no`),
  },
  'a webhook that takes too long (18)': {
    error: {
      code: 500,
      reason: 'InternalError',
      message:
        'Internal error occurred: failed calling webhook "w": failed to call webhook: Post "https://w.svc:443/?timeout=10s": context deadline exceeded',
    },
    submission: null,
  },
  'a webhook that is not there, told with a 4xx (18)': {
    error: { code: 400, reason: 'BadRequest', message: 'failed calling webhook "w": no endpoints available' },
    submission: null,
  },
  'a priority class that does not exist is never mended': {
    error: {
      code: 403,
      reason: 'Forbidden',
      message: 'pods "x" is forbidden: no PriorityClass with name high was found',
    },
    submission: never('pods "x" is forbidden: no PriorityClass with name high was found'),
  },
  "a missing namespace is the installation's to mend": {
    error: { code: 404, reason: 'NotFound', message: 'namespaces "flotilla" not found' },
    submission: null,
  },
  "a namespace that goes away is the installation's to mend": {
    error: {
      code: 403,
      reason: 'Forbidden',
      message:
        'jobs.batch "x" is forbidden: unable to create new content in namespace f because it is being terminated',
    },
    submission: null,
  },
  'a taken name is for the caller to look at (13)': {
    error: { code: 409, reason: 'AlreadyExists', message: 'jobs.batch "eks-1" already exists' },
    submission: null,
  },
  'a Job that is too large for the server (22)': {
    error: { code: 413, reason: 'RequestEntityTooLarge', message: 'Request entity too large: limit is 3145728' },
    submission: never('Request entity too large: limit is 3145728'),
  },
  'a Job that is too large for etcd (22)': {
    error: { code: 500, reason: 'InternalError', message: 'etcdserver: request is too large' },
    submission: never('etcdserver: request is too large'),
  },
};

test.each(Object.entries(rows))('%s', (_, { error, submission }) => {
  expect(refusal(error)).toEqual(submission);
});

const words: Record<string, { message: string; verdict: Refusal }> = {
  'a missing service account (19)': {
    message:
      'Error creating: pods "x-" is forbidden: error looking up service account f/etl: serviceaccount "etl" not found',
    verdict: { kind: 'never', why: 'Service account etl not found' },
  },
  'an invalid pod': {
    message: 'Error creating: Pod "x" is invalid: spec.containers[0].name: Invalid value: "A"',
    verdict: { kind: 'never', why: 'Pod "x" is invalid: spec.containers[0].name: Invalid value: "A"' },
  },
  'a limit of the namespace': {
    message: 'Error creating: pods "x" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
    verdict: {
      kind: 'never',
      why: 'pods "x" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
    },
  },
  'a controller without rights': {
    message:
      'Error creating: pods "x" is forbidden: User "system:serviceaccount:kube-system:job-controller" cannot create',
    verdict: { kind: 'platform' },
  },
  'a server in trouble': { message: 'Error creating: etcdserver: request timed out', verdict: { kind: 'platform' } },
};

test.each(Object.entries(words))('the words of a controller: %s', (_, { message, verdict }) => {
  expect(judgeWords(message)).toEqual(verdict);
});

/** As `ApiException` of @kubernetes/client-node 1.4 is made; jest cannot load that package, which has ES modules only. */
class ApiException extends Error {
  readonly code: number;
  readonly body: unknown;
  constructor(code: number, message: string, body: unknown, headers: Record<string, string>) {
    super(
      `HTTP-Code: ${code}\nMessage: ${message}\nBody: ${JSON.stringify(body)}\nHeaders: ${JSON.stringify(headers)}`,
    );
    this.code = code;
    this.body = body;
  }
}

describe('what the client throws', () => {
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Invalid', message: 'm', code: 422 };

  test('a Status as text, as the client leaves it', () => {
    const thrown = new ApiException(422, 'Unknown API Status Code!', JSON.stringify(status), {});
    expect(apiError(thrown)).toEqual({ code: 422, reason: 'Invalid', message: 'm' });
  });

  test('a Status as an object', () => {
    expect(apiError(new ApiException(422, '', status, {}))).toEqual({ code: 422, reason: 'Invalid', message: 'm' });
  });

  test("a Status without a reason is the server's own all the same", () => {
    const thrown = new ApiException(418, '', JSON.stringify({ kind: 'Status', message: 'm' }), {});
    expect(apiError(thrown)).toEqual({ code: 418, reason: 'Unknown', message: 'm' });
  });

  test.each([
    ['401, whose body the client drops', new ApiException(401, 'Unauthorized', undefined, { authorization: 's3cret' })],
    ["a proxy's page", new ApiException(400, '', '<html>s3cret</html>', {})],
    ['JSON of somebody else', new ApiException(400, '', '{"message":"s3cret"}', {})],
    ['JSON that is no object', new ApiException(400, '', '"s3cret"', {})],
  ])('%s: the code alone', (_, thrown) => {
    const error = apiError(thrown);
    expect(error).toEqual({
      code: thrown.code,
      reason: '',
      message: `The API server answered with HTTP ${thrown.code}`,
    });
  });

  test('an error of the network has no code of HTTP', () => {
    const thrown = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6443'), { code: 'ECONNREFUSED' });
    expect(apiError(thrown)).toEqual({ code: 0, reason: '', message: 'connect ECONNREFUSED 127.0.0.1:6443' });
    expect(apiError('aborted')).toEqual({ code: 0, reason: '', message: 'aborted' });
  });
});

const said = (message: string): string => sentence({ code: 422, reason: 'Invalid', message });

test.each([
  ['several lines become one', 'a:\n\t* b\n\t* c\n', 'a: * b * c'],
  [
    'a refused object is left out',
    'x: Invalid value: core.PodTemplateSpec{Env:"s3cret"}: field is immutable',
    'x: Invalid value (left out)',
  ],
  ['a refused list is left out', 'x: Invalid value: []core.EnvVar{"s3cret"}', 'x: Invalid value (left out)'],
  [
    'a refused word stays',
    'x: Invalid value: "A B": must be a DNS name',
    'x: Invalid value: "A B": must be a DNS name',
  ],
  [
    'a value of a variable is left out',
    'containers[0].env[3].value: Invalid value: "s3\\"cret": no',
    'containers[0].env[3].value: Invalid value: (left out): no',
  ],
  ['the name of a variable stays', 'env[3].name: Invalid value: "A=B": no', 'env[3].name: Invalid value: "A=B": no'],
  ['a bearer token', 'Authorization: Bearer abcdef.0123456789-xyz', 'Authorization: Bearer …'],
  ['a web token', 'token eyJhbGciOi.eyJzdWIi.abc-_d was refused', 'token … was refused'],
  ['credentials of an address', 'Post "https://me:s3cret@h/x": EOF', 'Post "https://…@h/x": EOF'],
  ['a signed address', 'Get "https://s3/x?X-Amz-Signature=abc&a=1"', 'Get "https://s3/x?X-Amz-Signature=…&a=1"'],
  ['a password', 'bad dsn password=s3cret host=h', 'bad dsn password=… host=h'],
  ['the name of a secret stays', 'secret "db" not found', 'secret "db" not found'],
])('%s in a sentence', (_, message, read) => {
  expect(said(message)).toBe(read);
});

test('a sentence is never empty, and never longer than 500 characters', () => {
  expect(said('')).toBe('The API server answered with HTTP 422');
  expect(said('x'.repeat(500))).toBe('x'.repeat(500));
  expect(said('x'.repeat(501))).toBe(`${'x'.repeat(499)}…`);
});
