/** Whether and when a run tries again: pure, from a verdict, the attempt's number and the run's policy. */
import type { OutcomeClass, Verdict } from './outcome';

/** Attempts in all (1 = no retry) and the waits between them: doubled from `firstSeconds` up to `maxSeconds`. */
type Budget = { attempts: number; firstSeconds: number; maxSeconds: number };

/** One budget per class that may retry; a class without one never does. */
export type RetryPolicy = Record<'INFRA_START' | 'INFRA_LOST', Budget> & Partial<Record<'OOM', Budget>>;

export type Decision = { do: 'retry'; afterSeconds: number } | { do: 'settle'; verdict: Verdict };

/** `jitter` in [0, 1) spreads the waits over their upper half, so that runs which failed together do not return together. */
export function next(verdict: Verdict, attempt: number, policy: RetryPolicy, jitter: number): Decision {
  const budget = budgetOf(verdict.class, policy);
  if (budget === null) return { do: 'settle', verdict };
  if (attempt >= budget.attempts) {
    return { do: 'settle', verdict: attempt === 1 ? verdict : exhausted(verdict, attempt) };
  }
  return { do: 'retry', afterSeconds: backoffSeconds(budget, attempt, jitter) };
}

/** Whether the attempt is a second one or later and a loss of it would end the run: then it deserves a safer place. */
export function isLastChance(attempt: number, policy: RetryPolicy): boolean {
  const { attempts } = policy.INFRA_LOST;
  return attempts > 1 && attempt >= attempts;
}

/** The wait before try `tries + 1` (tries from 1), in seconds. */
export function backoffSeconds(
  budget: { firstSeconds: number; maxSeconds: number },
  tries: number,
  jitter: number,
): number {
  const full = Math.min(budget.maxSeconds, budget.firstSeconds * 2 ** (tries - 1));
  return full / 2 + (full / 2) * jitter;
}

function budgetOf(of: OutcomeClass, policy: RetryPolicy): Budget | null {
  switch (of) {
    case 'INFRA_START':
    case 'INFRA_LOST':
      return policy[of];
    case 'OOM':
      return policy.OOM ?? null;
    case 'SUCCESS':
    case 'USER':
    case 'CONFIG':
    case 'CAPACITY':
    case 'TIMEOUT':
    case 'CANCELLED':
    case 'REPORTED':
      return null;
  }
}

function exhausted(verdict: Verdict, attempts: number): Verdict {
  return { ...verdict, reason: `${verdict.reason} (after ${attempts} attempts)` };
}
