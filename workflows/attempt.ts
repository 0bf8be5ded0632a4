/** One attempt of a run: placed on its backend, awaited, stopped. Decides nothing about what comes after it. */
import { CancellationScope, condition, isCancellation, patched, proxyActivities } from '@temporalio/workflow';
import type { EngineActivities } from '../activities';
import type { Outcome } from '../domain/outcome';
import { backoffSeconds, isLastChance } from '../domain/retry';
import { engineTaskQueue, submitTaskQueue, type RunInput } from './contract';
import { waitUntil, type Memory } from './memory';

/** A dead worker is noticed by its silence. */
const heartbeatTimeout = '10 seconds';

type Submitted = Awaited<ReturnType<EngineActivities['submit']>> | { kind: 'failed'; why: string };

export function attemptsOf({ runId, engine, cluster, policy }: RunInput, memory: Memory) {
  let abandonSubmit = (): void => undefined;

  const options = {
    startToCloseTimeout: '2 hours',
    heartbeatTimeout,
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  } as const;
  const { poll, stop } = proxyActivities<EngineActivities>({ ...options, taskQueue: engineTaskQueue(engine) });
  // A queue of its own: operators pause it, and what runs is polled and stopped all the same.
  const { submit } = proxyActivities<EngineActivities>({ ...options, taskQueue: submitTaskQueue(engine) });
  const ref = (): { runId: string; attempt: number; engine: string; cluster: string } => ({
    runId,
    attempt: memory.state.attempt,
    engine,
    cluster,
  });
  const label = (verb: string): { summary: string } => ({
    summary: `${verb} attempt ${memory.state.attempt} on ${cluster}`,
  });

  return { place, untilEnded, endSubmit };

  // Until the backend has accepted the attempt, it is over, or the queue budget is used up.
  async function place(): Promise<void> {
    const dueAt = memory.queuedAt + policy.queueSeconds * 1000;
    let waiting: string | null = null;
    for (let tries = 1; !memory.isOver(); tries += 1) {
      const submission = await submitOnce(dueAt, tries);
      if (submission === null) {
        if (!memory.isOver()) await stopFor({ kind: 'queue-timeout', seconds: policy.queueSeconds, waiting });
        return;
      }
      switch (submission.kind) {
        case 'created':
          memory.acceptedAt = Date.now();
          memory.tell({ kind: 'submitted', attempt: memory.state.attempt });
          return;
        case 'ended':
          // A budget that was used up proves no end: an earlier try may have started something.
          if (submission.end.outcome.kind === 'start-timeout') await stopFor(submission.end.outcome);
          else memory.tell({ kind: 'ended', attempt: memory.state.attempt, end: submission.end });
          return;
        case 'unwanted':
          await stopFor({ kind: 'lost', why: 'The attempt was closed before it could start' });
          return;
        case 'failed':
          await stopFor({ kind: 'not-started', why: submission.why, mend: 'likely' });
          return;
        case 'no-capacity': {
          waiting = submission.why;
          // As its owner is told; an older worker's activity has told nothing.
          const waitSeconds = submission.againInSeconds ?? backoffSeconds(policy.capacity, tries, Math.random());
          await waitUntil(Math.min(dueAt, Date.now() + waitSeconds * 1000), memory.isOver);
          await memory.continueIfFull();
          if (Date.now() >= dueAt && !memory.isOver()) {
            await stopFor({ kind: 'queue-timeout', seconds: policy.queueSeconds, waiting });
          }
        }
      }
    }
  }

  // Null: the answer did not come before the run was over or the budget was used up. What is still under way then is the
  // business of `stopFor`, through the fence that `stop` sets first.
  async function submitOnce(dueAt: number, tries: number): Promise<Submitted | null> {
    memory.touched = true;
    const answer: { submission: Submitted | null } = { submission: null };
    const scope = new CancellationScope({ cancellable: true });
    abandonSubmit = () => {
      scope.cancel();
    };
    const mine = scope
      .run(() => {
        const isLast = isLastChance(memory.tries, policy.retry);
        const again = { ...policy.capacity, tries, dueAt };
        return submit.executeWithOptions(label('Submit'), [ref(), policy.startSeconds, isLast, again]);
      })
      .then((submission) => {
        answer.submission = submission;
      })
      .catch((error: unknown) => {
        if (!isCancellation(error)) answer.submission = { kind: 'failed', why: String(error) };
      })
      .finally(() => {
        if (memory.inFlight === mine) memory.inFlight = null;
      });
    memory.inFlight = mine;
    await waitUntil(dueAt, () => memory.inFlight === null || memory.isOver());
    return answer.submission;
  }

  async function untilEnded(): Promise<void> {
    let pollAt = Date.now() + memory.pollSeconds * 1000;
    while (memory.state.end === null) {
      if (memory.state.reported !== null) {
        await stopFor(memory.state.reported);
        continue;
      }
      if (memory.state.cancelledBy !== null) {
        await stopFor({ kind: 'cancelled', by: memory.state.cancelledBy });
        continue;
      }
      await memory.continueIfFull();
      memory.showPhase();
      const running = memory.state.startedAt;
      const budgetAt =
        running === null
          ? (memory.acceptedAt ?? Date.now()) + policy.startSeconds * 1000
          : running + policy.deadlineSeconds * 1000;
      await waitUntil(
        Math.min(budgetAt, pollAt),
        () => memory.isOver() || memory.state.startedAt !== running || memory.isFull(),
      );
      if (memory.isOver() || memory.state.startedAt !== running || memory.isFull()) continue;
      if (Date.now() >= budgetAt && running !== null) {
        await stopFor({ kind: 'deadline', seconds: policy.deadlineSeconds });
        continue;
      }
      // Nobody told anything for long: ask the backend. Before a budget is called used up, too: the start may be untold.
      const { waiting, capacity } = await askBackend(running === null ? null : budgetAt);
      if (Date.now() >= budgetAt && !memory.isOver() && memory.state.startedAt === null) {
        if (!capacity) await stopFor({ kind: 'start-timeout', seconds: policy.startSeconds, waiting });
        else if (Date.now() >= memory.queuedAt + policy.queueSeconds * 1000) {
          await stopFor({ kind: 'queue-timeout', seconds: policy.queueSeconds, waiting });
        } else {
          // There is no room yet: that is the queue's time, and the start's begins anew.
          memory.acceptedAt = Date.now();
        }
      }
      memory.pollSeconds = Math.min(policy.poll.maxSeconds, memory.pollSeconds * 2);
      pollAt = Date.now() + memory.pollSeconds * 1000;
    }
  }

  // Its answer enters by the same door as the observer's signals. Returns why the attempt waits, if it does, and whether for room.
  // `untilMs`: a deadline does not wait for a backend that keeps its answer back.
  async function askBackend(untilMs: number | null): Promise<{ waiting: string | null; capacity: boolean }> {
    let waiting: string | null = null;
    let capacity = false;
    const { attempt, startedAt } = memory.state;
    const scope = new CancellationScope({ cancellable: true });
    const answer = scope
      .run(() => poll.executeWithOptions(label('Poll'), [ref()]))
      .then((sight) => {
        if (sight.kind === 'ended') memory.tell({ kind: 'ended', attempt, end: sight.end });
        if (sight.kind === 'running') memory.tell({ kind: 'started', attempt, at: sight.startedAt });
        if (sight.kind === 'waiting') {
          waiting = sight.why;
          capacity = sight.capacity === true;
        }
        return true;
      })
      .catch((error: unknown) => isCancellation(error));
    // A backend that cannot be reached keeps its answer back; a signal is as good.
    const isTold = (): boolean => memory.isOver() || memory.state.startedAt !== startedAt;
    const told = untilMs !== null && patched('poll-within-deadline') ? waitUntil(untilMs, isTold) : condition(isTold);
    await Promise.race([answer, told]);
    scope.cancel();
    return { waiting, capacity };
  }

  // Nothing of the attempt runs when this returns. Its end is `outcome`, unless it had ended by itself before.
  async function stopFor(outcome: Outcome): Promise<void> {
    memory.tell({ kind: 'stopping' });
    memory.showPhase();
    let found = null;
    if (memory.touched) {
      const submitting = memory.inFlight;
      abandonSubmit();
      found = await stop.executeWithOptions(label('Stop'), [ref(), policy.graceSeconds]);
      if (submitting !== null) {
        // It may have started something after the stop looked; once it is over, a second stop is certain.
        await submitting;
        found ??= await stop.executeWithOptions(label('Stop again'), [ref(), policy.graceSeconds]);
      }
    }
    memory.tell({ kind: 'stopped', end: found ?? { outcome, startedAt: memory.state.startedAt, finishedAt: null } });
  }

  // The end was told before submit had returned: nothing may come of it any more, now that the attempt is closed.
  async function endSubmit(): Promise<void> {
    if (memory.inFlight === null) return;
    abandonSubmit();
    await memory.inFlight;
    await stop.executeWithOptions(label('Stop'), [ref(), 0]);
  }
}
