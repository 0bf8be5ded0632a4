/** Engine `ecs`: each attempt is one task of AWS ECS, found by its ARN or by `startedBy`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type AttemptKey } from '../../domain/id';
import type { Job } from '../../domain/job';
import { endWithoutTimes, type Engine, type LogPage, type See, type Sight } from '../engine';
import type { AwsClients } from './client';
import { Hosts } from './hosts';
import { openGroup, pageOf, streamOf } from './logs';
import { Lookup, Seen } from './lookup';
import { clusterIn, familyOf, keyIn } from './names';
import { sightOf } from './outcome';
import { consume, isDrained, openQueue, type QueueSettings } from './queue';
import { awsError, sentence } from './refusal';
import { Definitions } from './register';
import { runTaskInput } from './run-task';
import { logPlace, type EcsSettings } from './settings';
import { Room } from './room';
import { createStop } from './stop';
import type { TaskDefinitionStore, TaskRef, TaskStore } from './stores';
import { createSubmit } from './submit';
import { impossible, split } from './task-definition';
import { taskInEvent, type TaskState } from './task';

export type EcsOptions = {
  /** Names of clusters; the first is the default. */
  clusters: readonly string[];
  settings: EcsSettings;
  /** Where task events come from; null where there are none, and tasks are only asked for. */
  events: QueueSettings | null;
  /** How often open tasks are asked for, without events and with them. */
  sweepSeconds: { alone: number; withEvents: number };
  clients: AwsClients;
  definitions: TaskDefinitionStore;
  tasks: TaskStore;
  warn: (text: string, error: unknown) => void;
};

const absent: Sight = { kind: 'absent' };
const tasksPerSweep = 1000;
/** ECS shows by then what it has made. */
const shownWithinMs = 60_000;
/** So many failures in a row are an outage, fewer a busy service. */
const failuresInARow = 3;
const againMs = 1000;
/** A search asks twice for each attempt: not for more at a time. */
const searchesPerLook = 20;

export function createEcsEngine(options: EcsOptions): Engine {
  const { clusters, settings, events, sweepSeconds, clients, tasks: store, warn } = options;
  const logsAt = logPlace(settings);
  const seen = new Seen();
  const lookup = new Lookup(clients.ecs, settings.mode);
  const hosts = new Hosts(clients, warn);
  const room = new Room(clients.ecs, settings, warn);
  const definitions = new Definitions(clients, options.definitions, openLogs);
  const stop = createStop({ ecs: clients.ecs, lookup, seen, store, stopTimeoutSeconds: settings.stopTimeoutSeconds });
  const submit = createSubmit({ ecs: clients.ecs, settings, definitions, lookup, store, stop });
  /** Who observes which cluster in this process: the queue has the events of all. */
  const observers = new Map<string, See>();

  let logsOpened: Promise<void> | null = null;
  function openLogs(): Promise<void> {
    if (logsAt === null) return Promise.resolve();
    logsOpened ??= openGroup(clients.logs, logsAt.group, settings.log.retentionDays).catch((error: unknown) => {
      logsOpened = null;
      warn(`the log group ${logsAt.group} cannot be looked after: it must exist already`, error);
    });
    return logsOpened;
  }

  let queueOpened: Promise<string> | null = null;
  function queueUrl(of: QueueSettings): Promise<string> {
    queueOpened ??= openQueue(clients, of, settings.mode, warn);
    queueOpened.catch(() => (queueOpened = null));
    return queueOpened;
  }

  async function look(cluster: string, keys: AttemptKey[], recent = false): Promise<Sight[]> {
    const refs = await store.refs(keys);
    const freshAt = Date.now() - sweepMs() * 2;
    const known = new Map<string, TaskState>();
    const unknown = new Set<string>();
    for (const arn of refs.map((ref) => ref?.taskArn ?? null).filter((one) => one !== null)) {
      const task = recent ? seen.since(arn, freshAt) : null;
      if (task === null) unknown.add(arn);
      else known.set(arn, task);
    }
    for (const [arn, task] of await describe(cluster, unknown)) known.set(arn, task);
    const sights: Sight[] = [];
    let searches = 0;
    for (const ref of refs) {
      if (ref === null) sights.push(absent);
      else if (ref.taskArn === null) {
        if (ref.unclearSince !== null) searches += 1;
        sights.push(searches > searchesPerLook ? { kind: 'waiting', why: null } : await search(cluster, ref));
      } else {
        const task = known.get(ref.taskArn);
        sights.push(task === undefined ? await forgotten(ref) : sightOf(task));
      }
    }
    return sights;
  }

  async function describe(cluster: string, arns: Set<string>): Promise<Map<string, TaskState>> {
    const shown = await lookup.describe(cluster, arns);
    for (const task of shown.values()) seen.take(task, Date.now());
    return shown;
  }

  /** No answer has told its ARN: it may be there all the same. */
  async function search(cluster: string, ref: TaskRef): Promise<Sight> {
    if (ref.unclearSince === null) return absent;
    const lookedAt = Date.now();
    const [arn] = await lookup.find(cluster, ref);
    if (arn === undefined) {
      if (lookedAt - ref.unclearSince.getTime() < shownWithinMs) return { kind: 'waiting', why: null };
      await store.absent(ref, new Date(lookedAt - shownWithinMs));
      return absent;
    }
    await store.placed(ref, arn);
    const task = await lookup.one(cluster, arn);
    return task === null ? { kind: 'waiting', why: null } : sightOf(task);
  }

  /** ECS shows ended tasks for about an hour only (§10.4, 61 and 62). Its event may still be on its way. */
  async function forgotten(ref: TaskRef): Promise<Sight> {
    if (Date.now() - (ref.askedAt?.getTime() ?? 0) < shownWithinMs) return { kind: 'waiting', why: null };
    if (events !== null && !(await isDrained(clients.sqs, await queueUrl(events)))) {
      return { kind: 'waiting', why: 'ECS has forgotten the task: its end is looked for in events' };
    }
    return {
      kind: 'ended',
      end: endWithoutTimes({ kind: 'lost', why: 'Outcome unknown: the task’s record expired' }),
    };
  }

  function sweepMs(): number {
    return (events === null ? sweepSeconds.alone : sweepSeconds.withEvents) * 1000;
  }

  async function observe(cluster: string, see: See, signal: AbortSignal): Promise<void> {
    observers.set(cluster, see);
    try {
      await openLogs();
      const url = events === null ? null : await queueUrl(events);
      const done = new AbortController();
      const until = AbortSignal.any([signal, done.signal]);
      try {
        await Promise.race([
          ...(url === null ? [] : [insistently(until, () => consume(clients.sqs, url, handle(cluster), until))]),
          insistently(until, () => sweep(cluster, see, until)),
        ]);
      } finally {
        done.abort();
      }
    } catch (error) {
      if (signal.aborted) return;
      // Somebody may have deleted it.
      queueOpened = null;
      throw trouble(error);
    } finally {
      if (observers.get(cluster) === see) observers.delete(cluster);
    }
  }

  function handle(cluster: string): (bodies: string[]) => Promise<void> {
    return async (bodies) => {
      const tasks = bodies.map(taskIn).filter((one) => one !== null);
      await Promise.all(
        // Of a cluster that another process observes: whoever is told of it does the same.
        tasks.map((task) => tell(task, observers.get(clusterIn(task.taskArn) ?? cluster) ?? observers.get(cluster))),
      );
    };
  }

  function taskIn(body: string): TaskState | null {
    const task = taskInEvent(body);
    if (task === null) warn('a message that is no task event is dropped', new Error(body.slice(0, 200)));
    return task;
  }

  /** Nothing is told of others' tasks, nor twice. That a task waits is no news, unless it waits for room. */
  async function tell(task: TaskState, see: See | undefined): Promise<void> {
    const key = keyIn(settings.mode, task.startedBy);
    if (see === undefined || key === null || !seen.take(task, Date.now())) return;
    const sight = sightOf(task);
    if (sight.kind === 'waiting' && sight.capacity !== true) return;
    const host = task.containerInstanceArn;
    const whereabouts = host === null ? undefined : hosts.recall(host);
    const told = see([{ key, sight, ...(whereabouts === undefined ? {} : { whereabouts }) }]);
    if (host !== null && whereabouts === undefined) void place(key, clusterIn(task.taskArn) ?? '', host, see);
    await told;
  }

  /** Behind the news: nobody waits for it. */
  async function place(key: AttemptKey, cluster: string, host: string, see: See): Promise<void> {
    const whereabouts = await hosts.find(cluster, host);
    if (whereabouts !== null) await see([{ key, whereabouts }]);
  }

  /** What events have not told. */
  async function sweep(cluster: string, see: See, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (let after = ''; ;) {
        const open = await store.open(cluster, after, tasksPerSweep);
        const shown = await lookup.describe(
          cluster,
          open.map(({ taskArn }) => taskArn),
        );
        for (const task of shown.values()) void tell(task, see);
        const last = open.at(-1);
        if (last === undefined || open.length < tasksPerSweep) break;
        after = last.runId;
      }
      await pause(sweepMs(), signal);
    }
  }

  async function logs(_cluster: string, key: AttemptKey, cursor: string, maxBytes: number): Promise<LogPage> {
    const [ref] = await store.refs([key]);
    if (logsAt === null || typeof ref?.taskArn !== 'string') return { text: '', cursor };
    const stream = streamOf(logsAt, familyOf(ref.definitionId), ref.taskArn);
    return pageOf(clients.logs, logsAt, stream, cursor, maxBytes);
  }

  /** As it is asked for; the values of variables are nobody's to read. */
  function manifest(cluster: string, key: AttemptKey, job: Job): object {
    const bare = { ...job, env: job.env.map(({ name }) => ({ name, value: '' })) };
    const { definition, override } = split(bare, settings);
    const of = { cluster, key, placementTry: 1, taskDefinitionArn: definition.family ?? '' };
    return { taskDefinition: definition, runTask: runTaskInput(of, bare, override, settings) };
  }

  return {
    name: 'ecs',
    clusters,
    warning: null,
    maxAdaptedMemoryMb: null,
    submit: (...args) => named(submit(...args)),
    look: (...args) => named(look(...args)),
    // Its grace is the task definition's: ECS knows none per stop.
    stop: (cluster, key) => named(stop(cluster, key)),
    observe,
    manifest,
    impossible: async (cluster, job) => impossible(job, settings) ?? room.impossible(cluster, job),
    logs: (...args) => named(logs(...args)),
  };
}

/** Begins anew after a failure, and throws where failures follow on each other. */
async function insistently(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  const isOver = (): boolean => signal.aborted;
  for (let failures = 1; !isOver(); failures += 1) {
    const beganAt = Date.now();
    try {
      await work();
      return;
    } catch (error) {
      if (Date.now() - beganAt > againMs * 10) failures = 1;
      if (isOver() || failures >= failuresInARow) throw error;
      await pause(againMs, signal);
    }
  }
}

async function named<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw trouble(error);
  }
}

/** The SDK's errors hold requests and headers: only AWS's own sentence leaves here. */
function trouble(error: unknown): Error {
  return new Error(sentence(awsError(error)));
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, null, { signal, ref: false }).catch(() => undefined);
}
