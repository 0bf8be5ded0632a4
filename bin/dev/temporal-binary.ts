/** Finds Temporal's command line program, which has a development server in it, or gets it. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { goInstall } from './go';
import { cacheFolder, findOnPath, isExecutable } from './program';
import { withProgress } from './progress';

const version = '1.5.1';
const source = `github.com/temporalio/cli/cmd/temporal@v${version}`;

/** In this order: on the PATH, in our cache, by the download that Temporal offers, built from source. Returns its path. */
export async function temporalBinary(signal?: AbortSignal): Promise<string> {
  const onPath = await findOnPath('temporal');
  if (onPath !== null) return onPath;
  const cached = join(cacheFolder, `temporal-${version}`);
  if (await isExecutable(cached)) return cached;
  await mkdir(cacheFolder, { recursive: true });
  const downloaded = await download(signal);
  if (downloaded !== null) return downloaded;
  await build(cached, signal);
  return cached;
}

/** By @temporalio/testing, which knows where; null where the network does not let it. */
async function download(signal?: AbortSignal): Promise<string | null> {
  const downloadDir = join(cacheFolder, 'download');
  const inCache = async (): Promise<string | null> => {
    const names = await readdir(downloadDir).catch(() => []);
    const name = names.find((one) => one.startsWith('temporal-'));
    return name !== undefined && (await isExecutable(join(downloadDir, name))) ? join(downloadDir, name) : null;
  };
  const earlier = await inCache();
  if (earlier !== null) return earlier;
  await mkdir(downloadDir, { recursive: true });
  try {
    const { TestWorkflowEnvironment } = await import('@temporalio/testing');
    const server = { executable: { type: 'cached-download', downloadDir } } as const;
    const gone = TestWorkflowEnvironment.createLocal({ server }).then((started) => started.teardown());
    await withProgress('downloading Temporal', unlessAborted(gone, signal));
    return await inCache();
  } catch {
    signal?.throwIfAborted();
    return null;
  }
}

async function build(target: string, signal?: AbortSignal): Promise<void> {
  console.log('Building the Temporal server from source, once: about three minutes…');
  try {
    await goInstall(source, target, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(
      `No Temporal server: it is not on the PATH, cannot be downloaded, and cannot be built:\n${error instanceof Error ? error.message : String(error)}\n` +
        'Install it (https://docs.temporal.io/cli) or set TEMPORAL_ADDRESS',
      { cause: error },
    );
  }
}

/** What cannot be cut short itself goes on unseen. */
async function unlessAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return work;
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
  signal.throwIfAborted();
  return Promise.race([work, aborted]);
}
