/**
 * Watches one cluster for all its runs: projects RUNNING and notes, tells workflows that attempts started and ended, and
 * compares the backend with the open attempts, so that what was missed costs seconds and never a run.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { claimOn, markStartedTold, openAttempts, wasCreated, type OpenAttempt } from '../db/attempt';
import { advance, setNote } from '../db/run';
import { attemptName, type AttemptKey } from '../domain/id';
import type { Engine, Sight, Sighting } from '../engines/engine';
import type { Deps } from '.';
import { deletedOutside, engineOf, platformTrouble, withHeartbeat } from './attempt';

/** One activity does not go on for ever: below the workflow's start-to-close timeout. */
const holdMs = 3600_000;
const compareEveryMs = 30_000;
/** What could not be told is compared again soon. */
const compareAgainMs = 2000;
/** So many attempts are handled at once; the others wait for their turn. */
const handledAtOnce = 20;
const attemptsPerComparison = 100;
/** A start is told a little late: a short run's end comes first and makes it unnecessary. */
const tellAfterMs = 250;
const keepToldMs = 1000;
/** What runs although nobody wants it any more is stopped without much ado. */
const strayGraceSeconds = 10;

export const createObserve = (deps: Deps) => ({
  /** Holds the observation of a cluster until it is cancelled or has held it for an hour. Everything it does may be repeated. */
  observe({ engine: name, cluster }: { engine: string; cluster: string }): Promise<void> {
    return withHeartbeat(async (cancelled) => {
      const engine = engineOf(deps.engines, name);
      const done = new AbortController();
      const signal = AbortSignal.any([cancelled, AbortSignal.timeout(holdMs), done.signal]);
      const observer = new Observer(deps, engine, cluster);
      try {
        await Promise.race([
          engine.observe(
            cluster,
            (sightings) => {
              observer.see(sightings);
            },
            signal,
          ),
          compareUntil(signal, observer),
          observer.failed,
        ]);
      } catch (error) {
        if (!signal.aborted) throw platformTrouble(error);
      } finally {
        done.abort();
        await observer.close();
      }
    });
  },
});

async function compareUntil(signal: AbortSignal, observer: Observer): Promise<void> {
  for (let waitedMs = compareEveryMs; !signal.aborted; waitedMs += compareAgainMs) {
    if (waitedMs >= compareEveryMs || observer.hasMissed()) {
      await observer.compare();
      waitedMs = 0;
    }
    await sleep(compareAgainMs, null, { signal, ref: false }).catch(() => undefined);
  }
}

class Observer {
  readonly failed: Promise<never>;
  private fail: (error: unknown) => void = () => undefined;
  /** Sights of one attempt are handled one after the other, those of different attempts side by side. */
  private readonly lanes = new Map<string, Promise<void>>();
  private readonly inTurn = pLimit(handledAtOnce);
  /** Attempts that run, as their workflows know: seen again, they are no news. */
  private readonly known = new Set<string>();
  private missed = false;
  private readonly untold = new Map<string, NodeJS.Timeout>();
  private readonly notes = new Map<string, string>();
  private told: AttemptKey[] = [];
  private readonly keeper = setInterval(() => void this.keepTold().catch(this.fail), keepToldMs);

  private readonly deps: Deps;
  private readonly engine: Engine;
  private readonly cluster: string;

  constructor(deps: Deps, engine: Engine, cluster: string) {
    this.deps = deps;
    this.engine = engine;
    this.cluster = cluster;
    this.failed = new Promise((_resolve, reject) => {
      this.fail = reject;
    });
    this.failed.catch(() => undefined);
  }

  see(sightings: Sighting[]): void {
    for (const { key, sight } of sightings) {
      const name = attemptName(key);
      const lane = (this.lanes.get(name) ?? Promise.resolve())
        .then(() => this.inTurn(() => this.handle(key, sight)))
        .catch((error: unknown) => {
          this.miss(key, error);
        })
        .finally(() => {
          if (this.lanes.get(name) === lane) this.lanes.delete(name);
        });
      this.lanes.set(name, lane);
    }
  }

  /** Whether something could not be told since this was last asked. */
  hasMissed(): boolean {
    const { missed } = this;
    this.missed = false;
    return missed;
  }

  private miss(key: AttemptKey, error: unknown): void {
    this.missed = true;
    this.deps.log.warn({ error, ...key }, 'not told what was seen of an attempt; it is compared again');
  }

  /** Asks the backend about every open attempt of the cluster. */
  async compare(): Promise<void> {
    let after = '';
    for (;;) {
      const attempts = await openAttempts(this.deps.db, this.engine.name, this.cluster, after, attemptsPerComparison);
      const sights = await this.engine.look(this.cluster, attempts);
      attempts.forEach((attempt, n) => {
        const sight = sights[n];
        if (sight === undefined || !isNews(attempt, sight)) return;
        // Its workflow is a new one, which was not told.
        if (!attempt.startedTold) this.known.delete(attemptName(attempt));
        this.see([{ key: attempt, sight }]);
      });
      const last = attempts.at(-1);
      if (last === undefined || attempts.length < attemptsPerComparison) return;
      after = last.runId;
    }
  }

  /** What is still to be told is told by the next observer. */
  async close(): Promise<void> {
    clearInterval(this.keeper);
    for (const timer of this.untold.values()) clearTimeout(timer);
    await Promise.allSettled(this.lanes.values());
    await this.keepTold().catch(() => undefined);
  }

  private async handle(key: AttemptKey, sight: Sight): Promise<void> {
    switch (sight.kind) {
      case 'waiting':
        return this.note(key, sight.why);
      case 'running':
        return this.running(key, sight.startedAt);
      case 'ended':
        this.forget(key);
        await this.deps.runs.ended(key, sight.end);
        return;
      case 'absent':
        // While its submit is at work, the object may not be there yet: only what existed can be lost.
        if (!(await wasCreated(this.deps.db, key))) return;
        this.forget(key);
        await this.deps.runs.ended(key, deletedOutside);
        return;
    }
  }

  private async running(key: AttemptKey, startedAt: number): Promise<void> {
    const { db } = this.deps;
    const name = attemptName(key);
    if (this.known.has(name) || this.untold.has(name)) return;
    const told = { at: new Date(startedAt), ...(this.engine.warning === null ? {} : { note: this.engine.warning }) };
    const moved = await advance(db, key.runId, { attempt: key.attempt, phase: 'RUNNING' }, told);
    if (!moved) {
      const claim = await claimOn(db, key);
      // Not of this database: another Flotilla's.
      if (claim === null) return;
      if (!claim.wanted) {
        this.deps.log.warn({ ...key }, 'stopping a container that nobody wants any more');
        await this.engine.stop(this.cluster, key, strayGraceSeconds);
        return;
      }
      if (claim.startedTold) {
        this.known.add(name);
        return;
      }
    }
    this.tellStarted(key, startedAt);
  }

  private tellStarted(key: AttemptKey, startedAt: number): void {
    const name = attemptName(key);
    this.untold.set(
      name,
      setTimeout(() => {
        this.untold.delete(name);
        this.inTurn(() => this.deps.runs.started(key, startedAt))
          .then(() => {
            this.told.push(key);
            this.known.add(name);
          })
          .catch((error: unknown) => {
            this.miss(key, error);
          });
      }, tellAfterMs),
    );
  }

  private async keepTold(): Promise<void> {
    const keys = this.told;
    this.told = [];
    if (keys.length > 0) await markStartedTold(this.deps.db, keys);
  }

  private async note(key: AttemptKey, why: string | null): Promise<void> {
    const name = attemptName(key);
    if (why === null || this.notes.get(name) === why) return;
    this.notes.set(name, why);
    await setNote(this.deps.db, key.runId, key.attempt, why);
  }

  private forget(key: AttemptKey): void {
    const name = attemptName(key);
    clearTimeout(this.untold.get(name));
    this.untold.delete(name);
    this.notes.delete(name);
    this.known.delete(name);
  }
}

/** What the comparison need not repeat: a start that was told, and the absence of what was not created yet. */
function isNews(attempt: OpenAttempt, sight: Sight): boolean {
  switch (sight.kind) {
    case 'running':
      return !attempt.startedTold;
    case 'absent':
      return attempt.createdAt !== null;
    case 'waiting':
    case 'ended':
      return true;
  }
}
