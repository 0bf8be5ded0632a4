/** A whole installation for one test file: Postgres, Temporal, workers and APIs as real processes that may be killed. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import Docker from 'dockerode';
import { Pool } from 'pg';
import { startPostgres } from '../bin/dev/postgres-server';
import { startTemporal, type Server } from '../bin/dev/temporal-server';
import { leaderOf } from '../engines/local/process-folder';
import { signalGroup } from '../engines/local/process-group';
import { fetchJudged, verdicts } from './judge';

const root = join(__dirname, '..');
const pollMs = 50;
/** Low, so that a test sees a run continue as new. */
const continueEarly = 'limit.historyCount.suggestContinueAsNew=200';

export type WireRun = {
  run_id: string;
  definition_id: string;
  status: string;
  note?: string;
  exit_code?: number;
  exit_reason?: string;
  outcome?: string;
  attempt_count: number;
  started_at?: string;
  finished_at?: string;
  transitions: { status: string; attempt: number; at: string }[];
};

export type Answer = { status: number; body: unknown };

export type Stack = Awaited<ReturnType<typeof startStack>>;

/** True where the global setup has a Docker engine for us. In CI it always has, or has failed. */
export const hasDocker = process.env['FLOTILLA_TEST_IMAGE'] !== undefined;
const testImage = process.env['FLOTILLA_TEST_IMAGE'] ?? 'none';

/** `settings`: environment variables of our processes. */
export async function startStack(driver: 'docker' | 'process', settings: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-stack-'));
  // Postgres runs as another user when we are root.
  await chmod(folder, 0o755);
  // Free ones at the first start, just before they are taken; the same ones when a server comes back.
  const ports = { postgres: 0, temporal: 0, ui: 0 };
  const startServers = {
    postgres: () => startPostgres(folder, ports.postgres),
    temporal: () =>
      startTemporal({
        folder: join(folder, 'temporal'),
        port: ports.temporal,
        uiPort: ports.ui,
        settings: [continueEarly],
      }),
  };
  const [postgresStart, temporalStart] = await Promise.allSettled([startServers.postgres(), startServers.temporal()]);
  if (postgresStart.status === 'rejected' || temporalStart.status === 'rejected') {
    // Nobody could stop the other one later.
    const starts = [postgresStart, temporalStart];
    for (const one of starts) if (one.status === 'fulfilled') await one.value.stop();
    throw new Error(starts.map((one) => (one.status === 'rejected' ? String(one.reason) : '')).join(' '));
  }
  const [postgres, temporal] = [postgresStart.value, temporalStart.value];
  ports.postgres = postgres.port;
  ports.temporal = temporal.port;
  ports.ui = temporal.uiPort;
  const servers: { postgres: Server; temporal: Server } = { postgres, temporal };
  const db = new Pool({ connectionString: postgres.url });
  db.on('error', () => undefined);
  const env = {
    ...process.env,
    DATABASE_URL: postgres.url,
    TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
    LOCAL_DRIVER: driver,
    DEV_DATA_FOLDER: folder,
    // Jobs run in login shells: what this user's profile does there is none of the tests' business, nor safe to be killed in.
    HOME: folder,
    // A free port at each start: it is read off the log.
    HTTP_SERVER_LISTEN_ADDRESS: '127.0.0.1:0',
    RUN_STOP_GRACE_SECONDS: '2',
    LOG_LEVEL: 'info',
    ...settings,
  };
  await promisify(execFile)(process.execPath, ['bin/bootstrap.mjs', 'bin/migrate.ts'], { cwd: root, env });
  const children = new Set<ChildProcess>();
  const outputs: string[] = [];
  let apiStarts = 0;
  let apiUrl = '';

  function start(program: 'api' | 'worker'): ChildProcess {
    const child = spawn(process.execPath, ['bin/bootstrap.mjs', `bin/${program}.ts`], { cwd: root, env });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => outputs.push(`${program} ${chunk.toString()}`));
    }
    children.add(child);
    child.on('exit', (code, signal) => {
      children.delete(child);
      outputs.push(`${program} ${child.pid ?? 0} has ended: ${code ?? signal ?? ''}\n`);
    });
    return child;
  }

  const stack = {
    db,
    env,
    folder,
    get apiUrl(): string {
      return apiUrl;
    },
    /** What our processes have logged, for a test that fails. */
    output: () => outputs.join(''),
    startWorker: () => start('worker'),
    async startApi(): Promise<ChildProcess> {
      const child = start('api');
      const listening = (): Promise<string | null> => {
        if (child.exitCode !== null) throw new Error(stack.output());
        const urls = [...stack.output().matchAll(/"url":"([^"]+)","msg":"API listens"/g)];
        return Promise.resolve(urls[apiStarts]?.[1] ?? null);
      };
      apiUrl = `${await until('the API listens', listening, 120)}/api/v6`;
      apiStarts += 1;
      return child;
    },
    /** kill -9; returns once it is gone. */
    async kill(child: ChildProcess): Promise<void> {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    /** kill -9 of a server; `restart` brings it back on the same port and data. */
    async killServer(name: 'postgres' | 'temporal'): Promise<void> {
      const file = name === 'temporal' ? 'temporal/temporal.pid' : 'postgres/postmaster.pid';
      const pid = Number((await readFile(join(folder, file), 'utf8')).split(/\s/)[0]);
      process.kill(pid, 'SIGKILL');
      await until(`${name} is gone`, async () => ((await servers[name].isAlive()) ? null : true));
    },
    async restart(name: 'postgres' | 'temporal'): Promise<void> {
      servers[name] = await startServers[name]();
    },
    async client(): Promise<Client> {
      return new Client({ connection: await Connection.connect({ address: `127.0.0.1:${ports.temporal}` }) });
    },
    async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const init = { method, headers, ...(body === undefined ? {} : { body: text }) };
      const response = await fetchJudged(`${apiUrl}${path}`, init);
      return { status: response.status, body: await response.json() };
    },
    /** Defines a job; returns its id. */
    async define(command: string, more: Record<string, unknown> = {}): Promise<string> {
      const alias = `test-${Math.random().toString(36).slice(2)}`;
      const answer = await stack.call('POST', '/task', {
        ...{ alias, group_name: 'test', image: testImage, memory: 64, command },
        ...more,
      });
      if (answer.status !== 200) throw new Error(JSON.stringify(answer));
      return (answer.body as { definition_id: string }).definition_id;
    },
    async execute(definitionId: string, more: Record<string, unknown> = {}): Promise<string> {
      const launch = { run_tags: { owner_id: 'tester' }, ...more };
      const answer = await stack.call('PUT', `/task/${definitionId}/execute`, launch);
      if (answer.status !== 200) throw new Error(JSON.stringify(answer));
      return (answer.body as WireRun).run_id;
    },
    async run(runId: string): Promise<WireRun> {
      return (await stack.call('GET', `/history/${runId}`)).body as WireRun;
    },
    cancel(runId: string, by: string): Promise<Answer> {
      return stack.call('DELETE', `/task/any/history/${runId}`, undefined, { 'x-user-email': by });
    },
    async log(runId: string): Promise<string> {
      return ((await stack.call('GET', `/${runId}/logs`)).body as { log: string }).log;
    },
    /** The output of all attempts so far. */
    wholeLog: async (runId: string): Promise<string> =>
      (await fetchJudged(`${apiUrl}/${runId}/logs?raw_text=true`)).text(),
    /** What comes after the cursor, page by page, until there is nothing new. */
    async pagesAfter(runId: string, from: string): Promise<{ text: string; cursor: string; pages: number }> {
      let [text, cursor] = ['', from];
      for (let pages = 0; ; pages += 1) {
        const { body } = await stack.call('GET', `/${runId}/logs?last_seen=${encodeURIComponent(cursor)}`);
        const page = body as { log: string; last_seen: string };
        if (page.log === '') return { text, cursor: page.last_seen, pages };
        text += `${page.log}\n`;
        cursor = page.last_seen;
      }
    },
    /** Waits until the run's note matches. */
    notes: (runId: string, expected: RegExp, seconds?: number): Promise<WireRun> =>
      until(
        `${runId} notes ${expected.source}`,
        async () => {
          const run = await stack.run(runId);
          return expected.test(run.note ?? '') ? run : null;
        },
        seconds,
      ).catch(async (error: unknown) => {
        throw new Error(`${String(error)}\n${JSON.stringify(await stack.run(runId).catch(() => null))}`);
      }),
    /** Waits, at most `seconds`, until the run shows one of the statuses. */
    async reaches(runId: string, statuses: string[], seconds = 90): Promise<WireRun> {
      return until(
        `${runId} is ${statuses.join(' or ')}`,
        async () => {
          const run = await stack.run(runId).catch(() => null);
          return run !== null && statuses.includes(run.status) ? run : null;
        },
        seconds,
      ).catch(async (error: unknown) => {
        const said = stack.output().split('\n');
        const telling = said.filter((line) => !line.includes('"msg":"request"')).join('\n');
        const about = [
          JSON.stringify(await stack.run(runId).catch(() => null)),
          await waitsFor(runId).catch(String),
          await readFile(join(folder, 'temporal', 'temporal.log'), 'utf8').then(lastOf, String),
          lastOf(telling),
        ];
        throw new Error([String(error), ...about].join('\n'));
      });
    },
    async close(): Promise<void> {
      await Promise.all([...children].map((child) => stack.kill(child)));
      await db.end();
      if (driver === 'docker') await removeContainers();
      else await endProcesses();
      await Promise.all([servers.temporal.stop(), servers.postgres.stop()]);
      await rm(folder, { recursive: true, force: true });
      // Thrown before, too; but not all who ask look at what is thrown.
      if (verdicts.length > 0) throw new Error(verdicts.join('\n'));
    },
  };
  const labelled = new Set<string>();

  /** What Temporal holds of a run's workflow that does not go on, for a test that fails. */
  async function waitsFor(runId: string): Promise<string> {
    const client = await stack.client();
    try {
      const { raw } = await client.workflow.getHandle(runId).describe();
      const activities = (raw.pendingActivities ?? []).map((one) =>
        [
          ...[one.activityType?.name, `attempt ${one.attempt ?? 0}`, `state ${one.state ?? 0}`],
          one.lastFailure?.message ?? '',
        ].join(' '),
      );
      const task = raw.pendingWorkflowTask;
      return `${Date.now()}: ${JSON.stringify({ activities, task, info: raw.workflowExecutionInfo?.historyLength })}`;
    } finally {
      await client.connection.close();
    }
  }

  async function removeContainers(): Promise<void> {
    const docker = new Docker();
    const all = await docker.listContainers({ all: true, filters: { label: ['flotilla.run_id'] } });
    for (const { Id, Labels } of all) {
      if (labelled.has(Labels['flotilla.run_id'] ?? '')) await docker.getContainer(Id).remove({ force: true });
    }
  }

  async function endProcesses(): Promise<void> {
    for (const name of await readdir(join(folder, 'attempts')).catch(() => [])) {
      const leader = await leaderOf(join(folder, 'attempts', name));
      // Else its number may be another's by now.
      if (leader !== null) signalGroup(leader, 'SIGKILL');
    }
  }

  const execute = stack.execute.bind(stack);
  stack.execute = async (...args) => {
    const runId = await execute(...args);
    labelled.add(runId);
    return runId;
  };
  return stack;
}

function lastOf(text: string): string {
  return text.slice(-4000);
}

/** Asks again and again until there is an answer; throws after `seconds`. An ask that throws counts as none. */
export async function until<T>(what: string, ask: () => Promise<T | null>, seconds = 60): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask().catch(() => null);
    if (verdicts.length > 0) throw new Error(verdicts.join('\n'));
    if (answer !== null) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`);
    await sleep(pollMs);
  }
}
