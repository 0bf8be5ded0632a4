/** Once per test run: the Docker engine that the tests share, and Temporal's program. Each test file starts its own servers. */
import { temporalBinary } from '../bin/dev/temporal-binary';
import { startDocker } from './docker/engine';
import { shared, sharedFolder } from './shared';

export default async function setup(): Promise<void> {
  const folder = await sharedFolder();
  await temporalBinary();
  if (shared.isDockerSetUp) return;
  shared.isDockerSetUp = true;
  try {
    const engine = await startDocker(folder);
    shared.stops.push(engine.stop);
    if (engine.host !== null) process.env['DOCKER_HOST'] = engine.host;
    process.env['FLOTILLA_TEST_IMAGE'] = engine.image;
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    console.warn(`\nThe tests on Docker are left out: ${error instanceof Error ? error.message : String(error)}`);
  }
}
