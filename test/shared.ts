/** What the global setups leave for the global teardown: all of them run in the same process. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Shared = {
  /** Null until a setup needs it. */
  folder: string | null;
  stops: (() => Promise<unknown>)[];
  /** Two setups ask for a Docker engine: the first starts it. */
  isDockerSetUp: boolean;
  /** FLOTILLA_TEST_IMAGE as it was given: a setup overwrites it with the image that its own engine has. */
  askedImage: string | undefined;
};

const holder = globalThis as { flotillaShared?: Shared };

export const shared: Shared = (holder.flotillaShared ??= {
  folder: null,
  stops: [],
  isDockerSetUp: false,
  askedImage: process.env['FLOTILLA_TEST_IMAGE'],
});

export async function sharedFolder(): Promise<string> {
  shared.folder ??= await mkdtemp(join(tmpdir(), 'flotilla-test-'));
  return shared.folder;
}
