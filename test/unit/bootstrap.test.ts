/** Programs that are started at once in a checkout without packages. */
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'flotilla-bootstrap-'));
  await mkdir(join(root, 'bin'));
  await copyFile(join(__dirname, '../../bin/bootstrap.mjs'), join(root, 'bin/bootstrap.mjs'));
  await writeFile(
    join(root, 'package-lock.json'),
    JSON.stringify({ packages: { 'node_modules/a': { version: '1' } } }),
  );
  // It takes its time, and what it makes is whole at the end alone.
  const npm = `#!/bin/sh
echo "$@" >> installs
sleep 1
mkdir -p node_modules
cp package-lock.json node_modules/.package-lock.json`;
  await writeFile(join(root, 'bin/npm'), npm);
  await chmod(join(root, 'bin/npm'), 0o755);
});
afterEach(() => rm(root, { recursive: true }));

async function bootstrap(): Promise<void> {
  const env = { ...process.env, PATH: `${join(root, 'bin')}${delimiter}${process.env['PATH'] ?? ''}` };
  await promisify(execFile)(process.execPath, [join(root, 'bin/bootstrap.mjs')], { env, timeout: 30_000 });
}

async function installs(): Promise<string[]> {
  return (await readFile(join(root, 'installs'), 'utf8')).trim().split('\n');
}

test('install the packages once, and wait for them', async () => {
  await Promise.all([bootstrap(), bootstrap(), bootstrap()]);
  expect(await installs()).toEqual(['ci --no-audit --no-fund']);
});

test('do not wait for one that was killed', async () => {
  // Above every pid that there is.
  await symlink('4194305', join(root, '.installing'));
  await bootstrap();
  expect(await installs()).toHaveLength(1);
});
