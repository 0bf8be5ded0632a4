/** How containers on Kubernetes end, by themselves or with their nodes (spec/engine-behaviour.md §10.3 and §10.4). */
import { sightOf } from '../../engines/eks/outcome';
import type { Sight } from '../../engines/engine';
import {
  type Row,
  at,
  began,
  container,
  deleting,
  disrupted,
  end,
  ended,
  event,
  exit,
  image,
  job,
  ms,
  name,
  node,
  notStarted,
  over,
  pending,
  pod,
  pressure,
  ran,
  running,
  runs,
  startError,
  storage,
  testRows,
  unknownState,
  wait,
} from './kubernetes-objects';

const ends: Record<string, Row> = {
  'exit 0 is told while the phase is still Running (43)': {
    pods: [pod({ containerStatuses: [exit(0)] })],
    sight: ran({ kind: 'exited', code: 0 }),
  },
  'exit 0 is told while the phase is still Pending (43)': {
    pods: [pending(exit(0))],
    sight: ran({ kind: 'exited', code: 0 }),
  },
  'exit 0 with the phase Succeeded (43)': {
    pods: [ended(exit(0), { phase: 'Succeeded' })],
    sight: ran({ kind: 'exited', code: 0 }),
  },
  'another exit code is kept (44)': {
    pods: [pod({ containerStatuses: [exit(3)] })],
    sight: ran({ kind: 'exited', code: 3 }),
  },
  "a sidecar's end is not the run's": {
    pods: [pod({ containerStatuses: [{ ...exit(1), name: 'istio-proxy' }, running] })],
    sight: runs,
  },
  'the container by name ends the run while a sidecar goes on, which is ended with the Job': {
    pods: [pod({ containerStatuses: [{ ...running, name: 'istio-proxy' }, exit(3)] })],
    sight: { ...ran({ kind: 'exited', code: 3 }), stillTrying: true } as Sight,
  },
  'a command that the shell did not find is its own end: 127 with reason Error (34)': {
    pods: [ended(exit(127))],
    sight: ran({ kind: 'exited', code: 127 }),
  },
  'a command that the shell may not run is its own end: 126 with reason Error (34)': {
    pods: [ended(exit(126))],
    sight: ran({ kind: 'exited', code: 126 }),
  },
  'a command that the runtime cannot start: 128 StartError, at no time (34)': {
    pods: [ended(exit(128, 'StartError', { message: startError, startedAt: '1970-01-01T00:00:00Z' }))],
    sight: end({ kind: 'cannot-start', code: 128, why: startError }),
  },
  'a command that the runtime cannot start: 127 ContainerCannotRun (34)': {
    pods: [ended(exit(127, 'ContainerCannotRun', { message: 'exec: "bash":\n not found' }))],
    sight: end({ kind: 'cannot-start', code: 127, why: 'exec: "bash": not found' }),
  },
  'a start failure without a message still has a reason (34)': {
    pods: [ended(exit(128, 'StartError'))],
    sight: end({ kind: 'cannot-start', code: 128, why: 'Kubernetes gave no reason' }),
  },
  "a full disk is the node's trouble, not the command's (35)": {
    pods: [
      ended(exit(128, 'StartError', { message: 'failed to create shim task: mkdir /run/x: no space left on device' })),
    ],
    sight: end(
      notStarted(
        'Container could not start: failed to create shim task: mkdir /run/x: no space left on device',
        'likely',
      ),
    ),
  },
  'a lack of memory, with the limit (45)': {
    pods: [pod({ containerStatuses: [exit(137, 'OOMKilled')] })],
    sight: ran({ kind: 'oom', limitMb: 512 }),
  },
  'a lack of memory without a limit (45)': {
    pods: [ended(exit(137, 'OOMKilled'), {}, { spec: { containers: [{ name, image }] } })],
    sight: ran({ kind: 'oom', limitMb: null }),
  },
  'a lack of memory is one during an eviction, too (45, 49)': {
    pods: [ended(exit(137, 'OOMKilled'), { reason: 'Evicted', message: pressure })],
    sight: ran({ kind: 'oom', limitMb: 512 }),
  },
  "the kernel's flag with another code is a child's death (46)": {
    pods: [ended(exit(1, 'OOMKilled'))],
    sight: ran({ kind: 'exited', code: 1, childOom: true }),
  },
  'the flag with exit 0 changes nothing (46)': {
    pods: [ended(exit(0, 'OOMKilled'))],
    sight: ran({ kind: 'exited', code: 0 }),
  },
  '137 of a pod that nobody disturbed is a kill from inside (47)': {
    pods: [ended(exit(137))],
    sight: ran({ kind: 'exited', code: 137 }),
  },
  '143 of a pod that nobody disturbed keeps its code (48)': {
    pods: [ended(exit(143))],
    sight: ran({ kind: 'exited', code: 143 }),
  },
  '137 is told only with the phase: until then it may be an eviction (47, 49)': {
    pods: [pod({ containerStatuses: [exit(137)] })],
    sight: runs,
  },
  'where a sidecar keeps the phase from coming, 137 is told at once (47)': {
    pods: [pod({ containerStatuses: [exit(137), { ...running, name: 'istio-proxy' }] })],
    sight: { ...ran({ kind: 'exited', code: 137 }), stillTrying: true } as Sight,
  },
  'a container that ended beside it keeps the phase from nothing: 137 is told with it (47, 49)': {
    pods: [pod({ containerStatuses: [exit(137), { ...exit(0), name: 'istio-proxy' }] })],
    sight: runs,
  },
  'the phase Succeeded alone means exit 0 of all (43)': {
    pods: [pod({ phase: 'Succeeded' })],
    sight: end({ kind: 'exited', code: 0 }),
  },
  'evicted for the storage of its own volumes before its command began: another try would end the same (49)': {
    pods: [ended(wait('PodInitializing'), { reason: 'Evicted', message: storage })],
    sight: end({ kind: 'lost', why: `Evicted: ${storage.trim()}`, ownFault: true }),
  },
  'preempted before its status showed a start that its events know (50)': {
    pods: [ended(container({ state: unknownState, containerID: '' }), disrupted('PreemptionByScheduler'), deleting(5))],
    events: [event('Pod', 'Started', `Started container ${name}`)],
    sight: end({ kind: 'lost', why: 'Preempted' }),
  },
  "a sidecar's start is not the command's": {
    pods: [ended(container({ state: unknownState, containerID: '' }), disrupted('PreemptionByScheduler'), deleting(5))],
    events: [
      event('Pod', 'Started', 'Started container', 1, {
        involvedObject: { kind: 'Pod', fieldPath: 'spec.containers{istio}' },
      }),
    ],
    sight: end(notStarted('Preempted', 'likely')),
  },
  'evicted for the storage of its own: not retried (49)': {
    pods: [ended(exit(137), { reason: 'Evicted', message: storage })],
    sight: ran({ kind: 'lost', why: `Evicted: ${storage.trim()}`, ownFault: true, code: 137 }),
  },
  "evicted for its container's own storage, and its end not seen (49)": {
    pods: [
      ended(container({ state: unknownState }), {
        reason: 'Evicted',
        message: 'Container main exceeded its local ephemeral storage limit "1Gi". ',
      }),
    ],
    sight: end({
      kind: 'lost',
      why: 'Evicted: Container main exceeded its local ephemeral storage limit "1Gi".',
      ownFault: true,
    }),
  },
  'evicted for its shared memory (49)': {
    pods: [
      ended(exit(137), {
        reason: 'Evicted',
        message: 'Usage of EmptyDir volume "shared-memory" exceeds the limit "8Gi". ',
      }),
    ],
    sight: ran({
      kind: 'lost',
      why: 'Evicted: Usage of EmptyDir volume "shared-memory" exceeds the limit "8Gi".',
      ownFault: true,
      code: 137,
    }),
  },
  "evicted for the node's pressure is lost (49)": {
    pods: [ended(exit(137), { reason: 'Evicted', message: pressure, ...disrupted('TerminationByKubelet', pressure) })],
    sight: ran({ kind: 'lost', why: `Evicted: ${pressure.trim()}`, code: 137 }),
  },
  'evicted, told by the condition alone (49)': {
    pods: [ended(exit(143), disrupted('TerminationByKubelet', pressure))],
    sight: ran({ kind: 'lost', why: `Evicted: ${pressure.trim()}`, code: 143 }),
  },
  'evicted by an old kubelet, which removes the statuses of containers: it may have run (49)': {
    pods: [pod({ phase: 'Failed', reason: 'Evicted', message: pressure })],
    sight: end({ kind: 'lost', why: `Evicted: ${pressure.trim()}` }),
  },
  'turned away by a node under pressure: never ran (36, 49)': {
    pods: [
      pod({
        phase: 'Failed',
        reason: 'Evicted',
        message: 'Pod was rejected: The node had condition: [DiskPressure]. ',
      }),
    ],
    sight: end(notStarted('Evicted: Pod was rejected: The node had condition: [DiskPressure].', 'likely')),
  },
  'turned away by a node that is full: never ran': {
    pods: [
      pod({ phase: 'Failed', reason: 'OutOfcpu', message: "Pod was rejected: Node didn't have enough resource: cpu" }),
    ],
    sight: end(
      notStarted(
        `Pod rejected by ${node}: OutOfcpu: Pod was rejected: Node didn't have enough resource: cpu`,
        'likely',
      ),
    ),
  },
  'preempted, after TERM (50)': {
    pods: [ended(exit(143), disrupted('PreemptionByScheduler', 'default-scheduler: preempting'), deleting(5))],
    sight: ran({ kind: 'lost', why: 'Preempted', code: 143 }),
  },
  'preempted before it ran is no loss (42, 50)': {
    pods: [ended(container({ state: unknownState, containerID: '' }), disrupted('PreemptionByScheduler'), deleting(5))],
    sight: end(notStarted('Preempted', 'likely')),
  },
  'preempted by the kubelet for a critical pod (50)': {
    pods: [ended(exit(137), { reason: 'Preempting', message: 'Preempted in order to admit critical pod' })],
    sight: ran({ kind: 'lost', why: 'Preempted', code: 137 }),
  },
  'drained, after TERM, told before the phase (51)': {
    pods: [
      pod(
        { containerStatuses: [exit(143)], ...disrupted('EvictionByEvictionAPI', 'Eviction API: evicting') },
        deleting(5),
      ),
    ],
    sight: ran({ kind: 'lost', why: 'Node drained', code: 143 }),
  },
  'drained, after KILL (51)': {
    pods: [ended(exit(137), disrupted('EvictionByEvictionAPI'), deleting(5))],
    sight: ran({ kind: 'lost', why: 'Node drained', code: 137 }),
  },
  'drained, but it still ended with 0: a success (51, 87)': {
    pods: [ended(exit(0), { phase: 'Succeeded', ...disrupted('EvictionByEvictionAPI') }, deleting(5))],
    sight: ran({ kind: 'exited', code: 0 }),
  },
  'drained, but it ended with a code of its own (51)': {
    pods: [ended(exit(3), disrupted('EvictionByEvictionAPI'), deleting(5))],
    sight: ran({ kind: 'exited', code: 3 }),
  },
  'a spot node taken back, as Karpenter tells it (52)': {
    pods: [ended(exit(143), disrupted('EvictionByEvictionAPI'), deleting(5))],
    events: [event('Pod', 'Evicted', 'Evicted pod: SpotInterrupted', 5, { source: { component: 'karpenter' } })],
    sight: ran({ kind: 'lost', why: `Spot interruption on ${node}`, code: 143 }),
  },
  'the node shut down (54)': {
    pods: [
      ended(exit(143), {
        reason: 'Terminated',
        message: 'Pod was terminated in response to imminent node shutdown.',
        ...disrupted('TerminationByKubelet', 'Pod was terminated in response to imminent node shutdown.'),
      }),
    ],
    sight: ran({ kind: 'lost', why: `Node ${node} shut down`, code: 143 }),
  },
  'the node does not answer: its pod runs until the opposite is known (55)': {
    pods: [pod({ containerStatuses: [running] }, { metadata: {} })],
    sight: runs,
  },
  'the phase Unknown is our blindness, no end (55)': {
    pods: [pod({ phase: 'Unknown', containerStatuses: [running] })],
    sight: runs,
  },
  'a pod that is deleted for its tainted node runs until its end is seen (55)': {
    pods: [pod({ containerStatuses: [running], ...disrupted('DeletionByTaintManager') }, deleting(5))],
    job: job({ failed: 1, terminating: 1 }),
    sight: runs,
  },
  'the node came back and ended the pod (55)': {
    pods: [
      ended(
        exit(143),
        disrupted('DeletionByTaintManager', 'Taint manager: deleting due to NoExecute taint'),
        deleting(5),
      ),
    ],
    sight: ran({ kind: 'lost', why: `Node ${node} lost (Taint manager: deleting due to NoExecute taint)`, code: 143 }),
  },
  'the node is gone, and the garbage collector says so: what it last showed was running (55)': {
    pods: [ended(running, disrupted('DeletionByPodGC', 'PodGC: node no longer exists'))],
    sight: end({ kind: 'lost', why: `Node ${node} lost` }, ms(began)),
  },
  'the node is gone during the image pull: never ran (42)': {
    pods: [ended(wait('ContainerCreating'), disrupted('DeletionByPodGC', 'PodGC: node no longer exists'))],
    sight: end(notStarted(`Node ${node} lost`, 'likely')),
  },
  'a runtime that forgot the container: a 137 that nobody saw is no exit code': {
    pods: [ended(container({ state: unknownState }))],
    sight: end({ kind: 'lost', why: `Container ended without an exit code on ${node}` }),
  },
  'a synthetic 137 without its reason is known by its message': {
    pods: [ended(exit(137, 'Error', { message: 'The container could not be located when the pod was deleted.' }))],
    sight: end({ kind: 'lost', why: `Container ended without an exit code on ${node}` }),
  },
  'a disruption that this table does not know is told in its own words': {
    pods: [ended(exit(143), disrupted('DeletionByFuture', 'because'))],
    sight: ran({ kind: 'lost', why: 'Disrupted: DeletionByFuture: because', code: 143 }),
  },
  'an init container of somebody else failed: never ran': {
    pods: [
      ended(wait('PodInitializing'), {
        initContainerStatuses: [{ name: 'istio-init', state: { terminated: { exitCode: 2, reason: 'Error' } } }],
      }),
    ],
    sight: end(notStarted('Init container istio-init exited with code 2', 'likely')),
  },
  'of a pod and its ended predecessor the younger decides': {
    pods: [pod({ containerStatuses: [running] }, { metadata: { creationTimestamp: at(5) } }), ended(exit(1))],
    sight: runs,
  },
  'a pod that succeeded decides, whatever came after': {
    pods: [
      pod({ containerStatuses: [running] }, { metadata: { creationTimestamp: at(5) } }),
      ended(exit(0), { phase: 'Succeeded' }),
    ],
    sight: ran({ kind: 'exited', code: 0 }),
  },
};

testRows(ends);

test('the objects of a list, with Dates, tell the same as those of a watch', () => {
  const typed = ended(exit(3));
  const state = typed.status?.containerStatuses?.[0]?.state?.terminated;
  if (state === undefined) throw new Error('no state');
  state.startedAt = new Date(at(began));
  state.finishedAt = new Date(at(over));
  expect(sightOf(job(), [typed], [], name)).toEqual(ran({ kind: 'exited', code: 3 }));
});

test.each([
  ['512M', 512],
  ['512Mi', 537],
  ['1Gi', 1074],
  ['1.5G', 1500],
  ['536870912', 537],
  ['512e6', 512],
  ['512000000000m', 512],
  ['much', null],
])('the memory limit %s is %p MB', (memory, limitMb) => {
  const of = ended(
    exit(137, 'OOMKilled'),
    {},
    { spec: { containers: [{ name, image, resources: { limits: { memory } } }] } },
  );
  expect(sightOf(job(), [of], [], name)).toEqual(ran({ kind: 'oom', limitMb }));
});
