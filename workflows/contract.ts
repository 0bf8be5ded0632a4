/** Names and shapes that others need to start, tell and ask a run's workflow. No Temporal workflow code, so that any process may import it. */
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { End, RunState } from '../domain/lifecycle';
import type { Reported } from '../domain/outcome';
import type { RetryPolicy } from '../domain/retry';

/** The queue of workflows and of the projection's activities. */
export const mainTaskQueue = 'flotilla';
/** The queue of the activities that touch one engine's backend. */
export const engineTaskQueue = (engine: string): string => `flotilla-${engine}`;

/** The queue on which attempts are started: paused, it keeps them until it is opened again. */
export const submitTaskQueue = (engine: string): string => `flotilla-${engine}-submit`;

export const workflowTypes = {
  run: 'run',
  observe: 'observe',
  reconcile: 'reconcile',
  deliver: 'deliver',
  stopRuns: 'stopRuns',
} as const;
export const observerId = (engine: string, cluster: string): string => `observe-${engine}-${cluster}`;
export const reconcilerId = 'reconcile';
export const deliveryId = 'deliver-webhooks';
export const bulkStopId = (stopId: string): string => `stop-${stopId}`;

export const signals = { cancel: 'cancel', report: 'report', started: 'started', ended: 'ended' } as const;
/** As the signal of this name, and answered once the workflow has taken it up. */
export const cancelUpdateName = 'cancel';
export type CancelArgs = [by: string];
export type ReportArgs = [as: Reported];
export type StartedArgs = [attempt: number, atMs: number];
export type EndedArgs = [attempt: number, end: End];
export const statusQueryName = 'status';

/** The budgets of a run, all in seconds. */
export type RunPolicy = {
  /** Until the backend accepts an attempt. */
  queueSeconds: number;
  /** From accepted until its command begins. */
  startSeconds: number;
  /** How long the command may run. */
  deadlineSeconds: number;
  /** Between TERM and KILL. */
  graceSeconds: number;
  /** Waits between tries while there is no capacity. */
  capacity: { firstSeconds: number; maxSeconds: number };
  /** The backstop's questions when nobody tells anything: doubled from the first to the last. */
  poll: { firstSeconds: number; maxSeconds: number };
  retry: RetryPolicy;
};

/** What a run's workflow takes along when it continues as new, or is given when it is restarted. Times are ms since the epoch. */
export type Carried = {
  state: RunState;
  /** Something may have been started for the attempt. */
  touched: boolean;
  /** When the backend accepted the attempt, null while it has not. */
  acceptedAt: number | null;
  queuedAt: number;
  pollSeconds: number;
  /** Absent in what earlier versions carried. */
  unplaced?: number;
};

/** Small and without secrets: environment and command stay in the database. */
export type RunInput = {
  runId: string;
  engine: string;
  cluster: string;
  policy: RunPolicy;
  carried?: Carried;
};

export type RunResult = {
  status: 'STOPPED';
  attempts: number;
  class: string;
  exitCode: number | null;
  exitReason: string;
};

export type RunStatus = Pick<RunState, 'attempt' | 'phase' | 'cancelledBy' | 'stopping'> & {
  exitReason: string | null;
};

export type ObserveInput = { engine: string; cluster: string };

/** What operators filter by in the Temporal UI. All are keywords. */
export const searchAttributes = {
  status: defineSearchAttributeKey('FlotillaStatus', SearchAttributeType.KEYWORD),
  outcome: defineSearchAttributeKey('FlotillaOutcome', SearchAttributeType.KEYWORD),
  owner: defineSearchAttributeKey('FlotillaOwner', SearchAttributeType.KEYWORD),
  definition: defineSearchAttributeKey('FlotillaDefinition', SearchAttributeType.KEYWORD),
  alias: defineSearchAttributeKey('FlotillaAlias', SearchAttributeType.KEYWORD),
  group: defineSearchAttributeKey('FlotillaGroup', SearchAttributeType.KEYWORD),
  engine: defineSearchAttributeKey('FlotillaEngine', SearchAttributeType.KEYWORD),
  cluster: defineSearchAttributeKey('FlotillaCluster', SearchAttributeType.KEYWORD),
} as const;
