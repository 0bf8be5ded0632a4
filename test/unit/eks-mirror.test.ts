/** Jobs, pods and events in any order become sights: each told once, an end only once, absence only where all is gone. */
import type { CoreV1Event, V1Job, V1Pod } from '@kubernetes/client-node';
import { Mirror } from '../../engines/eks/mirror';
import type { Sighting } from '../../engines/engine';

const runId = 'eks-0000-1111-4222-8333-444455556666';
const labels = { 'flotilla-run-id': runId, 'flotilla-attempt': '1' };
const time = '2026-01-31T12:00:00Z';

const job = { metadata: { name: runId, labels }, spec: {}, status: { active: 1 } } as unknown as V1Job;
const pod = (state: object, phase = 'Running'): V1Pod =>
  ({
    metadata: { name: `${runId}-abcde`, labels, creationTimestamp: time },
    spec: { nodeName: 'n1', containers: [{ name: runId }] },
    status: { phase, containerStatuses: [{ name: runId, state }] },
  }) as unknown as V1Pod;
const running = pod({ running: { startedAt: time } });
const ended = pod({ terminated: { exitCode: 3, reason: 'Error', startedAt: time, finishedAt: time } }, 'Failed');
const event = (uid: string, name = `${runId}-abcde`, kind = 'Pod'): CoreV1Event =>
  ({
    metadata: { uid },
    involvedObject: { kind, name },
    ...{ reason: 'Scheduled', message: 'assigned', type: 'Normal', lastTimestamp: time },
  }) as unknown as CoreV1Event;

function watched() {
  const told: Sighting[] = [];
  const overs: string[] = [];
  const leaving: string[] = [];
  const mirror = new Mirror(
    (sightings) => told.push(...sightings),
    (key) => overs.push(`${key.runId}/${key.attempt}`),
    (key) => leaving.push(`${key.runId}/${key.attempt}`),
  );
  const whole = (of: { jobs?: V1Job[]; pods?: V1Pod[]; events?: CoreV1Event[] } = {}): void => {
    mirror.jobs({ kind: 'all', objects: of.jobs ?? [] });
    mirror.pods({ kind: 'all', objects: of.pods ?? [] });
    mirror.events({ kind: 'all', objects: of.events ?? [] });
  };
  const kinds = (): (string | undefined)[] => told.map(({ sight }) => sight?.kind);
  return { mirror, told, overs, leaving, whole, kinds };
}

test('nothing is told before all three lists are there', () => {
  const { mirror, told, kinds } = watched();
  mirror.jobs({ kind: 'all', objects: [job] });
  mirror.pods({ kind: 'all', objects: [running] });
  expect(told).toEqual([]);
  expect(mirror.sightOf({ runId, attempt: 1 })).toBeNull();
  mirror.events({ kind: 'all', objects: [] });
  expect(kinds()).toEqual(['running']);
  expect(mirror.sightOf({ runId, attempt: 1 })).toMatchObject({ kind: 'running' });
});

test('the same state again is no news', () => {
  const { mirror, whole, kinds } = watched();
  whole({ jobs: [job], pods: [running] });
  mirror.pods({ kind: 'put', object: running });
  mirror.jobs({ kind: 'put', object: job });
  expect(kinds()).toEqual(['running']);
});

test('an end is told once, with its pod and node, and what is removed after it is no news', () => {
  const { mirror, told, overs, whole, kinds } = watched();
  whole({ jobs: [job], pods: [running] });
  mirror.pods({ kind: 'put', object: ended });
  mirror.pods({ kind: 'gone', object: ended });
  mirror.jobs({ kind: 'gone', object: job });
  expect(kinds()).toEqual(['running', 'ended']);
  expect(told[1]).toMatchObject({ whereabouts: { podName: `${runId}-abcde`, node: 'n1' } });
  expect(overs).toEqual([`${runId}/1`]);
  expect(mirror.sightOf({ runId, attempt: 1 })).toBeNull();
});

test('an end that came together with the deletion is told', () => {
  const { mirror, whole, kinds } = watched();
  whole({ jobs: [job], pods: [running] });
  mirror.pods({ kind: 'gone', object: ended });
  expect(kinds()).toEqual(['running', 'ended']);
});

test('what ended before anybody looked is not told, but known to who asks, and its log is kept', () => {
  const { mirror, told, overs, whole } = watched();
  whole({ jobs: [job], pods: [ended] });
  expect(told).toEqual([]);
  expect(overs).toEqual([`${runId}/1`]);
  expect(mirror.sightOf({ runId, attempt: 1 })).toMatchObject({ kind: 'ended' });
});

test('absent is only what has neither Job nor pod', () => {
  const { mirror, whole, kinds } = watched();
  whole({ jobs: [job], pods: [running] });
  mirror.jobs({ kind: 'gone', object: job });
  expect(kinds()).toEqual(['running']);
  mirror.pods({ kind: 'gone', object: running });
  expect(kinds().at(-1)).toBe('absent');
});

test('what is missing from a later list is gone', () => {
  const { mirror, whole, kinds } = watched();
  whole({ jobs: [job], pods: [running] });
  mirror.pods({ kind: 'all', objects: [] });
  mirror.jobs({ kind: 'all', objects: [] });
  expect(kinds().at(-1)).toBe('absent');
});

test('events find their attempt by the name of its pod or Job, early ones too, and are told once', () => {
  const { mirror, told, whole } = watched();
  whole({ events: [event('e1')] });
  expect(told).toEqual([]);
  mirror.jobs({ kind: 'put', object: job });
  mirror.events({ kind: 'put', object: event('e2', runId, 'Job') });
  mirror.events({ kind: 'put', object: event('e3', 'somebody-else') });
  expect(told.flatMap(({ events }) => events ?? []).map(({ id }) => id)).toEqual(['e1', 'e2']);
});

test('objects without our labels are none of ours', () => {
  const { mirror, told, whole } = watched();
  whole();
  mirror.jobs({ kind: 'put', object: { metadata: { name: 'other' } } });
  mirror.pods({ kind: 'put', object: { metadata: { name: 'other', labels: { 'flotilla-run-id': 'x' } } } });
  expect(told).toEqual([]);
});

test('a running pod that somebody deletes is told to be leaving, once, though it runs still', () => {
  const { mirror, leaving, whole, kinds } = watched();
  whole({ jobs: [job], pods: [running] });
  expect(leaving).toEqual([]);
  const deleted = { ...running, metadata: { ...running.metadata, deletionTimestamp: new Date(time) } };
  mirror.pods({ kind: 'put', object: deleted });
  mirror.pods({ kind: 'put', object: { ...deleted, metadata: { ...deleted.metadata, resourceVersion: '9' } } });
  expect(leaving).toEqual([`${runId}/1`]);
  expect(kinds()).toEqual(['running']);
});
