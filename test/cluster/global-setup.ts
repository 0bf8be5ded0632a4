/** Once per test run: the Kubernetes cluster that the tests of engine `eks` share, and Temporal's program. */
import { temporalBinary } from '../../bin/dev/temporal-binary';
import teardown from '../global-teardown';
import { shared, sharedFolder } from '../shared';
import { publishCluster, startCluster } from './cluster';

export default async function setup(): Promise<void> {
  const folder = await sharedFolder();
  await temporalBinary();
  try {
    const cluster = await startCluster(folder);
    shared.stops.push(() => cluster.stop());
    publishCluster(cluster, folder);
  } catch (error) {
    if (process.env['CI'] === 'true') {
      // Jest tears nothing down after a setup that failed.
      await teardown();
      throw error;
    }
    console.warn(`\nThe tests on Kubernetes are left out: ${error instanceof Error ? error.message : String(error)}`);
  }
}
