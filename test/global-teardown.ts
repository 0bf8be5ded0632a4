/** Stops what the global setups started, and nothing else. */
import { rm } from 'node:fs/promises';
import { shared } from './shared';

export default async function teardown(): Promise<void> {
  for (const stop of shared.stops.splice(0)) await stop();
  if (shared.folder !== null) await rm(shared.folder, { recursive: true, force: true });
  shared.folder = null;
  shared.isDockerSetUp = false;
}
