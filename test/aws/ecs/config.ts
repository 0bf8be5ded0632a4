/** How this ECS behaves: tests change it on the way. */

export type Config = {
  /** How long a task is in each phase; seconds to minutes on AWS. */
  provisioningMs: number;
  pendingMs: number;
  activatingMs: number;
  deactivatingMs: number;
  deprovisioningMs: number;
  /** How long the log driver gathers lines. */
  logFlushMs: number;
  /** By how much more lines come late, so that the last ones come after the end of the task. */
  logLagMs: number;
  /** How long a stopped task is known; an hour on AWS. */
  stoppedKeptMs: number;
  /** How long a client token holds, unless its tasks are forgotten earlier. */
  tokenKeptMs: number;
  /** For so long a new task is invisible to Describe and List. */
  consistencyLagMs: number;
  eventDuplicateChance: number;
  eventLossChance: number;
  /** An event comes by up to this much later, each by its own: out of order. */
  eventDelayMs: number;
  /** Tasks on Fargate at a time. */
  fargateCapacity: number;
};

export const defaultConfig: Config = {
  provisioningMs: 20,
  pendingMs: 20,
  activatingMs: 20,
  deactivatingMs: 20,
  deprovisioningMs: 20,
  logFlushMs: 50,
  logLagMs: 0,
  stoppedKeptMs: 3_600_000,
  tokenKeptMs: 86_400_000,
  consistencyLagMs: 0,
  eventDuplicateChance: 0,
  eventLossChance: 0,
  eventDelayMs: 0,
  fargateCapacity: Number.POSITIVE_INFINITY,
};
