/** Writes what the workflow decided into the database. Each write is guarded: late or twice, it changes nothing. */
import { endAttempt } from '../db/attempt';
import { requestCancel } from '../db/cancel';
import { advance, settle } from '../db/run';
import type { AttemptKey } from '../domain/id';
import { temporalCanceller, type Verdict } from '../domain/outcome';
import type { Deps } from '.';

/** How an attempt ended; times in ms since the epoch. */
export type AttemptEnd = {
  verdict: Verdict;
  startedAt: number | null;
  finishedAt: number;
  seenExitCode: number | null;
};

export const createProjection = ({ db }: Deps) => ({
  /** Key: the run; the first verdict stays. */
  async settle(runId: string, end: AttemptEnd & { attempt: number }): Promise<void> {
    await settle(db, runId, {
      attempt: end.attempt,
      verdict: end.verdict,
      startedAt: end.startedAt === null ? null : new Date(end.startedAt),
      finishedAt: new Date(end.finishedAt),
      seenExitCode: end.seenExitCode,
    });
    // What its job started is cancelled, too, where the cancel did not come through the API; the reconciler delivers it.
    if (end.verdict.class === 'CANCELLED') await requestCancel(db, runId, temporalCanceller);
  },

  /** Key: (run, attempt). */
  async needsRetry(key: AttemptKey, end: AttemptEnd & { afterSeconds: number; nextAt: number }): Promise<void> {
    await endAttempt(db, key, {
      class: end.verdict.class,
      reason: end.verdict.reason,
      seenExitCode: end.seenExitCode,
      startedAt: end.startedAt === null ? null : new Date(end.startedAt),
      endedAt: new Date(end.finishedAt),
    });
    const note = `Attempt ${key.attempt} failed, next one in ${end.afterSeconds} s: ${end.verdict.reason}`;
    const told = { note, nextAttemptAt: new Date(end.nextAt) };
    await advance(db, key.runId, { attempt: key.attempt, phase: 'NEEDS_RETRY' }, told);
  },

  /** Key: (run, attempt), the attempt being the new one. */
  async requeue(key: AttemptKey): Promise<void> {
    await advance(db, key.runId, { attempt: key.attempt, phase: 'QUEUED' });
  },
});
