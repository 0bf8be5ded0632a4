/** What every end means: class, exit code and sentence of spec/engine-behaviour.md §10. */
import fc from 'fast-check';
import { classify, outcomeClasses, told, type Outcome, type Verdict } from '../../domain/outcome';
import { anyOutcome } from './arbitraries';

type Case = { outcome: Outcome; attempt?: number; verdict: Verdict };

const cases: Record<string, Case> = {
  'exit 0 is a success (43)': {
    outcome: { kind: 'exited', code: 0 },
    verdict: { class: 'SUCCESS', exitCode: 0, reason: 'Command exited with code 0' },
  },
  'exit 0 with a child killed for memory is a success': {
    outcome: { kind: 'exited', code: 0, childOom: true },
    verdict: { class: 'SUCCESS', exitCode: 0, reason: 'Command exited with code 0' },
  },
  "another exit code is the user's (44)": {
    outcome: { kind: 'exited', code: 3 },
    verdict: { class: 'USER', exitCode: 3, reason: 'Command exited with code 3' },
  },
  'a child killed for memory is a note at the code of its parent (46)': {
    outcome: { kind: 'exited', code: 1, childOom: true },
    verdict: { class: 'USER', exitCode: 1, reason: 'Command exited with code 1 (possible OOM)' },
  },
  'no child killed for memory leaves the sentence alone': {
    outcome: { kind: 'exited', code: 1, childOom: false },
    verdict: { class: 'USER', exitCode: 1, reason: 'Command exited with code 1' },
  },
  "137 without the kernel's word is a kill, not a lack of memory (47)": {
    outcome: { kind: 'exited', code: 137 },
    verdict: { class: 'USER', exitCode: 137, reason: 'Killed (SIGKILL)' },
  },
  '143 keeps its code (48)': {
    outcome: { kind: 'exited', code: 143 },
    verdict: { class: 'USER', exitCode: 143, reason: 'Command exited with code 143' },
  },
  'a lack of memory is 137 and names the limit (45)': {
    outcome: { kind: 'oom', limitMb: 512 },
    verdict: { class: 'OOM', exitCode: 137, reason: 'OOMKilled: limit 512 MB' },
  },
  "a lack of the machine's memory names no limit (45)": {
    outcome: { kind: 'oom', limitMb: null },
    verdict: { class: 'OOM', exitCode: 137, reason: 'OOMKilled' },
  },
  'a command that cannot start keeps the code of its runtime (34)': {
    outcome: { kind: 'cannot-start', code: 127, why: 'exec: "bash": not found' },
    verdict: { class: 'CONFIG', exitCode: 127, reason: 'Container could not start: exec: "bash": not found' },
  },
  'what waiting never mends is CONFIG at once (31)': {
    outcome: { kind: 'not-started', why: 'Invalid image name A', mend: 'never' },
    verdict: { class: 'CONFIG', exitCode: null, reason: 'Invalid image name A' },
  },
  'a missing image deserves another try (30)': {
    outcome: { kind: 'not-started', why: 'Image a not found or not pullable: m', mend: 'unlikely' },
    verdict: { class: 'INFRA_START', exitCode: null, reason: 'Image a not found or not pullable: m' },
  },
  'a missing image is CONFIG at the second try (30)': {
    outcome: { kind: 'not-started', why: 'Image a not found or not pullable: m', mend: 'unlikely' },
    attempt: 2,
    verdict: { class: 'CONFIG', exitCode: null, reason: 'Image a not found or not pullable: m' },
  },
  'a registry in trouble stays INFRA_START at every try (30)': {
    outcome: { kind: 'not-started', why: 'Image a could not be pulled: 503', mend: 'likely' },
    attempt: 9,
    verdict: { class: 'INFRA_START', exitCode: null, reason: 'Image a could not be pulled: 503' },
  },
  'a backend that gave up for want of room is CAPACITY (1)': {
    outcome: { kind: 'not-started', why: 'No capacity: RESOURCE:MEMORY', mend: 'room' },
    attempt: 9,
    verdict: { class: 'CAPACITY', exitCode: null, reason: 'No capacity: RESOURCE:MEMORY' },
  },
  'a start that takes too long tells what it waited for (40)': {
    outcome: { kind: 'start-timeout', seconds: 1800, waiting: 'Pulling a' },
    verdict: { class: 'INFRA_START', exitCode: null, reason: 'Did not start within 1800 seconds: Pulling a' },
  },
  'a start that takes too long for no known reason says so much (40)': {
    outcome: { kind: 'start-timeout', seconds: 1800, waiting: null },
    verdict: { class: 'INFRA_START', exitCode: null, reason: 'Did not start within 1800 seconds' },
  },
  'no room within the queue budget tells what was waited for (1)': {
    outcome: { kind: 'queue-timeout', seconds: 60, waiting: 'RESOURCE:MEMORY' },
    verdict: { class: 'CAPACITY', exitCode: null, reason: 'Not started within 60 seconds: RESOURCE:MEMORY' },
  },
  'a queue budget used up without a word (27)': {
    outcome: { kind: 'queue-timeout', seconds: 60, waiting: null },
    verdict: { class: 'CAPACITY', exitCode: null, reason: 'Not started within 60 seconds' },
  },
  'what was lost while it ran has no exit code (54)': {
    outcome: { kind: 'lost', why: 'Host i-1 lost' },
    verdict: { class: 'INFRA_LOST', exitCode: null, reason: 'Host i-1 lost' },
  },
  'what was lost by a signal that was seen has no exit code of its own (48)': {
    outcome: { kind: 'lost', why: 'Node drained', code: 143 },
    verdict: { class: 'INFRA_LOST', exitCode: null, reason: 'Node drained' },
  },
  "what was lost by its own fault is the user's: never tried again (49)": {
    outcome: { kind: 'lost', why: 'Evicted: storage', ownFault: true, code: 137 },
    verdict: { class: 'USER', exitCode: null, reason: 'Evicted: storage' },
  },
  "the deadline is 124 with the original's sentence (59)": {
    outcome: { kind: 'deadline', seconds: 30 },
    verdict: { class: 'TIMEOUT', exitCode: 124, reason: 'JobRun exceeded specified timeout of 30 seconds' },
  },
  'a cancel is 1 and names its author (77)': {
    outcome: { kind: 'cancelled', by: 'ann@example.org' },
    verdict: { class: 'CANCELLED', exitCode: 1, reason: 'Task terminated by - ann@example.org' },
  },
  'a cancel by nobody in particular is by a user': {
    outcome: { kind: 'cancelled', by: 'user' },
    verdict: { class: 'CANCELLED', exitCode: 1, reason: 'Task terminated by user' },
  },
  'a reported 0 is no success: nobody saw it (invariant 8)': {
    outcome: { kind: 'reported', code: 0, reason: 'done' },
    verdict: { class: 'REPORTED', exitCode: 0, reason: 'done' },
  },
  'an end that is reported without a code has none': {
    outcome: { kind: 'reported', code: null, reason: 'Git clone error' },
    verdict: { class: 'REPORTED', exitCode: null, reason: 'Git clone error' },
  },
};

test.each(Object.entries(cases))('%s', (_, { outcome, attempt, verdict }) => {
  expect(classify(outcome, attempt ?? 1)).toEqual(verdict);
});

test('the table has every class', () => {
  const seen = new Set(Object.values(cases).map(({ verdict }) => verdict.class));
  expect([...seen].sort()).toEqual([...outcomeClasses].sort());
});

const anyAttempt = fc.integer({ min: 1, max: 100 });

test('every verdict has a reason', () => {
  fc.assert(
    fc.property(anyOutcome, anyAttempt, (outcome, attempt) => {
      expect(classify(outcome, attempt).reason).not.toBe('');
    }),
  );
});

test('success is exactly an exit with code 0', () => {
  fc.assert(
    fc.property(anyOutcome, anyAttempt, (outcome, attempt) => {
      const verdict = classify(outcome, attempt);
      expect(verdict.class === 'SUCCESS').toBe(outcome.kind === 'exited' && outcome.code === 0);
      if (verdict.class !== 'REPORTED') expect(verdict.class === 'SUCCESS').toBe(verdict.exitCode === 0);
    }),
  );
});

test('a report has its own code and reason, and is a success only beside a 0 that was seen (invariant 8)', () => {
  const anyReport = fc.record({
    kind: fc.constant('reported' as const),
    code: fc.option(fc.nat(2)),
    reason: fc.string(),
  });
  fc.assert(
    fc.property(anyReport, anyOutcome, anyAttempt, (report, seen, attempt) => {
      const { class: of, ...shown } = told(report, classify(seen, attempt), attempt);
      expect(shown).toEqual({ exitCode: report.code, reason: report.reason });
      expect(of === 'SUCCESS').toBe(report.code === 0 && seen.kind === 'exited' && seen.code === 0);
    }),
  );
});

test('no exit code is shown where none was seen (§10.1)', () => {
  fc.assert(
    fc.property(anyOutcome, anyAttempt, (outcome, attempt) => {
      const { exitCode, class: of } = classify(outcome, attempt);
      if (of === 'INFRA_START' || of === 'INFRA_LOST' || of === 'CAPACITY') expect(exitCode).toBeNull();
    }),
  );
});
