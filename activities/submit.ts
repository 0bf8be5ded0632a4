/** Starts an attempt's container. */
import { isOpen, markAccepted, markStopSent, openAttempt, setMemory } from '../db/attempt';
import { setNote } from '../db/run';
import { grownMemory } from '../domain/adapt';
import type { Job } from '../domain/job';
import { backoffSeconds } from '../domain/retry';
import { endWithoutTimes, type SubmitContext, type Submission } from '../engines/engine';
import type { Deps } from '.';
import { endOfAbsent, engineOf, messageOf, platformTrouble, withHeartbeat, type AttemptRef } from './attempt';

/** The waits between tries where there is no room, how many tries there were, and by when it must be placed (ms). */
type Again = { firstSeconds: number; maxSeconds: number; tries: number; dueAt: number };
type NoRoom = Extract<Submission, { kind: 'no-capacity' }>;
/** `againInSeconds`: how long the run is told to wait. Older workflows do not ask for it, and choose by themselves. */
type Submitted = Exclude<Submission, NoRoom> | (NoRoom & { againInSeconds?: number });

/** How often a long submit (an image pull) asks whether it is still wanted. */
const fenceMs = 1000;

export const createSubmit = ({ db, engines, log }: Deps) => ({
  /**
   * Starts the attempt's container, or adopts the one started earlier. Key: (run, attempt). `startSeconds`: how long the
   * start may take from acceptance on, over all tries. `isLast`: after interruptions, no further attempt is left.
   */
  submit(of: AttemptRef, startSeconds: number, isLast = false, again: Again | null = null): Promise<Submitted> {
    return withHeartbeat(async (cancelled) => {
      const opened = await openAttempt(db, of);
      if (opened === null) return { kind: 'unwanted' };
      const engine = engineOf(engines, of.engine);
      const fence = new AbortController();
      const waitedMs = opened.acceptedAt === null ? 0 : Date.now() - opened.acceptedAt.getTime();
      // What exists is adopted, however late: whether it starts in time is judged by who has looked at it.
      const budget =
        opened.createdAt === null
          ? AbortSignal.timeout(Math.max(1, startSeconds * 1000 - waitedMs))
          : new AbortController().signal;
      const watch = setInterval(() => {
        void isOpen(db, of).then(
          (open) => {
            if (!open) fence.abort();
          },
          () => undefined,
        );
      }, fenceMs);
      let lastNote: string | null = null;
      const note = (text: string, nextAttemptAt: Date | null = null): void => {
        lastNote = text;
        setNote(db, of.runId, of.attempt, text, nextAttemptAt).catch((error: unknown) => {
          log.warn({ error, runId: of.runId }, 'note not written');
        });
      };
      const context: SubmitContext = {
        signal: AbortSignal.any([cancelled, budget, fence.signal]),
        accepted: () => markAccepted(db, of, false),
        wanted: () => isOpen(db, of),
        stopping: async () => {
          await markStopSent(db, of);
        },
        note,
      };
      try {
        if (opened.createdAt !== null) {
          // It existed once. If it is gone, it was deleted: starting it anew would run the command twice.
          const [sight] = await engine.look(of.cluster, [of]);
          if (sight?.kind === 'absent') {
            const end = await endOfAbsent(db, of);
            if (end !== null) return { kind: 'ended', end };
          }
        }
        const job = adapted(opened.job, opened.oomMemoryMb, isLast, engine.maxAdaptedMemoryMb);
        const submission = await engine.submit(of.cluster, of, job, context);
        if (submission.kind === 'created') {
          const memoryMb = submission.memoryMb ?? job.memoryMb;
          if (memoryMb !== null && memoryMb !== opened.job.memoryMb) await setMemory(db, of, memoryMb);
          await markAccepted(db, of, true);
        }
        if (submission.kind !== 'no-capacity') return submission;
        const text = `Waiting for capacity: ${submission.why}`;
        if (again === null) {
          note(text);
          return submission;
        }
        const againInSeconds = backoffSeconds(again, again.tries, Math.random());
        const at = Date.now() + againInSeconds * 1000;
        // None begins once the time in which it must be placed is over.
        note(text, at < again.dueAt ? new Date(at) : null);
        return { ...submission, againInSeconds };
      } catch (error) {
        if (fence.signal.aborted) return { kind: 'unwanted' };
        if (budget.aborted) {
          const outcome = { kind: 'start-timeout', seconds: startSeconds, waiting: lastNote } as const;
          return { kind: 'ended', end: endWithoutTimes(outcome) };
        }
        if (!cancelled.aborted) note(`Trying again, ${of.engine}/${of.cluster} says: ${messageOf(error)}`);
        throw platformTrouble(error);
      } finally {
        clearInterval(watch);
      }
    });
  },
});

/** More memory than the run was OOM killed with, and no node that may be taken away where this is the last chance. */
function adapted(job: Job, oomMemoryMb: number | null, isLast: boolean, capMb: number | null): Job {
  const isGrown = oomMemoryMb !== null && capMb !== null;
  return {
    ...job,
    memoryMb: isGrown ? grownMemory(job.memoryMb ?? 0, [oomMemoryMb], capMb).memoryMb : job.memoryMb,
    nodeLifecycle: isLast ? 'ondemand' : job.nodeLifecycle,
  };
}
