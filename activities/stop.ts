/** Stops an attempt. */
import { closeAttempt, keepSeenExitCode, markStopSent } from '../db/attempt';
import { setNote } from '../db/run';
import type { End } from '../domain/lifecycle';
import type { Deps } from '.';
import { endOf, engineOf, messageOf, platformTrouble, withHeartbeat, type AttemptRef } from './attempt';

/** 128 and the number of SIGKILL. */
const killedCode = 137;

export const createStop = ({ db, engines }: Deps) => ({
  /**
   * Returns once nothing of the attempt runs or can be started any more. Key: (run, attempt). The answer is its end where
   * it had ended by itself before; null where it was stopped or never created. The exit code of one that was stopped is
   * kept in the attempt's row: its observer may tell it too late.
   */
  stop(of: AttemptRef, graceSeconds: number): Promise<End | null> {
    return withHeartbeat(async () => {
      // The fence first: a submit that is under way starts nothing after this.
      const sentAt = await closeAttempt(db, of);
      try {
        const engine = engineOf(engines, of.engine);
        if (sentAt === null) {
          // A backend that shows nothing now is told to stop all the same.
          const [sight] = await engine.look(of.cluster, [of]).catch(() => []);
          if (sight?.kind === 'ended') {
            const end = await endOf(db, engine, of, sight);
            const killedFrom = await closeAttempt(db, of);
            // Nobody but a submit that found the attempt closed can have marked it meanwhile: it kills what it has started.
            if (end !== null && (killedFrom === null || !endedSince(end, killedFrom))) return end;
          }
        }
        // A run without a row is nobody's: it is stopped all the same.
        const marked = (await markStopSent(db, of)) ?? { at: new Date(), isFirst: true };
        const { end, seenExitCode } = await engine.stop(of.cluster, of, graceSeconds);
        await keepSeenExitCode(db, of, seenExitCode);
        if (end === null) return null;
        // An earlier try, or a submit, may have stopped it: only what ended before that ended by itself.
        const byUs = marked.isFirst ? isKilled(end, marked.at) : endedSince(end, marked.at);
        return byUs ? null : end;
      } catch (error) {
        await setNote(db, of.runId, of.attempt, `Stopping, ${of.engine}/${of.cluster} says: ${messageOf(error)}`);
        throw platformTrouble(error);
      }
    });
  },
});

function endedSince({ finishedAt }: End, at: Date): boolean {
  return (finishedAt ?? Infinity) >= at.getTime();
}

/** A submit under way may find the attempt closed and kill what it has started after our mark: it can also have ended by itself. */
function isKilled(end: End, since: Date): boolean {
  return end.outcome.kind === 'exited' && end.outcome.code === killedCode && endedSince(end, since);
}
