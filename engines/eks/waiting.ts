/** Why a pod's container does not run yet: what waiting may mend, and what it never will (spec/engine-behaviour.md §10.3). Pure. */
import type { CoreV1Event, V1ContainerStatus, V1Job, V1Pod } from '@kubernetes/client-node';
import type { Outcome } from '../../domain/outcome';
import { judgeWords, oneLine } from './refusal';

type NotStarted = Extract<Outcome, { kind: 'not-started' }>;

/** `hopeless`: Kubernetes would go on trying; we do not. */
export type Wait = { why: string | null; hopeless: NotStarted | null };

/** How a note begins that tells of no room. */
export const waitingForCapacity = 'Waiting for capacity: ';

/** Kubernetes's own tries (10 s, 20 s, … apart) that trouble of a registry or a runtime gets before another node may be better. */
const triesOnOneNode = 3;

/** What to a run's owner says more than the pod's state `ContainerCreating`, in the order in which a start comes by it. */
const steps: { reason: RegExp; note: (message: string) => string | null }[] = [
  { reason: /^FailedScheduling$/, note: (message) => capacity(message) },
  { reason: /^Scheduled$/, note: () => null },
  { reason: /^Failed(Mount|AttachVolume|MapVolume)$/, note: (message) => `Mount failed: ${oneLine(message)}` },
  { reason: /^SuccessfulAttachVolume$/, note: () => null },
  {
    reason: /^FailedCreatePodSandBox$/,
    note: (message) =>
      `Pod sandbox could not be created: ${rpcMessage(message.replace(/^Failed to create pod sandbox: /, ''))}`,
  },
  { reason: /^NetworkNotReady$/, note: (message) => `Network of the node is not ready: ${oneLine(message)}` },
  { reason: /^Pulling$/, note: (message) => oneLine(message).replace(/^Pulling image "(.*)"$/, 'Pulling image $1') },
  { reason: /^(Pulled|Created|Started)$/, note: () => null },
];

export function waitOfPod(
  pod: V1Pod,
  status: V1ContainerStatus | undefined,
  name: string,
  events: CoreV1Event[],
): Wait {
  const waiting = status?.state?.waiting;
  const image = pod.spec?.containers.find((one) => one.name === name)?.image ?? status?.image ?? '';
  const said = rpcMessage(waiting?.message ?? '');
  const reason = waiting?.reason ?? '';
  switch (reason) {
    case 'InvalidImageName':
      return hopeless(`Invalid image name ${image}`, 'never');
    // Only another node may have it.
    case 'ErrImageNeverPull':
      return hopeless(`Image ${image} not found or not pullable: ${said}`, 'unlikely');
    case 'CreateContainerConfigError':
      return config(said);
    case 'ErrImagePull':
    case 'ImagePullBackOff':
    case 'ImageInspectError':
    case 'RegistryUnavailable':
    case 'SignatureValidationFailed':
      return pull(image, reason, waiting?.message ?? '', events);
    case 'CreateContainerError':
    case 'RunContainerError':
    case 'PreStartHookError':
    case 'PreCreateHookError':
    case 'PostStartHookError':
      return runtime(said, events);
    default:
      return { why: noteOf(pod, events), hopeless: null };
  }
}

/** A Job without any pod: its controller tells by events alone why it made none. */
export function waitOfJob(job: V1Job, events: CoreV1Event[]): Wait {
  if (time(job.metadata?.deletionTimestamp) !== null) return { why: null, hopeless: null };
  if (job.spec?.suspend === true) return { why: 'The Job is suspended', hopeless: null };
  const last = latest(
    events.filter(isOfJob).filter(({ reason }) => /^(FailedCreate|SuccessfulCreate)$/.test(reason ?? '')),
  );
  if (last?.reason !== 'FailedCreate') return { why: null, hopeless: null };
  const verdict = judgeWords(last.message ?? '');
  switch (verdict.kind) {
    case 'never':
      return hopeless(verdict.why, 'never');
    case 'no-capacity':
      return { why: `${waitingForCapacity}${verdict.why}`, hopeless: null };
    case 'platform':
      return { why: `No pod yet: ${oneLine(last.message ?? '')}`, hopeless: null };
  }
}

/** Objects that the container refers to. What only took too long to read is no proof that it is not there. */
function config(said: string): Wait {
  if (/failed to sync|timed out|timeout|connection refused|host IP unknown/i.test(said)) {
    return { why: said, hopeless: null };
  }
  const missing = /^(secret|configmap) "([^"]+)" not found/i.exec(said);
  if (missing !== null) return hopeless(`Missing ${missing[1]?.toLowerCase() ?? ''} ${missing[2] ?? ''}`, 'never');
  const key = /couldn't find key (\S+) in (Secret|ConfigMap) (?:[^/\s]+\/)?(\S+)/.exec(said);
  if (key !== null)
    return hopeless(`Missing key ${key[1] ?? ''} in ${key[2]?.toLowerCase() ?? ''} ${key[3] ?? ''}`, 'never');
  return hopeless(`Container cannot be configured: ${said || 'Kubernetes gave no reason'}`, 'never');
}

/**
 * `ErrImagePull` is one failed try and `ImagePullBackOff` the pause after it. A missing image ends the attempt in the first pause,
 * all else after `triesOnOneNode` tries: a registry's trouble of seconds costs no attempt. Without a reason nothing ends.
 */
function pull(image: string, reason: string, message: string, events: CoreV1Event[]): Wait {
  const failures = events.filter(
    (one) => one.reason === 'Failed' && (one.message ?? '').includes('Failed to pull image'),
  );
  const tries = Math.max(1, timesSeen(failures));
  const told = reason === 'ImagePullBackOff' ? (/ErrImagePull: (.*)$/s.exec(message)?.[1] ?? '') : message;
  const said = rpcMessage(told || (latest(failures)?.message ?? '').replace(/^.*Failed to pull image "[^"]*": /s, ''));
  // A name that the kubelet lets pass and the container runtime does not.
  if (/invalid reference format|failed to parse image reference/.test(said)) {
    return hopeless(`Invalid image name ${image}`, 'never');
  }
  const pausing = reason !== 'ErrImagePull';
  const trouble = troubleOf(said);
  const why = `${trouble.note(image)} (attempt ${tries})`;
  if (said === '' || !pausing || (trouble.mend === 'likely' && tries < triesOnOneNode)) {
    return { why: trouble.mend === 'likely' && said !== '' ? `${why}: ${said}` : why, hopeless: null };
  }
  return hopeless(`${trouble.end(image)}: ${said}`, trouble.mend);
}

type PullTrouble = { mend: 'unlikely' | 'likely'; note: (image: string) => string; end: (image: string) => string };
const missing: PullTrouble = {
  mend: 'unlikely',
  note: (image) => `Image ${image} not found`,
  end: (image) => `Image ${image} not found or not pullable`,
};
const unauthorised: PullTrouble = {
  mend: 'likely',
  note: (image) => `Not authorised to pull ${image}`,
  end: (image) => `Not authorised to pull ${image}`,
};
const unreachable: PullTrouble = {
  mend: 'likely',
  note: (image) => `Image ${image} could not be pulled`,
  end: (image) => `Image ${image} could not be pulled`,
};

function troubleOf(said: string): PullTrouble {
  // First: an unreachable registry is "not found", too, in the words of some resolvers.
  if (
    /dial tcp|no such host|timeout|deadline exceeded|connection re(fused|set)|x509|tls: |unexpected EOF|no space left|toomanyrequests|\b(429 Too|50[0234] [A-Z])/i.test(
      said,
    )
  ) {
    return unreachable;
  }
  if (/not found|manifest unknown|name unknown|does not exist|requested access to the resource|signature/i.test(said)) {
    return missing;
  }
  if (/unauthorized|authentication required|authorization|denied|40[13] |forbidden|expired/i.test(said))
    return unauthorised;
  return unreachable;
}

function runtime(said: string, events: CoreV1Event[]): Wait {
  if (said.includes('no command specified')) return hopeless(`Container cannot be configured: ${said}`, 'never');
  const failures = events.filter(
    ({ reason, message }) => reason === 'Failed' && /^Error: (?!ErrImagePull|ImagePullBackOff)/.test(message ?? ''),
  );
  const why = `Container could not be created: ${said || 'Kubernetes gave no reason'}`;
  return timesSeen(failures) < triesOnOneNode ? { why, hopeless: null } : hopeless(why, 'likely');
}

/** What an unstarted pod waits for, told by its conditions and events alone; null where they tell nothing. */
export function noteOf(pod: V1Pod | null, events: CoreV1Event[]): string | null {
  const scheduled = pod?.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False') {
    const said = scheduled.message ?? '';
    if (scheduled.reason === 'SchedulingGated') return `Waiting for a scheduling gate: ${oneLine(said)}`;
    if (scheduled.reason === 'Unschedulable') return capacity(said);
    if (said !== '') return `Not scheduled: ${oneLine(said)}`;
  }
  const stepOf = (event: CoreV1Event): number => steps.findIndex(({ reason }) => reason.test(event.reason ?? ''));
  const last = latest(
    events.filter((event) => event.involvedObject.kind === 'Pod' && stepOf(event) >= 0),
    (a, b) => stepOf(a) - stepOf(b),
  );
  return last === null ? null : (steps[stepOf(last)]?.note(last.message ?? '') ?? null);
}

/**
 * Of a pod that is gone: whether its events prove that its command never began. What comes before a start is written before
 * `Started` and so forgotten before it; trouble with volumes comes later, too, and proves nothing.
 */
export function neverStarted(events: CoreV1Event[]): boolean {
  if (events.some(({ reason }) => reason === 'Started')) return false;
  const ofPod = events.filter((event) => event.involvedObject.kind === 'Pod');
  const last = latest(
    ofPod.filter(({ reason }) => /^(FailedScheduling|Scheduled|Pulling|Pulled|Created)$/.test(reason ?? '')),
  );
  return (
    last?.reason === 'FailedScheduling' ||
    last?.reason === 'Pulling' ||
    ofPod.some(({ reason, message }) => reason === 'Failed' && (message ?? '').includes('Failed to pull image'))
  );
}

/** What preemption could do comes after the nodes' own reasons, and repeats them. */
function capacity(message: string): string {
  return `${waitingForCapacity}${oneLine(message).replace(/( no new claims to deallocate,)? ?preemption: .*$/, '')}`;
}

function hopeless(why: string, mend: NotStarted['mend']): Wait {
  return { why, hopeless: { kind: 'not-started', why, mend } };
}

function rpcMessage(message: string): string {
  return oneLine(message.replace(/\brpc error: code = \w+ desc = /g, ''));
}

export function isOfJob({ involvedObject }: CoreV1Event): boolean {
  return involvedObject.kind === 'Job';
}

/** The last by time; of one second, the last by `then`. */
export function latest(
  events: CoreV1Event[],
  then: (a: CoreV1Event, b: CoreV1Event) => number = () => 0,
): CoreV1Event | null {
  return events.toSorted((a, b) => (eventTime(a) ?? 0) - (eventTime(b) ?? 0) || then(a, b)).at(-1) ?? null;
}

/** Old events count themselves, new ones count their series. */
function timesSeen(events: CoreV1Event[]): number {
  return events.reduce((sum, { count, series }) => sum + (series?.count ?? count ?? 1), 0);
}

export function eventTime(event: CoreV1Event): number | null {
  return (
    time(event.series?.lastObservedTime) ??
    time(event.lastTimestamp) ??
    time(event.eventTime) ??
    time(event.firstTimestamp)
  );
}

/** A list gives Dates; a watch gives the JSON as it was sent, and null for what is not known. The epoch itself is Go's "never". */
export function time(value: Date | string | null | undefined): number | null {
  if (value === null || value === undefined) return null;
  const ms = new Date(value).getTime();
  return Number.isNaN(ms) || ms <= 0 ? null : ms;
}
