/** `helper` of benchmarks: tells every pod of a namespace once it is there, and once its container is seen terminated. */
import { runLabel } from '../engines/eks/manifest';
import { watchCluster } from '../test/cluster/watch';
import { beHelper, type Pod } from './rig';

/** `at`: ms since the epoch. */
export type PodTold = { runId: string; uid: string; what: 'there' | 'ended'; at: number };

const [, , kubeconfig = '', namespace = ''] = process.argv;
const tell = beHelper();
const told = new Set<string>();

void watchCluster(
  kubeconfig,
  `/api/v1/namespaces/${namespace}/pods`,
  (_, pod) => {
    const { metadata, status } = pod as Pod;
    const at = Date.now();
    const runId = metadata.labels?.[runLabel];
    if (runId === undefined) return;
    const once = (what: PodTold['what']): void => {
      if (told.has(`${metadata.uid} ${what}`)) return;
      told.add(`${metadata.uid} ${what}`);
      tell({ runId, uid: metadata.uid, what, at } satisfies PodTold);
    };
    once('there');
    if (status.containerStatuses?.[0]?.state.terminated !== undefined) once('ended');
  },
  new AbortController().signal,
);
