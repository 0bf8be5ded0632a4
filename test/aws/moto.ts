/** AWS's services other than ECS, for tests: moto's server in a Python environment of our own, or the one that AWS_ENDPOINT_URL_TEST names. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { takePort } from '../../bin/dev/port';
import { pythonWith } from '../python';

const version = '5.2.5';
/** What the services used here and the server need; `moto[server]` brings 300 MB more for others. */
const requirements = [
  `moto==${version}`,
  'flask==3.1.3',
  'flask-cors==6.0.5',
  'PyYAML==6.0.4',
  'py-partiql-parser==0.6.3',
];
const readyWithinMs = 30_000;
const waitStepMs = 50;
const program = join(__dirname, 'moto-server.py');

export type Moto = { endpoint: string; stop: () => Promise<void> };

/** `folder` gets the server's log. Throws with the reason where none can be had. */
export async function startMoto(folder: string): Promise<Moto> {
  const given = process.env['AWS_ENDPOINT_URL_TEST'];
  if (given !== undefined) return { endpoint: given, stop: () => Promise.resolve() };
  const python = await environment();
  const port = await takePort(0, 'moto');
  await mkdir(folder, { recursive: true });
  const log = await open(join(folder, 'moto.log'), 'a');
  const moto = spawn(python, [program, String(port)], { stdio: ['pipe', log.fd, log.fd] });
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

/** AWS's own descriptions of its services, which moto brings along: a folder for each service. */
export async function serviceModels(): Promise<string> {
  const libraries = join(dirname(dirname(await environment())), 'lib');
  const [python] = await readdir(libraries);
  if (python === undefined) throw new Error(`no Python in ${libraries}`);
  return join(libraries, python, 'site-packages', 'botocore', 'data');
}

function environment(): Promise<string> {
  const why = 'an AWS for the tests needs python3 (3.10 or newer, with venv): install it or set AWS_ENDPOINT_URL_TEST';
  return pythonWith(`moto-${version}`, requirements, why);
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/moto-api/`, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}
