/** The table from Kubernetes's words to sights and outcomes. Pure. */
import type {
  CoreV1Event,
  V1ContainerStateTerminated,
  V1ContainerStatus,
  V1Job,
  V1JobCondition,
  V1Pod,
} from '@kubernetes/client-node';
import type { Outcome } from '../../domain/outcome';
import type { BackendEvent, Sight, Whereabouts } from '../engine';
import { disruptionOf, disruptionByEvents, type Disruption } from './disruption';
import { deadlineAnnotation } from './manifest';
import { oneLine } from './refusal';
import {
  eventTime,
  isOfJob,
  neverStarted,
  noteOf,
  time,
  waitOfJob,
  waitOfPod,
  waitingForCapacity,
  type Wait,
} from './waiting';

/** All that is known of an attempt whose pod is still shown. */
type Shown = {
  job: V1Job | null;
  pod: V1Pod;
  status: V1ContainerStatus | undefined;
  events: CoreV1Event[];
  name: string;
};
type Times = { startedAt: number | null; finishedAt: number | null };

const noTimes: Times = { startedAt: null, finishedAt: null };
const killed = 137;
const terminated = 143;
const bytesPerMb = 1_000_000;

/** `events`: of the Job and its pods. A Job's condition is no end while its container still runs. */
export function sightOf(job: V1Job | null, pods: V1Pod[], events: CoreV1Event[], containerName: string): Sight {
  const pod = decisive(pods);
  if (pod === null) return job === null ? { kind: 'absent' } : withoutPod(job, events);
  const status = pod.status?.containerStatuses?.find(({ name }) => name === containerName);
  const shown: Shown = { job, pod, status, events, name: containerName };
  // The pod's phase and the Job's condition come seconds after the container's own end, or never.
  const state = status?.state?.terminated;
  if (state !== undefined && !isSynthetic(state)) {
    const sight = exit(shown, state);
    // Another container of the pod (somebody injected it) goes on: with the Job it ends, too.
    return sight.kind === 'ended' && !isAlone(shown) ? { ...sight, stillTrying: true } : sight;
  }
  // A kubelet calls no phase terminal while a container may run; the garbage collector does where the node is no more.
  if (state !== undefined || isTerminal(pod)) return ended(...vanished(shown));
  const running = status?.state?.running;
  if (running !== undefined) {
    const startedAt = time(running.startedAt) ?? time(pod.status?.startTime);
    // An unknown start is told as soon as it is known.
    return startedAt === null ? { kind: 'waiting', why: null } : { kind: 'running', startedAt };
  }
  // A pod that is being deleted tries nothing more: its end comes by itself.
  if (time(pod.metadata?.deletionTimestamp) !== null) return { kind: 'waiting', why: noteOf(pod, events) };
  return waitingFor(waitOfPod(pod, status, containerName, events));
}

export function whereabouts(pods: V1Pod[]): Whereabouts {
  const pod = decisive(pods);
  return { podName: pod?.metadata?.name ?? null, node: pod?.spec?.nodeName ?? null };
}

/** One of each id, as it was told last. */
export function backendEvents(events: CoreV1Event[]): BackendEvent[] {
  const told = new Map<string, BackendEvent>();
  for (const event of events) {
    const id = event.metadata.uid;
    const at = eventTime(event) ?? time(event.metadata.creationTimestamp);
    if (id === undefined || at === null || at < (told.get(id)?.at ?? 0)) continue;
    told.set(id, {
      id,
      at,
      type: event.type ?? 'Normal',
      reason: event.reason ?? '',
      message: oneLine(event.message ?? ''),
      source: event.source?.component ?? event.reportingComponent ?? '',
    });
  }
  return [...told.values()];
}

/** The container ended, and its runtime told how. */
function exit(shown: Shown, state: V1ContainerStateTerminated): Sight {
  const { job, pod, name } = shown;
  const times = { startedAt: time(state.startedAt), finishedAt: time(state.finishedAt) };
  const code = state.exitCode;
  if (state.reason === 'StartError' || state.reason === 'ContainerCannotRun')
    return ended(startFailure(state), noTimes);
  // The runtime flags the container for any of its processes: only with 137 was it the command itself (§10.4, 45 and 46).
  if (state.reason === 'OOMKilled' && code === killed)
    return ended({ kind: 'oom', limitMb: memoryLimitMb(pod, name) }, times);
  const late = endedAfter(pod, times.finishedAt, code);
  if (job !== null && late && isOverdue(job, pod)) return ended(deadline(job), times);
  if (code === killed || code === terminated) {
    const cause = disruptionOf(pod, shown.events) ?? (late ? { why: deletedOutside(job) } : null);
    if (cause !== null) return ended({ ...lost(cause), code }, times);
    // An eviction's reason comes with the pod's phase, up to two seconds after the container's end: until then nobody knows
    // who sent the signal. Where another container keeps the phase from ever coming, it is nobody.
    if (!isTerminal(pod) && isAlone(shown) && times.startedAt !== null) {
      return { kind: 'running', startedAt: times.startedAt };
    }
  }
  // 126 and 127 with reason `Error` are the shell's own words (§10.3, 34 means the runtime's).
  const childOom = state.reason === 'OOMKilled' && code !== 0;
  return ended({ kind: 'exited', code, ...(childOom ? { childOom } : {}) }, times);
}

/** 128, 127 or 126: the runtime could not start the command, or could not do its own work. */
function startFailure({ exitCode: code, message }: V1ContainerStateTerminated): Outcome {
  const why = oneLine(message ?? '') || 'Kubernetes gave no reason';
  // The node's trouble, not the command's (§10.3, 35).
  return /no space left on device|too many open files|resource temporarily unavailable|deadline exceeded/i.test(why)
    ? { kind: 'not-started', why: `Container could not start: ${why}`, mend: 'likely' }
    : { kind: 'cannot-start', code, why };
}

/** The pod is over, and nobody saw how its container ended: a 137 that the kubelet made up is no exit code. */
function vanished(shown: Shown): [Outcome, Times] {
  const { job, pod, status, events } = shown;
  // The kubelet gives this phase where each container exited with 0.
  if (pod.status?.phase === 'Succeeded') return [{ kind: 'exited', code: 0 }, noTimes];
  const begun = hasBegun(shown);
  const times = { ...noTimes, startedAt: time((status?.state?.running ?? status?.lastState?.running)?.startedAt) };
  if (job !== null && isOverdue(job, pod))
    return [begun ? deadline(job) : startTimeout(job, noteOf(pod, events)), times];
  const cause = disruptionOf(pod, events) ?? disruptionByEvents(events, pod.spec?.nodeName);
  if (cause !== null) return [begun || cause.ownFault === true ? lost(cause) : notStarted(cause.why), times];
  // Somebody's deed, not the platform's: no new attempt of our own accord, even where the command had not begun (§10.4, 57).
  if (time(pod.metadata?.deletionTimestamp) !== null) return [{ kind: 'lost', why: deletedOutside(job) }, times];
  const said = [pod.status?.reason, oneLine(pod.status?.message ?? '')]
    .filter((part) => part !== undefined && part !== '')
    .join(': ');
  const node = pod.spec?.nodeName ?? 'its node';
  if (begun)
    return [{ kind: 'lost', why: `Container ended without an exit code on ${node}${said && `: ${said}`}` }, times];
  const init = pod.status?.initContainerStatuses?.find(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0);
  if (init !== undefined) {
    return [
      notStarted(`Init container ${init.name} exited with code ${init.state?.terminated?.exitCode ?? ''}`),
      times,
    ];
  }
  return [notStarted(`Pod rejected by ${node}${said && `: ${said}`}`), times];
}

/** The Job alone is left: what its controller wrote down is all that anybody will know. */
function withoutPod(job: V1Job, events: CoreV1Event[]): Sight {
  const finishedAt = time(job.status?.completionTime);
  // An observed exit code 0 (invariant 8): the controller counts a pod once its kubelet has called it Succeeded, and a finalizer
  // keeps the pod until it is counted.
  if ((job.status?.succeeded ?? 0) > 0 || conditionOf(job, 'Complete', 'SuccessCriteriaMet') !== undefined) {
    return ended({ kind: 'exited', code: 0 }, { startedAt: null, finishedAt });
  }
  const failure = conditionOf(job, 'Failed', 'FailureTarget');
  if (failure === undefined) return waitingFor(waitOfJob(job, events));
  const begun = !neverBegan(job, events);
  if (failure.reason === 'DeadlineExceeded') {
    return ended(
      begun ? deadline(job) : startTimeout(job, noteOf(null, events) ?? waitOfJob(job, events).why),
      noTimes,
    );
  }
  const cause = disruptionByEvents(events, undefined);
  if (cause === null) return ended({ kind: 'lost', why: 'Pod deleted outside Flotilla' }, noTimes);
  return ended(begun || cause.ownFault === true ? lost(cause) : notStarted(cause.why), noTimes);
}

/** One that succeeded, else the youngest: a Job of ours has one pod, and a second only where its controller had to make up for it. */
function decisive(pods: V1Pod[]): V1Pod | null {
  const rank = (pod: V1Pod): number =>
    pod.status?.phase === 'Succeeded' ? Infinity : (time(pod.metadata?.creationTimestamp) ?? 0);
  return pods.reduce<V1Pod | null>((best, pod) => (best === null || rank(pod) >= rank(best) ? pod : best), null);
}

/** Reason and message of the kubelet where it finds no container: not deleted, never made, or removed behind its back. */
function isSynthetic({ reason, message }: V1ContainerStateTerminated): boolean {
  return reason === 'ContainerStatusUnknown' || (message ?? '').includes('container could not be located');
}

function isTerminal({ status }: V1Pod): boolean {
  return status?.phase === 'Failed' || status?.phase === 'Succeeded';
}

/** No other container of the pod is left. */
function isAlone({ pod, name }: Shown): boolean {
  return (pod.status?.containerStatuses ?? []).every((one) => one.name === name || one.state?.terminated !== undefined);
}

/**
 * Whether the command may have begun: an attempt that may have is never repeated unasked. What only waited has not; of a pod
 * without any container's status an old kubelet may have removed it with the eviction, all else never had one.
 */
function hasBegun({ pod, status, events, name }: Shown): boolean {
  if (events.some((event) => event.reason === 'Started' && isOf(event, name))) return true;
  if (status === undefined) {
    return pod.status?.reason === 'Evicted' && !/node had condition/i.test(pod.status.message ?? '');
  }
  return (
    (status.containerID ?? '') !== '' ||
    status.started === true ||
    status.state?.running !== undefined ||
    status.lastState?.terminated !== undefined ||
    status.lastState?.running !== undefined
  );
}

function isOf({ involvedObject: { fieldPath } }: CoreV1Event, containerName: string): boolean {
  return fieldPath === undefined || fieldPath.includes(`{${containerName}}`);
}

/** By the Job and events alone, and only with proof: no pod was ever made, or the pod's events end before a start. */
function neverBegan(job: V1Job, events: CoreV1Event[]): boolean {
  const reasons = events.filter(isOfJob).map(({ reason }) => reason);
  const noPod = reasons.includes('FailedCreate') && !reasons.includes('SuccessfulCreate') && !job.status?.failed;
  return noPod || neverStarted(events);
}

/** When the pod was asked to end: the time of its deletion has its grace in it. */
function askedToEndAt({ metadata }: V1Pod): number | null {
  const at = time(metadata?.deletionTimestamp);
  return at === null ? null : at - (metadata?.deletionGracePeriodSeconds ?? 0) * 1000;
}

/** Times are whole seconds: within the same one an exit with 0 came before, another after. */
function endedAfter(pod: V1Pod, finishedAt: number | null, code: number): boolean {
  const askedAt = askedToEndAt(pod);
  if (askedAt === null) return false;
  return finishedAt === null || finishedAt > askedAt || (finishedAt === askedAt && code !== 0);
}

/** The Job's own limit acted: told by its condition, which may come after the end of its pod, or known by the clock of the deletion. */
function isOverdue(job: V1Job, pod: V1Pod): boolean {
  if (conditionOf(job, 'Failed', 'FailureTarget')?.reason === 'DeadlineExceeded') return true;
  const began = time(job.status?.startTime);
  const limit = job.spec?.activeDeadlineSeconds;
  const askedAt = askedToEndAt(pod);
  return began !== null && limit !== undefined && askedAt !== null && askedAt >= began + limit * 1000;
}

function conditionOf(job: V1Job, ...types: string[]): V1JobCondition | undefined {
  return job.status?.conditions?.find(({ type, status }) => types.includes(type) && status === 'True');
}

function deadline({ metadata, spec }: V1Job): Outcome {
  const seconds = Number(metadata?.annotations?.[deadlineAnnotation]);
  return { kind: 'deadline', seconds: seconds > 0 ? seconds : (spec?.activeDeadlineSeconds ?? 0) };
}

function startTimeout({ spec }: V1Job, waiting: string | null): Outcome {
  return { kind: 'start-timeout', seconds: spec?.activeDeadlineSeconds ?? 0, waiting };
}

function lost({ why, ownFault }: Disruption): Extract<Outcome, { kind: 'lost' }> {
  return { kind: 'lost', why, ...(ownFault === true ? { ownFault } : {}) };
}

function notStarted(why: string): Outcome {
  return { kind: 'not-started', why, mend: 'likely' };
}

/** Deleting a Job deletes its pod; the Job goes first unless the deletion waits for the pod. */
function deletedOutside(job: V1Job | null): string {
  return job === null || time(job.metadata?.deletionTimestamp) !== null
    ? 'Job deleted outside Flotilla'
    : 'Pod deleted outside Flotilla';
}

function ended(outcome: Outcome, { startedAt, finishedAt }: Times): Sight {
  return { kind: 'ended', end: { outcome, startedAt, finishedAt } };
}

function waitingFor({ why, hopeless }: Wait): Sight {
  return hopeless === null
    ? { kind: 'waiting', why, ...(why?.startsWith(waitingForCapacity) === true ? { capacity: true as const } : {}) }
    : { kind: 'ended', end: { outcome: hopeless, ...noTimes }, stillTrying: true };
}

/** In MB of 10^6 bytes, in which Flotilla counts on Kubernetes. */
function memoryLimitMb({ spec }: V1Pod, containerName: string): number | null {
  const limit = spec?.containers.find(({ name }) => name === containerName)?.resources?.limits?.['memory'];
  const parts = /^(\d+(?:\.\d+)?(?:[eE]\+?\d+)?)(m|[kMGTPE]|[KMGTPE]i)?$/.exec(limit ?? '');
  if (parts === null) return null;
  const [, amount, unit] = parts;
  return Math.round((Number(amount) * (unit === undefined ? 1 : bytesPer(unit))) / bytesPerMb);
}

function bytesPer(unit: string): number {
  if (unit === 'm') return 0.001;
  return (unit.endsWith('i') ? 1024 : 1000) ** ('KMGTPE'.indexOf(unit.charAt(0).toUpperCase()) + 1);
}
