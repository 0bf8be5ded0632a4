/** A bad day at AWS, for proofs under load: how its calls and its events fail, and a seed that it can be had again with. */
import type { Config } from '../aws/ecs/config';
import type { Fault } from '../aws/trouble';
import { seeded } from '../aws/random';

/** Of all calls to all services 15 % are throttled and 15 % answered with 500; RunTask is done, but not answered in another 20 %. */
export const badCalls: Fault[] = [
  { kind: 'throttle', chance: 0.15 },
  // The first fault that matches happens: each chance is that of what the ones before have left.
  { kind: 'error', chance: 0.15 / 0.85 },
  { kind: 'lost', service: 'ecs', operation: 'RunTask', chance: 0.2 / 0.7 },
];

/** Two in ten come twice, one in ten never, and all out of order; a new task is invisible for a while. */
export const badEvents: Partial<Config> = {
  eventDuplicateChance: 0.2,
  eventLossChance: 0.1,
  eventDelayMs: 500,
  consistencyLagMs: 200,
};

/** Chance of its own; FLOTILLA_TEST_SEED repeats that of an earlier test. */
export function chance(what: string): { seed: number; random: () => number } {
  const seed = Number(process.env['FLOTILLA_TEST_SEED'] ?? Math.floor(Math.random() * 1e9));
  console.info(`${what}: FLOTILLA_TEST_SEED=${seed}`);
  return { seed, random: seeded(seed) };
}

/** Which share of the calls came to these ends. `operation`: such as `ecs.RunTask`; empty for all. */
export function shareOf(calls: Record<string, number>, operation: string, ends: string[]): number {
  let all = 0;
  let matching = 0;
  for (const [what, count] of Object.entries(calls)) {
    const [name = '', end] = what.split(' ');
    if (operation !== '' && name !== operation) continue;
    if (end === undefined) all += count;
    else if (ends.includes(end)) matching += count;
  }
  return matching / all;
}
