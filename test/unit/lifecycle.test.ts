/** The life of a run, checked by random sequences of events: early, late, doubled, reordered, of other attempts. */
import fc from 'fast-check';
import { before, newRun, phases, reduce, type End, type RunEvent, type RunState } from '../../domain/lifecycle';
import { classify } from '../../domain/outcome';
import { anyEnd, anyVerdict } from './arbitraries';

const anyAttempt = fc.integer({ min: 0, max: 4 });

const anyEvent: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.record({ kind: fc.constant('submitted' as const), attempt: anyAttempt }),
  fc.record({ kind: fc.constant('started' as const), attempt: anyAttempt, at: fc.nat() }),
  fc.record({ kind: fc.constant('ended' as const), attempt: anyAttempt, end: anyEnd }),
  fc.record({ kind: fc.constant('cancel' as const), by: fc.constantFrom('ann', 'bob', 'user') }),
  fc.record({
    kind: fc.constant('report' as const),
    as: fc.record({ kind: fc.constant('reported' as const), code: fc.option(fc.nat(255)), reason: fc.string() }),
  }),
  fc.constant({ kind: 'stopping' as const }),
  fc.record({ kind: fc.constant('stopped' as const), end: anyEnd }),
  fc.constant({ kind: 'retry' as const }),
  fc.constant({ kind: 'requeue' as const }),
  fc.record({ kind: fc.constant('settle' as const), verdict: anyVerdict }),
);

/** An attempt that fails and is followed by another, where nothing comes between: random events alone rarely get that far. */
const failedAttempt: fc.Arbitrary<RunEvent[]> = fc
  .tuple(fc.integer({ min: 1, max: 3 }), anyEnd)
  .map(([attempt, end]) => [
    { kind: 'submitted', attempt },
    { kind: 'started', attempt, at: 1 },
    { kind: 'ended', attempt, end },
    { kind: 'retry' },
    { kind: 'requeue' },
  ]);
const single = anyEvent.map((event) => [event]);
const anyEvents = fc
  .oneof(
    fc.array(single, { maxLength: 30, size: 'max' }),
    fc.array(fc.oneof({ weight: 2, arbitrary: failedAttempt }, { weight: 3, arbitrary: single }), {
      maxLength: 12,
      size: 'max',
    }),
    fc.tuple(failedAttempt, failedAttempt, single, failedAttempt, single),
  )
  .map((parts) => parts.flat());

/** Every event twice somewhere and in another order: what a stream after a reconnect looks like. */
const disturbed = anyEvents.chain((events) =>
  fc.shuffledSubarray([...events, ...events], { minLength: events.length }),
);
const anySequence = fc.oneof(anyEvents, disturbed);

type Step = { from: RunState; event: RunEvent; to: RunState };

function walk(events: RunEvent[]): Step[] {
  let state = newRun;
  return events.map((event) => {
    const from = state;
    state = reduce(from, event);
    return { from, event, to: state };
  });
}

function always(holds: (step: Step) => void): void {
  fc.assert(
    fc.property(anySequence, (events) => {
      walk(events).forEach(holds);
    }),
    { numRuns: 300 },
  );
}

function after(...events: RunEvent[]): RunState {
  return events.reduce(reduce, newRun);
}

const exited = (code: number): End => ({ outcome: { kind: 'exited', code }, startedAt: 1, finishedAt: 2 });
const lost: End = { outcome: { kind: 'lost', why: 'Host gone' }, startedAt: 1, finishedAt: null };
const cancelled: End = { outcome: { kind: 'cancelled', by: 'ann' }, startedAt: 1, finishedAt: 9 };
const running: RunEvent[] = [
  { kind: 'submitted', attempt: 1 },
  { kind: 'started', attempt: 1, at: 1 },
];

describe('whatever the events and their order', () => {
  test('a position never goes backwards (invariant 5)', () => {
    always(({ from, to }) => {
      expect(before(to, from)).toBe(false);
    });
  });

  test('only NEEDS_RETRY is followed by another attempt, which is the next one in QUEUED (invariant 5)', () => {
    always(({ from, event, to }) => {
      if (from.attempt === to.attempt) return;
      expect(event.kind).toBe('requeue');
      expect(from.phase).toBe('NEEDS_RETRY');
      expect(to).toEqual({ ...newRun, attempt: from.attempt + 1 });
    });
  });

  test('NEEDS_RETRY is left only for QUEUED of the next attempt or for STOPPED', () => {
    always(({ from, to }) => {
      if (from.phase !== 'NEEDS_RETRY') return;
      expect(['NEEDS_RETRY', 'STOPPED', 'QUEUED']).toContain(to.phase);
      if (to.phase === 'QUEUED') expect(to.attempt).toBe(from.attempt + 1);
    });
  });

  test('STOPPED is absorbing: nothing of it changes any more (invariant 5)', () => {
    always(({ from, to }) => {
      if (from.phase === 'STOPPED') expect(to).toBe(from);
    });
  });

  test('STOPPED always has a verdict with a reason, and the end of its attempt (invariant 4)', () => {
    always(({ to }) => {
      expect(to.phase === 'STOPPED').toBe(to.verdict !== null);
      if (to.phase !== 'STOPPED') return;
      expect(to.verdict?.reason).not.toBe('');
      expect(to.end).not.toBeNull();
      expect(to.stopping).toBe(false);
    });
  });

  test('the first reported end stays, none is taken after a cancel, and nothing is tried after one (invariant 6)', () => {
    always(({ from, to, event }) => {
      if (from.reported !== null) expect(to.reported).toBe(from.reported);
      if (from.cancelledBy !== null) expect(to.reported).toBe(from.reported);
      if (from.reported !== null) expect(to.attempt).toBe(from.attempt);
      if (event.kind !== 'report') expect(to.reported).toBe(from.reported);
    });
  });

  test('the first canceller stays (invariant 6)', () => {
    always(({ from, to }) => {
      if (from.cancelledBy !== null) expect(to.cancelledBy).toBe(from.cancelledBy);
    });
  });

  test('a cancelled run never gets a new attempt (invariant 6)', () => {
    always(({ from, to }) => {
      if (from.cancelledBy === null) return;
      expect(to.attempt).toBe(from.attempt);
      expect(to.phase === 'NEEDS_RETRY' && from.phase !== 'NEEDS_RETRY').toBe(false);
    });
  });

  test('no attempt begins while the end of the one before is unknown (invariant 2)', () => {
    always(({ from, to }) => {
      if (to.attempt > from.attempt || (to.phase === 'NEEDS_RETRY' && from.phase !== 'NEEDS_RETRY')) {
        expect(from.end).not.toBeNull();
        expect(from.stopping).toBe(false);
      }
    });
  });

  test('the first end of an attempt stays, and so does its start', () => {
    always(({ from, to }) => {
      if (from.attempt !== to.attempt) return;
      if (from.end !== null) expect(to.end).toBe(from.end);
      if (from.startedAt !== null) expect(to.startedAt).toBe(from.startedAt);
    });
  });

  test('a repeated event changes nothing', () => {
    always(({ event, to }) => {
      expect(reduce(to, event)).toEqual(to);
    });
  });

  test('what is told of an older or a future attempt changes nothing', () => {
    always(({ from, event, to }) => {
      if ('attempt' in event && event.attempt !== from.attempt) expect(to).toBe(from);
    });
  });

  test('an event never changes the state that it was given', () => {
    fc.assert(
      fc.property(anySequence, anyEvent, (events, event) => {
        const state = Object.freeze(after(...events));
        reduce(state, event);
      }),
    );
  });

  test('the sequences reach every phase and a third attempt, so that these properties say something', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(anySequence, (events) => {
        for (const { to } of walk(events)) seen.add(to.phase).add(`attempt ${Math.min(3, to.attempt)}`);
      }),
      { numRuns: 300 },
    );
    expect([...seen].sort()).toEqual([...phases, 'attempt 1', 'attempt 2', 'attempt 3'].sort());
  });
});

describe('a run', () => {
  test('goes from QUEUED over PENDING and RUNNING to STOPPED', () => {
    const verdict = classify({ kind: 'exited', code: 0 }, 1);
    const told = walk([...running, { kind: 'ended', attempt: 1, end: exited(0) }, { kind: 'settle', verdict }]);
    expect(told.map(({ to }) => to.phase)).toEqual(['PENDING', 'RUNNING', 'RUNNING', 'STOPPED']);
    expect(told.at(-1)?.to).toMatchObject({ verdict, seenExitCode: 0, startedAt: 1 });
  });

  test('may start before its submission was told, and is not set back by it', () => {
    expect(after({ kind: 'started', attempt: 1, at: 7 }, { kind: 'submitted', attempt: 1 })).toMatchObject({
      phase: 'RUNNING',
      startedAt: 7,
    });
  });

  test('does not stop before an end is known', () => {
    const verdict = classify({ kind: 'cancelled', by: 'ann' }, 1);
    expect(after(...running, { kind: 'settle', verdict }).phase).toBe('RUNNING');
  });

  test('begins its second attempt with nothing of the first', () => {
    const state = after(
      ...running,
      { kind: 'ended', attempt: 1, end: lost },
      { kind: 'retry' },
      { kind: 'requeue' },
      { kind: 'ended', attempt: 1, end: exited(0) },
      { kind: 'started', attempt: 1, at: 5 },
    );
    expect(state).toEqual({ ...newRun, attempt: 2 });
  });

  test('that was cancelled during NEEDS_RETRY starts no attempt and keeps its author (invariant 6)', () => {
    const state = after(
      ...running,
      { kind: 'ended', attempt: 1, end: lost },
      { kind: 'retry' },
      { kind: 'cancel', by: 'ann' },
      { kind: 'cancel', by: 'bob' },
      { kind: 'requeue' },
    );
    expect(state).toMatchObject({ attempt: 1, phase: 'NEEDS_RETRY', cancelledBy: 'ann' });
    const verdict = classify({ kind: 'cancelled', by: 'ann' }, 1);
    expect(reduce(state, { kind: 'settle', verdict })).toMatchObject({ phase: 'STOPPED', verdict });
  });

  test('that ends while it is being stopped keeps only the exit code: the stop tells the end (§10.5, 80 and 87)', () => {
    const state = after(...running, { kind: 'stopping' }, { kind: 'ended', attempt: 1, end: exited(143) });
    expect(state).toMatchObject({ end: null, seenExitCode: 143, stopping: true });
    const stopped = reduce(state, { kind: 'stopped', end: cancelled });
    expect(stopped).toMatchObject({ end: cancelled, seenExitCode: 143, stopping: false });
  });

  test('that is lost while it is being stopped keeps the signal that was seen (§10.5, 80)', () => {
    const killed: End = { ...lost, outcome: { kind: 'lost', why: 'Job deleted outside Flotilla', code: 143 } };
    expect(after(...running, { kind: 'stopping' }, { kind: 'ended', attempt: 1, end: killed })).toMatchObject({
      end: null,
      seenExitCode: 143,
    });
    expect(after(...running, { kind: 'ended', attempt: 1, end: lost })).toMatchObject({
      end: lost,
      seenExitCode: null,
    });
  });

  test('that exited 0 before the stop took effect keeps that end (§10.5, 87)', () => {
    const state = after(
      ...running,
      { kind: 'cancel', by: 'ann' },
      { kind: 'stopping' },
      { kind: 'stopped', end: exited(0) },
    );
    expect(state).toMatchObject({ end: exited(0), seenExitCode: 0, cancelledBy: 'ann' });
  });

  test('is not stopped by the word of a stop that was never begun', () => {
    expect(after(...running, { kind: 'stopped', end: cancelled }).end).toBeNull();
  });

  test('is not being stopped any more once its end is known', () => {
    expect(after(...running, { kind: 'ended', attempt: 1, end: exited(3) }, { kind: 'stopping' }).stopping).toBe(false);
  });
});

test('positions are ordered by attempt, then by phase', () => {
  const positions = [1, 2, 3].flatMap((attempt) => phases.map((phase) => ({ attempt, phase })));
  positions.forEach((a, n) => {
    positions.forEach((b, m) => {
      expect(before(a, b)).toBe(n < m);
    });
  });
});
