/** One run, from accepted to STOPPED: submit, await its start and end, retry, stop, settle. */
import {
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  isCancellation,
  patched,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { EngineActivities, ProjectionActivities } from '../activities';
import { newRun, reduce, type Phase, type RunEvent } from '../domain/lifecycle';
import { classify, temporalCanceller, type Outcome, type Verdict } from '../domain/outcome';
import { backoffSeconds, isLastChance, next } from '../domain/retry';
import {
  engineTaskQueue,
  searchAttributes,
  signals,
  statusQueryName,
  type CancelArgs,
  type EndedArgs,
  type RunInput,
  type RunResult,
  type RunStatus,
  type StartedArgs,
} from './contract';

const cancel = defineSignal<CancelArgs>(signals.cancel);
const started = defineSignal<StartedArgs>(signals.started);
const ended = defineSignal<EndedArgs>(signals.ended);
const status = defineQuery<RunStatus>(statusQueryName);

/** Temporal takes 400 bytes. */
const maxSummaryLength = 100;
/** A dead worker is noticed by its silence. */
const heartbeatTimeout = '10 seconds';

type Submitted = Awaited<ReturnType<EngineActivities['submit']>> | { kind: 'failed'; why: string };

export async function run(input: RunInput): Promise<RunResult> {
  const { runId, engine, cluster, policy } = input;
  let state = input.carried?.state ?? newRun;
  let touched = input.carried?.touched ?? false;
  let acceptedAt = input.carried?.acceptedAt ?? null;
  let queuedAt = input.carried?.queuedAt ?? Date.now();
  let pollSeconds = input.carried?.pollSeconds ?? policy.poll.firstSeconds;
  let shown: Phase = state.phase;
  let inFlight: Promise<void> | null = null;
  let abandonSubmit = (): void => undefined;

  const tell = (event: RunEvent): void => {
    state = reduce(state, event);
  };
  setHandler(cancel, (by) => {
    tell({ kind: 'cancel', by });
  });
  setHandler(started, (attempt, at) => {
    tell({ kind: 'started', attempt, at });
  });
  setHandler(ended, (attempt, end) => {
    tell({ kind: 'ended', attempt, end });
  });
  setHandler(status, () => ({
    attempt: state.attempt,
    phase: state.phase,
    cancelledBy: state.cancelledBy,
    stopping: state.stopping,
    exitReason: state.verdict?.reason ?? null,
  }));

  const { submit, poll, stop } = proxyActivities<EngineActivities>({
    taskQueue: engineTaskQueue(engine),
    startToCloseTimeout: '2 hours',
    heartbeatTimeout,
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  });
  const { settle, needsRetry, requeue } = proxyLocalActivities<ProjectionActivities>({
    startToCloseTimeout: '30 seconds',
    retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds' },
  });
  const ref = (): { runId: string; attempt: number; engine: string; cluster: string } => ({
    runId,
    attempt: state.attempt,
    engine,
    cluster,
  });
  const label = (verb: string): { summary: string } => ({ summary: `${verb} attempt ${state.attempt} on ${cluster}` });

  const isOver = (): boolean => state.end !== null || state.cancelledBy !== null;

  CancellationScope.current().cancelRequested.catch(() => {
    tell({ kind: 'cancel', by: temporalCanceller });
  });
  return CancellationScope.nonCancellable(live);

  async function live(): Promise<RunResult> {
    for (;;) {
      if (acceptedAt === null && !isOver()) await place();
      await untilEnded();
      const verdict = judge();
      if (verdict.then === 'settle') return finish(verdict.verdict);
      if (!(await waitForRetry(verdict.verdict, verdict.afterSeconds))) return finish(cancelledVerdict());
    }
  }

  // Until the backend has accepted the attempt, it is over, or the queue budget is used up.
  async function place(): Promise<void> {
    const dueAt = queuedAt + policy.queueSeconds * 1000;
    let waiting: string | null = null;
    for (let tries = 1; !isOver(); tries += 1) {
      const submission = await submitOnce(dueAt);
      if (submission === null) {
        if (!isOver()) await stopFor({ kind: 'queue-timeout', seconds: policy.queueSeconds, waiting });
        return;
      }
      switch (submission.kind) {
        case 'created':
          acceptedAt = Date.now();
          tell({ kind: 'submitted', attempt: state.attempt });
          return;
        case 'ended':
          // A budget that was used up proves no end: an earlier try may have started something.
          if (submission.end.outcome.kind === 'start-timeout') await stopFor(submission.end.outcome);
          else tell({ kind: 'ended', attempt: state.attempt, end: submission.end });
          return;
        case 'unwanted':
          await stopFor({ kind: 'lost', why: 'The attempt was closed before it could start' });
          return;
        case 'failed':
          await stopFor({ kind: 'not-started', why: submission.why, mend: 'likely' });
          return;
        case 'no-capacity':
          waiting = submission.why;
          await waitUntil(
            Math.min(dueAt, Date.now() + backoffSeconds(policy.capacity, tries, Math.random()) * 1000),
            isOver,
          );
          await continueIfFull();
          if (Date.now() >= dueAt && !isOver()) {
            await stopFor({ kind: 'queue-timeout', seconds: policy.queueSeconds, waiting });
          }
      }
    }
  }

  // Null: the answer did not come before the run was over or the budget was used up. What is still under way then is the
  // business of `stopFor`, through the fence that `stop` sets first.
  async function submitOnce(dueAt: number): Promise<Submitted | null> {
    touched = true;
    const answer: { submission: Submitted | null } = { submission: null };
    const scope = new CancellationScope({ cancellable: true });
    abandonSubmit = () => {
      scope.cancel();
    };
    const mine = scope
      .run(() => {
        const isLast = isLastChance(state.attempt, policy.retry);
        return submit.executeWithOptions(label('Submit'), [ref(), policy.startSeconds, isLast]);
      })
      .then((submission) => {
        answer.submission = submission;
      })
      .catch((error: unknown) => {
        if (!isCancellation(error)) answer.submission = { kind: 'failed', why: String(error) };
      })
      .finally(() => {
        if (inFlight === mine) inFlight = null;
      });
    inFlight = mine;
    await waitUntil(dueAt, () => inFlight === null || isOver());
    return answer.submission;
  }

  async function untilEnded(): Promise<void> {
    let pollAt = Date.now() + pollSeconds * 1000;
    while (state.end === null) {
      if (state.cancelledBy !== null) {
        await stopFor({ kind: 'cancelled', by: state.cancelledBy });
        continue;
      }
      await continueIfFull();
      showPhase();
      const running = state.startedAt;
      const budgetAt =
        running === null
          ? (acceptedAt ?? Date.now()) + policy.startSeconds * 1000
          : running + policy.deadlineSeconds * 1000;
      await waitUntil(Math.min(budgetAt, pollAt), () => isOver() || state.startedAt !== running || isFull());
      if (isOver() || state.startedAt !== running || isFull()) continue;
      if (Date.now() >= budgetAt && running !== null) {
        await stopFor({ kind: 'deadline', seconds: policy.deadlineSeconds });
        continue;
      }
      // Nobody told anything for long: ask the backend. Before a budget is called used up, too: the start may be untold.
      const { waiting, capacity } = await askBackend(running === null ? null : budgetAt);
      if (Date.now() >= budgetAt && !isOver() && state.startedAt === null) {
        if (!capacity) await stopFor({ kind: 'start-timeout', seconds: policy.startSeconds, waiting });
        else if (Date.now() >= queuedAt + policy.queueSeconds * 1000) {
          await stopFor({ kind: 'queue-timeout', seconds: policy.queueSeconds, waiting });
        } else {
          // There is no room yet: that is the queue's time, and the start's begins anew.
          acceptedAt = Date.now();
        }
      }
      pollSeconds = Math.min(policy.poll.maxSeconds, pollSeconds * 2);
      pollAt = Date.now() + pollSeconds * 1000;
    }
  }

  // Its answer enters by the same door as the observer's signals. Returns why the attempt waits, if it does, and whether for room.
  // `untilMs`: a deadline does not wait for a backend that keeps its answer back.
  async function askBackend(untilMs: number | null): Promise<{ waiting: string | null; capacity: boolean }> {
    let waiting: string | null = null;
    let capacity = false;
    const { attempt, startedAt } = state;
    const scope = new CancellationScope({ cancellable: true });
    const answer = scope
      .run(() => poll.executeWithOptions(label('Poll'), [ref()]))
      .then((sight) => {
        if (sight.kind === 'ended') tell({ kind: 'ended', attempt, end: sight.end });
        if (sight.kind === 'running') tell({ kind: 'started', attempt, at: sight.startedAt });
        if (sight.kind === 'waiting') {
          waiting = sight.why;
          capacity = sight.capacity === true;
        }
        return true;
      })
      .catch((error: unknown) => isCancellation(error));
    // A backend that cannot be reached keeps its answer back; a signal is as good.
    const isTold = (): boolean => isOver() || state.startedAt !== startedAt;
    const told = untilMs !== null && patched('poll-within-deadline') ? waitUntil(untilMs, isTold) : condition(isTold);
    await Promise.race([answer, told]);
    scope.cancel();
    return { waiting, capacity };
  }

  // Nothing of the attempt runs when this returns. Its end is `outcome`, unless it had ended by itself before.
  async function stopFor(outcome: Outcome): Promise<void> {
    tell({ kind: 'stopping' });
    showPhase();
    let found = null;
    if (touched) {
      const submitting = inFlight;
      abandonSubmit();
      found = await stop.executeWithOptions(label('Stop'), [ref(), policy.graceSeconds]);
      if (submitting !== null) {
        // It may have started something after the stop looked; once it is over, a second stop is certain.
        await submitting;
        found ??= await stop.executeWithOptions(label('Stop again'), [ref(), policy.graceSeconds]);
      }
    }
    tell({ kind: 'stopped', end: found ?? { outcome, startedAt: state.startedAt, finishedAt: null } });
  }

  type Judgement = { then: 'settle'; verdict: Verdict } | { then: 'retry'; verdict: Verdict; afterSeconds: number };

  function judge(): Judgement {
    if (state.end === null) throw new Error('judged before its end');
    const verdict = classify(state.end.outcome, state.attempt);
    const decision = next(verdict, state.attempt, policy.retry, Math.random());
    if (decision.do === 'retry') {
      return state.cancelledBy === null
        ? { then: 'retry', verdict, afterSeconds: decision.afterSeconds }
        : { then: 'settle', verdict: cancelledVerdict() };
    }
    if (state.cancelledBy === null || verdict.class === 'CANCELLED')
      return { then: 'settle', verdict: decision.verdict };
    // It ended by itself before the stop took effect: told as it was (engine-behaviour.md §10.5, 87).
    const reason = `${decision.verdict.reason} (before the cancel by ${state.cancelledBy} took effect)`;
    return { then: 'settle', verdict: { ...decision.verdict, reason } };
  }

  function cancelledVerdict(): Verdict {
    return classify({ kind: 'cancelled', by: state.cancelledBy ?? temporalCanceller }, state.attempt);
  }

  // Returns false where a cancel came first: then no further attempt starts.
  async function waitForRetry(verdict: Verdict, afterSeconds: number): Promise<boolean> {
    const failed = state.attempt;
    tell({ kind: 'retry' });
    showPhase();
    await needsRetry.executeWithOptions({ summary: `Attempt ${failed} failed: ${verdict.class}` }, [
      { runId, attempt: failed },
      { ...attemptEnd(), verdict, afterSeconds: Math.round(afterSeconds) },
    ]);
    // The end was told before submit had returned: nothing may come of it any more, now that the attempt is closed.
    if (inFlight !== null) {
      abandonSubmit();
      await inFlight;
      await stop.executeWithOptions(label('Stop'), [ref(), 0]);
    }
    await waitUntil(Date.now() + afterSeconds * 1000, () => state.cancelledBy !== null);
    tell({ kind: 'requeue' });
    if (state.attempt === failed) return false;
    touched = false;
    acceptedAt = null;
    queuedAt = Date.now();
    pollSeconds = policy.poll.firstSeconds;
    await requeue({ runId, attempt: state.attempt });
    return true;
  }

  async function finish(verdict: Verdict): Promise<RunResult> {
    const facts = attemptEnd();
    tell({ kind: 'settle', verdict });
    upsertSearchAttributes([
      { key: searchAttributes.status, value: 'STOPPED' },
      { key: searchAttributes.outcome, value: verdict.class },
    ]);
    await settle.executeWithOptions({ summary: `${verdict.class}: ${verdict.reason}`.slice(0, maxSummaryLength) }, [
      runId,
      { ...facts, attempt: state.attempt, verdict },
    ]);
    return {
      status: 'STOPPED',
      attempts: state.attempt,
      class: verdict.class,
      exitCode: verdict.exitCode,
      exitReason: verdict.reason,
    };
  }

  /** Times in ms since the epoch. */
  function attemptEnd(): { startedAt: number | null; finishedAt: number; seenExitCode: number | null } {
    return {
      startedAt: state.end?.startedAt ?? state.startedAt,
      finishedAt: state.end?.finishedAt ?? Date.now(),
      seenExitCode: state.seenExitCode,
    };
  }

  function showPhase(): void {
    if (shown === state.phase) return;
    shown = state.phase;
    upsertSearchAttributes([{ key: searchAttributes.status, value: shown }]);
  }

  function isFull(): boolean {
    return workflowInfo().continueAsNewSuggested && !isOver() && inFlight === null;
  }

  // A run of weeks must not fill its history: it goes on in a new one, with all that signals have told so far.
  async function continueIfFull(): Promise<void> {
    if (!isFull()) return;
    const carried = { state, touched, acceptedAt, queuedAt, pollSeconds };
    await continueAsNew<typeof run>({ ...input, carried });
  }
}

/** Returns at `atMs` (ms since the epoch) or as soon as `isReached` holds. */
async function waitUntil(atMs: number, isReached: () => boolean): Promise<void> {
  await condition(isReached, Math.max(1, atMs - Date.now()));
}
