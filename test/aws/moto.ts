/** An S3 for tests: moto's server in a Python environment of our own, or the one that AWS_ENDPOINT_URL_TEST names. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, rename, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const version = '5.2.5';
/** What S3 and the server need; `moto[s3,server]` brings 300 MB more for other services. */
const requirements = [
  `moto==${version}`,
  'flask==3.1.3',
  'flask-cors==6.0.5',
  'PyYAML==6.0.4',
  'py-partiql-parser==0.6.3',
];
const installWithinMs = 300_000;
const readyWithinMs = 30_000;
const waitStepMs = 50;
/** Ends with the process that holds its standard input, however that ends. */
const program = `
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
from moto.server import main
main(["-H", "127.0.0.1", "-p", sys.argv[1]])
`;

export type TestAws = { endpoint: string; stop: () => Promise<void> };

/** `folder` gets the server's log. Throws with the reason where none can be had. */
export async function startMoto(folder: string): Promise<TestAws> {
  const given = process.env['AWS_ENDPOINT_URL_TEST'];
  if (given !== undefined) return { endpoint: given, stop: () => Promise.resolve() };
  const python = await environment();
  const port = await freePort();
  await mkdir(folder, { recursive: true });
  const log = await open(join(folder, 'moto.log'), 'a');
  const moto = spawn(python, ['-c', program, String(port)], { stdio: ['pipe', log.fd, log.fd] });
  await log.close();
  const stop = async (): Promise<void> => {
    if (moto.exitCode !== null || moto.signalCode !== null) return;
    const gone = once(moto, 'exit');
    moto.kill('SIGKILL');
    await gone;
  };
  const endpoint = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + readyWithinMs;
  while (!(await answers(endpoint))) {
    if (moto.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`moto does not start (exit ${moto.exitCode ?? 'none'}): see ${join(folder, 'moto.log')}`);
    }
    await sleep(waitStepMs);
  }
  return { endpoint, stop };
}

/** Made once on a machine. Whole or not there: made beside its place, for another process may be making it, too. */
async function environment(): Promise<string> {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'flotilla');
  const home = join(cache, `moto-${version}`);
  const python = join(home, 'bin', 'python');
  if (existsSync(python)) return python;
  await mkdir(cache, { recursive: true });
  const making = await mkdtemp(`${home}.`);
  try {
    await run('python3', ['-m', 'venv', making]);
    await run(join(making, 'bin', 'python'), [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'],
      ...requirements,
    ]);
    await rename(making, home).catch((error: unknown) => {
      if (!existsSync(python)) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return python;
}

async function run(program: string, args: string[]): Promise<void> {
  try {
    await promisify(execFile)(program, args, { timeout: installWithinMs });
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new Error(
      isMissing
        ? 'an S3 for the tests needs python3 (3.10 or newer, with venv): install it or set AWS_ENDPOINT_URL_TEST'
        : `the Python environment of the test S3 cannot be made: ${String(error)}`,
      { cause: error },
    );
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await promisify(server.close.bind(server))();
  return port;
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/moto-api/`, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}
