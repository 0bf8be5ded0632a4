/** Adaptive resources: how much memory a job gets that was OOM killed with less (engine-behaviour.md §2.5). */

/** How many times as much memory it gets. */
export const growth = 1.75;
const maxMb = 2147483647;

/** In MB, after a kill with so many. */
export function grownFrom(killedAtMb: number): number {
  return Math.ceil(killedAtMb * growth);
}

export type Adapted = {
  memoryMb: number;
  /** What was done and why, for the run's owner; null where nothing was. */
  note: string | null;
};

/**
 * `oomAtMb`: how much memory earlier runs of the same command had when they were OOM killed. Never less than what was asked
 * for, and no more than the largest kill teaches: without a new kill the answer stays the same.
 */
export function grownMemory(askedMb: number, oomAtMb: number[], capMb: number | null): Adapted {
  const killedAtMb = Math.max(0, ...oomAtMb);
  const memoryMb = capped(askedMb, grownFrom(killedAtMb), capMb);
  if (memoryMb === askedMb) return { memoryMb, note: null };
  const isCapped = memoryMb === capMb ? ', the most that is given' : '';
  return {
    memoryMb,
    note: `Memory ${memoryMb} MB instead of ${askedMb} MB${isCapped}: the same command was OOM killed with ${killedAtMb} MB`,
  };
}

/** A cap below what was asked for takes nothing away. */
function capped(askedMb: number, wantedMb: number, capMb: number | null): number {
  return Math.max(askedMb, Math.min(wantedMb, capMb ?? maxMb));
}
