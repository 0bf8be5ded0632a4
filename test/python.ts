/** Python packages that tests need, each set in an environment of its own. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const installWithinMs = 300_000;

/**
 * The path of a `python` that has them, made once on a machine under the name. Throws `without` where there is no Python. Whole
 * or not there: made beside its place, for another process may be making it, too.
 */
export async function pythonWith(name: string, requirements: string[], without: string): Promise<string> {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'flotilla');
  const home = join(cache, name);
  const python = join(home, 'bin', 'python');
  if (existsSync(python)) return python;
  await mkdir(cache, { recursive: true });
  const making = await mkdtemp(`${home}.`);
  try {
    await run('python3', ['-m', 'venv', making], without);
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements];
    await run(join(making, 'bin', 'python'), install, without);
    await rename(making, home).catch((error: unknown) => {
      if (!existsSync(python)) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return python;
}

async function run(program: string, args: string[], without: string): Promise<void> {
  try {
    await promisify(execFile)(program, args, { timeout: installWithinMs });
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new Error(isMissing ? without : `a Python environment cannot be made: ${String(error)}`, { cause: error });
  }
}
