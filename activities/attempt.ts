/** What the activities of one attempt share: which attempt, its engine, the heartbeat, words for loss. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { AttemptKey } from '../domain/id';
import { absenceOf, keepSeenExitCode, markDoomed } from '../db/attempt';
import type { Db } from '../db/pool';
import type { End } from '../domain/lifecycle';
import type { Engine, Sight } from '../engines/engine';

/** One attempt of a run, and where it runs. */
export type AttemptRef = AttemptKey & { engine: string; cluster: string };

/** Well within the heartbeat timeout that the workflows ask for. */
const heartbeatMs = 2000;

export function engineOf(engines: ReadonlyMap<string, Engine>, name: string): Engine {
  const engine = engines.get(name);
  if (engine === undefined) {
    throw ApplicationFailure.retryable(`this worker has no engine ${name}`, 'EngineMissing');
  }
  return engine;
}

/** Keeps the activity's heartbeat going while `work` is under way; its signal is aborted when nobody waits for it any more. */
export async function withHeartbeat<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const context = Context.current();
  const beat = setInterval(() => {
    context.heartbeat();
  }, heartbeatMs);
  try {
    return await work(context.cancellationSignal);
  } finally {
    clearInterval(beat);
  }
}

/** A backend's trouble, as Temporal shall see it: tried again, with the backend's sentence. */
export function platformTrouble(error: unknown): ApplicationFailure {
  return ApplicationFailure.retryable(messageOf(error), 'Platform');
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** An object that existed and is there no more. */
const deletedOutside: End = {
  outcome: { kind: 'lost', why: 'Job deleted outside Flotilla' },
  startedAt: null,
  finishedAt: null,
};

/**
 * The end of an attempt that a backend shows. One that the backend would not hold to is kept, and its object removed, before it is
 * told; null where it has turned out otherwise in the meantime.
 */
export async function endOf(
  db: Db,
  engine: Engine,
  of: AttemptRef,
  sight: Extract<Sight, { kind: 'ended' }>,
): Promise<End | null> {
  if (sight.stillTrying !== true) return unlessDoomed(db, of, sight.end);
  const [now] = await engine.look(of.cluster, [of]);
  if (now?.kind === 'absent') return endOfAbsent(db, of);
  if (now?.kind !== 'ended') return null;
  if (now.stillTrying !== true) return unlessDoomed(db, of, now.end);
  await markDoomed(db, of, now.end);
  // It may have begun, and even ended, at the last moment: then that is its end.
  const { end, seenExitCode } = await engine.stop(of.cluster, of, 0);
  await keepSeenExitCode(db, of, seenExitCode);
  return unlessDoomed(db, of, end ?? now.end);
}

/** While we remove what we gave up, its backend shows it as deleted by somebody; an exit code is nobody's invention. */
async function unlessDoomed(db: Db, key: AttemptKey, end: End): Promise<End> {
  if (end.outcome.kind === 'exited') return end;
  return (await absenceOf(db, key)).doomed ?? end;
}

/** The end of an attempt that no backend shows; null where it may not be there yet. */
export async function endOfAbsent(db: Db, key: AttemptKey): Promise<End | null> {
  const { created, doomed } = await absenceOf(db, key);
  return doomed ?? (created ? deletedOutside : null);
}
