/** The cluster that the other tests stand on: a Job runs in it, and tells how it ended. */
import { clusterApi } from '../cluster/api';
import { clusterOfSetup } from '../cluster/cluster';
import { until } from '../stack';

type PodList = {
  items: { status: { containerStatuses?: { state: { terminated?: { exitCode: number } } }[] } }[];
};

const cluster = clusterOfSetup();
const namespace = 'default';

(cluster === null ? test.skip : test)('a Job whose command exits with 3 shows 3', async () => {
  if (cluster === null) return;
  const api = await clusterApi(cluster.kubeconfig);
  const name = `exit-3-${Date.now().toString(36)}`;
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  const container = { name: 'main', image: cluster.image, command: ['bash', '-l', '-cex', 'exit 3'] };
  await api('POST', jobs, {
    metadata: { name },
    spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers: [container] } } },
  });
  try {
    const code = await until('the container has ended', async () => {
      const pods = `/api/v1/namespaces/${namespace}/pods?labelSelector=job-name%3D${name}`;
      const { items } = (await api('GET', pods)) as PodList;
      return items[0]?.status.containerStatuses?.[0]?.state.terminated?.exitCode ?? null;
    });
    expect(code).toBe(3);
  } finally {
    await api('DELETE', `${jobs}/${name}?propagationPolicy=Background`);
  }
});
