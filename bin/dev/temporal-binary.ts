/** Finds Temporal's command line program, which has a development server in it, or gets it. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { goBinary } from './go';
import { cacheFolder, findOnPath, isExecutable } from './program';
import { withProgress } from './progress';

const run = promisify(execFile);
const version = '1.5.1';
const source = `github.com/temporalio/cli/cmd/temporal@v${version}`;

/** In this order: on the PATH, in our cache, by the download that Temporal offers, built from source. Returns its path. */
export async function temporalBinary(): Promise<string> {
  const onPath = await findOnPath('temporal');
  if (onPath !== null) return onPath;
  const cached = join(cacheFolder, `temporal-${version}`);
  if (await isExecutable(cached)) return cached;
  await mkdir(cacheFolder, { recursive: true });
  const downloaded = await download();
  if (downloaded !== null) return downloaded;
  return build(cached);
}

/** By @temporalio/testing, which knows where; null where the network does not let it. */
async function download(): Promise<string | null> {
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
    const started = await withProgress('downloading Temporal', TestWorkflowEnvironment.createLocal({ server }));
    await started.teardown();
    return await inCache();
  } catch {
    return null;
  }
}

async function build(target: string): Promise<string> {
  const folder = `${target}.build-${process.pid}`;
  await mkdir(folder, { recursive: true });
  try {
    const go = await goBinary();
    console.log('Building the Temporal server from source, once: about three minutes…');
    const env = { ...process.env, GOBIN: folder, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' };
    await withProgress('building Temporal', run(go, ['install', source], { env, cwd: folder }));
    // Several processes may build at once: whoever comes last replaces the same program.
    await rename(join(folder, 'temporal'), target);
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new Error(
      `No Temporal server: it is not on the PATH, cannot be downloaded, and ${source} cannot be built:\n${output.slice(-2000)}\n` +
        'Install it (https://docs.temporal.io/cli) or set TEMPORAL_ADDRESS',
      { cause: error },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return target;
}
