/** What the rest of Flotilla says to workflows: start a run, cancel it, tell what was seen of it, find those that ended badly. */
import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { AttemptKey } from '../domain/id';
import { newRun, type End, type Phase } from '../domain/lifecycle';
import type { Reported } from '../domain/outcome';
import type { RetryPolicy } from '../domain/retry';
import {
  bulkStopId,
  cancelUpdateName,
  deliveryId,
  mainTaskQueue,
  observerId,
  searchAttributes,
  signals,
  workflowTypes,
  type CancelArgs,
  type Carried,
  type EndedArgs,
  type ReportArgs,
  type RunInput,
  type RunPolicy,
  type StartedArgs,
} from './contract';
import { pickupOf } from './pickup';

/** What starting a run's workflow takes; a row of `run` has it all. */
export type Startable = {
  runId: string;
  executableId: string;
  alias: string;
  groupName: string;
  user: string;
  engine: string;
  cluster: string;
  activeDeadlineSeconds: number;
  retryOnInterruption: boolean;
  retryOnOom: boolean;
};

/** What all runs share. `retry` says how often; whether a run repeats what was lost or OOM killed is for its owner to say. */
type SharedPolicy = Omit<RunPolicy, 'deadlineSeconds' | 'retry'> & { retry: Required<RetryPolicy> };

/** Where a run stands whose workflow is gone; `reported`: what a caller told of its end. */
export type Standing = { attempt: number; phase: Phase; unplaced: number; reported: Reported | null };

export type RunClient = ReturnType<typeof createRunClient>;

/** How long a call may take before its caller goes on without it. */
const callSeconds = 5;
/** The same of what waits for a workflow, too: where workers are behind, a signal does without. */
const answerSeconds = 1;

export function createRunClient(client: Client, policy: SharedPolicy) {
  const within = <T>(call: () => Promise<T>, seconds = callSeconds): Promise<T> =>
    client.withDeadline(Date.now() + seconds * 1000, call);

  function retryPolicyOf({ retryOnInterruption, retryOnOom }: Startable): RetryPolicy {
    const { INFRA_START, INFRA_LOST, OOM } = policy.retry;
    return {
      INFRA_START,
      INFRA_LOST: retryOnInterruption ? INFRA_LOST : { ...INFRA_LOST, attempts: 1 },
      ...(retryOnOom ? { OOM } : {}),
    };
  }

  function startOptions(run: Startable, carried?: Carried): WorkflowStartOptions {
    const input: RunInput = {
      runId: run.runId,
      engine: run.engine,
      cluster: run.cluster,
      policy: { ...policy, deadlineSeconds: run.activeDeadlineSeconds, retry: retryPolicyOf(run) },
      ...(carried === undefined ? {} : { carried }),
    };
    return {
      workflowId: run.runId,
      taskQueue: mainTaskQueue,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      args: [input],
      staticSummary: `${run.alias.slice(0, maxSummaryPart)} by ${run.user.slice(0, maxSummaryPart)}`,
      typedSearchAttributes: new TypedSearchAttributes([
        { key: searchAttributes.status, value: carried?.state.phase ?? 'QUEUED' },
        { key: searchAttributes.owner, value: keyword(run.user) },
        { key: searchAttributes.definition, value: keyword(run.executableId) },
        { key: searchAttributes.alias, value: keyword(run.alias) },
        { key: searchAttributes.group, value: keyword(run.groupName) },
        { key: searchAttributes.engine, value: run.engine },
        { key: searchAttributes.cluster, value: run.cluster },
      ]),
    };
  }

  function carriedOf(where: Standing, cancelledBy: string | null): Carried {
    return {
      // Between two attempts, the earlier one is over.
      state: {
        ...newRun,
        attempt: where.attempt + (where.phase === 'NEEDS_RETRY' ? 1 : 0),
        cancelledBy,
        reported: where.reported,
      },
      touched: true,
      acceptedAt: null,
      queuedAt: Date.now(),
      pollSeconds: policy.poll.firstSeconds,
      unplaced: where.unplaced,
    };
  }

  return {
    ...pickupOf(client, within),

    /**
     * Starts the run's workflow, once in its life: false where it was started before. `cancelledBy`: together with its cancel;
     * `reported`: knowing what a caller told of its end.
     */
    async start(run: Startable, cancelledBy: string | null = null, reported: Reported | null = null): Promise<boolean> {
      try {
        const unstarted = { attempt: 1, phase: 'QUEUED', unplaced: 0, reported } as const;
        const options = startOptions(run, reported === null ? undefined : carriedOf(unstarted, cancelledBy));
        await within(async () => {
          if (cancelledBy === null || reported !== null) await client.workflow.start(workflowTypes.run, options);
          else {
            await client.workflow.signalWithStart(workflowTypes.run, {
              ...options,
              args: options.args ?? [],
              signal: signals.cancel,
              signalArgs: [cancelledBy],
            });
          }
        });
        return true;
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
        throw error;
      }
    },

    /**
     * Starts a workflow for a run that has lost its own. It adopts what runs; with `cancelledBy` it stops it and settles.
     * False where one is open.
     */
    async revive(run: Startable, where: Standing, cancelledBy: string | null): Promise<boolean> {
      try {
        const carried = carriedOf(where, cancelledBy);
        const options = { ...startOptions(run, carried), workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const };
        await within(() => client.workflow.start(workflowTypes.run, options));
        return true;
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
        throw error;
      }
    },

    /** False where no such workflow is open. */
    cancel(runId: string, by: string): Promise<boolean> {
      return signal(runId, signals.cancel, [by]);
    },

    /**
     * The same, answered once the workflow has taken it up: Temporal keeps both in one write, and who cancels many goes as fast as
     * the workers. A workflow that does not answer soon (its worker is busy, away, or of an older version) is told by the signal.
     */
    async cancelAnswered(runId: string, by: string): Promise<'answered' | 'signalled' | 'over'> {
      try {
        await within(
          () => client.workflow.getHandle(runId).executeUpdate<undefined, CancelArgs>(cancelUpdateName, { args: [by] }),
          answerSeconds,
        );
        return 'answered';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return 'over';
        return (await signal(runId, signals.cancel, [by])) ? 'signalled' : 'over';
      }
    },

    /** Ends the run as a caller says. False where no such workflow is open. */
    report(runId: string, as: Reported): Promise<boolean> {
      return signal(runId, signals.report, [as]);
    },

    /** `at`: ms since the epoch. False where the run is over. */
    started(key: AttemptKey, at: number): Promise<boolean> {
      return signal(key.runId, signals.started, [key.attempt, at]);
    },

    /** False where the run is over. */
    ended(key: AttemptKey, end: End): Promise<boolean> {
      return signal(key.runId, signals.ended, [key.attempt, end]);
    },

    /** Ids of runs whose workflow was closed since then (ms since the epoch) without coming to its own end. */
    async *closedBadlySince(sinceMs: number): AsyncGenerator<string> {
      const query = `WorkflowType = "${workflowTypes.run}" and CloseTime > "${new Date(sinceMs).toISOString()}"
        and ExecutionStatus in ("Terminated", "Failed", "TimedOut", "Canceled")`;
      for await (const { workflowId } of client.workflow.list({ query })) yield workflowId;
    },

    /** What Temporal knows of a run's workflow: open, closed by itself or by somebody, or nothing at all. */
    async fate(runId: string): Promise<'open' | 'completed' | 'closed' | 'unknown'> {
      try {
        const { status } = await within(() => client.workflow.getHandle(runId).describe());
        return fateOf(status.name);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return 'unknown';
        throw error;
      }
    },

    /** Throws where the namespace does not answer. */
    async requireTemporal(): Promise<void> {
      await within(() => client.workflowService.describeNamespace({ namespace: client.options.namespace }));
    },

    /** Starts the delivery of webhooks unless it is under way. */
    async ensureDelivery(): Promise<void> {
      await within(() =>
        client.workflow.start(workflowTypes.deliver, {
          workflowId: deliveryId,
          taskQueue: mainTaskQueue,
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: 'Delivers webhooks',
        }),
      );
    },

    /** Starts a bulk stop, which the database keeps, unless it is under way or done. */
    async stopRuns(stopId: string): Promise<void> {
      await within(() =>
        client.workflow.start(workflowTypes.stopRuns, {
          workflowId: bulkStopId(stopId),
          taskQueue: mainTaskQueue,
          workflowIdConflictPolicy: 'USE_EXISTING',
          args: [stopId],
          // Before the runs' own tasks: those that it is to stop do not hold it up.
          priority: { priorityKey: 1 },
          staticSummary: 'Stops many runs',
        }),
      );
    },

    /** Starts the cluster's observer unless it is there. */
    async ensureObserver(engine: string, cluster: string): Promise<void> {
      await within(() =>
        client.workflow.start(workflowTypes.observe, {
          workflowId: observerId(engine, cluster),
          taskQueue: mainTaskQueue,
          workflowIdConflictPolicy: 'USE_EXISTING',
          args: [{ engine, cluster }],
          staticSummary: `Observes the runs on ${engine}/${cluster}`,
        }),
      );
    },
  };

  async function signal(
    runId: string,
    name: string,
    args: CancelArgs | ReportArgs | StartedArgs | EndedArgs,
  ): Promise<boolean> {
    try {
      await within(() => client.workflow.getHandle(runId).signal(name, ...args));
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }
}

function fateOf(status: WorkflowExecutionDescription['status']['name']): 'open' | 'completed' | 'closed' {
  switch (status) {
    case 'RUNNING':
    case 'PAUSED':
    case 'CONTINUED_AS_NEW':
      return 'open';
    case 'COMPLETED':
      return 'completed';
    case 'FAILED':
    case 'CANCELLED':
    case 'TERMINATED':
    case 'TIMED_OUT':
    case 'UNSPECIFIED':
    case 'UNKNOWN':
      return 'closed';
  }
}

const maxKeywordLength = 255;
/** Characters of each of its two names; Temporal takes 400 bytes of summary. */
const maxSummaryPart = 50;

function keyword(text: string): string {
  return text.slice(0, maxKeywordLength);
}
