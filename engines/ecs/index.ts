/** Engine `ecs`: each attempt is one task of AWS ECS, found by its ARN or by `startedBy`. */
import { LRUCache } from 'lru-cache';
import type { AttemptKey } from '../../domain/id';
import type { Job } from '../../domain/job';
import type { Engine, LogPage, See } from '../engine';
import type { AwsClients } from './client';
import { Hosts } from './hosts';
import { lastLineAt, openGroup, pageOf, streamOf } from './logs';
import { createLook } from './look';
import { Lookup, Seen } from './lookup';
import { familyOf } from './names';
import { createObserve, type Events } from './observe';
import { consume, isDrained, openQueue, type QueueSettings } from './queue';
import { named } from '../words';
import { awsError, sentence } from './refusal';
import { Definitions } from './register';
import { Room } from './room';
import { runTaskInput } from './run-task';
import { isFargate, logPlace, type EcsSettings } from './settings';
import { createStop } from './stop';
import type { TaskDefinitionStore, TaskStore } from './stores';
import { createSubmit } from './submit';
import { fargateMinimum, impossible, split } from './task-definition';

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
  /** What goes on all the same. */
  warn: (text: string, error: Error) => void;
};

const rememberedTasks = 20_000;

export function createEcsEngine(options: EcsOptions): Engine {
  const { clusters, settings, events, sweepSeconds, clients } = options;
  const warn = (text: string, error: unknown): void => {
    options.warn(text, trouble(error));
  };
  const logsAt = logPlace(settings);
  const store = rememberingPlaces(options.tasks);
  const sweepMs = (events === null ? sweepSeconds.alone : sweepSeconds.withEvents) * 1000;
  const seen = new Seen();
  const lookup = new Lookup(clients.ecs, settings.mode);
  const hosts = new Hosts(clients, warn);
  const room = new Room(clients.ecs, settings, warn);
  const definitions = new Definitions(clients, options.definitions, openLogs);
  const stop = createStop({ ecs: clients.ecs, lookup, seen, store, stopTimeoutSeconds: settings.stopTimeoutSeconds });
  const submit = createSubmit({ ecsOnce: clients.ecsOnce, settings, definitions, lookup, store, stop, areEventsTold });
  const observer = createObserve({
    ...{ mode: settings.mode, lookup, seen, hosts, store, stop, warn },
    sweepMs: { alone: sweepSeconds.alone * 1000, withEvents: sweepSeconds.withEvents * 1000 },
    events: events === null ? null : eventsIn(events),
  });
  const look = createLook({
    ...{ lookup, seen, store },
    freshMs: sweepMs * 2,
    notice: observer.notice,
    isDrained: async () => events === null || areEventsTold(),
    lastLineAt: async ({ definitionId, taskArn }) =>
      logsAt === null ? null : lastLineAt(clients.logs, logsAt, streamOf(logsAt, familyOf(definitionId), taskArn)),
  });

  async function areEventsTold(): Promise<boolean> {
    if (events === null) return false;
    return queueUrl(events)
      .then((url) => isDrained(clients.sqs, url))
      .catch(() => false);
  }

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

  function eventsIn(of: QueueSettings): Events {
    return {
      open: () => queueUrl(of),
      async read(handle, heard, signal) {
        try {
          await consume(clients.sqs, await queueUrl(of), handle, heard, signal);
        } catch (error) {
          // Somebody may have deleted it.
          queueOpened = null;
          throw error;
        }
      },
    };
  }

  async function observe(cluster: string, see: See, signal: AbortSignal): Promise<void> {
    try {
      await openLogs();
      await observer.observe(cluster, see, signal);
    } catch (error) {
      if (!signal.aborted) throw trouble(error);
    }
  }

  async function logs(_cluster: string, key: AttemptKey, cursor: string, maxBytes: number): Promise<LogPage> {
    const [ref] = await store.refs([key]);
    if (logsAt === null || typeof ref?.taskArn !== 'string') return { lines: [], cursor };
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
    ...(isFargate(settings) ? { minimum: fargateMinimum } : {}),
    submit: (...args) => named(submit(...args), trouble),
    look: (...args) => named(look(...args), trouble),
    // Its grace is the task definition's: ECS knows none per stop.
    stop: (cluster, key) => named(stop.attempt(cluster, key), trouble),
    observe,
    manifest,
    impossible: async (cluster, job) => impossible(job, settings) ?? room.impossible(cluster, job),
    logs: (...args) => named(logs(...args), trouble),
  };
}

/** What this process has kept need not be kept again with each event. */
function rememberingPlaces(store: TaskStore): TaskStore {
  const places = new LRUCache<string, true>({ max: rememberedTasks });
  return {
    ...store,
    async placed(key, taskArn) {
      if (places.has(taskArn)) return taskArn;
      const kept = await store.placed(key, taskArn);
      if (kept === taskArn) places.set(taskArn, true);
      return kept;
    },
    async open(...page) {
      const tasks = await store.open(...page);
      for (const { taskArn } of tasks) places.set(taskArn, true);
      return tasks;
    },
  };
}

/** AWS's own sentence. */
function trouble(error: unknown): Error {
  return new Error(sentence(awsError(error)));
}
