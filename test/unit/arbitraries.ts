/** Random values of the domain for property tests. */
import fc from 'fast-check';
import type { End } from '../../domain/lifecycle';
import { classify, type Outcome } from '../../domain/outcome';

const code = fc.integer({ min: 0, max: 255 });
const why = fc.string({ minLength: 1 });
const seconds = fc.integer({ min: 1, max: 2147483647 });
const waiting = fc.option(why);

export const anyOutcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({ kind: fc.constant('exited' as const), code }),
  fc.record({ kind: fc.constant('exited' as const), code, childOom: fc.boolean() }),
  fc.record({ kind: fc.constant('oom' as const), limitMb: fc.option(fc.integer({ min: 1 })) }),
  fc.record({ kind: fc.constant('cannot-start' as const), code: fc.constantFrom(126, 127, 128), why }),
  fc.record({
    kind: fc.constant('not-started' as const),
    why,
    mend: fc.constantFrom('never' as const, 'unlikely' as const, 'likely' as const, 'room' as const),
  }),
  fc.record({ kind: fc.constant('start-timeout' as const), seconds, waiting }),
  fc.record({ kind: fc.constant('queue-timeout' as const), seconds, waiting }),
  fc.record({ kind: fc.constant('lost' as const), why }),
  fc.record({ kind: fc.constant('lost' as const), why, ownFault: fc.boolean(), code }),
  fc.record({ kind: fc.constant('deadline' as const), seconds }),
  fc.record({ kind: fc.constant('cancelled' as const), by: fc.string() }),
  fc.record({ kind: fc.constant('reported' as const), code: fc.option(code), reason: why }),
);

export const anyEnd: fc.Arbitrary<End> = fc.record({
  outcome: anyOutcome,
  startedAt: fc.option(fc.nat()),
  finishedAt: fc.option(fc.nat()),
});

export const anyVerdict = fc
  .tuple(anyOutcome, fc.integer({ min: 1, max: 9 }))
  .map(([outcome, attempt]) => classify(outcome, attempt));
