/** Asks the backend about one attempt: the backstop of a run that nobody tells anything. */
import { setNote } from '../db/run';
import type { Sight } from '../engines/engine';
import type { Deps } from '.';
import { endOf, endOfAbsent, engineOf, platformTrouble, withHeartbeat, type AttemptRef } from './attempt';

export const createPoll = ({ db, engines }: Deps) => ({
  /** Only for attempts that were created: one that is absent was deleted, and that is an end. May be repeated. */
  poll(of: AttemptRef): Promise<Exclude<Sight, { kind: 'absent' }>> {
    return withHeartbeat(async () => {
      try {
        const engine = engineOf(engines, of.engine);
        const [sight] = await engine.look(of.cluster, [of]);
        if (sight === undefined || sight.kind === 'absent') {
          const end = await endOfAbsent(db, of);
          return end === null ? { kind: 'waiting', why: null } : { kind: 'ended', end };
        }
        if (sight.kind === 'ended') {
          const end = await endOf(db, engine, of, sight);
          return end === null ? { kind: 'waiting', why: null } : { kind: 'ended', end };
        }
        if (sight.kind === 'waiting' && sight.why !== null) await setNote(db, of.runId, of.attempt, sight.why);
        return sight;
      } catch (error) {
        throw platformTrouble(error);
      }
    });
  },
});
