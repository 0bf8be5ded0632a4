/** The parts that our processes are made of, each built from configuration. Only here is it read. */
import { createServer, type Server } from 'node:http';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Pool } from 'pg';
import { pino, type Logger } from 'pino';
import { createEngineActivities, createProjectionActivities, type Deps } from '../activities';
import { createApi } from '../api/app';
import { ConfigError, loadConfig } from '../conf/load';
import type { Config } from '../conf/schema';
import { createPool } from '../db/pool';
import type { Engine } from '../engines/engine';
import { createLocalEngine } from '../engines/local';
import { createRunClient, type RunClient } from '../workflows/client';
import { engineTaskQueue, mainTaskQueue } from '../workflows/contract';
import { prepareNamespace } from '../workflows/standing';

const root = join(__dirname, '..');
const drainSeconds = 10;
const retryConnectMs = 1000;

/** Ends the process with one line where the configuration is wrong. `args`: an optional folder with a config.yml. */
export function readConfig(args: string[]): Config {
  try {
    const folder = args.find((arg) => !arg.startsWith('--')) ?? null;
    const { config, warnings } = loadConfig(process.env, folder);
    for (const warning of warnings) console.warn(`warning: ${warning}`);
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/** For production processes, which have nothing of their own to fall back to. */
export function requireServices(config: Config): void {
  const missing = [
    ...(config.database_url === '' ? ['database_url (environment variable DATABASE_URL)'] : []),
    ...(config.temporal.address === '' ? ['temporal.address (environment variable TEMPORAL_ADDRESS)'] : []),
  ];
  if (missing.length === 0) return;
  console.error(`${missing.join(' and ')} must be set: only \`npm start\` runs its own`);
  process.exit(1);
}

export function createLog(config: Config, toFile?: string): Logger {
  const options = { level: config.log_level, serializers: { error: pino.stdSerializers.err } };
  return toFile === undefined ? pino(options) : pino(options, pino.destination({ dest: toFile, sync: false }));
}

export function openPool(config: Config, log: Logger): Pool {
  return createPool(config.database_url, (error) => {
    log.warn({ error }, 'a database connection broke');
  });
}

/** Connects at its first call, so that the API can stand while Temporal does not. */
export function openTemporal(config: Config): Client {
  const { address, namespace, tls, api_key: apiKey } = config.temporal;
  const connection = Connection.lazy({ address, tls, ...(apiKey === '' ? {} : { apiKey }) });
  return new Client({ connection, namespace });
}

export function runClient(config: Config, client: Client): RunClient {
  const { run } = config;
  return createRunClient(client, {
    queueSeconds: run.queue_seconds,
    startSeconds: run.start_seconds,
    graceSeconds: run.stop_grace_seconds,
    capacity: waits(run.capacity),
    poll: waits(run.poll),
    retry: {
      INFRA_START: { attempts: run.retry.infra_start.attempts, ...waits(run.retry.infra_start) },
      INFRA_LOST: { attempts: run.retry.infra_lost.attempts, ...waits(run.retry.infra_lost) },
    },
  });
}

function waits(of: { first_seconds: number; max_seconds: number }): { firstSeconds: number; maxSeconds: number } {
  return { firstSeconds: of.first_seconds, maxSeconds: of.max_seconds };
}

export type Engines = {
  engines: ReadonlyMap<string, Engine>;
  /** Which driver runs local jobs. */
  driver: 'docker' | 'process';
};

export async function openEngines(config: Config): Promise<Engines> {
  const { engine, driver } = await createLocalEngine({
    driver: config.local.driver,
    clusters: config.local.clusters,
    folder: join(dataFolder(config), 'attempts'),
    keepSeconds: config.local.keep_seconds,
  });
  return { engines: new Map([[engine.name, engine]]), driver };
}

/** Absolute; a relative one is in the checkout. */
export function dataFolder(config: Config): string {
  return resolve(root, config.dev.data_folder);
}

export type Running = {
  /** Ends it in order: no new work, what is under way is finished or handed over. */
  stop(): Promise<void>;
};

/** `port` replaces the configured one; 0 takes a free one. */
export async function startApi(
  config: Config,
  parts: { db: Pool; engines: ReadonlyMap<string, Engine>; runs: RunClient; log: Logger },
  port: number | null,
): Promise<Running & { url: string }> {
  const { http } = config;
  const { host, port: configured } = parseAddress(http.server.listen_address);
  const app = createApi({
    ...parts,
    settings: {
      mode: config.flotilla_mode,
      baseUri: config.base_uri,
      ownerVariable: config.owner_id_var,
      defaultEngine: config.engines[0] ?? '',
      deadlineSeconds: config.run.deadline_seconds,
      maxBodyBytes: http.server.max_body_kb * 1024,
    },
  });
  const handle = app.callback();
  const server = createServer((request, response) => void handle(request, response));
  server.requestTimeout = http.server.read_timeout_seconds * 1000;
  server.headersTimeout = http.server.read_timeout_seconds * 1000;
  server.on('request', (_request, response) => {
    response.setTimeout(http.server.write_timeout_seconds * 1000);
  });
  await listen(server, host, port ?? configured);
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : configured;
  return {
    url: `http://${host === '' ? 'localhost' : host}:${bound}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeIdleConnections();
        setTimeout(() => {
          server.closeAllConnections();
        }, drainSeconds * 1000).unref();
      }),
  };
}

/** One worker for workflows and the projection, one per engine for its activities. Waits for Temporal as long as it takes. */
export async function startWorker(
  config: Config,
  deps: Deps,
  client: Client,
): Promise<Running & { ended: Promise<void> }> {
  Runtime.install({ shutdownSignals: [], logger: temporalLog(deps.log) });
  const { namespace } = config.temporal;
  const connection = await connectWorker(config, deps.log);
  await prepareNamespace(client, namespace);
  // Few long polls are open while nothing happens; more of them bring one Node process no more work.
  const pollers = { type: 'simple-maximum', maximum: 4 } as const;
  const common = { connection, namespace, activityTaskPollerBehavior: pollers, workflowTaskPollerBehavior: pollers };
  const workers = await Promise.all([
    Worker.create({
      ...common,
      taskQueue: mainTaskQueue,
      workflowsPath: require.resolve('../workflows'),
      activities: createProjectionActivities(deps),
    }),
    ...[...deps.engines.keys()].map((engine) =>
      Worker.create({ ...common, taskQueue: engineTaskQueue(engine), activities: createEngineActivities(deps) }),
    ),
  ]);
  for (const engine of deps.engines.values()) {
    for (const cluster of engine.clusters) await deps.runs.ensureObserver(engine.name, cluster);
  }
  const ended = Promise.all(workers.map((worker) => worker.run())).then(() => connection.close());
  ended.catch(() => undefined);
  return {
    ended,
    stop: async () => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended;
    },
  };
}

async function connectWorker(config: Config, log: Logger): Promise<NativeConnection> {
  const { address, tls, api_key: apiKey } = config.temporal;
  for (;;) {
    try {
      return await NativeConnection.connect({ address, tls, ...(apiKey === '' ? {} : { apiKey }) });
    } catch (error) {
      log.warn({ address, error }, 'waiting for Temporal');
      await sleep(retryConnectMs);
    }
  }
}

function temporalLog(log: Logger): DefaultLogger {
  const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
  return new DefaultLogger('INFO', ({ level, message, meta }) => {
    log[level === 'INFO' ? 'debug' : levels[level]]({ ...meta }, message);
  });
}

/** Calls `stop` on the first SIGINT or SIGTERM, then ends the process. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const once = (): void => {
    if (stopping) return;
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', once);
  process.on('SIGTERM', once);
}

/** Ends the process with the message of what went wrong at its start. */
export function main(start: () => Promise<void>): void {
  start().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
}

function parseAddress(text: string): { host: string; port: number } {
  const [, host, port] = /^(.*):(\d+)$/.exec(text) ?? ['', '', '0'];
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${port} is taken: set HTTP_SERVER_LISTEN_ADDRESS, or give --port 0 for a free one`)
          : error,
      );
    });
    server.listen({ port, ...(host === '' ? {} : { host }) }, resolve);
  });
}
