/** What happens to the tasks of a cluster: told by events, asked for where events are missing, and searched for strays. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AttemptKey } from '../../domain/id';
import type { See } from '../engine';
import type { Hosts } from './hosts';
import type { Lookup, Seen } from './lookup';
import { clusterIn, keyIn } from './names';
import { sightOf } from './outcome';
import type { Stop } from './stop';
import type { TaskStore } from './stores';
import { taskInEvent, type TaskState } from './task';

const tasksPerSweep = 1000;
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
        insistently(until, () => searchStrays(cluster, see, until)),
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
    if (key === null || !seen.take(task, Date.now())) return true;
    try {
      if (await pass(key, task, see)) return true;
    } catch (error) {
      warn('what ECS told of a task could not be kept; it is asked for again', error);
    }
    seen.putBack(task);
    return false;
  }

  async function pass(key: AttemptKey, task: TaskState, see: See): Promise<boolean> {
    const sight = sightOf(task);
    if (sight.kind === 'waiting' && sight.capacity !== true) return true;
    const cluster = clusterIn(task.taskArn) ?? '';
    // The answer to its start may be lost, and its end be told before that is found out.
    const kept = await store.placed(key, task.taskArn);
    if (kept === null) return true;
    if (kept !== task.taskArn) {
      if (sight.kind !== 'ended') await stop.task(cluster, task.taskArn, 'Started twice: the first one stays');
      return true;
    }
    const whereabouts = hosts.recall(task.containerInstanceArn);
    // Behind the news: nobody waits for it.
    if (whereabouts === undefined) void place(key, task, see);
    return see([{ key, sight, ...(whereabouts === undefined ? {} : { whereabouts }) }]);
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
        for (const task of (await lookup.describe(cluster, arns)).values()) void tell(task, see);
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

  /** Tasks of ours that run although nobody knows them, or wants them any more: whoever is told of them stops them. */
  async function searchStrays(cluster: string, see: See, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for await (const tasks of lookup.running(cluster)) {
        for (const task of tasks) {
          const key = keyIn(mode, task.startedBy);
          if (key === null || sightOf(task).kind !== 'running') continue;
          seen.take(task, Date.now());
          await pass(key, task, see);
        }
      }
      await pause(straysEveryMs, signal);
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

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, null, { signal, ref: false }).catch(() => undefined);
}
