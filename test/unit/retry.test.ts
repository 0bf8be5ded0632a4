/** Which verdicts are tried again, how often and after what wait. */
import fc from 'fast-check';
import { outcomeClasses, type OutcomeClass, type Verdict } from '../../domain/outcome';
import { backoffSeconds, isLastChance, next, type RetryPolicy } from '../../domain/retry';

const policy: RetryPolicy = {
  INFRA_START: { attempts: 3, firstSeconds: 30, maxSeconds: 300 },
  INFRA_LOST: { attempts: 1, firstSeconds: 30, maxSeconds: 300 },
};
const verdictOf = (of: OutcomeClass): Verdict => ({ class: of, exitCode: null, reason: 'Because' });
const retrying: OutcomeClass[] = ['INFRA_START', 'INFRA_LOST', 'OOM'];

test.each(outcomeClasses.filter((of) => !retrying.includes(of)))('%s is never tried again (§10.1)', (of) => {
  const generous: RetryPolicy = {
    INFRA_START: { attempts: 99, firstSeconds: 1, maxSeconds: 1 },
    INFRA_LOST: { attempts: 99, firstSeconds: 1, maxSeconds: 1 },
    OOM: { attempts: 99, firstSeconds: 1, maxSeconds: 1 },
  };
  expect(next(verdictOf(of), 1, generous, 0)).toEqual({ do: 'settle', verdict: verdictOf(of) });
  expect(next(verdictOf(of), 4, generous, 0)).toEqual({ do: 'settle', verdict: verdictOf(of) });
});

test('a start that failed is tried three times in all', () => {
  const decisions = [1, 2, 3].map((attempt) => next(verdictOf('INFRA_START'), attempt, policy, 0).do);
  expect(decisions).toEqual(['retry', 'retry', 'settle']);
});

test('a used up budget is told in the reason (§10.5, 90)', () => {
  expect(next(verdictOf('INFRA_START'), 3, policy, 0)).toEqual({
    do: 'settle',
    verdict: { class: 'INFRA_START', exitCode: null, reason: 'Because (after 3 attempts)' },
  });
});

test('an attempt beyond the budget settles, too: the policy may have shrunk', () => {
  expect(next(verdictOf('INFRA_START'), 7, policy, 0)).toMatchObject({
    verdict: { reason: 'Because (after 7 attempts)' },
  });
});

test('a budget of one attempt settles at once and counts nothing', () => {
  expect(next(verdictOf('INFRA_LOST'), 1, policy, 0)).toEqual({ do: 'settle', verdict: verdictOf('INFRA_LOST') });
});

test('a lost attempt is tried again where the policy opts in', () => {
  const optedIn = { ...policy, INFRA_LOST: { attempts: 2, firstSeconds: 30, maxSeconds: 300 } };
  expect(next(verdictOf('INFRA_LOST'), 1, optedIn, 0)).toEqual({ do: 'retry', afterSeconds: 15 });
});

test('an OOM killed attempt is tried again only where the policy has a budget for it', () => {
  expect(next(verdictOf('OOM'), 1, policy, 0)).toEqual({ do: 'settle', verdict: verdictOf('OOM') });
  const optedIn = { ...policy, OOM: { attempts: 2, firstSeconds: 10, maxSeconds: 10 } };
  expect(next(verdictOf('OOM'), 1, optedIn, 0)).toEqual({ do: 'retry', afterSeconds: 5 });
  expect(next(verdictOf('OOM'), 2, optedIn, 0)).toMatchObject({ do: 'settle' });
});

test.each<[string, number, number, boolean]>([
  ['the only one that a loss leaves', 1, 1, false],
  ['a second one, for another reason, of a run that repeats no losses', 2, 1, false],
  ['the first of two', 1, 2, false],
  ['the last of two', 2, 2, true],
  ['the second of three', 2, 3, false],
  ['beyond the last', 4, 3, true],
])('an attempt that is %s is its last chance: %#', (_, attempt, attempts, isLast) => {
  const budgets = { ...policy, INFRA_LOST: { attempts, firstSeconds: 1, maxSeconds: 1 } };
  expect(isLastChance(attempt, budgets)).toBe(isLast);
});

test('waits double up to their limit', () => {
  const full = [1, 2, 3, 4, 5, 6, 2000].map((tries) => 2 * backoffSeconds(policy.INFRA_START, tries, 0));
  expect(full).toEqual([30, 60, 120, 240, 300, 300, 300]);
});

test('jitter spreads a wait over its upper half', () => {
  const waits = [0, 0.5, 0.75].map((jitter) => next(verdictOf('INFRA_START'), 1, policy, jitter));
  expect(waits.map((decision) => decision.do === 'retry' && decision.afterSeconds)).toEqual([15, 22.5, 26.25]);
});

const anyWaits = fc
  .tuple(fc.integer({ min: 1, max: 2147483647 }), fc.integer({ min: 1, max: 2147483647 }))
  .map(([a, b]) => ({ firstSeconds: Math.min(a, b), maxSeconds: Math.max(a, b) }));
const anyJitter = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('a wait is at least half the first and at most the longest', () => {
  fc.assert(
    fc.property(anyWaits, fc.integer({ min: 1, max: 5000 }), anyJitter, (waits, tries, jitter) => {
      const wait = backoffSeconds(waits, tries, jitter);
      expect(wait).toBeGreaterThanOrEqual(waits.firstSeconds / 2);
      expect(wait).toBeLessThanOrEqual(waits.maxSeconds);
    }),
  );
});

test('with the same jitter no wait is shorter than the one before', () => {
  fc.assert(
    fc.property(anyWaits, fc.integer({ min: 1, max: 100 }), anyJitter, (waits, tries, jitter) => {
      expect(backoffSeconds(waits, tries + 1, jitter)).toBeGreaterThanOrEqual(backoffSeconds(waits, tries, jitter));
    }),
  );
});

test('a run makes exactly as many attempts as its budget says', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), anyWaits, anyJitter, (attempts, waits, jitter) => {
      const budgets = { ...policy, INFRA_START: { attempts, ...waits } };
      let made = 1;
      while (next(verdictOf('INFRA_START'), made, budgets, jitter).do === 'retry') made += 1;
      expect(made).toBe(attempts);
    }),
  );
});
