/** The Kubernetes cluster of a benchmark, and an installation of ours on it. */
import { fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openEngines } from '../bin/engines';
import type { Config, EksConfig } from '../conf/schema';
import type { Engine } from '../engines/engine';
import { requestsBetween } from '../test/cluster/audit';
import { clusterApi, type ClusterApi } from '../test/cluster/api';
import { startCluster, type ClusterOptions, type TestCluster } from '../test/cluster/cluster';
import { until } from '../test/stack';
import type { Bed } from './bed';
import { say } from './figure';

export type Rig = {
  cluster: TestCluster;
  /** Past all of our code, and as another user where the cluster is ours. */
  judge: ClusterApi;
  namespace: string;
  config: Config;
  engines: ReadonlyMap<string, Engine>;
};

/** The part of a pod that is judged. */
export type Pod = {
  metadata: { name: string; uid: string; labels?: Record<string, string> };
  spec: { nodeName?: string; containers: { name: string; image: string }[] };
  status: { phase?: string; containerStatuses?: { state: { terminated?: { exitCode: number } } }[] };
};

/** Label and taint of nodes that are none (fake-kubelet.ts). */
export const fakeLabel = 'flotilla.test/fake';
const bootstrap = join(__dirname, '../bin/bootstrap.mjs');
const clusterName = 'bench';
/** The audit log is written before the answer, but in turns of its own. */
const auditLagMs = 200;

/** Null, with the reason said, where there can be no cluster. It stops with the bed. */
export async function openRig(
  bed: Bed,
  settings: Partial<EksConfig> = {},
  options: ClusterOptions = {},
): Promise<Rig | null> {
  const started = await startCluster(bed.config.dev.data_folder, options).catch(String);
  if (typeof started === 'string') {
    say(`without Kubernetes: ${started}`);
    return null;
  }
  bed.add(started);
  const judge = await clusterApi(started.judgeKubeconfig);
  const namespace = `bench-${Date.now().toString(36)}`;
  await judge('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  if (!started.isOurs)
    bed.add({ stop: () => judge('DELETE', `/api/v1/namespaces/${namespace}`).then(() => undefined) });
  await until('the namespace has its service account', () =>
    judge('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/default`),
  );
  const { eks, dev } = bed.config;
  const config: Config = {
    ...bed.config,
    engines: ['eks'],
    eks: {
      ...eks,
      clusters: { [clusterName]: (await readFile(started.kubeconfig)).toString('base64') },
      job_namespace: namespace,
      image_pull_policy: 'IfNotPresent',
      resources: { ...eks.resources, min_cpu: 1, min_memory: 8 },
      log: { ...eks.log, archive: { ...eks.log.archive, folder: join(dev.data_folder, 'logs') } },
      ...settings,
    },
  };
  const { engines } = await openEngines(config, bed.db, bed.log);
  return { cluster: started, judge, namespace, config, engines };
}

/** The API server's requests by us between the two times; null where the cluster is not ours and writes none down for us. */
export async function requestsByUs({ cluster }: Rig, from: number, to: number): Promise<Map<string, number> | null> {
  if (cluster.auditLog === null) return null;
  await sleep(auditLagMs);
  return requestsBetween(cluster.auditLog, from, to);
}

/** A program of this folder in a process of its own, so that it does not wait for ours; it ends with the bed. */
export async function helper(
  bed: Bed,
  program: string,
  args: string[],
  hear: (message: unknown) => void,
): Promise<void> {
  const child = fork(bootstrap, [program, ...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const gone = new Promise<void>((resolve) => child.once('exit', resolve));
  bed.add({
    stop: async () => {
      child.kill();
      await gone;
    },
  });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => {
      reject(new Error(`${program} ended with ${code ?? 'a signal'}`));
    });
    child.once('message', () => {
      child.on('message', hear);
      resolve();
    });
  });
}

/** For the program that a `helper` is: says that it is there, and ends when its parent does. */
export function beHelper(): (message: object) => void {
  process.once('disconnect', () => process.exit(0));
  process.send?.('ready');
  return (message) => process.send?.(message);
}
