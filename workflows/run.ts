/** One run, from accepted to STOPPED: attempts, retries between them, one end. */
import {
  CancellationScope,
  defineQuery,
  defineSignal,
  defineUpdate,
  proxyLocalActivities,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { ProjectionActivities } from '../activities';
import { isEnding } from '../domain/lifecycle';
import { classify, lacksRoom, temporalCanceller, told, type Verdict } from '../domain/outcome';
import { backoffSeconds, next, type Decision } from '../domain/retry';
import { attemptsOf } from './attempt';
import {
  cancelUpdateName,
  searchAttributes,
  signals,
  statusQueryName,
  type CancelArgs,
  type EndedArgs,
  type ReportArgs,
  type RunInput,
  type RunResult,
  type RunStatus,
  type StartedArgs,
} from './contract';
import { Memory, waitUntil } from './memory';

const cancel = defineSignal<CancelArgs>(signals.cancel);
const cancelAnswered = defineUpdate<undefined, CancelArgs>(cancelUpdateName);
const report = defineSignal<ReportArgs>(signals.report);
const started = defineSignal<StartedArgs>(signals.started);
const ended = defineSignal<EndedArgs>(signals.ended);
const status = defineQuery<RunStatus>(statusQueryName);

/** Temporal takes 400 bytes. */
const maxSummaryLength = 100;

export async function run(input: RunInput): Promise<RunResult> {
  const { runId, policy } = input;
  const memory = new Memory(input);
  setHandler(cancel, (by) => {
    memory.tell({ kind: 'cancel', by });
  });
  setHandler(cancelAnswered, (by) => {
    memory.tell({ kind: 'cancel', by });
    return undefined;
  });
  setHandler(report, (as) => {
    memory.tell({ kind: 'report', as });
  });
  setHandler(started, (attempt, at) => {
    memory.tell({ kind: 'started', attempt, at });
  });
  setHandler(ended, (attempt, end) => {
    memory.tell({ kind: 'ended', attempt, end });
  });
  setHandler(status, () => ({
    attempt: memory.state.attempt,
    phase: memory.state.phase,
    cancelledBy: memory.state.cancelledBy,
    stopping: memory.state.stopping,
    exitReason: memory.state.verdict?.reason ?? null,
  }));
  CancellationScope.current().cancelRequested.catch(() => {
    memory.tell({ kind: 'cancel', by: temporalCanceller });
  });

  const attempts = attemptsOf(input, memory);
  const { settle, needsRetry, requeue } = proxyLocalActivities<ProjectionActivities>({
    startToCloseTimeout: '30 seconds',
    retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
  });
  return CancellationScope.nonCancellable(live);

  async function live(): Promise<RunResult> {
    for (;;) {
      if (memory.acceptedAt === null && !memory.isOver()) await attempts.place();
      await attempts.untilEnded();
      const judgement = judge();
      if (judgement.do === 'settle') return finish(judgement.verdict);
      if (!(await waitForRetry(judgement.verdict, judgement.afterSeconds))) return finish(wantedVerdict());
    }
  }

  type Judgement = { do: 'settle'; verdict: Verdict } | { do: 'retry'; verdict: Verdict; afterSeconds: number };

  function judge(): Judgement {
    if (memory.state.end === null) throw new Error('judged before its end');
    const { outcome } = memory.state.end;
    const verdict = classify(outcome, memory.tries);
    // Whoever says how it ended knows better than what the stop brought about.
    const { reported } = memory.state;
    if (reported !== null) return { do: 'settle', verdict: told(reported, verdict, memory.tries) };
    const decision = lacksRoom(outcome) ? waitOn(verdict) : next(verdict, memory.tries, policy.retry, Math.random());
    if (decision.do === 'retry') {
      return memory.state.cancelledBy === null
        ? { do: 'retry', verdict, afterSeconds: decision.afterSeconds }
        : { do: 'settle', verdict: wantedVerdict() };
    }
    if (memory.state.cancelledBy === null || verdict.class === 'CANCELLED')
      return { do: 'settle', verdict: decision.verdict };
    // It ended by itself before the stop took effect: told as it was (engine-behaviour.md §10.5, 87).
    const reason = `${decision.verdict.reason} (before the cancel by ${memory.state.cancelledBy} took effect)`;
    return { do: 'settle', verdict: { ...decision.verdict, reason } };
  }

  // The backend had taken the attempt and found no room for it: the queue's budget goes on.
  function waitOn(verdict: Verdict): Decision {
    const afterSeconds = backoffSeconds(policy.capacity, memory.unplaced + 1, Math.random());
    const leftSeconds = policy.queueSeconds - (Date.now() - memory.queuedAt) / 1000;
    return afterSeconds < leftSeconds ? { do: 'retry', afterSeconds } : { do: 'settle', verdict };
  }

  /** Of a run that somebody ended. */
  function wantedVerdict(): Verdict {
    const { reported, cancelledBy, attempt } = memory.state;
    return classify(reported ?? { kind: 'cancelled', by: cancelledBy ?? temporalCanceller }, attempt);
  }

  // Returns false where somebody ended it meanwhile: then no further attempt starts.
  async function waitForRetry(verdict: Verdict, afterSeconds: number): Promise<boolean> {
    const failed = memory.state.attempt;
    memory.tell({ kind: 'retry' });
    memory.showPhase();
    const nextAt = Date.now() + afterSeconds * 1000;
    await needsRetry.executeWithOptions({ summary: `Attempt ${failed} failed: ${verdict.class}` }, [
      { runId, attempt: failed },
      { ...attemptEnd(), verdict, afterSeconds: Math.round(afterSeconds), nextAt },
    ]);
    await attempts.endSubmit();
    await waitUntil(nextAt, () => isEnding(memory.state));
    memory.tell({ kind: 'requeue' });
    if (memory.state.attempt === failed) return false;
    memory.startOver(verdict.class === 'CAPACITY');
    await requeue({ runId, attempt: memory.state.attempt });
    return true;
  }

  async function finish(verdict: Verdict): Promise<RunResult> {
    const facts = attemptEnd();
    memory.tell({ kind: 'settle', verdict });
    upsertSearchAttributes([
      { key: searchAttributes.status, value: 'STOPPED' },
      { key: searchAttributes.outcome, value: verdict.class },
    ]);
    await settle.executeWithOptions({ summary: `${verdict.class}: ${verdict.reason}`.slice(0, maxSummaryLength) }, [
      runId,
      { ...facts, attempt: memory.state.attempt, verdict },
    ]);
    return {
      status: 'STOPPED',
      attempts: memory.state.attempt,
      class: verdict.class,
      exitCode: verdict.exitCode,
      exitReason: verdict.reason,
    };
  }

  /** Times in ms since the epoch. */
  function attemptEnd(): { startedAt: number | null; finishedAt: number; seenExitCode: number | null } {
    return {
      startedAt: memory.state.end?.startedAt ?? memory.state.startedAt,
      finishedAt: memory.state.end?.finishedAt ?? Date.now(),
      seenExitCode: memory.state.seenExitCode,
    };
  }
}
