/** The run's workflow on the time-skipping server: budgets, retries, cancels, lost signals. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Submission } from '../../engines/engine';
import { createRunClient } from '../../workflows/client';
import { startTimeSkipping } from '../time-skipping';
import { until } from '../stack';
import { exited, policy, Stage, type Scene } from './fake-backend';
import { saveHistory } from './save-history';

let env: TestWorkflowEnvironment;
let stage: Stage;

beforeAll(async () => {
  Stage.quiet();
  env = await startTimeSkipping();
  stage = new Stage(env);
  await stage.open();
}, 120_000);
afterAll(async () => {
  await stage.close();
  await env.teardown();
}, 60_000);

/** The verdict, once the run has ended; with SAVE_HISTORIES=1 its history is kept for the replay test. */
async function verdictOf(scene: Scene, saveAs?: string) {
  await scene.handle.result();
  // A local activity may be repeated with its workflow task: the row keeps the first, and all are the same.
  expect(new Set(scene.settled.map(({ verdict }) => JSON.stringify(verdict))).size).toBe(1);
  if (saveAs !== undefined) await saveHistory(scene.handle, saveAs);
  return scene.settled[0]?.verdict;
}

async function called(scene: Scene, call: string): Promise<void> {
  await until(`${call} in ${scene.calls.join(', ')}`, () => Promise.resolve(scene.calls.includes(call) || null));
}

const never = (): Promise<never> => sleep(8000, null, { ref: false }).then(() => Promise.reject(new Error('too late')));

test('a run that goes well costs one submit and nothing else', async () => {
  const scene = await stage.play({});
  await called(scene, 'submit 1');
  await scene.started(1);
  await scene.ended(1, exited(0));
  expect(await verdictOf(scene, 'success')).toMatchObject({ class: 'SUCCESS', exitCode: 0 });
  expect(scene.calls).toEqual(['submit 1']);
});

test('without capacity the run ends when its queue budget is used up, with the reason', async () => {
  const scene = await stage.play({ submit: () => Promise.resolve({ kind: 'no-capacity', why: 'RESOURCE:MEMORY' }) });
  expect(await verdictOf(scene, 'queue-budget')).toEqual({
    class: 'CAPACITY',
    exitCode: null,
    reason: 'Not started within 3600 seconds: RESOURCE:MEMORY',
  });
  const submits = scene.calls.filter((call) => call === 'submit 1').length;
  expect(submits).toBeGreaterThan(10);
  expect(submits).toBeLessThan(60);
  expect(scene.calls.at(-1)).toBe('stop 1');
});

test('where its owner was told when there is another try for room, it begins then', async () => {
  const asked: { at: number; again: unknown }[] = [];
  const submit = async (_of: unknown, _start: unknown, _isLast: unknown, again: unknown): Promise<Submission> => {
    asked.push({ at: await env.currentTimeMs(), again });
    const noRoom = { kind: 'no-capacity', why: 'RESOURCE:CPU', againInSeconds: 100 } as const;
    return asked.length === 1 ? noRoom : { kind: 'ended', end: exited(0) };
  };
  const scene = await stage.play({ submit });
  expect(await verdictOf(scene, 'room-told')).toMatchObject({ class: 'SUCCESS' });
  const [first, second] = asked;
  const dueAt = expect.any(Number) as unknown;
  expect([first?.again, second?.again]).toEqual([
    { ...policy.capacity, tries: 1, dueAt },
    { ...policy.capacity, tries: 2, dueAt },
  ]);
  const waitedMs = (second?.at ?? 0) - (first?.at ?? 0);
  expect(waitedMs).toBeGreaterThanOrEqual(100_000);
  expect(waitedMs).toBeLessThan(105_000);
});

test('what does not start within its budget is stopped and tried again, three times in all', async () => {
  const scene = await stage.play({ poll: () => Promise.resolve({ kind: 'waiting', why: 'Pulling image' }) });
  expect(await verdictOf(scene, 'start-budget')).toEqual({
    class: 'INFRA_START',
    exitCode: null,
    reason: 'Did not start within 600 seconds: Pulling image (after 3 attempts)',
  });
  expect(scene.calls.filter((call) => call.startsWith('submit'))).toEqual(['submit 1', 'submit 2', 'submit 3']);
  expect(scene.calls.filter((call) => call.startsWith('stop'))).toEqual(['stop 1', 'stop 2', 'stop 3']);
});

test('what waits for room has the budget of the queue, not that of the start, and its own class', async () => {
  const why = 'Waiting for capacity: 0/1 nodes are available';
  const scene = await stage.play({ poll: () => Promise.resolve({ kind: 'waiting', why, capacity: true }) });
  expect(await verdictOf(scene)).toEqual({
    class: 'CAPACITY',
    exitCode: null,
    reason: `Not started within 3600 seconds: ${why}`,
  });
  expect(scene.calls.filter((call) => !call.startsWith('poll'))).toEqual(['submit 1', 'stop 1']);
});

test('what got its room has the whole budget of the start from then on', async () => {
  let polls = 0;
  const poll = () => {
    polls += 1;
    return Promise.resolve(
      polls === 1
        ? ({ kind: 'waiting', why: 'Waiting for capacity: no room', capacity: true } as const)
        : ({ kind: 'waiting', why: 'Pulling image' } as const),
    );
  };
  const INFRA_START = { attempts: 1, firstSeconds: 1, maxSeconds: 1 };
  const scene = await stage.play({ poll }, { retry: { ...policy.retry, INFRA_START } });
  expect(await verdictOf(scene)).toMatchObject({
    class: 'INFRA_START',
    reason: expect.stringMatching(/^Did not start within 600 seconds: Pulling image/) as string,
  });
  expect(scene.calls).toEqual(['submit 1', 'poll 1', 'poll 1', 'stop 1']);
});

describe('a submit that has used up the start budget', () => {
  const outcome = { kind: 'start-timeout', seconds: 600, waiting: 'Pulling image' } as const;
  const submit = (): Promise<Submission> =>
    Promise.resolve({ kind: 'ended', end: { outcome, startedAt: null, finishedAt: null } });

  test('is stopped before each retry and before the end: an earlier try may have started something (invariant 2)', async () => {
    const scene = await stage.play({ submit });
    expect(await verdictOf(scene)).toEqual({
      class: 'INFRA_START',
      exitCode: null,
      reason: 'Did not start within 600 seconds: Pulling image (after 3 attempts)',
    });
    expect(scene.calls).toEqual([
      ...['submit 1', 'stop 1', 'needsRetry 1', 'requeue 2'],
      ...['submit 2', 'stop 2', 'needsRetry 2', 'requeue 3'],
      ...['submit 3', 'stop 3'],
    ]);
  });

  test('is told the end that the stop finds, and tries nothing again', async () => {
    const scene = await stage.play({ submit, stop: () => Promise.resolve(exited(5)) });
    expect(await verdictOf(scene)).toMatchObject({ class: 'USER', exitCode: 5 });
    expect(scene.calls).toEqual(['submit 1', 'stop 1']);
  });
});

test('a run over its deadline is stopped and shows 124', async () => {
  const scene = await stage.play({});
  await called(scene, 'submit 1');
  await scene.started(1);
  expect(await verdictOf(scene, 'deadline')).toMatchObject({ class: 'TIMEOUT', exitCode: 124 });
  expect(scene.calls.at(-1)).toBe('stop 1');
});

test('a run that ended by itself just before its deadline took effect shows its own exit code', async () => {
  const scene = await stage.play({ stop: () => Promise.resolve(exited(0)) });
  await called(scene, 'submit 1');
  await scene.started(1);
  expect(await verdictOf(scene)).toMatchObject({ class: 'SUCCESS', exitCode: 0 });
});

test('retries wait: at least half of each backoff passes, and as long as was told', async () => {
  const why = 'no space left on device';
  const times: number[] = [];
  const end = { outcome: { kind: 'not-started', why, mend: 'likely' } as const, startedAt: null, finishedAt: null };
  const scene = await stage.play({
    submit: async () => {
      times.push(await env.currentTimeMs());
      return { kind: 'ended', end };
    },
  });
  expect(await verdictOf(scene, 'retries')).toEqual({
    class: 'INFRA_START',
    exitCode: null,
    reason: `${why} (after 3 attempts)`,
  });
  const [first = 0, second = 0, third = 0] = times;
  expect(second - first).toBeGreaterThanOrEqual(14_000);
  expect(third - second).toBeGreaterThanOrEqual(29_000);
  expect(scene.toldNextAt.map((at, n) => Math.floor(((times[n + 1] ?? 0) - at) / 5000))).toEqual([0, 0]);
  expect(scene.calls).toEqual([
    'submit 1',
    'needsRetry 1',
    'requeue 2',
    'submit 2',
    'needsRetry 2',
    'requeue 3',
    'submit 3',
  ]);
});

test('what is lost is repeated as often as the run allows; only the last attempt is told that it is the last', async () => {
  const lost = { outcome: { kind: 'lost', why: 'Node drained' } as const, startedAt: null, finishedAt: null };
  const told: unknown[] = [];
  const submit = (...args: unknown[]) => {
    told.push(args[2]);
    return Promise.resolve({ kind: 'ended', end: lost } as const);
  };
  const INFRA_LOST = { attempts: 3, firstSeconds: 30, maxSeconds: 300 };
  const scene = await stage.play({ submit }, { retry: { ...policy.retry, INFRA_LOST } });
  expect(await verdictOf(scene)).toMatchObject({ class: 'INFRA_LOST', reason: 'Node drained (after 3 attempts)' });
  expect(told).toEqual([false, false, true]);
});

describe('a backend that takes an attempt and finds no room for it', () => {
  const outcome = { kind: 'not-started', why: 'No capacity: RESOURCE:MEMORY', mend: 'room' } as const;
  const noRoom = { outcome, startedAt: null, finishedAt: null };

  test('is tried as long as the queue budget lasts', async () => {
    const scene = await stage.play({ submit: () => Promise.resolve({ kind: 'ended', end: noRoom }) });
    expect(await verdictOf(scene)).toEqual({
      class: 'CAPACITY',
      exitCode: null,
      reason: 'No capacity: RESOURCE:MEMORY',
    });
    const submits = scene.calls.filter((call) => call.startsWith('submit')).length;
    expect(submits).toBeGreaterThan(10);
    expect(submits).toBeLessThan(60);
  });

  test('uses up no attempt of those that a loss may have', async () => {
    const lost = { outcome: { kind: 'lost', why: 'Node drained' } as const, startedAt: null, finishedAt: null };
    const ends = [noRoom, noRoom, noRoom, lost, exited(0)];
    const isLast: unknown[] = [];
    const submit = ({ attempt }: { attempt: number }, ...more: unknown[]) => {
      isLast.push(more[1]);
      return Promise.resolve({ kind: 'ended', end: ends[attempt - 1] ?? exited(9) } as const);
    };
    const INFRA_LOST = { attempts: 2, firstSeconds: 30, maxSeconds: 300 };
    const scene = await stage.play({ submit }, { retry: { ...policy.retry, INFRA_LOST } });
    expect(await verdictOf(scene)).toMatchObject({ class: 'SUCCESS', exitCode: 0 });
    expect(isLast).toEqual([false, false, false, false, true]);
  });
});

test('an OOM killed attempt is repeated only where the run allows it', async () => {
  const oom = { outcome: { kind: 'oom', limitMb: 64 } as const, startedAt: null, finishedAt: null };
  const submit = (of: { attempt: number }) =>
    Promise.resolve({ kind: 'ended', end: of.attempt === 1 ? oom : exited(0) } as const);
  const strict = await stage.play({ submit });
  expect(await verdictOf(strict)).toMatchObject({ class: 'OOM', exitCode: 137, reason: 'OOMKilled: limit 64 MB' });
  const OOM = { attempts: 2, firstSeconds: 1, maxSeconds: 1 };
  const lenient = await stage.play({ submit }, { retry: { ...policy.retry, OOM } });
  expect(await verdictOf(lenient)).toMatchObject({ class: 'SUCCESS', exitCode: 0 });
  expect(lenient.calls).toEqual(['submit 1', 'needsRetry 1', 'requeue 2', 'submit 2']);
});

test('with every observer dead the backstop alone finds the start and the end', async () => {
  let polls = 0;
  const startedAt = await env.currentTimeMs();
  const scene = await stage.play({
    poll: () => {
      polls += 1;
      return Promise.resolve(polls < 3 ? { kind: 'running', startedAt } : { kind: 'ended', end: exited(9) });
    },
  });
  expect(await verdictOf(scene, 'observers-dead')).toMatchObject({ class: 'USER', exitCode: 9 });
  expect(polls).toBe(3);
});

test('signals of an older attempt change nothing', async () => {
  const why = 'create failed';
  const end = { outcome: { kind: 'not-started', why, mend: 'likely' } as const, startedAt: null, finishedAt: null };
  let attempts = 0;
  const scene = await stage.play({
    submit: () => {
      attempts += 1;
      return Promise.resolve(attempts === 1 ? { kind: 'ended', end } : { kind: 'created' });
    },
  });
  await env.sleep('2 minutes');
  await called(scene, 'submit 2');
  await scene.ended(1, exited(1));
  await scene.ended(2, exited(0));
  expect(await verdictOf(scene)).toMatchObject({ class: 'SUCCESS', exitCode: 0 });
});

test('an end that is told before submit has returned: the next attempt waits until the late submit is over and stopped', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const why = 'create failed';
  const end = { outcome: { kind: 'not-started', why, mend: 'likely' } as const, startedAt: null, finishedAt: null };
  let submits = 0;
  const scene = await stage.play({
    submit: async () => {
      submits += 1;
      if (submits === 1) await held;
      return { kind: 'created' };
    },
  });
  await called(scene, 'submit 1');
  await scene.ended(1, end);
  await until('submit is asked to give up', async () => {
    const { events } = await scene.handle.fetchHistory();
    return events?.find(({ activityTaskCancelRequestedEventAttributes: asked }) => asked) ?? null;
  });
  release();
  await called(scene, 'stop 1');
  await env.sleep('2 minutes');
  await called(scene, 'submit 2');
  await scene.started(2);
  await scene.ended(2, exited(0));
  expect(await verdictOf(scene)).toMatchObject({ class: 'SUCCESS', exitCode: 0 });
  expect(scene.calls).toEqual(['submit 1', 'needsRetry 1', 'stop 1', 'requeue 2', 'submit 2']);
});

describe('an end that a caller reports', () => {
  test('stops what runs, and is told in its words', async () => {
    const scene = await stage.play({});
    await called(scene, 'submit 1');
    await scene.started(1);
    await scene.report(3, 'Git clone error');
    const verdict = { class: 'REPORTED', exitCode: 3, reason: 'Git clone error' };
    expect(await verdictOf(scene, 'reported-while-running')).toEqual(verdict);
    expect(scene.calls).toEqual(['submit 1', 'stop 1']);
  });

  test('comes before the end that its stop brings about, which the attempt keeps as seen: no success (invariant 8)', async () => {
    const scene = await stage.play({ stop: () => Promise.resolve(exited(143)) });
    await called(scene, 'submit 1');
    await scene.started(1);
    await scene.report(0, 'done');
    expect(await verdictOf(scene)).toEqual({ class: 'REPORTED', exitCode: 0, reason: 'done' });
    expect(scene.settled[0]?.seenExitCode).toBe(143);
  });

  test('is a success where the container ends with the reported 0 before its stop', async () => {
    const scene = await stage.play({ stop: () => Promise.resolve(exited(0)) });
    await called(scene, 'submit 1');
    await scene.started(1);
    await scene.report(0, 'done');
    expect(await verdictOf(scene)).toEqual({ class: 'SUCCESS', exitCode: 0, reason: 'done' });
    expect(scene.settled[0]?.seenExitCode).toBe(0);
  });

  test('during NEEDS_RETRY starts no attempt', async () => {
    const scene = await stage.play({
      submit: () =>
        Promise.resolve({
          kind: 'ended',
          end: { outcome: { kind: 'not-started', why: 'x', mend: 'likely' }, startedAt: null, finishedAt: null },
        }),
    });
    await called(scene, 'needsRetry 1');
    await scene.report(null, 'Code or syntax error');
    expect(await verdictOf(scene)).toEqual({ class: 'REPORTED', exitCode: null, reason: 'Code or syntax error' });
    expect(scene.calls).toEqual(['submit 1', 'needsRetry 1']);
  });

  test('is dropped where a cancel came before: its author stays (invariant 6)', async () => {
    const scene = await stage.play({});
    await called(scene, 'submit 1');
    await scene.cancel('me');
    await scene.report(0, 'done');
    expect(await verdictOf(scene)).toMatchObject({ class: 'CANCELLED', reason: 'Task terminated by - me' });
  });
});

describe('a cancel', () => {
  const cancelled = { class: 'CANCELLED', exitCode: 1, reason: 'Task terminated by - me' };

  test('while submit is under way stops before and after it', async () => {
    const scene = await stage.play({ submit: () => sleep(500, { kind: 'created' } as const) });
    await called(scene, 'submit 1');
    await scene.cancel('me');
    expect(await verdictOf(scene, 'cancel-during-submit')).toEqual(cancelled);
    expect(scene.calls.filter((call) => call === 'stop 1').length).toBeGreaterThanOrEqual(1);
  });

  test('while it waits for capacity submits nothing more', async () => {
    const scene = await stage.play(
      { submit: () => Promise.resolve({ kind: 'no-capacity', why: 'full' }) },
      { capacity: { firstSeconds: 600, maxSeconds: 600 } },
    );
    await until('it waits', async () => {
      const { events } = await scene.handle.fetchHistory();
      const answered = events?.findIndex((event) => event.activityTaskCompletedEventAttributes) ?? -1;
      const waits = events?.findLastIndex((event) => event.timerStartedEventAttributes) ?? -1;
      return (answered >= 0 && waits > answered) || null;
    });
    await scene.cancel('me');
    expect(await verdictOf(scene)).toEqual(cancelled);
    expect(scene.calls.filter((call) => call === 'submit 1')).toHaveLength(1);
  });

  test('while PENDING stops it', async () => {
    const scene = await stage.play({});
    await called(scene, 'submit 1');
    await scene.cancel('me');
    expect(await verdictOf(scene, 'cancel-while-pending')).toEqual(cancelled);
    expect(scene.calls.at(-1)).toBe('stop 1');
  });

  test('while RUNNING stops it; the first canceller is the author', async () => {
    const scene = await stage.play({});
    await called(scene, 'submit 1');
    await scene.started(1);
    await scene.cancel('me');
    await scene.cancel('somebody else');
    expect(await verdictOf(scene, 'cancel-while-running')).toEqual(cancelled);
  });

  test('during NEEDS_RETRY starts no attempt and keeps its author (invariant 6)', async () => {
    const end = {
      outcome: { kind: 'not-started', why: 'x', mend: 'likely' } as const,
      startedAt: null,
      finishedAt: null,
    };
    const scene = await stage.play({ submit: () => Promise.resolve({ kind: 'ended', end }) });
    await called(scene, 'needsRetry 1');
    await scene.cancel('me');
    expect(await verdictOf(scene, 'cancel-during-needs-retry')).toEqual(cancelled);
    expect(scene.calls.filter((call) => call.startsWith('submit'))).toEqual(['submit 1']);
  });

  test('that comes after the end changes no exit code, and the reason names it', async () => {
    const scene = await stage.play({ stop: () => Promise.resolve(exited(0)) });
    await called(scene, 'submit 1');
    await scene.cancel('me');
    expect(await verdictOf(scene)).toEqual({
      class: 'SUCCESS',
      exitCode: 0,
      reason: 'Command exited with code 0 (before the cancel by me took effect)',
    });
  });

  test('that finds the workflow over is no trouble', async () => {
    const scene = await stage.play({});
    await called(scene, 'submit 1');
    await scene.ended(1, exited(0));
    expect(await verdictOf(scene)).toMatchObject({ class: 'SUCCESS' });
    const runs = createRunClient(env.client, { ...policy, retry: { ...policy.retry, OOM: policy.retry.INFRA_LOST } });
    expect(await runs.cancel(scene.handle.workflowId, 'me')).toBe(false);
    expect(await runs.cancelAnswered(scene.handle.workflowId, 'me')).toBe('over');
  });

  test('that is answered is known to the workflow by then; the first canceller is the author', async () => {
    const scene = await stage.play({ stop: () => sleep(500, null) });
    await called(scene, 'submit 1');
    await scene.started(1);
    await scene.cancelAnswered('me');
    expect(await scene.handle.query('status')).toMatchObject({ cancelledBy: 'me', stopping: true });
    await scene.cancelAnswered('somebody else');
    expect(await verdictOf(scene, 'cancel-answered')).toEqual(cancelled);
  });

  test('that no workflow answers is told by the signal', async () => {
    const handle = await env.client.workflow.start('run', {
      workflowId: 'nobody-answers',
      taskQueue: 'nobody-polls',
      args: [{}],
    });
    const runs = createRunClient(env.client, { ...policy, retry: { ...policy.retry, OOM: policy.retry.INFRA_LOST } });
    const askedAt = performance.now();
    expect(await runs.cancelAnswered('nobody-answers', 'me')).toBe('signalled');
    expect(performance.now() - askedAt).toBeLessThan(3000);
    const { events } = await handle.fetchHistory();
    expect(events?.map((event) => event.workflowExecutionSignaledEventAttributes?.signalName)).toContain('cancel');
    await handle.terminate();
  }, 30_000);

  test('through Temporal itself means the same', async () => {
    const scene = await stage.play({});
    await called(scene, 'submit 1');
    await scene.handle.cancel();
    expect(await verdictOf(scene)).toEqual({ ...cancelled, reason: 'Task terminated by - an operator (in Temporal)' });
  });

  test('is not held up by a backend that does not answer a poll', async () => {
    const scene = await stage.play({ poll: never }, { startSeconds: 1 });
    await called(scene, 'submit 1');
    await env.sleep('5 seconds');
    await scene.cancel('me');
    expect(await verdictOf(scene)).toEqual(cancelled);
  });
});

// Last: the server skips no time while an activity of a run that is over is still under way.
test('an end that is told before submit has returned is the end', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const scene = await stage.play({ submit: () => held.then(() => ({ kind: 'created' })) });
  await called(scene, 'submit 1');
  await scene.ended(1, exited(7));
  expect(await verdictOf(scene, 'ended-before-submit-returned')).toMatchObject({ class: 'USER', exitCode: 7 });
  release();
});
