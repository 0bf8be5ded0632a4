/** Jobs, pods and events as a watch of Kubernetes sends them, and the sights that are expected of them. */
import type { CoreV1Event, V1Job, V1Pod } from '@kubernetes/client-node';
import type { Outcome } from '../../domain/outcome';
import { deadlineAnnotation } from '../../engines/eks/manifest';
import { sightOf } from '../../engines/eks/outcome';
import type { Sight } from '../../engines/engine';

export const name = 'eks-run';
export const podName = 'eks-run-x7k2p';
export const node = 'ip-10-0-1-7.ec2.internal';
export const image = 'busybox:nope';
export const at = (second: number): string => `2026-01-31T12:00:${String(second).padStart(2, '0')}Z`;
export const ms = (second: number): number => Date.parse(at(second));
export const began = 2;
export const over = 9;

// As a watch sends them: JSON, with times as text.
export type Json = Record<string, unknown>;
export const job = (status: Json = { active: 1, ready: 0 }, part: { metadata?: Json; spec?: Json } = {}): V1Job =>
  ({
    metadata: {
      name,
      uid: 'j',
      creationTimestamp: at(0),
      annotations: { [deadlineAnnotation]: '30' },
      ...part.metadata,
    },
    spec: { backoffLimit: 0, activeDeadlineSeconds: 40, ...part.spec },
    status: { startTime: at(0), ...status },
  }) as unknown as V1Job;
export const condition = (type: string, reason = '', message = ''): Json => ({
  type,
  status: 'True',
  reason,
  message,
  lastTransitionTime: at(over),
});
export const failed = (reason: string): Json => ({
  failed: 1,
  conditions: [condition('FailureTarget', reason), condition('Failed', reason)],
});

export const pod = (status: Json, part: { metadata?: Json; spec?: Json } = {}): V1Pod =>
  ({
    metadata: { name: podName, uid: 'p', creationTimestamp: at(0), ...part.metadata },
    spec: {
      nodeName: node,
      restartPolicy: 'Never',
      containers: [{ name, image, resources: { limits: { memory: '512M', cpu: '250m' } } }],
      ...part.spec,
    },
    status: { phase: 'Running', startTime: at(1), ...status },
  }) as unknown as V1Pod;
/** Asked to end at `second`. */
export const deleting = (second: number): { metadata: Json } => ({
  metadata: { deletionTimestamp: at(second + 30), deletionGracePeriodSeconds: 30 },
});

export type State = { state: Json; lastState?: Json; containerID?: string; started?: boolean };
export const container = ({ state, lastState = {}, containerID = 'containerd://c', started = false }: State): Json => ({
  name,
  image,
  imageID: '',
  ready: false,
  restartCount: 0,
  started,
  containerID,
  state,
  lastState,
});
export const running = container({ state: { running: { startedAt: at(began) } }, started: true });
export const exit = (exitCode: number, reason = exitCode === 0 ? 'Completed' : 'Error', more: Json = {}): Json =>
  container({ state: { terminated: { exitCode, reason, startedAt: at(began), finishedAt: at(over), ...more } } });
export const wait = (reason: string, message?: string): Json =>
  container({ state: { waiting: { reason, ...(message === undefined ? {} : { message }) } }, containerID: '' });
/** What the kubelet writes where it finds no container. */
export const unknownState: Json = {
  terminated: {
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message: 'The container could not be located when the pod was terminated',
    startedAt: null,
    finishedAt: null,
  },
};
export const ended = (status: Json, more: Json = {}, part: { metadata?: Json; spec?: Json } = {}): V1Pod =>
  pod({ phase: 'Failed', containerStatuses: [status], ...more }, part);
export const disrupted = (reason: string, message = ''): Json => ({
  conditions: [condition('DisruptionTarget', reason, message)],
});
export const pending = (status?: Json, more: Json = {}): V1Pod =>
  pod({ phase: 'Pending', ...(status === undefined ? {} : { containerStatuses: [status] }), ...more });
export const unscheduled = (reason: string, message: string): V1Pod =>
  pod(
    {
      phase: 'Pending',
      startTime: undefined,
      conditions: [{ type: 'PodScheduled', status: 'False', reason, message }],
    },
    { spec: { nodeName: undefined } },
  );

let uid = 0;
export const event = (kind: 'Job' | 'Pod', reason: string, message: string, second = 1, more: Json = {}): CoreV1Event =>
  ({
    metadata: { name: `${podName}.${uid}`, uid: `e${(uid += 1)}` },
    involvedObject: {
      kind,
      name: kind === 'Job' ? name : podName,
      ...(reason === 'Started' ? { fieldPath: `spec.containers{${name}}` } : {}),
    },
    type: 'Warning',
    reason,
    message,
    count: 1,
    firstTimestamp: at(0),
    lastTimestamp: at(second),
    eventTime: null,
    source: { component: kind === 'Job' ? 'job-controller' : 'kubelet', host: node },
    ...more,
  }) as unknown as CoreV1Event;
export const failedCreate = (message: string): CoreV1Event =>
  event('Job', 'FailedCreate', `Error creating: ${message}`);
export const failedPull = (message: string, count = 1): CoreV1Event =>
  event('Pod', 'Failed', `Failed to pull image "${image}": ${message}`, 2, { count });

export const end = (outcome: Outcome, startedAt: number | null = null, finishedAt: number | null = null): Sight => ({
  kind: 'ended',
  end: { outcome, startedAt, finishedAt },
});
export const ran = (outcome: Outcome): Sight => end(outcome, ms(began), ms(over));
export const notStarted = (why: string, mend: 'never' | 'unlikely' | 'likely'): Outcome => ({
  kind: 'not-started',
  why,
  mend,
});
/** An end that we judge while Kubernetes would go on. */
export const hopeless = (why: string, mend: 'never' | 'unlikely' | 'likely' = 'never'): Sight => ({
  kind: 'ended',
  end: { outcome: notStarted(why, mend), startedAt: null, finishedAt: null },
  stillTrying: true,
});
export const waiting = (why: string | null): Sight => ({ kind: 'waiting', why });
/** Waiting for room, not for anything of its own. */
export const queueing = (why: string): Sight => ({
  kind: 'waiting',
  why: `Waiting for capacity: ${why}`,
  capacity: true,
});
export const runs: Sight = { kind: 'running', startedAt: ms(began) };

export type Row = { job?: V1Job | null; pods?: V1Pod[]; events?: CoreV1Event[]; sight: Sight };

export const notFound =
  'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/busybox:nope": failed to resolve reference "docker.io/library/busybox:nope": docker.io/library/busybox:nope: not found';
export const notFoundSaid = notFound.replace('rpc error: code = NotFound desc = ', '');
export const noHost =
  'failed to pull and unpack image "nowhere.invalid/none:1": failed to do request: Head "https://nowhere.invalid/v2/none/manifests/1": dial tcp: lookup nowhere.invalid: no such host';
export const noNodes =
  '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.';
export const storage = 'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ';
export const pressure = 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 80Mi. ';
export const startError =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/nope": stat /nope: no such file or directory: unknown';

/** One test a row. */
export function testRows(rows: Record<string, Row>): void {
  test.each(Object.entries(rows))('%s', (_, { job: of = job(), pods = [], events = [], sight }) => {
    expect(sightOf(of, pods, events, name)).toEqual(sight);
  });
}
