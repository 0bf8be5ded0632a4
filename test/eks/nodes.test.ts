/**
 * A node that is lost, in a cluster of its own with two nodes: its runs are called lost once that is proved, and go on elsewhere
 * where their owner wants it. FLOTILLA_TEST_LONG=1: also a node that never comes back, whose pods Kubernetes gives up after a minute.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterOfSetup, startCluster, type TestCluster } from '../cluster/cluster';
import { until } from '../stack';
import { onlyFirst, startEksStack, type EksStack } from './stack';

const isLong = process.env['FLOTILLA_TEST_LONG'] === '1';
const safe = '127.0.0.1';
const shaky = '127.0.0.2';

let folder: string;
let cluster: TestCluster | null = null;
let eks: EksStack;

(clusterOfSetup()?.isOurs === true ? describe : describe.skip)('on Kubernetes', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flotilla-nodes-'));
    cluster = await startCluster(folder, { nodes: 2 });
    // The first attempt goes to the node that will be lost, the last one to the other.
    eks = await startEksStack(cluster, {
      EKS_LIFECYCLE_LABEL: 'kubernetes.io/hostname',
      EKS_LIFECYCLE_SPOT: shaky,
      EKS_LIFECYCLE_ONDEMAND: safe,
      RUN_RETRY_INFRA_LOST_ATTEMPTS: '2',
    });
    eks.stack.startWorker();
    await eks.stack.startApi();
  }, 240_000);
  afterAll(async () => {
    await eks.close();
    await cluster?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 120_000);

  const endless = 'sleep 600';
  const retried = { retry_on_interruption: true };

  /** Both run on the node that will be lost. */
  async function startTwo(): Promise<{ once: string; again: string }> {
    const once = await eks.start(endless);
    const again = await eks.start(onlyFirst(endless, 'exit 5'), retried);
    for (const runId of [once, again]) {
      await eks.stack.reaches(runId, ['RUNNING']);
      expect((await eks.runningPod(runId)).spec.nodeName).toBe(shaky);
    }
    return { once, again };
  }

  async function losesItsPods(...runIds: string[]): Promise<void> {
    await eks.cluster.signal('kubelet2', 'STOP');
    for (const runId of runIds) {
      await until('Kubernetes wants its pod gone', async () => {
        const [pod] = await eks.pods(runId);
        return pod?.metadata.deletionTimestamp ?? null;
      });
    }
  }

  /** Never two pods that may be alive: a lost node's containers go on running, unseen. */
  async function hasOnePodUntilItEnds(runId: string): Promise<void> {
    await until(
      'it has stopped',
      async () => {
        const open = (await eks.pods(runId)).filter(
          ({ status }) => status.containerStatuses?.[0]?.state.terminated === undefined,
        );
        if (open.length > 1) throw new Error(`two pods of ${runId}: ${JSON.stringify(open)}`);
        return (await eks.stack.run(runId)).status === 'STOPPED' ? true : null;
      },
      150,
    );
  }

  async function endsOnTheOtherNode(runId: string): Promise<void> {
    const run = await eks.stack.reaches(runId, ['STOPPED'], 150);
    expect([run.outcome, run.exit_code, run.attempt_count]).toEqual(['USER', 5, 2]);
    expect(run).toMatchObject({ instance: { dns_name: safe } });
  }

  test('a node that does not answer keeps its runs until it is back and has ended them: then they are lost', async () => {
    const { once, again } = await startTwo();
    await losesItsPods(once, again);
    // Whether the commands still run, nobody knows: no end, and no second pod.
    await sleep(3000);
    for (const runId of [once, again]) {
      expect((await eks.stack.run(runId)).status).toBe('RUNNING');
      expect(await eks.pods(runId)).toHaveLength(1);
    }
    const watched = hasOnePodUntilItEnds(again);
    await eks.cluster.signal('kubelet2', 'CONT');
    const run = await eks.stack.reaches(once, ['STOPPED']);
    expect([run.outcome, run.exit_code, run.attempt_count]).toEqual(['INFRA_LOST', undefined, 1]);
    expect(run.exit_reason).toMatch(new RegExp(`^Node ${shaky.replaceAll('.', '\\.')} lost`));
    expect(await eks.alive(once)).toEqual([]);
    await endsOnTheOtherNode(again);
    await watched;
  });

  (isLong ? test : test.skip)(
    'a node that never comes back: cancels are over and runs are lost once it is proved gone, not before',
    async () => {
      await until('the node is back', async () => ((await isReady(shaky)) ? true : null), 90);
      const cancelled = await eks.start(endless);
      const { once, again } = await startTwo();
      await eks.stack.reaches(cancelled, ['RUNNING']);
      await losesItsPods(cancelled, once, again);
      await eks.stack.cancel(cancelled, 'me@example.com');
      await sleep(20_000);
      const note = 'Stopping: cancelled by me@example.com';
      expect(await eks.stack.run(cancelled)).toMatchObject({ status: 'RUNNING', note });
      await eks.api('DELETE', `/api/v1/nodes/${shaky}`);
      const watched = hasOnePodUntilItEnds(again);
      const run = await eks.stack.reaches(cancelled, ['STOPPED'], 60);
      expect([run.outcome, run.exit_reason]).toEqual(['CANCELLED', 'Task terminated by - me@example.com']);
      expect(await eks.pods(cancelled)).toEqual([]);
      const lost = await eks.stack.reaches(once, ['STOPPED'], 150);
      expect([lost.outcome, lost.exit_code]).toEqual(['INFRA_LOST', undefined]);
      expect(lost.exit_reason).toMatch(new RegExp(`^Node ${shaky.replaceAll('.', '\\.')} lost`));
      await endsOnTheOtherNode(again);
      await watched;
    },
    300_000,
  );
});

async function isReady(name: string): Promise<boolean> {
  const { spec, status } = (await eks.api('GET', `/api/v1/nodes/${name}`)) as {
    spec: { taints?: unknown[] };
    status: { conditions: { type: string; status: string }[] };
  };
  return (
    (spec.taints ?? []).length === 0 && status.conditions.some((one) => one.type === 'Ready' && one.status === 'True')
  );
}
