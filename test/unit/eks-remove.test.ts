/** What a removal sees of an attempt on its way out (spec/engine-behaviour.md §10.5). */
import type { V1Pod } from '@kubernetes/client-node';
import type { Connection } from '../../engines/eks/connect';
import { attemptLabel, runLabel } from '../../engines/eks/manifest';
import { remove } from '../../engines/eks/remove';
import { sawNoEnd } from '../../engines/engine';
import { container, deleting, exit, name, ms, began, over, pod, running, unknownState } from './kubernetes-objects';

const key = { runId: name, attempt: 1 };
const labels = { [runLabel]: name, [attemptLabel]: '1' };

/** A cluster whose pod looks like `lists`, one after the other, and then is gone. Its Job goes at once. */
function clusterThat(lists: V1Pod[]): Connection {
  const left = lists.map((shown) => ({ ...shown, metadata: { ...shown.metadata, labels } }));
  return {
    batch: {
      deleteNamespacedJob: () => Promise.resolve({}),
      listNamespacedJob: () => Promise.resolve({ items: [] }),
    },
    core: {
      listNamespacedPod: () => Promise.resolve({ items: left.splice(0, 1) }),
      deleteNamespacedPod: () => Promise.resolve(pod({}, deleting(5))),
      readNode: () => Promise.resolve({}),
    },
  } as unknown as Connection;
}

const runs = pod({ containerStatuses: [running] });
const own = { outcome: { kind: 'exited', code: 3 }, startedAt: ms(began), finishedAt: ms(over) };

test.each<[string, V1Pod[], object]>([
  ['of one that ends on TERM: its code', [runs, pod({ containerStatuses: [exit(143)] }, deleting(5))], saw(143)],
  ['of one that ends well on TERM: its code', [runs, pod({ containerStatuses: [exit(0)] }, deleting(5))], saw(0)],
  ['of one whose container was never found: none', [runs, pod({ containerStatuses: [unfound()] }, deleting(5))], saw()],
  ['of one that goes between two looks: none', [runs], saw()],
  ['of one that had ended by itself: its end', [pod({ containerStatuses: [exit(3)] })], { end: own, seenExitCode: 3 }],
])('a removal %s', async (_, lists, told) => {
  expect(await remove(clusterThat(lists), 'flotilla', key, 10)).toEqual(told);
});

function saw(seenExitCode: number | null = null): object {
  return { ...sawNoEnd, seenExitCode };
}

function unfound() {
  return container({ state: unknownState, containerID: '' });
}
