/** An ECS: answers calls, and makes the trouble on its hosts that tests ask for. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Upstream } from '../upstream';
import { clusterOperations } from './clusters';
import { defaultConfig, type Config } from './config';
import { definitionOperations } from './definitions';
import { AwsError } from './errors';
import { createTaskEvents } from './events';
import { hostOperations } from './hosts';
import { connectAgent, loseHost, requestStop } from './lifecycle';
import { createTaskLogs } from './logs';
import { runOperations } from './run-task';
import type { Runner } from './runner';
import type { Ecs, Host } from './state';
import { taskOperations } from './tasks';
import type { TaskStatus, StopCode } from './wire';

const endWithinMs = 5000;
const killStepMs = 50;

/** A task for a judge: who, how often it was really started, how it ended. */
export type TaskRecord = {
  taskArn: string;
  startedBy: string | null;
  /** In seconds. */
  createdAt: number;
  lastStatus: TaskStatus;
  stopCode: StopCode | null;
  starts: number;
  /** Of its first container. */
  exitCode: number | null;
  /** When EventBridge had the event of its end, in ms. */
  toldAt: number | null;
};

export type TestEcs = ReturnType<typeof createEcs>;

export function createEcs(of: { runner: Runner; upstream: Upstream; report: (trouble: string) => void }) {
  const config: Config = { ...defaultConfig };
  const random = (): number => ecs.random();
  const ecs: Ecs = {
    config,
    random: Math.random,
    clusters: new Map(),
    families: new Map(),
    hosts: new Map(),
    tasks: new Map(),
    history: [],
    tokens: new Map(),
    waiting: [],
    runner: of.runner,
    events: createTaskEvents({ ...of, config, random }),
    logs: createTaskLogs({ ...of, config }),
    report: of.report,
  };
  // AWS's model has passed the input, so that it is what the operation takes.
  const operations: Partial<Record<string, (input: never) => object>> = {
    ...clusterOperations(ecs),
    ...hostOperations(ecs),
    ...definitionOperations(ecs),
    ...runOperations(ecs),
    ...taskOperations(ecs),
  };

  function hostOf(instanceId: string): Host {
    const found = [...ecs.hosts.values()].find((host) => host.instanceId === instanceId);
    if (found === undefined) throw new Error(`no container instance on ${instanceId}`);
    return found;
  }

  return {
    random,
    /** One call; throws AwsError. Synchronous, so that calls never interleave. */
    handle(operation: string, input: object): object {
      const act = operations[operation];
      if (act === undefined) {
        throw new AwsError('UnsupportedOperationException', `The test AWS has no ${operation}.`, {}, 501);
      }
      return act(input as never);
    },
    configure: (change: Partial<Config>): void => {
      Object.assign(config, change);
    },
    setRandom(source: () => number): void {
      ecs.random = source;
    },
    /** Every task that ever was, also after AWS would have forgotten it. */
    records: (): TaskRecord[] =>
      ecs.history.map(({ wire, starts }) => ({
        taskArn: wire.taskArn,
        startedBy: wire.startedBy ?? null,
        createdAt: wire.createdAt,
        lastStatus: wire.lastStatus,
        stopCode: wire.stopCode ?? null,
        starts,
        exitCode: wire.containers[0]?.exitCode ?? null,
        toldAt: ecs.events.toldAt(wire.taskArn),
      })),
    interrupt: (taskArn: string): void => {
      const task = ecs.tasks.get(taskArn);
      if (task === undefined) throw new Error(`no task ${taskArn}`);
      requestStop(ecs, task, 'SpotInterruption', 'Your Spot Task was interrupted.');
    },
    loseHost: (instanceId: string): void => {
      loseHost(ecs, hostOf(instanceId));
    },
    connectAgent: (instanceId: string, isConnected: boolean): void => {
      connectAgent(ecs, hostOf(instanceId), isConnected);
    },
    /** Kills every container and waits until it is gone; those that are just being started, too. */
    async end(): Promise<void> {
      const open = ecs.history.filter(({ wire }) => wire.lastStatus !== 'STOPPED');
      const kill = (): void => {
        for (const { running } of open) for (const one of running) one.signal('SIGKILL');
      };
      for (const { host, stopped } of open) {
        host?.reconnect();
        stopped.abort();
      }
      kill();
      const again = setInterval(kill, killStepMs);
      const over = Promise.all(open.map(({ life }) => life));
      await Promise.race([over, sleep(endWithinMs, undefined, { ref: false })]);
      clearInterval(again);
    },
  };
}
