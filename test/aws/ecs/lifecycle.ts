/** The life of a task, from its placement to STOPPED. */
import { setTimeout as sleep } from 'node:timers/promises';
import { place } from './placement';
import { StartFailure, type ContainerSpec, type Exit, type Runner, type Running } from './runner';
import { isScripted, scriptRunner, timeMs } from './scenario';
import { wakeWaiting, type Ecs, type Host, type Task } from './state';
import { nowSeconds, type ContainerDefinition, type StopCode, type TaskStatus } from './wire';

const foreverMs = 2 ** 31 - 1;
const usualStopSeconds = 30;
const maxReasonLength = 1024;

/** What goes wrong before a container runs where the scenario says so, and the exit code then. */
const troubles = {
  'secrets-error': {
    reason:
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to ' +
      'retrieve secret from asm: service call has been retried 1 time(s): AccessDeniedException',
    exitCode: null,
  },
  'pull-error': {
    reason:
      'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref IMAGE: not found',
    exitCode: null,
  },
  'create-error': {
    reason: 'CannotCreateContainerError: Error response from daemon: devmapper: Thin Pool has insufficient free space',
    exitCode: null,
  },
  'start-error': {
    reason:
      'CannotStartContainerError: Error response from daemon: failed to create shim task: OCI runtime create failed: ' +
      'exec format error: unknown',
    exitCode: 126,
  },
};

/** Runs the task to its end. Never rejects. */
export async function live(ecs: Ecs, task: Task): Promise<void> {
  const runner = isScripted(task.scenario) ? scriptRunner(task.scenario) : ecs.runner;
  try {
    await provision(ecs, task);
    await pull(ecs, task, runner);
    const exits = await startAll(ecs, task, runner);
    await endOf(ecs, task, exits);
  } catch (error) {
    for (const running of task.running) running.signal('SIGKILL');
    await Promise.all(task.running.map(({ exit }) => exit));
    if (error instanceof StartFailure) failToStart(task, error);
    else if (!task.stopped.signal.aborted) {
      ecs.report(`a task broke off: ${String(error)}`);
      failToStart(task, new StartFailure(`CannotStartContainerError: ${String(error)}`));
    }
  }
  await finish(ecs, task);
}

/** Asks a task to stop; the first who asks is the author. */
export function requestStop(ecs: Ecs, task: Task, stopCode: StopCode, stoppedReason: string): void {
  if (task.wire.desiredStatus === 'STOPPED') return;
  task.wire.version += 1;
  markStopping(task, stopCode, stoppedReason);
  ecs.events.emit(task.wire);
  task.stopped.abort();
}

/** The instance is gone, and with it what ran there: no exit code is ever known. */
export function loseHost(ecs: Ecs, host: Host): void {
  ecs.hosts.delete(host.arn);
  for (const task of openTasksOn(ecs, host)) {
    task.isHostLost = true;
    for (const running of task.running) running.signal('SIGKILL');
    requestStop(ecs, task, 'TerminationNotice', `Host EC2 (instance ${host.instanceId}) terminated.`);
  }
  host.reconnect();
}

/** A host whose agent is cut off goes on, and tells it once the agent is connected again. */
export function connectAgent(ecs: Ecs, host: Host, isConnected: boolean): void {
  host.isConnected = isConnected;
  if (isConnected) host.reconnect();
  else {
    host.connected = new Promise((resolve) => {
      host.reconnect = resolve;
    });
  }
  for (const task of openTasksOn(ecs, host)) {
    task.wire.connectivity = isConnected ? 'CONNECTED' : 'DISCONNECTED';
    task.wire.connectivityAt = nowSeconds();
    task.wire.version += 1;
    ecs.events.emit(task.wire);
  }
}

async function provision(ecs: Ecs, task: Task): Promise<void> {
  if (task.wire.lastStatus === 'PROVISIONING') {
    await phase(task, 'PROVISIONING', ecs.config.provisioningMs);
    while (!task.isFargate && task.host === null && place(ecs, task).length > 0) {
      await Promise.race([new Promise<void>((resolve) => ecs.waiting.push(resolve)), rejectOnStop(task)]);
    }
    await advance(ecs, task, 'PENDING');
  }
  await phase(task, 'PENDING', ecs.config.pendingMs);
}

async function pull(ecs: Ecs, task: Task, runner: Runner): Promise<void> {
  await enter(task, 'ACTIVATING');
  failWhereScripted(task, 'secrets-error');
  task.wire.pullStartedAt = nowSeconds();
  failWhereScripted(task, 'pull-error');
  if (task.scenario['pull'] !== undefined) await pause(timeMs(task.scenario['pull']), task.stopped.signal);
  for (const container of task.containers) await runner.pull(container.image);
  task.wire.pullStoppedAt = nowSeconds();
  failWhereScripted(task, 'create-error');
  failWhereScripted(task, 'start-error');
  await phase(task, 'ACTIVATING', ecs.config.activatingMs);
}

/** Starts the containers until it is asked to stop. Returns their ends, as far as they are told by the host. */
async function startAll(ecs: Ecs, task: Task, runner: Runner): Promise<Promise<void>[]> {
  const ends: Promise<void>[] = [];
  for (const [at, container] of task.containers.entries()) {
    const sink = await ecs.logs.open(task, container);
    task.logs.push(sink);
    const running = await runner.start(specOf(task, container), sink.tell);
    task.running.push(running);
    if (at === 0) task.starts += 1;
    const wire = task.wire.containers[at];
    if (wire !== undefined) Object.assign(wire, { runtimeId: running.runtimeId, lastStatus: 'RUNNING' });
    ends.push(running.exit.then((exit) => seeExit(ecs, task, at, exit)));
    if (task.stopped.signal.aborted) break;
  }
  task.wire.startedAt = nowSeconds();
  await advance(ecs, task, 'RUNNING');
  return ends;
}

/** Waits until it ends or is asked to, and ends what still runs. */
async function endOf(ecs: Ecs, task: Task, ends: Promise<void>[]): Promise<void> {
  const { signal } = task.stopped;
  if (task.scenario['spot'] !== undefined) {
    const interrupt = (): void => {
      requestStop(ecs, task, 'SpotInterruption', 'Your Spot Task was interrupted.');
    };
    setTimeout(interrupt, timeMs(task.scenario['spot'])).unref();
  }
  const essential = ends.filter((_, at) => task.containers[at]?.essential !== false);
  await Promise.race([rejectOnStop(task).catch(() => undefined), ...essential, Promise.all(ends)]);
  if (!signal.aborted) markStopping(task, 'EssentialContainerExited', 'Essential container in task exited');
  if (task.isFargate && signal.aborted) {
    await advance(ecs, task, 'DEACTIVATING');
    await pause(ecs.config.deactivatingMs);
    await advance(ecs, task, 'STOPPING');
  }
  // An agent that is cut off has not heard of it.
  await task.host?.connected;
  if (task.isHostLost) return;
  for (const [at, running] of task.running.entries()) {
    if (task.wire.containers[at]?.exitCode === undefined) {
      terminate(running, task.containers[at]?.stopTimeout ?? usualStopSeconds);
    }
  }
  await Promise.all(ends);
}

async function finish(ecs: Ecs, task: Task): Promise<void> {
  const { wire } = task;
  if (ecs.config.logLagMs === 0) await Promise.all(task.logs.map((log) => log.close()));
  await task.host?.connected;
  if (!task.isHostLost) for (const container of wire.containers) container.lastStatus = 'STOPPED';
  wire.executionStoppedAt = nowSeconds();
  if (task.isFargate) {
    await advance(ecs, task, 'DEPROVISIONING');
    await pause(ecs.config.deprovisioningMs);
  }
  wire.stoppedAt = nowSeconds();
  await advance(ecs, task, 'STOPPED');
  wakeWaiting(ecs);
}

async function seeExit(ecs: Ecs, task: Task, at: number, exit: Exit): Promise<void> {
  await task.host?.connected;
  const wire = task.wire.containers[at];
  if (task.isHostLost || wire === undefined) return;
  wire.lastStatus = 'STOPPED';
  wire.exitCode = exit.code;
  if (exit.isOom) wire.reason = 'OutOfMemoryError: Container killed due to memory usage';
  const isRunning = task.wire.lastStatus === 'RUNNING' && task.wire.desiredStatus === 'RUNNING';
  if (task.containers[at]?.essential === false && isRunning) {
    // The end of a sidecar is a change that others are told.
    task.wire.version += 1;
    ecs.events.emit(task.wire);
  }
}

function failToStart(task: Task, { reason, exitCode }: StartFailure): void {
  // EC2 shows the cause with the container, Fargate with the task, too. Who asked it to stop before remains the author.
  const stoppedReason = task.isFargate ? reason : 'Task failed to start';
  if (task.wire.desiredStatus === 'RUNNING') markStopping(task, 'TaskFailedToStart', stoppedReason);
  const [first] = task.wire.containers;
  if (first === undefined) return;
  first.reason = reason.slice(0, maxReasonLength);
  if (exitCode !== null) first.exitCode = exitCode;
}

function failWhereScripted(task: Task, name: keyof typeof troubles): void {
  const text = task.scenario[name];
  if (text === undefined) return;
  const { reason, exitCode } = troubles[name];
  throw new StartFailure(text === '' ? reason.replace('IMAGE', task.containers[0]?.image ?? '') : text, exitCode);
}

function markStopping(task: Task, stopCode: StopCode, stoppedReason: string): void {
  Object.assign(task.wire, { desiredStatus: 'STOPPED', stopCode, stoppedReason, stoppingAt: nowSeconds() });
}

/** A status that others are told. */
async function advance(ecs: Ecs, task: Task, status: TaskStatus): Promise<void> {
  await enter(task, status);
  task.wire.version += 1;
  ecs.events.emit(task.wire);
}

/** A host that is cut off tells nothing. */
async function enter(task: Task, status: TaskStatus): Promise<void> {
  await task.host?.connected;
  task.wire.lastStatus = status;
  if (status === 'RUNNING') Object.assign(task.wire, { connectivity: 'CONNECTED', connectivityAt: nowSeconds() });
}

async function phase(task: Task, status: TaskStatus, timeMs: number): Promise<void> {
  await pause(task.scenario['stuck'] === status ? foreverMs : timeMs, task.stopped.signal);
}

function terminate(running: Running, graceSeconds: number): void {
  running.signal('SIGTERM');
  const kill = setTimeout(running.signal, graceSeconds * 1000, 'SIGKILL');
  void running.exit.then(() => {
    clearTimeout(kill);
  });
}

function specOf(task: Task, container: ContainerDefinition): ContainerSpec {
  const binds = container.mountPoints.flatMap(({ sourceVolume, containerPath, readOnly }) => {
    const from = task.volumes.find(({ name }) => name === sourceVolume)?.host?.sourcePath;
    return from === undefined ? [] : [`${from}:${containerPath ?? from}${readOnly === true ? ':ro' : ''}`];
  });
  const given = container.environment.map(({ name, value }) => [name, value] as const);
  return {
    name: container.name,
    image: container.image,
    entryPoint: container.entryPoint ?? [],
    command: container.command ?? [],
    memoryMb: container.memory ?? null,
    binds,
    env: Object.fromEntries([...given, ['AWS_EXECUTION_ENV', `AWS_ECS_${task.wire.launchType}`]]),
  };
}

function openTasksOn(ecs: Ecs, host: Host): Task[] {
  return [...ecs.tasks.values()].filter((task) => task.host === host && task.wire.lastStatus !== 'STOPPED');
}

function rejectOnStop({ stopped: { signal } }: Task): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => {
      reject(new Error('asked to stop'));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** Rejects when the signal says so. */
async function pause(timeMs: number, signal?: AbortSignal): Promise<void> {
  await sleep(timeMs, undefined, { ref: false, ...(signal === undefined ? {} : { signal }) });
}
