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
            if (end !== null && (killedFrom === null || !isKilled(end, killedFrom))) return end;
          }
        }
        const markedAt = await markStopSent(db, of);
        const { end, seenExitCode } = await engine.stop(of.cluster, of, graceSeconds);
        await keepSeenExitCode(db, of, seenExitCode);
        if (end === null) return null;
        // An earlier try may have stopped it: only what ended before that ended by itself.
        const byUs = sentAt === null ? isKilled(end, markedAt) : endedSince(end, markedAt);
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

/** A submit under way that finds the attempt closed kills what it has started, at the same time as we look. */
function isKilled(end: End, since: Date): boolean {
  return end.outcome.kind === 'exited' && end.outcome.code === killedCode && endedSince(end, since);
}
