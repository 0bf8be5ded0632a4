/** The Kubernetes cluster that the tests use: the one that KUBECONFIG_TEST names, else one of our own. */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { withGo } from '../../bin/dev/go';
import { isExecutable } from '../../bin/dev/program';
import { withProgress } from '../../bin/dev/progress';
import { shared } from '../shared';

const run = promisify(execFile);
const script = join(__dirname, 'cluster.sh');
const builder = join(__dirname, 'build.sh');
const readyWithinMs = 180_000;
const waitStepMs = 100;
const outputTail = 2000;
const ownImage = 'flotilla.test/busybox:1';
/** With a registry at hand. */
const publicImage = 'bash:5';
/** How the global setup tells the test files, which are other processes. `folder` is set where the cluster is our own. */
const variables = {
  kubeconfig: 'FLOTILLA_TEST_KUBECONFIG',
  image: 'FLOTILLA_TEST_CLUSTER_IMAGE',
  folder: 'FLOTILLA_TEST_CLUSTER_FOLDER',
};

/** Nodes are numbered from 1; `kubelet2` hanging is how the second is lost. */
type Component = 'etcd' | 'apiserver' | 'controllers' | 'scheduler' | `kubelet${1 | 2 | 3}` | `containerd${1 | 2 | 3}`;

export type TestCluster = {
  /** Path of a file that is complete by itself. */
  kubeconfig: string;
  /** The same for a judge: where the cluster is ours, a user whose requests are not written down. */
  judgeKubeconfig: string;
  /** An image with bash that its nodes have or can pull. */
  image: string;
  isOurs: boolean;
  /** Path of the requests of the kubeconfig's user and of service accounts, a line of JSON each; null where it is not ours. */
  auditLog: string | null;
  /** STOP lets it hang until CONT; what is KILLed is started again within a second. Our own cluster only. */
  signal(component: Component, signal: 'KILL' | 'STOP' | 'CONT'): Promise<void>;
  /** Kills it and keeps it away until `release`: connections to it are refused. Our own cluster only. */
  hold(component: Component): Promise<void>;
  release(component: Component): Promise<void>;
  /** Ends our own cluster and removes what it leaves. Repeatable; a cluster that is not ours stays. */
  stop(): Promise<void>;
};

export type ClusterOptions = {
  /** 1 to 3. */
  nodes?: number;
  maxPodsPerNode?: number;
  /** Weight of its components together, and of the pods of each node, against 1024 of what else runs on this machine. */
  cpuShares?: number;
  /** How long pods stay on a node that does not answer, in seconds; 2 unless it says otherwise. */
  tolerationSeconds?: number;
};

/** Throws with the reason where there can be none. The options are for our own cluster. */
export async function startCluster(folder: string, options: ClusterOptions = {}): Promise<TestCluster> {
  const foreign = process.env['KUBECONFIG_TEST'];
  if (foreign !== undefined) {
    if (!existsSync(foreign)) throw new Error(`KUBECONFIG_TEST names ${foreign}, which does not exist`);
    return foreignCluster(foreign, process.env[variables.image] ?? shared.askedImage ?? publicImage);
  }
  const obstacle = obstacleHere();
  if (obstacle !== null) {
    throw new Error(
      `a Kubernetes cluster of our own needs ${obstacle}: set KUBECONFIG_TEST to the kubeconfig of another one`,
    );
  }
  await build();
  const dir = join(folder, 'cluster');
  const env = {
    ...process.env,
    ...(options.nodes === undefined ? {} : { FLOTILLA_KUBE_NODES: String(options.nodes) }),
    ...(options.maxPodsPerNode === undefined ? {} : { FLOTILLA_KUBE_MAX_PODS: String(options.maxPodsPerNode) }),
    ...(options.tolerationSeconds === undefined
      ? {}
      : { FLOTILLA_KUBE_TOLERATION_SECONDS: String(options.tolerationSeconds) }),
    ...(options.cpuShares === undefined ? {} : { FLOTILLA_KUBE_CPU_SHARES: String(options.cpuShares) }),
  };
  // It ends with us, however we end; but not by a ^C in our terminal, which is for us.
  const server = spawn('setpriv', ['--pdeathsig', 'KILL', script, 'start', dir], {
    ...{ env, detached: true },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const cluster = ownCluster(dir);
  const deadline = Date.now() + readyWithinMs;
  while (!existsSync(join(dir, 'ready'))) {
    if (server.exitCode !== null || server.signalCode !== null || Date.now() > deadline) {
      await cluster.stop();
      throw new Error(`the Kubernetes cluster of the tests does not start (exit ${server.exitCode ?? 'none'})`);
    }
    await sleep(waitStepMs);
  }
  server.unref();
  return cluster;
}

/** For a global setup: lets `clusterOfSetup` find the cluster in every test file. */
export function publishCluster(cluster: TestCluster, folder: string): void {
  process.env[variables.kubeconfig] = cluster.kubeconfig;
  process.env[variables.image] = cluster.image;
  if (cluster.isOurs) process.env[variables.folder] = join(folder, 'cluster');
}

/** For a test file: the cluster that the global setup has started, null where it could not. In CI it always has, or has failed. */
export function clusterOfSetup(): TestCluster | null {
  const kubeconfig = process.env[variables.kubeconfig];
  const folder = process.env[variables.folder];
  if (kubeconfig === undefined) return null;
  return folder === undefined
    ? foreignCluster(kubeconfig, process.env[variables.image] ?? publicImage)
    : ownCluster(folder);
}

function ownCluster(dir: string): TestCluster {
  const holdFile = (component: Component): string => join(dir, `${component}.hold`);
  const signal: TestCluster['signal'] = async (component, name) => {
    await run(script, ['signal', dir, component, name]);
  };
  return {
    kubeconfig: join(dir, 'kubeconfig'),
    judgeKubeconfig: join(dir, 'system.kubeconfig'),
    image: ownImage,
    isOurs: true,
    auditLog: join(dir, 'audit.log'),
    signal,
    hold: async (component) => {
      await writeFile(holdFile(component), '');
      // Where it is away already, the file alone keeps it so.
      if (existsSync(join(dir, `${component}.pid`))) await signal(component, 'KILL');
    },
    release: (component) => rm(holdFile(component), { force: true }),
    // Not synchronous: the cluster may be our child, and is gone only once we have heard of its end.
    stop: async () => {
      await run(script, ['stop', dir]);
    },
  };
}

function foreignCluster(kubeconfig: string, image: string): TestCluster {
  const refuse = (): Promise<never> =>
    Promise.reject(new Error('only a cluster of our own can be disturbed, and KUBECONFIG_TEST names another one'));
  return {
    ...{ kubeconfig, judgeKubeconfig: kubeconfig, image, isOurs: false, auditLog: null },
    ...{ signal: refuse, hold: refuse, release: refuse, stop: () => Promise.resolve() },
  };
}

/** What this machine lacks. */
function obstacleHere(): string | null {
  if (process.platform !== 'linux') return 'Linux';
  if (process.getuid?.() !== 0) return 'root';
  if (!existsSync('/sys/fs/cgroup/memory')) return 'cgroup v1';
  return null;
}

/** Builds Kubernetes and installs what it needs, unless an earlier run has. */
async function build(): Promise<void> {
  const { stdout } = await run(builder, ['path']);
  const buildWith = async (go: string): Promise<void> => {
    try {
      await withProgress('building Kubernetes', run(builder, [], { env: { ...process.env, GO: go } }));
    } catch (error) {
      throw new Error(
        error instanceof Error && 'stderr' in error ? String(error.stderr).slice(-outputTail) : String(error),
      );
    }
  };
  // Packages may still be missing; Go is not asked.
  if (await isExecutable(stdout.trim())) return buildWith('go');
  console.log('Building Kubernetes from source, once: about seven minutes on two cores…');
  await withGo(buildWith);
}
