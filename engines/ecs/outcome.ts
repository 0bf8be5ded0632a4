/** The table from ECS's words to sights and outcomes (spec/engine-behaviour.md §10.3 and §10.4). Pure. */
import type { End } from '../../domain/lifecycle';
import type { Outcome } from '../../domain/outcome';
import type { Sight } from '../engine';
import { familyIn } from './names';
import { startFailure } from './start-failure';
import type { Container, TaskState } from './task';
import { oneLine } from '../words';

const killed = 137;
const terminated = 143;

export function sightOf(task: TaskState): Sight {
  if (task.lastStatus === 'STOPPED' || hasExited(task)) return { kind: 'ended', end: endOf(task) };
  // Its host is cut off: what it was is all that is known, and no loss (§10.4, 56).
  if (task.startedAt !== null) return { kind: 'running', startedAt: task.startedAt };
  if (task.desiredStatus === 'STOPPED') return { kind: 'waiting', why: oneLine(task.stoppedReason) || null };
  // With a capacity provider a task waits for its instance in this state; with one, or on Fargate, for its network.
  if (task.lastStatus === 'PROVISIONING' && task.launchType !== 'FARGATE' && task.containerInstanceArn === null) {
    return { kind: 'waiting', why: 'Waiting for capacity: the task is PROVISIONING', capacity: true };
  }
  return { kind: 'waiting', why: `The task is ${task.lastStatus}` };
}

/** Whether ECS was asked to stop it by somebody, us included. */
export function wasStopped({ stopCode }: TaskState): boolean {
  return stopCode === 'UserInitiated';
}

/** By its name, which is its family's: ECS or the installation may have added others (§1.6). */
function mainOf({ containers, taskDefinitionArn }: TaskState): Container | null {
  const name = familyIn(taskDefinitionArn);
  return containers.find((one) => one.name === name) ?? (containers.length === 1 ? (containers[0] ?? null) : null);
}

/**
 * All containers are over and ECS knows why: what follows (a network interface that is given back) takes half a minute on Fargate
 * and changes nothing.
 */
function hasExited(task: TaskState): boolean {
  return (
    task.desiredStatus === 'STOPPED' &&
    task.stopCode !== '' &&
    task.containers.length > 0 &&
    task.containers.every(({ lastStatus, exitCode }) => lastStatus === 'STOPPED' && exitCode !== null)
  );
}

function endOf(task: TaskState): End {
  const { startedAt, stoppedAt } = task;
  return { outcome: outcomeOf(task), startedAt, finishedAt: stoppedAt };
}

function outcomeOf(task: TaskState): Outcome {
  const main = mainOf(task);
  const code = main?.exitCode ?? null;
  const failure = startFailure(task, main);
  if (failure !== null) return failure;
  if (main !== null && main.reason.startsWith('OutOfMemoryError') && code !== null && code !== 0) {
    // The agent flags the container for any of its processes: only with 137 was it the command itself (§10.4, 45 and 46).
    if (code !== killed) return { kind: 'exited', code, childOom: true };
    return { kind: 'oom', limitMb: main.memoryMb ?? task.memoryMb };
  }
  const isSignal = code === killed || code === terminated;
  // Whatever else stopped the task: a command that ended with a code of its own has ended.
  if (code !== null && !isSignal) return { kind: 'exited', code };
  const cause = causeOf(task);
  if (cause !== null) {
    // Of a task that somebody stopped no new attempt is made of our own accord, even where its command had not begun.
    if (task.startedAt === null && code === null && !cause.isSomebodys) return notStarted(cause.why);
    return { kind: 'lost', why: cause.why, ...(code === null ? {} : { code }) };
  }
  if (code !== null) return { kind: 'exited', code };
  const said = [task.stoppedReason, main?.reason ?? ''].map((text) => oneLine(text)).filter((part) => part !== '');
  const text = said.length === 0 ? '' : `: ${said.join(' - ')}`;
  return task.startedAt === null
    ? notStarted(`Task did not start${text}`)
    : { kind: 'lost', why: `Container ended without an exit code${text}` };
}

/** Who ended the task, if not its command. `isSomebodys`: a person's deed, not the platform's. */
function causeOf({ stopCode, stoppedReason }: TaskState): { why: string; isSomebodys?: true } | null {
  const said = oneLine(stoppedReason);
  const host = /Host EC2 \(instance (i-\w+)\) (?:stopped|terminated)/.exec(stoppedReason)?.[1];
  if (host !== undefined) return { why: `Host ${host} lost` };
  // Older agents and rules say it by the reason alone.
  if (stopCode === 'SpotInterruption' || stoppedReason.includes('Spot Task was interrupted')) {
    return { why: `Spot interruption: ${said || 'no reason given'}` };
  }
  switch (stopCode) {
    case 'TerminationNotice':
      return { why: `Host lost: ${said || 'termination notice'}` };
    case 'InfrastructureHealth':
      return { why: `Infrastructure failed: ${said || 'no reason given'}` };
    case 'ServiceSchedulerInitiated':
      return { why: `Stopped by the ECS scheduler: ${said || 'no reason given'}` };
    case 'UserInitiated':
      // Deregistering an instance by force, or a drain, stops its tasks in the name of a user.
      return /container instance|draining/i.test(stoppedReason)
        ? { why: `Host lost: ${said}` }
        : { why: `Stopped outside Flotilla: ${said || 'no reason given'}`, isSomebodys: true };
    default:
      return null;
  }
}

function notStarted(why: string): Outcome {
  return { kind: 'not-started', why, mend: 'likely' };
}
