/** What a run's story says: where it is, what it waits for in its engine's own words, why each attempt ended, what to do. */
import { explanationToWire } from '../../api/wire/explain';
import { explain, type Facts } from '../../domain/explain';
import { outcomeClasses, type OutcomeClass } from '../../domain/outcome';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1, 10, 0, seconds));

const queued: Facts = {
  ...{ phase: 'QUEUED', attempt: 1, note: null, nextAttemptAt: null, engine: 'eks', cluster: 'main', queuedAt: at(0) },
  ...{ exitCode: null, exitReason: null, outcomeClass: null },
  ...{ memoryMb: 512, nodeLifecycle: 'spot', activeDeadlineSeconds: 60, retryOnInterruption: false, retryOnOom: false },
  ...{ cancel: null, stale: null, isPaused: false, isHalted: false, attempts: [], events: [] },
  transitions: [{ attempt: 1, phase: 'QUEUED', at: at(0) }],
};
const attempt: Facts['attempts'][number] = {
  ...{ attempt: 1, openedAt: at(1), acceptedAt: null, startedAt: null, endedAt: null, stopSentAt: null },
  ...{ exitCode: null, outcomeClass: null, reason: null, node: null },
};
const pending: Facts = {
  ...queued,
  phase: 'PENDING',
  attempts: [{ ...attempt, acceptedAt: at(2) }],
  transitions: [...queued.transitions, { attempt: 1, phase: 'PENDING', at: at(2) }],
};
const noRoom = {
  attempt: 1,
  at: at(3),
  type: 'Warning',
  reason: 'FailedScheduling',
  message: '0/3 nodes',
  source: 'Pod/x',
};

function over(outcomeClass: OutcomeClass, exitReason: string, more: Partial<Facts> = {}): Facts {
  const ended = { ...attempt, acceptedAt: at(2), startedAt: at(3), endedAt: at(9), outcomeClass, reason: exitReason };
  return {
    ...pending,
    ...{ phase: 'STOPPED', outcomeClass, exitReason, attempts: [ended] },
    transitions: [...pending.transitions, { attempt: 1, phase: 'STOPPED', at: at(9) }],
    ...more,
  };
}

describe('a run that is not over says what it waits for', () => {
  test.each<[string, Facts, RegExp, string, string | null]>([
    [
      'before anybody took it',
      queued,
      /^Attempt 1 is waiting to be given to eks\/main$/,
      'a worker with engine eks',
      null,
    ],
    [
      'while pickup is paused',
      { ...queued, isPaused: true },
      /^Attempt 1 waits: an operator has paused the pickup of engine eks$/,
      'pickup of engine eks to be opened: an operator has paused it',
      null,
    ],
    [
      'while Temporal is away, which comes before all else',
      { ...queued, isPaused: true, isHalted: true, stale: { since: at(7), why: 'connect ECONNREFUSED' } },
      /^Attempt 1 is waiting to be given to eks\/main$/,
      'Temporal to answer: nothing goes on without it',
      null,
    ],
    [
      'without room',
      { ...queued, attempts: [attempt], note: 'Waiting for capacity: RESOURCE:MEMORY' },
      /being given to eks\/main, which has not taken it yet$/,
      'room on eks/main, or its answer',
      'Waiting for capacity: RESOURCE:MEMORY',
    ],
    [
      'unschedulable, in the words of the cluster',
      { ...pending, events: [noRoom] },
      /^eks\/main has taken attempt 1; its command has not begun$/,
      'eks/main to start its container',
      'FailedScheduling: 0/3 nodes',
    ],
    [
      'cancelled',
      { ...pending, note: 'Stopping: cancelled by ann', cancel: { by: 'ann', at: at(5) }, events: [noRoom] },
      /^Stopping: ann has cancelled it$/,
      'the proof from eks/main that nothing of it is left',
      'Stopping: cancelled by ann',
    ],
    [
      'out of sight',
      { ...pending, stale: { since: at(7), why: 'connect ECONNREFUSED' } },
      /its command has not begun$/,
      'eks/main to be seen again: what is shown of the run may be old',
      'connect ECONNREFUSED',
    ],
  ])('%s', (_, facts, headline, what, evidence) => {
    const told = explain(facts);
    expect(told.headline).toMatch(headline);
    expect([told.waitingFor?.what, told.waitingFor?.evidence]).toEqual([what, evidence]);
    expect(told.next.length).toBeGreaterThan(0);
  });

  test('what stops all of an engine is told with what opens it again, but is no matter of a run that runs', () => {
    expect(explain({ ...queued, isPaused: true }).next[0]?.call).toContain(
      'PUT /api/v5/worker/submit with {"engine": "eks"',
    );
    expect(explain({ ...queued, isHalted: true }).next[0]?.call).toBe('GET /api/v6/ready');
    expect(explain({ ...pending, isPaused: true })).toEqual(explain(pending));
  });

  test('until when it is tried again, unless pickup is paused meanwhile', () => {
    const roomless = { ...queued, attempts: [attempt], nextAttemptAt: at(30) };
    expect(explain(roomless).waitingFor?.until).toEqual(at(30));
    expect(explain({ ...roomless, isPaused: true }).waitingFor).not.toHaveProperty('until');
    expect(explain({ ...roomless, isHalted: true }).waitingFor).not.toHaveProperty('until');
    expect(explain({ ...pending, phase: 'NEEDS_RETRY', nextAttemptAt: at(30) }).waitingFor?.until).toEqual(at(30));
    expect(explain(queued).waitingFor).not.toHaveProperty('until');
  });

  test('since when its phase began, or its cancel was asked for', () => {
    expect(explain(pending).since).toEqual(at(2));
    expect(explain({ ...pending, cancel: { by: 'ann', at: at(5) } }).since).toEqual(at(5));
  });
});

test.each(outcomeClasses)(
  'a run that ended as %s waits for nothing, and says why it ended and was not tried again',
  (of) => {
    const told = explain(over(of, 'the reason'));
    expect(told.waitingFor).toBeNull();
    expect(told.headline).toMatch(/: the reason$/);
    expect(told.chain.at(-1)?.what).toMatch(new RegExp(`^It ended \\(${of}\\): the reason\\. (Not|Nothing)`));
    expect(told.next.length > 0).toBe(of !== 'SUCCESS');
  },
);

test('advice has the numbers of the run', () => {
  expect(explain(over('OOM', 'OOMKilled')).next.map(({ text }) => text)).toEqual([
    'Run it again with more memory, 896 MB or more',
    'Or set retry_on_oom',
  ]);
  expect(explain(over('OOM', 'OOMKilled', { retryOnOom: true })).next.length).toBe(1);
  expect(explain(over('TIMEOUT', 'too long')).next[0]?.text).toMatch(/above 60/);
  expect(
    explain(over('INFRA_LOST', 'gone', { nodeLifecycle: 'ondemand', retryOnInterruption: true })).next.length,
  ).toBe(1);
});

describe('each advice says what serves it, so that nobody has to read it', () => {
  test.each<[string, Facts, string[]]>([
    ['queued', queued, ['workers']],
    ['while pickup is paused', { ...queued, isPaused: true }, ['workers']],
    ['without room', { ...queued, attempts: [attempt] }, ['stop']],
    ['while Temporal is away', { ...queued, isHalted: true }, ['health']],
    ['out of sight', { ...pending, stale: { since: at(7), why: '' } }, ['clusters']],
    ['cancelled', { ...pending, cancel: { by: 'ann', at: at(5) } }, ['wait']],
    ['pending', pending, ['stop']],
    ['running', { ...pending, phase: 'RUNNING' }, ['log']],
    ['between two attempts', { ...pending, phase: 'NEEDS_RETRY' }, ['stop']],
    ...Object.entries<string[]>({
      SUCCESS: [],
      USER: ['log', 'run_changed'],
      OOM: ['run_changed', 'edit'],
      CONFIG: ['edit'],
      CAPACITY: ['run_changed'],
      INFRA_START: ['run_again', 'ask_operators'],
      INFRA_LOST: ['run_again', 'edit', 'run_changed'],
      TIMEOUT: ['run_changed'],
      CANCELLED: ['run_again'],
      REPORTED: ['log'],
    } satisfies Record<OutcomeClass, string[]>).map(([of, kinds]): [string, Facts, string[]] => [
      `ended as ${of}`,
      over(of as OutcomeClass, 'the reason'),
      kinds,
    ]),
  ])('%s', (_, facts, kinds) => {
    expect(explain(facts).next.map(({ kind }) => kind)).toEqual(kinds);
  });

  test('and what to ask for, where that is known', () => {
    const changesOf = (facts: Facts): unknown[] => explain(facts).next.flatMap(({ changes }) => changes ?? []);
    expect(changesOf(over('OOM', 'OOMKilled'))).toEqual([{ memoryMb: 896 }]);
    expect(changesOf(over('OOM', 'OOMKilled', { memoryMb: null }))).toEqual([]);
    expect(changesOf(over('INFRA_LOST', 'gone'))).toEqual([{ nodeLifecycle: 'ondemand' }]);
    expect(explanationToWire(explain(over('OOM', 'OOMKilled')))['actions']).toEqual([
      { kind: 'run_changed', text: 'Run it again with more memory, 896 MB or more', changes: { memory: 896 } },
      { kind: 'edit', text: 'Or set retry_on_oom' },
    ]);
  });
});

test('the chain goes on from one attempt to the next, in the order of what happened', () => {
  const lost = {
    ...attempt,
    acceptedAt: at(2),
    endedAt: at(5),
    outcomeClass: 'INFRA_START',
    reason: 'pull failed',
  } as const;
  const second = { ...attempt, attempt: 2, openedAt: at(8), acceptedAt: at(9), node: 'node-7' };
  const running: Facts = {
    ...pending,
    ...{ phase: 'RUNNING', attempt: 2, attempts: [lost, second], events: [{ ...noRoom, at: at(4) }] },
    transitions: [...pending.transitions, { attempt: 2, phase: 'RUNNING', at: at(11) }],
  };
  const { chain } = explain(running);
  expect(chain.map(({ attempt: of, what }) => `${of ?? '-'} ${what}`)).toEqual([
    '- Accepted, to run on eks/main',
    '1 Attempt 1 was given to eks/main',
    '1 eks/main took it',
    '1 Pod/x reported FailedScheduling: 0/3 nodes',
    '1 It ended (INFRA_START): pull failed. Tried again: it failed through no fault of its command',
    '2 Attempt 2 was given to eks/main',
    '2 eks/main took it',
    '2 Its command began on node-7',
  ]);
});

test('an exit code that was seen is told where the reason does not have it', () => {
  const facts = over('CANCELLED', 'Task terminated by - ann');
  const seen = { ...facts, attempts: facts.attempts.map((one) => ({ ...one, exitCode: 143 })) };
  expect(explain(seen).chain.at(-1)?.what).toMatch(/exit code 143 was seen/);
});
