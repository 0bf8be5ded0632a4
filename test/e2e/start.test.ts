/** `npm start` as a process: whatever ends it, nothing of it stays behind that keeps the next start from working. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { takePort } from '../../bin/dev/port';
import { until } from '../stack';

const root = join(__dirname, '../..');
const usable = 'Press Ctrl-C to stop';

type Start = { child: ChildProcess; output: () => string; code: Promise<number | null> };

let folder: string;
let env: NodeJS.ProcessEnv;
const starts: Start[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flotilla-start-'));
  await chmod(folder, 0o755); // where we are root, Postgres runs as somebody else
  const [postgres, temporal, ui, api] = await Promise.all([0, 0, 0, 0].map((port) => takePort(port, 'test')));
  env = {
    ...process.env,
    DEV_DATA_FOLDER: folder,
    // The same at each start: what a leftover holds is missed.
    DEV_POSTGRES_PORT: String(postgres),
    DEV_TEMPORAL_PORT: String(temporal),
    DEV_TEMPORAL_UI_PORT: String(ui),
    HTTP_SERVER_LISTEN_ADDRESS: `127.0.0.1:${api}`,
    LOCAL_DRIVER: 'process',
    // A job's login shell reads the profile of this machine's user otherwise, which may take its time.
    HOME: folder,
    XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  };
  for (const name of ['DATABASE_URL', 'TEMPORAL_ADDRESS', 'BASE_URI']) Reflect.deleteProperty(env, name);
});
afterEach(async () => {
  for (const { child } of starts.splice(0)) child.kill('SIGKILL');
  for (const { pid } of await left()) process.kill(pid, 'SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function start(): Start {
  const child = spawn(process.execPath, ['bin/bootstrap.mjs', 'bin/dev.ts'], { cwd: root, env });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const started = { child, output: () => text, code };
  starts.push(started);
  return started;
}

async function says({ child, output }: Start, line: string): Promise<void> {
  const saysOrEnds = (): Promise<true | null> =>
    Promise.resolve(output().includes(line) || child.exitCode !== null || null);
  await until(line, saysOrEnds, 120);
  expect(output()).toContain(line);
}

/** The processes that have our folder on their command line: Postgres, Temporal, `npm start` itself, jobs. */
async function left(): Promise<{ pid: number; command: string }[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,args=']);
  return stdout
    .split('\n')
    .filter((line) => line.includes(folder))
    .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim() }));
}

test('a start after kill -9 ends what the killed one has left, works on its data, and leaves nothing at SIGTERM', async () => {
  const killed = start();
  await says(killed, usable);
  killed.child.kill('SIGKILL');
  await killed.code;
  expect(await left()).not.toEqual([]);

  const second = start();
  await says(second, usable);
  expect(second.output()).not.toContain('The first run'); // the definition is there already
  second.child.kill('SIGTERM');
  expect(await second.code).toBe(0);
  expect(await left()).toEqual([]);
});

test('a signal in the middle of the start stops what has been begun', async () => {
  const started = start();
  await says(started, 'Starting Postgres and Temporal');
  // There is something to stop as soon as the data are there.
  await until('something has been started', async () => ((await left()).length > 0 ? true : null));
  started.child.kill('SIGINT');
  expect(await started.code).toBe(0);
  expect(await left()).toEqual([]);
});

test('a taken port of the API is told before anything is started, and nothing is left running', async () => {
  const port = Number(env['HTTP_SERVER_LISTEN_ADDRESS']?.split(':')[1]);
  const other = createServer().listen(port, '127.0.0.1');
  const started = start();
  const code = await started.code;
  other.close();
  expect(started.output()).toContain(`Port ${port} (http.server.listen_address) is taken`);
  expect(code).toBe(1);
  expect(await left()).toEqual([]);
});

test('where Temporal cannot start, Postgres is stopped too', async () => {
  const port = Number(env['DEV_TEMPORAL_PORT']);
  const other = createServer().listen(port, '127.0.0.1');
  const started = start();
  const code = await started.code;
  other.close();
  expect(started.output()).toContain(`Port ${port} (dev.temporal_port) is taken: set DEV_TEMPORAL_PORT`);
  expect(code).toBe(1);
  expect(await left()).toEqual([]);
});
