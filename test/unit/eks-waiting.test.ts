/** What Jobs and pods on Kubernetes wait for, and what nobody should wait for (spec/engine-behaviour.md §10.2 and §10.3); their events. */
import { backendEvents, whereabouts } from '../../engines/eks/outcome';
import {
  type Row,
  at,
  container,
  event,
  failedCreate,
  failedPull,
  hopeless,
  image,
  job,
  ms,
  noHost,
  noNodes,
  node,
  notFound,
  notFoundSaid,
  pending,
  pod,
  podName,
  running,
  runs,
  testRows,
  unscheduled,
  wait,
  queueing,
  waiting,
} from './kubernetes-objects';

const waits: Record<string, Row> = {
  'a Job without a pod waits': { sight: waiting(null) },
  'a suspended Job': { job: job({}, { spec: { suspend: true } }), sight: waiting('The Job is suspended') },
  'a missing service account makes no pod, ever (19)': {
    events: [
      failedCreate(
        'pods "eks-run-" is forbidden: error looking up service account f/etl: serviceaccount "etl" not found',
      ),
    ],
    sight: hopeless('Service account etl not found'),
  },
  'a full quota makes no pod now (15)': {
    events: [
      failedCreate(
        'pods "eks-run-" is forbidden: exceeded quota: pods, requested: pods=1, used: pods=9, limited: pods=9',
      ),
    ],
    sight: queueing('Namespace quota exceeded: pods, requested: pods=1, used: pods=9, limited: pods=9'),
  },
  'a pod that the namespace does not allow (18)': {
    events: [failedCreate('pods "eks-run-" is forbidden: violates PodSecurity "restricted:latest": privileged')],
    sight: hopeless('pods "eks-run-" is forbidden: violates PodSecurity "restricted:latest": privileged'),
  },
  'a pod that a webhook denies (18)': {
    events: [failedCreate('admission webhook "policy.example" denied the request: no team label')],
    sight: hopeless('admission webhook "policy.example" denied the request: no team label'),
  },
  'a webhook that does not answer (18)': {
    events: [failedCreate('Internal error occurred: failed calling webhook "w": context deadline exceeded')],
    sight: waiting(
      'No pod yet: Error creating: Internal error occurred: failed calling webhook "w": context deadline exceeded',
    ),
  },
  'a refusal before the pod was made is over': {
    events: [failedCreate('pods "x" is forbidden: no'), event('Job', 'SuccessfulCreate', `Created pod: ${podName}`, 5)],
    sight: waiting(null),
  },
  'no room: the reasons of the nodes, without what preemption could do (37)': {
    pods: [unscheduled('Unschedulable', noNodes)],
    sight: queueing('0/1 nodes are available: 1 Insufficient cpu.'),
  },
  'no room, told by the event before the condition (37)': {
    pods: [pending()],
    events: [
      event('Pod', 'FailedScheduling', noNodes, 1, { lastTimestamp: null, eventTime: '2026-01-31T12:00:01.000000Z' }),
    ],
    sight: queueing('0/1 nodes are available: 1 Insufficient cpu.'),
  },
  'a scheduling gate': {
    pods: [unscheduled('SchedulingGated', 'Scheduling is blocked due to non-empty scheduling gates')],
    sight: waiting('Waiting for a scheduling gate: Scheduling is blocked due to non-empty scheduling gates'),
  },
  "a scheduler's own trouble": {
    pods: [unscheduled('SchedulerError', 'running PreFilter plugin: timeout')],
    sight: waiting('Not scheduled: running PreFilter plugin: timeout'),
  },
  'a container that is made tells nothing by itself': {
    pods: [pending(wait('ContainerCreating'))],
    sight: waiting(null),
  },
  'the image is pulled': {
    pods: [pending(wait('ContainerCreating'))],
    events: [
      event('Pod', 'Pulling', `Pulling image "${image}"`, 1),
      event('Pod', 'Scheduled', 'Successfully assigned', 1),
      event('Pod', 'FailedScheduling', noNodes, 0),
    ],
    sight: waiting(`Pulling image ${image}`),
  },
  'the image was pulled': {
    pods: [pending(wait('ContainerCreating'))],
    events: [
      event('Pod', 'Pulled', 'Successfully pulled image', 1),
      event('Pod', 'Pulling', `Pulling image "${image}"`, 1),
    ],
    sight: waiting(null),
  },
  'a volume that cannot be mounted (39)': {
    pods: [pending(wait('ContainerCreating'))],
    events: [event('Pod', 'FailedMount', 'MountVolume.SetUp failed for volume "sock" : hostPath type check failed', 3)],
    sight: waiting('Mount failed: MountVolume.SetUp failed for volume "sock" : hostPath type check failed'),
  },
  'no sandbox, such as no address left (36)': {
    pods: [pending(wait('ContainerCreating'))],
    events: [
      event(
        'Pod',
        'FailedCreatePodSandBox',
        'Failed to create pod sandbox: rpc error: code = Unknown desc = no address',
        3,
      ),
    ],
    sight: waiting('Pod sandbox could not be created: no address'),
  },
  'an invalid image name is never mended (31)': {
    pods: [pending(wait('InvalidImageName', `Failed to apply default image tag "${image}"`))],
    sight: hopeless(`Invalid image name ${image}`),
  },
  'an image that may not be pulled and is not there (30)': {
    pods: [pending(wait('ErrImageNeverPull', 'Container image "x" is not present with pull policy of Never'))],
    sight: hopeless(
      `Image ${image} not found or not pullable: Container image "x" is not present with pull policy of Never`,
      'unlikely',
    ),
  },
  'the first failed pull is a note only (30)': {
    pods: [pending(wait('ErrImagePull', notFound))],
    events: [failedPull(notFound)],
    sight: waiting(`Image ${image} not found (attempt 1)`),
  },
  'a missing image ends in the pause after (30)': {
    pods: [pending(wait('ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${notFound}`))],
    events: [failedPull(notFound)],
    sight: hopeless(`Image ${image} not found or not pullable: ${notFoundSaid}`, 'unlikely'),
  },
  'an older kubelet tells the reason by the event alone (30)': {
    pods: [pending(wait('ImagePullBackOff', `Back-off pulling image "${image}"`))],
    events: [failedPull(notFound)],
    sight: hopeless(`Image ${image} not found or not pullable: ${notFoundSaid}`, 'unlikely'),
  },
  'a pause without a reason ends nothing (30)': {
    pods: [pending(wait('ImagePullBackOff', `Back-off pulling image "${image}"`))],
    sight: waiting(`Image ${image} could not be pulled (attempt 1)`),
  },
  'a registry that denies what may not exist (30)': {
    pods: [
      pending(
        wait(
          'ImagePullBackOff',
          `Back-off pulling image "x": ErrImagePull: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
        ),
      ),
    ],
    sight: hopeless(
      `Image ${image} not found or not pullable: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
      'unlikely',
    ),
  },
  'a registry that cannot be reached gets three tries: the second (30)': {
    pods: [pending(wait('ImagePullBackOff', `Back-off pulling image "x": ErrImagePull: ${noHost}`))],
    events: [failedPull(noHost, 2)],
    sight: waiting(`Image ${image} could not be pulled (attempt 2): ${noHost}`),
  },
  'a registry that cannot be reached gets three tries: the third (30)': {
    pods: [pending(wait('ImagePullBackOff', `Back-off pulling image "x": ErrImagePull: ${noHost}`))],
    events: [failedPull(noHost, 2), failedPull('another i/o timeout')],
    sight: hopeless(`Image ${image} could not be pulled: ${noHost}`, 'likely'),
  },
  'a registry that is overrun, at the third try (30)': {
    pods: [
      pending(
        wait('ImagePullBackOff', 'Back-off pulling image "x": ErrImagePull: 429 Too Many Requests - toomanyrequests'),
      ),
    ],
    events: [failedPull('429 Too Many Requests', 3)],
    sight: hopeless(`Image ${image} could not be pulled: 429 Too Many Requests - toomanyrequests`, 'likely'),
  },
  'credentials that a registry does not take may be renewed (32)': {
    pods: [pending(wait('ErrImagePull', 'failed to authorize: unexpected status from GET request: 401 Unauthorized'))],
    sight: waiting(
      `Not authorised to pull ${image} (attempt 1): failed to authorize: unexpected status from GET request: 401 Unauthorized`,
    ),
  },
  'credentials that stay refused (32)': {
    pods: [pending(wait('ImagePullBackOff', 'x: ErrImagePull: denied: Your authorization token has expired'))],
    events: [failedPull('denied: Your authorization token has expired', 3)],
    sight: hopeless(`Not authorised to pull ${image}: denied: Your authorization token has expired`, 'likely'),
  },
  'a missing secret (33)': {
    pods: [pending(wait('CreateContainerConfigError', 'secret "db" not found'))],
    sight: hopeless('Missing secret db'),
  },
  'a missing configmap (33)': {
    pods: [pending(wait('CreateContainerConfigError', 'configmap "settings" not found'))],
    sight: hopeless('Missing configmap settings'),
  },
  'a missing key of a secret (33)': {
    pods: [pending(wait('CreateContainerConfigError', "couldn't find key password in Secret flotilla/db"))],
    sight: hopeless('Missing key password in secret db'),
  },
  'a container that may not be (33)': {
    pods: [pending(wait('CreateContainerConfigError', 'container has runAsNonRoot and image will run as root'))],
    sight: hopeless('Container cannot be configured: container has runAsNonRoot and image will run as root'),
  },
  'a secret that only takes too long to read (33)': {
    pods: [
      pending(wait('CreateContainerConfigError', 'failed to sync secret cache: timed out waiting for the condition')),
    ],
    sight: waiting('failed to sync secret cache: timed out waiting for the condition'),
  },
  "a runtime's trouble gets three tries: the first (33)": {
    pods: [pending(wait('CreateContainerError', 'context deadline exceeded'))],
    events: [
      event('Pod', 'Failed', 'Error: context deadline exceeded'),
      event('Pod', 'Failed', 'Error: ImagePullBackOff', 1, { count: 9 }),
    ],
    sight: waiting('Container could not be created: context deadline exceeded'),
  },
  "a runtime's trouble gets three tries: the third (33)": {
    pods: [pending(wait('CreateContainerError', 'context deadline exceeded'))],
    events: [event('Pod', 'Failed', 'Error: context deadline exceeded', 1, { count: 3 })],
    sight: hopeless('Container could not be created: context deadline exceeded', 'likely'),
  },
  'an image without a command (33)': {
    pods: [pending(wait('CreateContainerError', 'failed to generate spec: no command specified'))],
    sight: hopeless('Container cannot be configured: failed to generate spec: no command specified'),
  },
  'a container that runs while the phase says Pending runs': { pods: [pending(running)], sight: runs },
  'a container that runs while its start is not known yet is not told': {
    pods: [pending(container({ state: { running: {} } }), { startTime: null })],
    sight: waiting(null),
  },
};

testRows(waits);

test('a pod is where its node is; before there is one, nowhere', () => {
  expect(whereabouts([pod({})])).toEqual({ podName, node });
  expect(whereabouts([unscheduled('Unschedulable', noNodes)])).toEqual({ podName, node: null });
  expect(whereabouts([])).toEqual({ podName: null, node: null });
});

describe('events', () => {
  const base = { type: 'Warning', reason: 'BackOff', message: 'm', source: 'kubelet' };

  test('one that is told again is one, at its last time', () => {
    const first = event('Pod', 'BackOff', 'm', 1);
    const again = event('Pod', 'BackOff', 'm', 5, { metadata: first.metadata, count: 2 });
    const told = [{ ...base, id: first.metadata.uid, at: ms(5) }];
    expect(backendEvents([first, again])).toEqual(told);
    expect(backendEvents([again, first])).toEqual(told);
  });

  test('of one second the later word stays', () => {
    const first = event('Pod', 'BackOff', 'm', 1);
    const again = event('Pod', 'BackOff', 'n', 1, { metadata: first.metadata });
    expect(backendEvents([first, again])).toEqual([{ ...base, id: first.metadata.uid, at: ms(1), message: 'n' }]);
  });

  test('the newer kind has its own time, its series and its own reporter', () => {
    const more = { lastTimestamp: null, firstTimestamp: null, source: {}, reportingComponent: 'default-scheduler' };
    const single = event('Pod', 'BackOff', 'm', 1, { ...more, eventTime: '2026-01-31T12:00:03.250000Z' });
    const series = event('Pod', 'BackOff', 'm', 1, {
      ...more,
      eventTime: '2026-01-31T12:00:03.250000Z',
      series: { count: 2, lastObservedTime: '2026-01-31T12:00:07.000000Z' },
    });
    expect(backendEvents([single, series])).toEqual([
      { ...base, source: 'default-scheduler', id: single.metadata.uid, at: ms(3) + 250 },
      { ...base, source: 'default-scheduler', id: series.metadata.uid, at: ms(7) },
    ]);
  });

  test('one without any time of its own came when it was written; without id it is none', () => {
    const timeless = { lastTimestamp: null, firstTimestamp: null };
    const written = event('Pod', 'BackOff', 'm', 1, { ...timeless, metadata: { uid: 'w', creationTimestamp: at(4) } });
    expect(backendEvents([written, event('Pod', 'BackOff', 'm', 1, { metadata: {} })])).toEqual([
      { ...base, id: 'w', at: ms(4) },
    ]);
  });
});
