/**
 * Watches one cluster for all its runs: projects RUNNING and notes, tells workflows that attempts started and ended, and
 * compares the backend with the open attempts, so that what was missed costs seconds and never a run.
 */
import pLimit from 'p-limit';
import { claimOn, markStartedTold, openAttempts, recordUsage, setWhereabouts, type OpenAttempt } from '../db/attempt';
import { markFresh, markStale } from '../db/cluster_health';
import { insertEvents } from '../db/event';
import { advance, setNote } from '../db/run';
import { attemptName, type AttemptKey } from '../domain/id';
import type { End } from '../domain/lifecycle';
import type { BackendEvent, Engine, Sight, Sighting, Usage, Whereabouts } from '../engines/engine';
import { pause } from '../engines/pause';
import type { Deps } from '.';
import { endOf, endOfAbsent, engineOf, messageOf, platformTrouble, withHeartbeat, type AttemptRef } from './attempt';

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
const keepMs = 1000;
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
          engine.observe(cluster, (sightings) => observer.see(sightings), signal),
          compareUntil(signal, observer),
          observer.failed,
        ]);
      } catch (error) {
        if (signal.aborted) return;
        await markStale(deps.db, name, cluster, messageOf(error)).catch(() => undefined);
        throw platformTrouble(error);
      } finally {
        done.abort();
        await observer.close();
      }
    });
  },
});

async function compareUntil(signal: AbortSignal, observer: Observer): Promise<void> {
  for (let waitedMs = compareEveryMs; !signal.aborted; waitedMs += compareAgainMs) {
    if (waitedMs >= compareEveryMs || observer.takeMissed()) {
      await observer.compare();
      await observer.tellFresh();
      waitedMs = 0;
    }
    await pause(compareAgainMs, signal);
  }
}

class Observer {
  readonly failed: Promise<never>;
  private fail: (error: unknown) => void = () => undefined;
  /** Sights of one attempt are handled one after the other, those of different attempts side by side. */
  private readonly lanes = new Map<string, Promise<boolean>>();
  private readonly inTurn = pLimit(handledAtOnce);
  /** Stops take their time: nobody's news waits behind them. */
  private readonly stopInTurn = pLimit(handledAtOnce);
  private readonly stopping = new Set<string>();
  /** Attempts that run, as their workflows know: seen again, they are no news. */
  private readonly known = new Set<string>();
  private missed = false;
  private readonly untold = new Map<string, NodeJS.Timeout>();
  private readonly notes = new Map<string, string>();
  private readonly places = new Map<string, string>();
  private told: AttemptKey[] = [];
  private events: ({ key: AttemptKey } & BackendEvent)[] = [];
  private usages: ({ key: AttemptKey } & Usage)[] = [];
  private fresh = false;
  private readonly keeper = setInterval(() => void this.keep().catch(this.fail), keepMs);

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

  /** Returns once each is handled, or noted as missed: whether all are handled. */
  async see(sightings: Sighting[]): Promise<boolean> {
    const areHandled = await Promise.all(
      sightings.map((sighting) => {
        const { key, events, usage } = sighting;
        for (const event of events ?? []) this.events.push({ key, ...event });
        if (usage !== undefined) this.usages.push({ key, ...usage });
        const isHandled = sighting.sight !== undefined || sighting.whereabouts !== undefined;
        return isHandled ? this.enqueue(sighting) : Promise.resolve(true);
      }),
    );
    return areHandled.every(Boolean);
  }

  private enqueue(sighting: Sighting): Promise<boolean> {
    const { key } = sighting;
    const name = attemptName(key);
    const lane = (this.lanes.get(name) ?? Promise.resolve(true))
      .then(() => this.inTurn(() => this.handle(sighting)))
      .then(
        () => true,
        (error: unknown) => {
          this.miss(key, error);
          return false;
        },
      )
      .finally(() => {
        if (this.lanes.get(name) === lane) this.lanes.delete(name);
      });
    this.lanes.set(name, lane);
    return lane;
  }

  /** Whether something could not be told since this was last asked. */
  takeMissed(): boolean {
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
      const sights = await this.engine.look(this.cluster, attempts, true);
      attempts.forEach((attempt, n) => {
        const sight = sights[n];
        if (sight === undefined || !isNews(attempt, sight)) return;
        // Its workflow is a new one, which was not told.
        if (!attempt.startedTold) this.known.delete(attemptName(attempt));
        void this.see([{ key: attempt, sight }]);
      });
      const last = attempts.at(-1);
      if (last === undefined || attempts.length < attemptsPerComparison) return;
      after = last.runId;
    }
  }

  /** The cluster answers, and its runs are seen again. */
  async tellFresh(): Promise<void> {
    if (this.fresh) return;
    await markFresh(this.deps.db, this.engine.name, this.cluster);
    this.fresh = true;
  }

  /** What is still to be told is told by the next observer. */
  async close(): Promise<void> {
    clearInterval(this.keeper);
    for (const timer of this.untold.values()) clearTimeout(timer);
    await Promise.allSettled(this.lanes.values());
    await this.keep().catch(() => undefined);
  }

  private async handle({ key, sight, whereabouts }: Sighting): Promise<void> {
    if (whereabouts !== undefined) await this.place(key, whereabouts);
    switch (sight?.kind) {
      case undefined:
        return;
      case 'waiting':
        return this.note(key, sight.why);
      case 'running':
        return this.running(key, sight.startedAt);
      case 'ended':
        if (sight.stillTrying === true) this.doom(key, sight);
        else await this.ended(key, await endOf(this.deps.db, this.engine, this.refOf(key), sight));
        return;
      case 'absent':
        // While its submit is at work, the object may not be there yet: only what existed can be lost.
        return this.ended(key, await endOfAbsent(this.deps.db, key));
    }
  }

  /** Its backend would go on trying: it is removed first, aside from what is told of others. */
  private doom(key: AttemptKey, sight: Extract<Sight, { kind: 'ended' }>): void {
    this.stopAside(key, async () => {
      // Not of this database: another Flotilla's.
      if ((await claimOn(this.deps.db, key)) === null) return;
      await this.ended(key, await endOf(this.deps.db, this.engine, this.refOf(key), sight));
    });
  }

  private stopAside(key: AttemptKey, work: () => Promise<unknown>): void {
    const name = attemptName(key);
    if (this.stopping.has(name)) return;
    this.stopping.add(name);
    this.stopInTurn(work)
      .catch((error: unknown) => {
        this.miss(key, error);
      })
      .finally(() => this.stopping.delete(name));
  }

  private async ended(key: AttemptKey, end: End | null): Promise<void> {
    if (end === null) return;
    this.forget(key);
    await this.deps.runs.ended(key, end);
  }

  private refOf(key: AttemptKey): AttemptRef {
    return { ...key, engine: this.engine.name, cluster: this.cluster };
  }

  private async place(key: AttemptKey, where: Whereabouts): Promise<void> {
    const name = attemptName(key);
    const at = [where.podName, where.node, where.instanceId].join(' ');
    if (at.trim() === '' || this.places.get(name) === at) return;
    await setWhereabouts(this.deps.db, key, where);
    this.places.set(name, at);
  }

  private async running(key: AttemptKey, startedAt: number): Promise<void> {
    const { db } = this.deps;
    const name = attemptName(key);
    this.notes.delete(name);
    if (this.known.has(name) || this.untold.has(name)) return;
    const told = { at: new Date(startedAt), ...(this.engine.warning === null ? {} : { note: this.engine.warning }) };
    const moved = await advance(db, key.runId, { attempt: key.attempt, phase: 'RUNNING' }, told);
    if (!moved) {
      const claim = await claimOn(db, key);
      // Not of this database: another Flotilla's.
      if (claim === null) return;
      if (!claim.wanted) {
        this.deps.log.warn({ ...key }, 'stopping a container that nobody wants any more');
        this.stopAside(key, () => this.engine.stop(this.cluster, key, strayGraceSeconds));
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

  private async keep(): Promise<void> {
    const { told, events, usages } = this;
    this.told = [];
    this.events = [];
    this.usages = [];
    if (told.length > 0) await markStartedTold(this.deps.db, told);
    if (events.length > 0) await insertEvents(this.deps.db, events);
    if (usages.length > 0) await recordUsage(this.deps.db, usages);
  }

  private async note(key: AttemptKey, why: string | null): Promise<void> {
    const name = attemptName(key);
    if (why === (this.notes.get(name) ?? null)) return;
    // What is seen was accepted, though its submit may not have told so yet: telling it later would take the reason away.
    const to = { attempt: key.attempt, phase: 'PENDING' } as const;
    const moved = why !== null && (await advance(this.deps.db, key.runId, to, { note: why }));
    // Null: what it waited for it has got, and is started now. That reason must not stay.
    if (!moved) await setNote(this.deps.db, key.runId, key.attempt, why);
    if (why === null) this.notes.delete(name);
    else this.notes.set(name, why);
  }

  private forget(key: AttemptKey): void {
    const name = attemptName(key);
    clearTimeout(this.untold.get(name));
    this.untold.delete(name);
    this.notes.delete(name);
    this.known.delete(name);
    this.places.delete(name);
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
