/** How tasks of ECS run, wait and end (spec/engine-behaviour.md §1.6, §10.3 and §10.4). */
import type { Task } from '@aws-sdk/client-ecs';
import { sightOf, wasStopped } from '../../engines/ecs/outcome';
import { taskInEvent, taskOf } from '../../engines/ecs/task';
import type { Sight } from '../../engines/engine';
import {
  began,
  beforeStart,
  container,
  end,
  exited,
  failed,
  family,
  image,
  key,
  notStarted,
  over,
  ran,
  runs,
  stopped,
  task,
  taskArn,
} from './ecs-objects';

type Row = [task: Task, sight: Sight];
const table = (rows: Record<string, Row>): void => {
  test.each(Object.entries(rows))('%s', (_, [shown, sight]) => {
    expect(sightOf(taskOf(shown))).toEqual(sight);
  });
};
const oom = 'OutOfMemoryError: Container killed due to memory usage';

describe('a task that is not over', () => {
  table({
    'runs since its start': [task(), runs],
    'runs on while its host is cut off (56)': [task({ connectivity: 'DISCONNECTED' }), runs],
    'runs on until it is really stopped, whatever is desired': [
      task({ desiredStatus: 'STOPPED', stopCode: 'UserInitiated' }),
      runs,
    ],
    'waits for room where a capacity provider has no instance for it': [
      beforeStart(task({ lastStatus: 'PROVISIONING' })),
      { kind: 'waiting', why: 'Waiting for capacity: the task is PROVISIONING', capacity: true },
    ],
    'waits, but not for room, while Fargate gives it a network': [
      beforeStart(task({ lastStatus: 'PROVISIONING', launchType: 'FARGATE' })),
      { kind: 'waiting', why: 'The task is PROVISIONING' },
    ],
    'waits for its image (41)': [
      beforeStart(task({ lastStatus: 'PENDING' })),
      { kind: 'waiting', why: 'The task is PENDING' },
    ],
    'waits for its end where it is stopped before its start': [
      beforeStart(task({ lastStatus: 'PENDING', desiredStatus: 'STOPPED', stoppedReason: 'enough' })),
      { kind: 'waiting', why: 'enough' },
    ],
    'has ended with all of its containers, although Fargate still tidies up': [
      exited(3, undefined, { lastStatus: 'DEPROVISIONING' }),
      ran({ kind: 'exited', code: 3 }),
    ],
    'has not ended while another of its containers runs': [
      task(
        {
          desiredStatus: 'STOPPED',
          stopCode: 'EssentialContainerExited',
          containers: [container({ lastStatus: 'STOPPED', exitCode: 0 }), container({ name: 'proxy' })],
        },
        {},
      ),
      runs,
    ],
    'has not ended before ECS knows why': [
      task({ containers: [container({ lastStatus: 'STOPPED', exitCode: 137 })] }),
      runs,
    ],
  });
});

describe('a task that has ended', () => {
  table({
    'by exit 0 (43)': [exited(0), ran({ kind: 'exited', code: 0 })],
    'by another exit code (44)': [exited(3), ran({ kind: 'exited', code: 3 })],
    'by a lack of memory, with its limit (45)': [exited(137, oom), ran({ kind: 'oom', limitMb: 1024 })],
    "by a lack of memory, with the task's limit where its container has none (45)": [
      exited(137, undefined, { containers: [container({ exitCode: 137, reason: oom, memory: '0' })] }),
      ran({ kind: 'oom', limitMb: 1024 }),
    ],
    'by its own code after a child of it lacked memory (46)': [
      exited(1, oom),
      ran({ kind: 'exited', code: 1, childOom: true }),
    ],
    'well, although a child of it lacked memory (46)': [exited(0, oom), ran({ kind: 'exited', code: 0 })],
    'by SIGKILL from within (47)': [exited(137), ran({ kind: 'exited', code: 137 })],
    'by its own 127: the shell did not find a command (34)': [exited(127), ran({ kind: 'exited', code: 127 })],
    'by the container of its name, whatever stands first (§1.6)': [
      exited(3, undefined, {
        containers: [container({ name: 'aws-guardduty-agent', exitCode: 0 }), container({ exitCode: 3 })],
      }),
      ran({ kind: 'exited', code: 3 }),
    ],
    'by a container beside it, and nobody saw its own end': [
      exited(0, undefined, { containers: [container({ name: 'proxy', exitCode: 1 }), container()] }),
      ran({ kind: 'lost', why: 'Container ended without an exit code: Essential container in task exited' }),
    ],
    'with its host (54)': [
      stopped('TerminationNotice', 'Host EC2 (instance i-0abc) terminated.'),
      ran({ kind: 'lost', why: 'Host i-0abc lost' }),
    ],
    'with its host, which was stopped (54)': [
      stopped('TerminationNotice', 'Host EC2 (instance i-0abc) stopped.'),
      ran({ kind: 'lost', why: 'Host i-0abc lost' }),
    ],
    'with its host before its start: it may be tried again unasked (54)': [
      beforeStart(stopped('TerminationNotice', 'Host EC2 (instance i-0abc) terminated.')),
      notStarted('Host i-0abc lost', 'likely'),
    ],
    'by a spot interruption, without a code (53)': [
      stopped('SpotInterruption', 'Your Spot Task was interrupted.'),
      ran({ kind: 'lost', why: 'Spot interruption: Your Spot Task was interrupted.' }),
    ],
    "by a spot interruption's signal (53)": [
      stopped('SpotInterruption', 'Your Spot Task was interrupted.', { exitCode: 143 }),
      ran({ kind: 'lost', why: 'Spot interruption: Your Spot Task was interrupted.', code: 143 }),
    ],
    'by a spot interruption that only the reason tells of (53)': [
      stopped('TerminationNotice', 'Your Spot Task was interrupted.', { exitCode: 137 }),
      ran({ kind: 'lost', why: 'Spot interruption: Your Spot Task was interrupted.', code: 137 }),
    ],
    'by itself, with a code of its own, while it was interrupted': [
      stopped('SpotInterruption', 'Your Spot Task was interrupted.', { exitCode: 0 }),
      ran({ kind: 'exited', code: 0 }),
    ],
    'with a broken host': [
      stopped('InfrastructureHealth', ''),
      ran({ kind: 'lost', why: 'Infrastructure failed: no reason given' }),
    ],
    'by an operator (58)': [
      stopped('UserInitiated', 'Task stopped by user', { exitCode: 143 }),
      ran({ kind: 'lost', why: 'Stopped outside Flotilla: Task stopped by user', code: 143 }),
    ],
    'by an operator before its start: no new attempt of our own accord (58)': [
      beforeStart(stopped('UserInitiated', 'Task stopped by user')),
      end({ kind: 'lost', why: 'Stopped outside Flotilla: Task stopped by user' }),
    ],
    'with an instance that was deregistered by force (54)': [
      stopped('UserInitiated', 'Container instance was deregistered forcibly by user', { exitCode: 137 }),
      ran({ kind: 'lost', why: 'Host lost: Container instance was deregistered forcibly by user', code: 137 }),
    ],
    'at a stop that its agent did not see through (35)': [
      stopped('EssentialContainerExited', '', { reason: 'DockerTimeoutError: Could not transition to stopped' }),
      ran({
        kind: 'lost',
        why: 'Container ended without an exit code: DockerTimeoutError: Could not transition to stopped',
      }),
    ],
  });
});

const notFound = `failed to resolve ref ${image}: not found`;
describe('a task that did not start', () => {
  table({
    'for want of its image (30)': [
      failed(`CannotPullContainerError: ${notFound}`),
      notStarted(`Image ${image} not found or not pullable: ${notFound}`, 'unlikely'),
    ],
    'for want of its image, as Fargate tells it (30)': [
      beforeStart(stopped('TaskFailedToStart', `CannotPullContainerError: ${notFound}`)),
      notStarted(`Image ${image} not found or not pullable: ${notFound}`, 'unlikely'),
    ],
    'for want of its image in a registry that denies it (30)': [
      failed(
        `CannotPullContainerError: Error response from daemon: pull access denied for x, repository does not exist or may require 'docker login'`,
      ),
      notStarted(
        `Image ${image} not found or not pullable: pull access denied for x, repository does not exist or may require 'docker login'`,
        'unlikely',
      ),
    ],
    'for its image has no name (31)': [
      failed('CannotPullContainerError: Error response from daemon: invalid reference format'),
      notStarted(`Invalid image name ${image}`, 'never'),
    ],
    'for it may not pull (32)': [
      failed('CannotPullECRContainerError: AccessDeniedException: not authorized to perform ecr:GetAuthorizationToken'),
      notStarted(
        `Not authorised to pull ${image}: AccessDeniedException: not authorized to perform ecr:GetAuthorizationToken`,
        'likely',
      ),
    ],
    'for its registry had enough (30)': [
      failed('CannotPullContainerError: toomanyrequests: Rate exceeded'),
      notStarted(`Image ${image} could not be pulled: toomanyrequests: Rate exceeded`, 'likely'),
    ],
    'for its registry was away (30)': [
      failed('CannotPullContainerError: dial tcp 10.0.0.1:443: i/o timeout: manifest not found'),
      notStarted(
        `Image ${image} could not be pulled: dial tcp 10.0.0.1:443: i/o timeout: manifest not found`,
        'likely',
      ),
    ],
    'for a secret that is not there or not ours (33)': [
      beforeStart(
        stopped(
          'TaskFailedToStart',
          'ResourceInitializationError: unable to pull secrets or registry auth: AccessDeniedException',
        ),
      ),
      notStarted(
        'Task could not be prepared: unable to pull secrets or registry auth: AccessDeniedException',
        'unlikely',
      ),
    ],
    'for trouble of Fargate itself (35)': [
      beforeStart(stopped('TaskFailedToStart', 'ResourceInitializationError: failed to download: context canceled')),
      notStarted('Task could not be prepared: failed to download: context canceled', 'likely'),
    ],
    'for its container cannot be made (33)': [
      failed('CannotCreateContainerError: Error response from daemon: No command specified'),
      notStarted('Container could not be created: No command specified', 'never'),
    ],
    'for its host had no room for a container (35)': [
      failed(
        'CannotCreateContainerError: Error response from daemon: devmapper: Thin Pool has insufficient free space',
      ),
      notStarted('Container could not be created: devmapper: Thin Pool has insufficient free space', 'likely'),
    ],
    'for its host had no room for a container, whatever the words around it (35)': [
      failed('CannotCreateContainerError: open /var/lib/docker/x: too many open files: unknown'),
      notStarted('Container could not be created: open /var/lib/docker/x: too many open files: unknown', 'likely'),
    ],
    'for its registry had enough, and calls it a denial (30)': [
      failed('CannotPullContainerError: toomanyrequests: denied: manifest not found for you'),
      notStarted(`Image ${image} could not be pulled: toomanyrequests: denied: manifest not found for you`, 'likely'),
    ],
    'for its command cannot run, with the code that was shown (34)': [
      failed('CannotStartContainerError: Error response from daemon: OCI runtime create failed: exec format error', {
        exitCode: 126,
      }),
      end({ kind: 'cannot-start', code: 126, why: 'OCI runtime create failed: exec format error' }),
    ],
    'for its image has no shell, where no code was shown (34)': [
      failed('CannotStartContainerError: exec: "sh": executable file not found in $PATH: unknown'),
      notStarted('Container could not start: exec: "sh": executable file not found in $PATH: unknown', 'never'),
    ],
    'for its log group is missing': [
      failed('CannotStartContainerError: failed to initialize logging driver: ResourceNotFoundException', {
        exitCode: 128,
      }),
      notStarted(
        'Container could not start: failed to initialize logging driver: ResourceNotFoundException',
        'unlikely',
      ),
    ],
    'for a full disk, whatever the code (35)': [
      failed('CannotStartContainerError: write /x: no space left on device', { exitCode: 128 }),
      notStarted('Container could not start: write /x: no space left on device', 'likely'),
    ],
    'in time (35)': [
      failed('DockerTimeoutError: Could not transition to created; timed out after waiting 4m0s'),
      notStarted('Container could not start: Could not transition to created; timed out after waiting 4m0s', 'likely'),
    ],
    'for want of room, when ECS gave up (37)': [
      beforeStart(stopped('TaskFailedToStart', 'TaskFailedToStart: RESOURCE:MEMORY')),
      notStarted('No capacity: RESOURCE:MEMORY', 'room'),
    ],
    'for no instance has what it asks for (38)': [
      beforeStart(stopped('TaskFailedToStart', 'TaskFailedToStart: MemberOf placement constraint unsatisfied')),
      notStarted('Cannot place task: MemberOf placement constraint unsatisfied', 'never'),
    ],
    'for no known reason': [
      beforeStart(stopped('TaskFailedToStart', 'Task failed to start')),
      notStarted('Task failed to start: Task failed to start', 'likely'),
    ],
    'and tells no reason at all': [
      beforeStart(stopped('EssentialContainerExited', '')),
      notStarted('Task did not start', 'likely'),
    ],
  });
});

test('a stop that somebody asked for is told from an end by itself', () => {
  expect(wasStopped(taskOf(stopped('UserInitiated', 'x', { exitCode: 0 })))).toBe(true);
  expect(wasStopped(taskOf(exited(0)))).toBe(false);
});

describe('an event', () => {
  const event = (detail: unknown): string => JSON.stringify({ 'detail-type': 'ECS Task State Change', detail });

  test('tells the same as the task itself, with times as text', () => {
    const shown = exited(3);
    const told = taskInEvent(event({ ...shown, startedAt: began, stoppedAt: over, updatedAt: over }));
    expect(told).toEqual(taskOf(shown));
    expect(told).toMatchObject({ taskArn, version: 3, startedBy: `flotilla-test/${key.runId}/2` });
    expect(told?.containers[0]?.name).toBe(family);
  });

  test.each([
    ['no JSON', 'x'],
    ['nothing', 'null'],
    ['no detail', '{}'],
    ['something else', event({ eventName: 'SERVICE_STEADY_STATE' })],
    ['an empty task', event({ taskArn: 1, lastStatus: 'RUNNING' })],
  ])('that holds %s is none', (_, body) => {
    expect(taskInEvent(body)).toBeNull();
  });

  test('without containers or with times that are none is read all the same', () => {
    expect(taskInEvent(event({ taskArn, lastStatus: 'PENDING', startedAt: 'soon', containers: 3 }))).toMatchObject({
      startedAt: null,
      containers: [],
    });
  });
});
