/** Docker's states and messages, and what we make of them. */
import { keptUntil, refusal, sentence, sightOf, type DockerState } from '../../engines/local/docker-outcome';
import type { Outcome } from '../../domain/outcome';
import type { Sight } from '../../engines/engine';

const never = '0001-01-01T00:00:00Z';
const began = '2026-01-31T12:00:00.123456789Z';
const over = '2026-01-31T12:00:05.5Z';
const beganMs = Date.UTC(2026, 0, 31, 12, 0, 0, 123);
const overMs = Date.UTC(2026, 0, 31, 12, 0, 5, 500);
const limit = 512 * 1024 * 1024;

const state = (part: Partial<DockerState>): DockerState => ({
  Status: 'exited',
  ExitCode: 0,
  OOMKilled: false,
  Error: '',
  StartedAt: began,
  FinishedAt: over,
  ...part,
});
const ended = (outcome: Outcome, startedAt: number | null = beganMs, finishedAt: number | null = overMs): Sight => ({
  kind: 'ended',
  end: { outcome, startedAt, finishedAt },
});

const sights: Record<string, { state: DockerState; memoryBytes?: number; sight: Sight }> = {
  'a created container waits': {
    state: state({ Status: 'created', StartedAt: never, FinishedAt: never }),
    sight: { kind: 'waiting', why: null },
  },
  'a container that could not be started has ended, at no time': {
    state: state({
      Status: 'created',
      ExitCode: 127,
      Error: 'failed to create task for container: exec: "sh": executable file not found in $PATH',
      StartedAt: never,
      FinishedAt: never,
    }),
    sight: ended(
      {
        kind: 'cannot-start',
        code: 127,
        why: 'failed to create task for container: exec: "sh": executable file not found in $PATH',
      },
      null,
      null,
    ),
  },
  'a start failure of several lines becomes one': {
    state: state({ Status: 'created', ExitCode: 128, Error: 'first\n  second ', StartedAt: never, FinishedAt: never }),
    sight: ended({ kind: 'cannot-start', code: 128, why: 'first second' }, null, null),
  },
  'a running container runs since its start': {
    state: state({ Status: 'running', FinishedAt: never }),
    sight: { kind: 'running', startedAt: beganMs },
  },
  'a paused container still runs': {
    state: state({ Status: 'paused', FinishedAt: never }),
    sight: { kind: 'running', startedAt: beganMs },
  },
  'a container that is being removed is not judged': {
    state: state({ Status: 'removing' }),
    sight: { kind: 'waiting', why: null },
  },
  'exit 0 is exit 0': { state: state({}), sight: ended({ kind: 'exited', code: 0 }) },
  'another exit code is kept': { state: state({ ExitCode: 3 }), sight: ended({ kind: 'exited', code: 3 }) },
  "a command that the shell did not find is the command's own end": {
    state: state({ ExitCode: 127 }),
    sight: ended({ kind: 'exited', code: 127 }),
  },
  '137 without the flag is a kill (§10.4, 47)': {
    state: state({ ExitCode: 137 }),
    sight: ended({ kind: 'exited', code: 137 }),
  },
  '137 with the flag is a lack of memory, with the limit (§10.4, 45)': {
    state: state({ ExitCode: 137, OOMKilled: true }),
    memoryBytes: limit,
    sight: ended({ kind: 'oom', limitMb: 512 }),
  },
  "137 with the flag and no limit is a lack of the machine's memory": {
    state: state({ ExitCode: 137, OOMKilled: true }),
    sight: ended({ kind: 'oom', limitMb: null }),
  },
  "the flag with another code is a child's death (§10.4, 46)": {
    state: state({ ExitCode: 1, OOMKilled: true }),
    memoryBytes: limit,
    sight: ended({ kind: 'exited', code: 1, childOom: true }),
  },
  'the flag with exit 0 changes nothing': {
    state: state({ OOMKilled: true }),
    memoryBytes: limit,
    sight: ended({ kind: 'exited', code: 0 }),
  },
  'times that Docker does not tell are null': {
    state: state({ ExitCode: 1, StartedAt: never, FinishedAt: '' }),
    sight: ended({ kind: 'exited', code: 1 }, null, null),
  },
  "a dead container is lost, with Docker's reason": {
    state: state({ Status: 'dead', ExitCode: 1, Error: 'device busy' }),
    sight: ended({ kind: 'lost', why: 'Docker could not clean up the container: device busy' }),
  },
};

test.each(Object.entries(sights))('%s', (_, { state: of, memoryBytes, sight }) => {
  expect(sightOf(of, memoryBytes ?? 0)).toEqual(sight);
});

test('a state that Docker does not have yet is no end: it is told as trouble', () => {
  expect(() => sightOf(state({ Status: 'hibernated' }), 0)).toThrow('not known: hibernated');
});

type Refusal = { doing: 'pull' | 'create'; status: number; message: string; outcome: Outcome | null };
const notStarted = (why: string, mend: 'never' | 'unlikely' | 'likely'): Outcome => ({
  kind: 'not-started',
  why,
  mend,
});

const refusals: Record<string, Refusal> = {
  'a tag that does not exist deserves one more try': {
    doing: 'pull',
    status: 404,
    message:
      '(HTTP code 404) no such container - manifest for busybox:nope not found: manifest unknown: manifest unknown ',
    outcome: notStarted(
      'Image img not found or not pullable: manifest for busybox:nope not found: manifest unknown: manifest unknown',
      'unlikely',
    ),
  },
  'a missing tag told within the stream of a pull, without a status, is the same': {
    doing: 'pull',
    status: 0,
    message: 'manifest for busybox:nope not found',
    outcome: notStarted('Image img not found or not pullable: manifest for busybox:nope not found', 'unlikely'),
  },
  'a repository that is private or does not exist deserves one more try': {
    doing: 'pull',
    status: 404,
    message:
      "pull access denied for img, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    outcome: notStarted(
      "Image img not found or not pullable: pull access denied for img, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      'unlikely',
    ),
  },
  'a repository that is private or does not exist is the same without the words of its registry': {
    doing: 'pull',
    status: 404,
    message: "pull access denied for img, repository does not exist or may require 'docker login'",
    outcome: notStarted(
      "Image img not found or not pullable: pull access denied for img, repository does not exist or may require 'docker login'",
      'unlikely',
    ),
  },
  'a 404 means a missing image, whatever its words': {
    doing: 'pull',
    status: 404,
    message: 'repository name not known to registry',
    outcome: notStarted('Image img not found or not pullable: repository name not known to registry', 'unlikely'),
  },
  'credentials that a registry does not take may be renewed': {
    doing: 'pull',
    status: 500,
    message: '(HTTP code 500) server error - Head "https://r/v2/img": unauthorized: authentication required',
    outcome: notStarted(
      'Not authorised to pull img: Head "https://r/v2/img": unauthorized: authentication required',
      'likely',
    ),
  },
  'an expired token may be renewed': {
    doing: 'pull',
    status: 403,
    message: 'denied: Your authorization token has expired. Reauthenticate and try again.',
    outcome: notStarted(
      'Not authorised to pull img: denied: Your authorization token has expired. Reauthenticate and try again.',
      'likely',
    ),
  },
  'an invalid image name is never mended': {
    doing: 'pull',
    status: 400,
    message: '(HTTP code 400) unexpected - invalid reference format',
    outcome: notStarted('Invalid image name img', 'never'),
  },
  'an image name in upper case is never mended': {
    doing: 'create',
    status: 400,
    message: 'invalid reference format: repository name (library/Img) must be lowercase',
    outcome: notStarted('Invalid image name img', 'never'),
  },
  'a registry that cannot be found may come back': {
    doing: 'pull',
    status: 500,
    message: 'Get "https://registry.invalid/v2/": dial tcp: lookup registry.invalid: no such host',
    outcome: notStarted(
      'Image img could not be pulled: Get "https://registry.invalid/v2/": dial tcp: lookup registry.invalid: no such host',
      'likely',
    ),
  },
  "a registry's rate limit ends some day": {
    doing: 'pull',
    status: 429,
    message: 'toomanyrequests: You have reached your unauthenticated pull rate limit.',
    outcome: notStarted(
      'Image img could not be pulled: toomanyrequests: You have reached your unauthenticated pull rate limit.',
      'likely',
    ),
  },
  'a full disk may be cleared': {
    doing: 'pull',
    status: 500,
    message: 'write /var/lib/docker/tmp/GetImageBlob1: no space left on device',
    outcome: notStarted(
      'Image img could not be pulled: write /var/lib/docker/tmp/GetImageBlob1: no space left on device',
      'likely',
    ),
  },
  'a container that Docker finds wrong is never mended': {
    doing: 'create',
    status: 400,
    message: '(HTTP code 400) bad parameter - Minimum memory limit allowed is 6MB ',
    outcome: notStarted('Minimum memory limit allowed is 6MB', 'never'),
  },
  'an error of Docker itself says nothing about the run': {
    doing: 'create',
    status: 500,
    message: '(HTTP code 500) server error - no space left on device',
    outcome: null,
  },
  'an image that vanished before the create says nothing about the run': {
    doing: 'create',
    status: 404,
    message: '(HTTP code 404) no such container - No such image: img',
    outcome: null,
  },
  'a taken name says nothing about the run': { doing: 'create', status: 409, message: 'Conflict', outcome: null },
  'a Docker that does not answer says nothing about the run': {
    doing: 'create',
    status: 0,
    message: 'connect ECONNREFUSED /var/run/docker.sock',
    outcome: null,
  },
};

test.each(Object.entries(refusals))('%s', (_, { doing, status, message, outcome }) => {
  expect(refusal('img', doing, status, message)).toEqual(outcome);
});

test('a refusal without a message still has a reason', () => {
  expect(refusal('img', 'create', 400, '(HTTP code 400) bad parameter - ')).not.toMatchObject({ why: '' });
});

test.each([
  ['(HTTP code 404) no such container - No such image: a ', 'No such image: a'],
  ['(HTTP code 500) server error - a - b', 'a - b'],
  ['a\n  b\r\nc', 'a b c'],
  ['as it is', 'as it is'],
])('the message %j reads as one sentence', (message, read) => {
  expect(sentence(message)).toBe(read);
});

describe('how long a container is kept', () => {
  const never = '0001-01-01T00:00:00Z';
  const made = '2026-01-01T00:00:00Z';
  const ended = '2026-01-05T00:00:00Z';
  const day = 86_400;
  test.each([
    ['one that exited, from its end on', 'exited', ended, 3600, '2026-01-05T01:00:00Z'],
    ['a dead one, from its end on', 'dead', ended, 3600, '2026-01-05T01:00:00Z'],
    ['a dead one that never ran, from its making on', 'dead', never, 3600, '2026-01-01T01:00:00Z'],
    ['one that may still be started, for a day at least', 'created', never, 3600, '2026-01-02T00:00:00Z'],
    ['one that may still be started, as long as others', 'created', never, 3 * day, '2026-01-04T00:00:00Z'],
  ])('%s', (_, Status, FinishedAt, keepSeconds, until) => {
    expect(keptUntil({ Status, FinishedAt }, made, keepSeconds)).toBe(Date.parse(until));
  });
});
