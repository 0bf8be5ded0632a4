/**
 * More runs at once than the node takes; the benchmark has 300 of them (bench/burst.ts). A cluster of its own: it fills it.
 * FLOTILLA_TEST_LONG=1: three times as many as it takes, instead of twice.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requestsBetween } from '../cluster/audit';
import { clusterApi } from '../cluster/api';
import { clusterOfSetup, startCluster, type TestCluster } from '../cluster/cluster';
import { until } from '../stack';
import { startEksStack, type EksStack, type Pod } from './stack';

const maxPodsPerNode = 20;
const runs = (process.env['FLOTILLA_TEST_LONG'] === '1' ? 3 : 2) * maxPodsPerNode;
const maxRequestsPerRun = 4;

let folder: string;
let cluster: TestCluster;
let eks: EksStack;

(clusterOfSetup() === null ? describe.skip : describe)('a burst of runs', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flotilla-load-'));
    cluster = await startCluster(folder, { maxPodsPerNode });
    eks = await startEksStack(cluster);
    await eks.stack.startApi();
    eks.stack.startWorker();
  }, 240_000);
  afterAll(async () => {
    await eks.close();
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }, 120_000);

  test('makes one pod each, shows why some wait, and costs few requests', async () => {
    const { stack, namespace } = eks;
    const judge = await clusterApi(cluster.judgeKubeconfig);
    const began = Date.now();
    const definition = await eks.define('true', { cpu: 10 });
    const ids = await Promise.all(Array.from({ length: runs }, () => stack.execute(definition)));
    const notes = new Set<string>();
    await until(
      'all runs have stopped',
      async () => {
        const { rows } = await stack.db.query<{ phase: string; note: string | null }>(`select phase, note from run`);
        for (const { phase, note } of rows) if (phase === 'PENDING' && note !== null) notes.add(note);
        return rows.every(({ phase }) => phase === 'STOPPED') ? true : null;
      },
      240,
    );
    const over = Date.now();
    const { rows: bad } = await stack.db.query(
      `select run_id from run where exit_code is distinct from 0 or attempt > 1`,
    );
    expect(bad).toEqual([]);

    const { items } = (await judge('GET', `/api/v1/namespaces/${namespace}/pods`)) as { items: Pod[] };
    const owners = items.map(({ metadata }) => metadata.labels['flotilla-run-id']);
    expect(owners.toSorted()).toEqual(ids.toSorted());

    if (cluster.auditLog === null) return;
    expect([...notes].join('\n')).toMatch(/^Waiting for capacity: 0\/1 nodes are available: 1 Too many pods/m);
    const requests = await requestsBetween(cluster.auditLog, began, over, namespace);
    const all = [...requests.values()].reduce((sum, count) => sum + count, 0);
    expect(all).toBeGreaterThanOrEqual(runs);
    if (all > runs * maxRequestsPerRun) throw new Error(`${all} requests: ${JSON.stringify([...requests])}`);
  }, 300_000);
});
