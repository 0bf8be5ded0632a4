/** What there is of attempts now: by their tasks' ARNs, by `startedBy` where none was told, and by what is left where ECS has forgotten. */
import { LRUCache } from 'lru-cache';
import type { AttemptKey } from '../../domain/id';
import { endWithoutTimes, type Sight } from '../engine';
import { shownWithinMs, type Lookup, type Seen } from './lookup';
import { sightOf } from './outcome';
import type { Doubt, TaskRef, TaskStore } from './stores';
import type { TaskState } from './task';

/** ECS shows a task for an hour after its end: what is missing earlier is only not shown. */
const shownAtLeastMs = 3_300_000;
/** A task is missed so long before it is called forgotten; and so long at most its end is waited for in events. */
const missedForMs = 60_000;
const missedAtMostMs = 900_000;
const rememberedMissing = 20_000;
/** A search asks twice for each attempt: not for more at a time. */
const searchesPerLook = 20;

/** Nobody is searched for whose answer may still be on its way. */
const answeredWithinMs = 15_000;

const absent: Sight = { kind: 'absent' };
const waiting: Sight = { kind: 'waiting', why: null };

export type LookParts = {
  lookup: Lookup;
  seen: Seen;
  store: TaskStore;
  /** What was seen of a task within so many ms is as good as an answer. */
  freshMs: number;
  /** Each task that was asked for. */
  notice: (task: TaskState) => void;
  /** Whether no event is left that could tell an end. */
  isDrained: () => Promise<boolean>;
  /** When a task has written its last line, ms since the epoch; null where it wrote none or that is not known. */
  lastLineAt: (ref: TaskRef & { taskArn: string }) => Promise<number | null>;
};

export function createLook({ lookup, seen, store, freshMs, notice, isDrained, lastLineAt }: LookParts) {
  /** Since when a task is missing at ECS. */
  const missingSince = new LRUCache<string, number>({ max: rememberedMissing });

  return async function look(cluster: string, keys: AttemptKey[], recent = false): Promise<Sight[]> {
    const refs = await store.refs(keys);
    const known = await statesOf(cluster, refs, recent);
    const drained = once(isDrained);
    const sights: Sight[] = [];
    let searches = 0;
    for (const ref of refs) {
      if (ref === null) sights.push(absent);
      else if (isPlaced(ref)) {
        const task = known.get(ref.taskArn);
        sights.push(task === undefined ? await missing(ref, drained) : sightOf(task));
      } else if (ref.doubt === null) sights.push(absent);
      else sights.push(++searches > searchesPerLook ? waiting : await search(cluster, ref, ref.doubt));
    }
    return sights;
  };

  async function statesOf(cluster: string, refs: (TaskRef | null)[], recent: boolean): Promise<Map<string, TaskState>> {
    const freshAt = Date.now() - freshMs;
    const known = new Map<string, TaskState>();
    const unknown = new Set<string>();
    for (const arn of refs.map((ref) => ref?.taskArn ?? null).filter((one) => one !== null)) {
      const task = recent ? seen.since(arn, freshAt) : null;
      if (task === null) unknown.add(arn);
      else known.set(arn, task);
    }
    for (const [arn, task] of await lookup.describe(cluster, unknown)) {
      seen.take(task, Date.now());
      known.set(arn, task);
      notice(task);
    }
    for (const arn of known.keys()) missingSince.delete(arn);
    return known;
  }

  /** No answer has told its ARN: it may be there all the same. */
  async function search(cluster: string, ref: TaskRef, doubt: Doubt): Promise<Sight> {
    const lookedAt = Date.now();
    if (lookedAt - doubt.last.getTime() < answeredWithinMs) return waiting;
    const [arn] = await lookup.find(cluster, ref);
    if (arn === undefined) return lookedAt - doubt.last.getTime() < shownWithinMs ? waiting : absent;
    await store.placed(ref, arn);
    const task = await lookup.one(cluster, arn);
    return task === null ? waiting : sightOf(task);
  }

  /** What was seen last stays, until ECS must have forgotten the task, and its end is in no event any more (§10.4, 61 and 62). */
  async function missing(ref: TaskRef & { taskArn: string }, drained: () => Promise<boolean>): Promise<Sight> {
    const now = Date.now();
    const last = seen.last(ref.taskArn);
    const lastSight = last === null ? waiting : sightOf(last);
    if (lastSight.kind === 'ended' || now - (ref.placedAt?.getTime() ?? now) < shownAtLeastMs) return lastSight;
    const since = missingSince.get(ref.taskArn) ?? now;
    missingSince.set(ref.taskArn, since);
    const isOver = now - since > missedAtMostMs || (now - since > missedForMs && (await drained()));
    if (!isOver) return { kind: 'waiting', why: 'ECS has forgotten the task: its end is looked for in events' };
    const lineAt = await lastLineAt(ref);
    const line = lineAt === null ? '' : `; it wrote its last line at ${new Date(lineAt).toISOString()}`;
    return {
      kind: 'ended',
      end: endWithoutTimes({ kind: 'lost', why: `Outcome unknown: the task’s record expired${line}` }),
    };
  }
}

function isPlaced(ref: TaskRef): ref is TaskRef & { taskArn: string } {
  return ref.taskArn !== null;
}

/** Asked at most once, and only where somebody wants to know. */
function once(ask: () => Promise<boolean>): () => Promise<boolean> {
  let answer: Promise<boolean> | null = null;
  return () => (answer ??= ask());
}
