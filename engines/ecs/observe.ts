/** What happens to the tasks of a cluster: told by events, asked for where events are missing, and searched for strays. */
import { LRUCache } from 'lru-cache';
import type { AttemptKey } from '../../domain/id';
import type { See } from '../engine';
import { pause } from '../pause';
import type { Hosts } from './hosts';
import type { Lookup, Seen } from './lookup';
import { clusterIn, keyIn } from './names';
import { sightOf } from './outcome';
import type { Stop } from './stop';
import type { TaskStore } from './stores';
import { taskInEvent, type TaskState } from './task';

const tasksPerSweep = 1000;
const rememberedTasks = 20_000;
/** Tasks that nobody knows are rare, and found by asking for all. */
const straysEveryMs = 600_000;
/** So many failures in a row are an outage, fewer a busy service. */
const failuresInARow = 3;
const againMs = 1000;
const maxAgainMs = 60_000;
/** Longer than a queue without messages keeps its answer back. */
const heardForMs = 45_000;

export type ObserveParts = {
  mode: string;
  lookup: Lookup;
  seen: Seen;
  hosts: Hosts;
  store: TaskStore;
  stop: Stop;
  /** How often open tasks are asked for, with events and without. */
  sweepMs: { withEvents: number; alone: number };
  /** Null: there are none. */
  events: Events | null;
  warn: (text: string, error: unknown) => void;
};

export type Events = {
  /** Makes what events need. */
  open: () => Promise<unknown>;
  /** Reads them until the signal is aborted; those for which `handle` answers true are done with. `heard`: the queue has answered. */
  read: (handle: Handle, heard: () => void, signal: AbortSignal) => Promise<void>;
};

export type Handle = (bodies: string[]) => Promise<boolean[]>;

export function createObserve({ mode, lookup, seen, hosts, store, stop, sweepMs, events, warn }: ObserveParts) {
  /** Who observes which cluster in this process: the queue has the events of all. */
  const observers = new Map<string, See>();
  /** Which version of a task was told last, and what is being told. */
  const told = new LRUCache<string, number>({ max: rememberedTasks });
  const telling = new Map<string, Promise<boolean>>();
  /** When the queue answered last. */
  let heardAt = 0;

  return { observe, notice };

  async function observe(cluster: string, see: See, signal: AbortSignal): Promise<void> {
    observers.set(cluster, see);
    const done = new AbortController();
    const until = AbortSignal.any([signal, done.signal]);
    try {
      // First of all: what ends before there is a rule is in no event.
      await events?.open().catch(() => undefined);
      const parts = [
        ...(events === null ? [] : [hear(events, cluster, until)]),
        insistently(until, () => sweep(cluster, see, until)),
        searchStrays(cluster, see, until),
      ];
      await Promise.race(parts).finally(() => {
        done.abort();
      });
      await Promise.allSettled(parts);
    } finally {
      if (observers.get(cluster) === see) observers.delete(cluster);
    }
  }

  /** A task that somebody else has asked for: where it runs is told, what it does is his to tell. */
  function notice(task: TaskState): void {
    const key = keyIn(mode, task.startedBy);
    const see = observers.get(clusterIn(task.taskArn) ?? '');
    if (key !== null && see !== undefined) void place(key, task, see);
  }

  /** A queue that cannot be read is no reason not to ask: then tasks are asked for as if there were none. */
  async function hear({ read }: Events, cluster: string, signal: AbortSignal): Promise<void> {
    for (let waitMs = againMs; !signal.aborted; waitMs = Math.min(maxAgainMs, waitMs * 2)) {
      try {
        await read(
          handlerFor(cluster),
          () => {
            heardAt = Date.now();
            waitMs = againMs;
          },
          signal,
        );
      } catch (error) {
        heardAt = 0;
        if (!isOver(signal)) warn('events cannot be read: tasks are asked for in their place', error);
        await pause(waitMs, signal);
      }
    }
  }

  function handlerFor(cluster: string): Handle {
    return (bodies) =>
      Promise.all(
        bodies.map(async (body) => {
          const task = taskInEvent(body);
          if (task === null) {
            warn('a message that is no task event is dropped', new Error(body.slice(0, 200)));
            return true;
          }
          // Of a cluster that another process observes: whoever is told of it does the same.
          const see = observers.get(clusterIn(task.taskArn) ?? cluster) ?? observers.get(cluster);
          return see !== undefined && tell(task, see);
        }),
      );
  }

  /** Whether it is kept, or need not be. Nothing is told twice, nor of others' tasks, nor that one waits, unless for room. */
  async function tell(task: TaskState, see: See): Promise<boolean> {
    const key = keyIn(mode, task.startedBy);
    if (key === null) return true;
    seen.take(task, Date.now());
    const { taskArn, version } = task;
    if (version < (seen.last(taskArn)?.version ?? 0) || version <= (told.get(taskArn) ?? -1)) return true;
    const name = `${taskArn} ${version}`;
    const underWay = telling.get(name);
    if (underWay !== undefined) return underWay;
    const isKept = pass(key, task, see)
      .catch((error: unknown) => {
        warn('what ECS told of a task could not be kept; it is asked for again', error);
        return false;
      })
      .finally(() => telling.delete(name));
    telling.set(name, isKept);
    if (await isKept) told.set(taskArn, version);
    return isKept;
  }

  async function pass(key: AttemptKey, task: TaskState, see: See): Promise<boolean> {
    const sight = sightOf(task);
    if (sight.kind === 'waiting' && sight.capacity !== true) return true;
    if (!(await isTheOne(key, task))) return true;
    const whereabouts = hosts.recall(task.containerInstanceArn);
    // Behind the news: nobody waits for it.
    if (whereabouts === undefined) void place(key, task, see);
    return see([{ key, sight, ...(whereabouts === undefined ? {} : { whereabouts }) }]);
  }

  /**
   * Whether it is the attempt's task: a second one is stopped, and one of an attempt that is not in our database is nobody's here. The
   * answer to its start may be lost: it is kept.
   */
  async function isTheOne(key: AttemptKey, { taskArn, lastStatus }: TaskState): Promise<boolean> {
    const kept = await store.placed(key, taskArn);
    const isSecond = kept !== null && kept !== taskArn;
    if (isSecond && lastStatus !== 'STOPPED') {
      await stop.task(clusterIn(taskArn) ?? '', taskArn, 'Started twice: the first one stays');
    }
    return kept === taskArn;
  }

  async function place(key: AttemptKey, { taskArn, containerInstanceArn: host }: TaskState, see: See): Promise<void> {
    const whereabouts = host === null ? null : await hosts.find(clusterIn(taskArn) ?? '', host);
    if (whereabouts !== null) await see([{ key, whereabouts }]);
  }

  /** What events have not told of the tasks that we know. */
  async function sweep(cluster: string, see: See, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (let after = ''; ;) {
        const open = await store.open(cluster, after, tasksPerSweep);
        const arns = open.map(({ taskArn }) => taskArn);
        await Promise.all([...(await lookup.describe(cluster, arns)).values()].map((task) => tell(task, see)));
        const last = open.at(-1);
        if (last === undefined || open.length < tasksPerSweep) break;
        after = last.runId;
      }
      const sweptAt = Date.now();
      do await pause(Math.min(sweepMs.alone, sweepMs.withEvents), signal);
      while (!isOver(signal) && isHearing() && Date.now() - sweptAt < sweepMs.withEvents);
    }
  }

  function isHearing(): boolean {
    return Date.now() - heardAt < heardForMs;
  }

  /** Tasks of ours that nobody knows, or wants any more. A search that fails is made again: nothing waits for it. */
  async function searchStrays(cluster: string, see: See, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const tasks of lookup.running(cluster)) {
          for (const task of tasks) await takeIn(task, see);
        }
      } catch (error) {
        if (!isOver(signal)) warn(`cluster ${cluster} cannot be searched for tasks that nobody knows`, error);
      }
      await pause(straysEveryMs, signal);
    }
  }

  /** Whoever is told of one that runs stops it where nobody wants it; one that does not run yet shall never run then. */
  async function takeIn(task: TaskState, see: See): Promise<void> {
    const key = keyIn(mode, task.startedBy);
    if (key === null) return;
    try {
      const sight = sightOf(task);
      if (sight.kind === 'running') await pass(key, task, see);
      else if (sight.kind === 'waiting' && (await isTheOne(key, task)) && !(await store.isWanted(key))) {
        await stop.task(clusterIn(task.taskArn) ?? '', task.taskArn, 'Nobody wants it any more');
      }
    } catch (error) {
      warn('a task of which little is known could not be looked after', error);
    }
  }
}

/** Begins anew after a failure, and throws where failures follow on each other. */
async function insistently(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  for (let failures = 1; !signal.aborted; failures += 1) {
    const beganAt = Date.now();
    try {
      await work();
      return;
    } catch (error) {
      if (Date.now() - beganAt > againMs * 10) failures = 1;
      if (isOver(signal) || failures >= failuresInARow) throw error;
      await pause(againMs, signal);
    }
  }
}

/** Asked anew after each wait. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
