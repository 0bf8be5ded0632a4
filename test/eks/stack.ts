/** An installation on a test cluster, in a namespace of its own. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterApi, type ClusterApi } from '../cluster/api';
import type { TestCluster } from '../cluster/cluster';
import { startStack, until, type Stack } from '../stack';

export type EksStack = {
  cluster: TestCluster;
  stack: Stack;
  api: ClusterApi;
  namespace: string;
  /** `/api/v1/namespaces/…` */
  path: string;
  /** A definition's id; the cluster's image, little CPU and memory unless `more` says otherwise. */
  define(command: string, more?: Record<string, unknown>): Promise<string>;
  /** Defines and executes. */
  start(command: string, definition?: Record<string, unknown>, launch?: Record<string, unknown>): Promise<string>;
  pods(runId: string): Promise<Pod[]>;
  /** Waits for the one pod of a run whose command runs. */
  runningPod(runId: string): Promise<Pod>;
  /** Names of the run's pods that have a container which runs, as the cluster tells. */
  alive(runId: string): Promise<string[]>;
  close(): Promise<void>;
};

export type Pod = {
  metadata: { name: string; uid: string; labels: Record<string, string>; deletionTimestamp?: string };
  spec: { nodeName?: string; containers: { resources: { limits: { memory: string } } }[] };
  status: { phase: string; containerStatuses?: { state: { running?: object; terminated?: { exitCode: number } } }[] };
};

/** `settings`: environment variables of our processes. */
export async function startEksStack(cluster: TestCluster, settings: Record<string, string> = {}): Promise<EksStack> {
  const api = await clusterApi(cluster.kubeconfig);
  const namespace = `test-${Math.random().toString(36).slice(2, 10)}`;
  const path = `/api/v1/namespaces/${namespace}`;
  await api('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  await until('the namespace has its service account', () => api('GET', `${path}/serviceaccounts/default`));
  const logs = await mkdtemp(join(tmpdir(), 'flotilla-logs-'));
  const kubeconfig = await readFile(cluster.kubeconfig, 'utf8');
  const stack = await startStack('process', {
    ENGINES: 'eks',
    EKS_CLUSTERS: JSON.stringify({ test: Buffer.from(kubeconfig).toString('base64') }),
    EKS_JOB_NAMESPACE: namespace,
    EKS_IMAGE_PULL_POLICY: 'IfNotPresent',
    EKS_RESOURCES_MIN_CPU: '1',
    EKS_RESOURCES_MIN_MEMORY: '1',
    EKS_LOG_ARCHIVE_FOLDER: logs,
    RUN_CAPACITY_FIRST_SECONDS: '1',
    RUN_CAPACITY_MAX_SECONDS: '2',
    RUN_RETRY_INFRA_START_FIRST_SECONDS: '1',
    RUN_RETRY_INFRA_LOST_FIRST_SECONDS: '1',
    RUN_RETRY_OOM_FIRST_SECONDS: '1',
    ...settings,
  });

  const eks: EksStack = {
    ...{ cluster, stack, api, namespace, path },
    define: (command, more) => stack.define(command, { image: cluster.image, cpu: 100, memory: 32, ...more }),
    start: async (command, definition, launch) => stack.execute(await eks.define(command, definition), launch),
    pods: async (runId) => {
      const list = await api('GET', `${path}/pods?labelSelector=flotilla-run-id%3D${runId}`);
      return (list as { items: Pod[] }).items;
    },
    runningPod: (runId) =>
      until(
        `a pod of ${runId} runs`,
        async () => (await eks.pods(runId)).find((pod) => isAlive(pod) && !isLeaving(pod)) ?? null,
      ),
    alive: async (runId) => (await eks.pods(runId)).filter(isAlive).map(({ metadata }) => metadata.name),
    close: async () => {
      await stack.close();
      await rm(logs, { recursive: true, force: true });
      await api('DELETE', `/api/v1/namespaces/${namespace}`);
    },
  };
  return eks;
}

/** A command that does the one in a run's first attempt, the other in its second: a pod bears the number of a later attempt. */
export function onlyFirst(first: string, later: string): string {
  return `case $(hostname) in $FLOTILLA_RUN_ID-2-*) ${later};; esac; ${first}`;
}

function isAlive({ status }: Pod): boolean {
  return (status.containerStatuses ?? []).some(({ state }) => state.running !== undefined);
}

function isLeaving({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined;
}
