/** Stops what the global setup started, and nothing else. */
import { rm } from 'node:fs/promises';
import { shared } from './shared';

export default async function teardown(): Promise<void> {
  for (const stop of shared.stops) await stop();
  if (shared.folder !== '') await rm(shared.folder, { recursive: true, force: true });
}
