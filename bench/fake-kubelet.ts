/** `helper` of benchmarks: nodes that are none. They keep themselves ready, and say of each of our pods on them that it runs. */
import pLimit from 'p-limit';
import { runLabel } from '../engines/eks/manifest';
import { clusterApi } from '../test/cluster/api';
import { watchCluster } from '../test/cluster/watch';
import { beHelper, fakeLabel, type Pod } from './rig';

export type FakeTold = { running: number };

/** The cluster's grace for nodes that are silent is 6 s. */
const renewEveryMs = 2000;
const leaseSeconds = 40;
const patchesAtOnce = 10;
const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';

async function beNodes(kubeconfig: string, namespace: string, count: number, podsPerNode: number): Promise<void> {
  const tell = beHelper();
  const api = await clusterApi(kubeconfig);
  const names = Array.from({ length: count }, (_, n) => `fake-${n}`);
  for (const name of names) {
    await api('POST', '/api/v1/nodes', node(name, podsPerNode));
    await api('POST', leases, {
      metadata: { name },
      spec: { holderIdentity: name, leaseDurationSeconds: leaseSeconds, renewTime: microTime() },
    });
  }
  setInterval(() => {
    for (const name of names) {
      api('PATCH', `${leases}/${name}`, { spec: { renewTime: microTime() } }).catch(console.error);
    }
  }, renewEveryMs);

  const inTurn = pLimit(patchesAtOnce);
  const begun = new Set<string>();
  let running = 0;
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  await watchCluster(
    kubeconfig,
    `${pods}?labelSelector=${runLabel}`,
    (type, object) => {
      const pod = object as Pod;
      if (type === 'DELETED' || pod.spec.nodeName?.startsWith('fake-') !== true || begun.has(pod.metadata.uid)) return;
      begun.add(pod.metadata.uid);
      inTurn(() => api('PATCH', `${pods}/${pod.metadata.name}/status`, runs(pod))).then(() => {
        running += 1;
        tell({ running } satisfies FakeTold);
      }, console.error);
    },
    new AbortController().signal,
  );
}

function node(name: string, pods: number): object {
  const now = new Date().toISOString();
  const room = { cpu: '1000', memory: '4Ti', 'ephemeral-storage': '4Ti', pods: String(pods) };
  return {
    metadata: { name, labels: { [fakeLabel]: 'yes', 'kubernetes.io/hostname': name } },
    spec: { taints: [{ key: fakeLabel, effect: 'NoSchedule' }] },
    status: {
      capacity: room,
      allocatable: room,
      conditions: [
        {
          ...{ type: 'Ready', status: 'True', reason: 'Fake', message: 'says so' },
          ...{ lastHeartbeatTime: now, lastTransitionTime: now },
        },
      ],
    },
  };
}

function runs({ spec, status }: Pod & { status: { conditions?: object[] } }): object {
  const startedAt = new Date().toISOString();
  const good = ['Initialized', 'ContainersReady', 'Ready'].map((type) => ({
    ...{ type, status: 'True', lastTransitionTime: startedAt },
  }));
  return {
    status: {
      phase: 'Running',
      startTime: startedAt,
      conditions: [...(status.conditions ?? []), ...good],
      containerStatuses: spec.containers.map(({ name, image }) => ({
        ...{ name, image, imageID: '', ready: true, started: true, restartCount: 0 },
        state: { running: { startedAt } },
      })),
    },
  };
}

/** As leases have it: with six digits. */
function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}

const [, , kubeconfig = '', namespace = '', nodes, podsPerNode] = process.argv;
void beNodes(kubeconfig, namespace, Number(nodes), Number(podsPerNode));
