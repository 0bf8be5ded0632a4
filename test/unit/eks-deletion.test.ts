/** Jobs and pods that somebody deletes, and Jobs that run out of time (spec/engine-behaviour.md §10.3, 40, and §10.4, 57–61). */
import {
  type Row,
  at,
  condition,
  container,
  deleting,
  end,
  ended,
  event,
  exit,
  failed,
  failedCreate,
  image,
  job,
  ms,
  noNodes,
  notStarted,
  over,
  pod,
  podName,
  ran,
  running,
  runs,
  storage,
  testRows,
  unknownState,
  wait,
  waiting,
} from './kubernetes-objects';

const deletions: Record<string, Row> = {
  'a pod deleted from outside runs until it ends (57)': {
    pods: [pod({ containerStatuses: [running] }, deleting(5))],
    sight: runs,
  },
  'a pod deleted from outside, after TERM (57)': {
    pods: [pod({ containerStatuses: [exit(143)] }, deleting(5))],
    sight: ran({ kind: 'lost', why: 'Pod deleted outside Flotilla', code: 143 }),
  },
  'a pod deleted from outside, after KILL (57)': {
    pods: [ended(exit(137), {}, deleting(5))],
    sight: ran({ kind: 'lost', why: 'Pod deleted outside Flotilla', code: 137 }),
  },
  'a pod deleted after its own end by a signal keeps its code (57, 87)': {
    pods: [ended(exit(143), {}, deleting(20))],
    sight: ran({ kind: 'exited', code: 143 }),
  },
  'a deleted pod that never ran ends with a made-up 137 (57)': {
    pods: [ended(container({ state: unknownState, containerID: '' }), {}, deleting(5))],
    sight: end({ kind: 'lost', why: 'Pod deleted outside Flotilla' }),
  },
  'a deleted pod that ended with 0 is a success (57, 87)': {
    pods: [pod({ containerStatuses: [exit(0)] }, deleting(5))],
    sight: ran({ kind: 'exited', code: 0 }),
  },
  'a Job deleted from outside: its pod ends after it (57)': {
    job: null,
    pods: [pod({ containerStatuses: [exit(143)] }, deleting(5))],
    sight: ran({ kind: 'lost', why: 'Job deleted outside Flotilla', code: 143 }),
  },
  'a Job that waits for its pod to be deleted (57)': {
    job: job({}, { metadata: { deletionTimestamp: at(5) } }),
    pods: [ended(exit(137), {}, deleting(5))],
    sight: ran({ kind: 'lost', why: 'Job deleted outside Flotilla', code: 137 }),
  },
  'a Job that is being deleted: its pod goes on (57)': {
    job: job({}, { metadata: { deletionTimestamp: at(5) } }),
    pods: [pod({ containerStatuses: [running] })],
    sight: runs,
  },
  'a Job that is being deleted without a pod tells nothing more': {
    job: job({}, { metadata: { deletionTimestamp: at(5) } }),
    events: [
      failedCreate('pods "eks-run-" is forbidden: error looking up service account f/x: serviceaccount "x" not found'),
    ],
    sight: waiting(null),
  },
  'a deleted pod that waits tries nothing more, so nothing is judged': {
    pods: [pod({ phase: 'Pending', containerStatuses: [wait('InvalidImageName')] }, deleting(5))],
    sight: waiting(null),
  },
  'neither Job nor pod (57)': { job: null, sight: { kind: 'absent' } },
  'the pod is gone and the Job gave up (57)': {
    job: job(failed('BackoffLimitExceeded')),
    events: [event('Pod', 'Started', 'Started container'), event('Pod', 'Killing', 'Stopping container')],
    sight: end({ kind: 'lost', why: 'Pod deleted outside Flotilla' }),
  },
  'the pod is gone, preempted by what its events tell (50)': {
    job: job(failed('BackoffLimitExceeded')),
    events: [event('Pod', 'Preempted', 'Preempted by pod 8a6f on node n', 5)],
    sight: end({ kind: 'lost', why: 'Preempted' }),
  },
  'the pod is gone, preempted while it pulled its image (42, 50)': {
    job: job(failed('BackoffLimitExceeded')),
    events: [
      event('Pod', 'Pulling', `Pulling image "${image}"`),
      event('Pod', 'Preempted', 'Preempted by pod 8a6f on node n', 5),
    ],
    sight: end(notStarted('Preempted', 'likely')),
  },
  'the pod is gone, evicted for its own storage (49)': {
    job: job(failed('BackoffLimitExceeded')),
    events: [event('Pod', 'Evicted', storage, 5)],
    sight: end({ kind: 'lost', why: `Evicted: ${storage.trim()}`, ownFault: true }),
  },
  'the pod is gone, evicted for its own storage before its command began (49)': {
    job: job(failed('BackoffLimitExceeded')),
    events: [event('Pod', 'Pulling', `Pulling image "${image}"`), event('Pod', 'Evicted', storage, 5)],
    sight: end({ kind: 'lost', why: `Evicted: ${storage.trim()}`, ownFault: true }),
  },
  'the pod is gone and counted as a success (61)': {
    job: job({ succeeded: 1 }),
    sight: end({ kind: 'exited', code: 0 }),
  },
  'the pod is gone with its node (55)': {
    job: job(failed('BackoffLimitExceeded')),
    events: [event('Pod', 'TaintManagerEviction', `Marking for deletion Pod f/${podName}`, 5, { source: {} })],
    sight: end({ kind: 'lost', why: 'Node lost' }),
  },
  'an eviction that was called off is none': {
    job: job(failed('BackoffLimitExceeded')),
    events: [event('Pod', 'TaintManagerEviction', `Cancelling deletion of Pod f/${podName}`, 5)],
    sight: end({ kind: 'lost', why: 'Pod deleted outside Flotilla' }),
  },
  'the pod is gone and the Job complete: its controller saw the 0 (61)': {
    job: job({
      succeeded: 1,
      completionTime: at(over),
      conditions: [condition('SuccessCriteriaMet'), condition('Complete')],
    }),
    sight: end({ kind: 'exited', code: 0 }, null, ms(over)),
  },
  'the pod is gone and the success criteria are met (61)': {
    job: job({ conditions: [condition('SuccessCriteriaMet', 'CompletionsReached')] }),
    sight: end({ kind: 'exited', code: 0 }),
  },
  'a condition that is False is none': {
    job: job({ conditions: [{ ...condition('Failed', 'BackoffLimitExceeded'), status: 'False' }] }),
    sight: waiting(null),
  },
};

const deadlines: Record<string, Row> = {
  'the Job ran out of time: its pod still runs (59)': {
    job: job(failed('DeadlineExceeded')),
    pods: [pod({ containerStatuses: [running] }, deleting(5))],
    sight: runs,
  },
  "the Job ran out of time: the run's own limit, not the Job's longer one (59)": {
    job: job(failed('DeadlineExceeded')),
    pods: [pod({ containerStatuses: [exit(143)] }, deleting(5))],
    sight: ran({ kind: 'deadline', seconds: 30 }),
  },
  "a Job without the run's limit tells its own (59)": {
    job: job(failed('DeadlineExceeded'), { metadata: { annotations: {} } }),
    pods: [ended(exit(137), {}, deleting(5))],
    sight: ran({ kind: 'deadline', seconds: 40 }),
  },
  'the deadline is known by the time of the deletion where the condition comes later (59)': {
    job: job({ active: 1 }, { spec: { activeDeadlineSeconds: 5 } }),
    pods: [pod({ containerStatuses: [exit(143)] }, deleting(5))],
    sight: ran({ kind: 'deadline', seconds: 30 }),
  },
  'a deletion before the deadline is none (57, 59)': {
    job: job({ active: 1 }, { spec: { activeDeadlineSeconds: 6 } }),
    pods: [pod({ containerStatuses: [exit(143)] }, deleting(5))],
    sight: ran({ kind: 'lost', why: 'Pod deleted outside Flotilla', code: 143 }),
  },
  'a command that makes an exit 0 of the TERM ran out of time all the same (59)': {
    job: job(failed('DeadlineExceeded')),
    pods: [ended(exit(0), {}, deleting(5))],
    sight: ran({ kind: 'deadline', seconds: 30 }),
  },
  'exit 0 within the second of the deadline is a success (59, 87)': {
    job: job(failed('DeadlineExceeded')),
    pods: [ended(exit(0), {}, deleting(over))],
    sight: ran({ kind: 'exited', code: 0 }),
  },
  'a command that failed before the deadline failed by itself (59)': {
    job: job(failed('DeadlineExceeded')),
    pods: [ended(exit(3), {}, deleting(over + 1))],
    sight: ran({ kind: 'exited', code: 3 }),
  },
  'the deadline came and the end was not seen (59)': {
    job: job(failed('DeadlineExceeded')),
    pods: [ended(container({ state: unknownState }), {}, deleting(5))],
    sight: end({ kind: 'deadline', seconds: 30 }),
  },
  'the deadline came while the image was pulled (40)': {
    job: job(failed('DeadlineExceeded')),
    pods: [ended(container({ state: unknownState, containerID: '' }), {}, deleting(5))],
    events: [event('Pod', 'Pulling', `Pulling image "${image}"`)],
    sight: end({ kind: 'start-timeout', seconds: 40, waiting: `Pulling image ${image}` }),
  },
  'the deadline came before there was a node, and the pod is gone (40)': {
    job: job(failed('DeadlineExceeded')),
    events: [event('Pod', 'FailedScheduling', noNodes)],
    sight: end({
      kind: 'start-timeout',
      seconds: 40,
      waiting: 'Waiting for capacity: 0/1 nodes are available: 1 Insufficient cpu.',
    }),
  },
  'the deadline came and no pod was ever made (19, 40)': {
    job: job({ conditions: [condition('Failed', 'DeadlineExceeded')] }),
    events: [
      failedCreate('pods "eks-run-" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1'),
    ],
    sight: end({
      kind: 'start-timeout',
      seconds: 40,
      waiting: 'Waiting for capacity: Namespace quota exceeded: q, requested: pods=1, used: pods=1, limited: pods=1',
    }),
  },
  'the deadline came, and a pod was made after the refusals: it may have begun (59)': {
    job: job({ conditions: [condition('Failed', 'DeadlineExceeded')] }),
    events: [failedCreate('pods "x" is forbidden: no'), event('Job', 'SuccessfulCreate', `Created pod: ${podName}`, 5)],
    sight: end({ kind: 'deadline', seconds: 30 }),
  },
  'the deadline came, the pod is gone, and nobody knows any more whether it began: it may have (59)': {
    job: job(failed('DeadlineExceeded')),
    events: [event('Pod', 'Killing', 'Stopping container'), event('Pod', 'FailedMount', 'MountVolume.SetUp failed')],
    sight: end({ kind: 'deadline', seconds: 30 }),
  },
};

describe('deletions', () => {
  testRows(deletions);
});
describe('deadlines', () => {
  testRows(deadlines);
});
