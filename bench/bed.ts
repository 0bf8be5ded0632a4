/** The test bed: Postgres and Temporal of our own on free ports, in a temporary folder, and what runs on them. */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { takePort } from '../bin/dev/port';
import { startPostgres } from '../bin/dev/postgres-server';
import { startTemporal } from '../bin/dev/temporal-server';
import type { Running } from '../bin/ending';
import { createLog, openPool, openTemporal, readConfig, runClient } from '../bin/parts';
import { startWorker } from '../bin/run-worker';
import type { Config } from '../conf/schema';
import { migrate } from '../db/migrate';
import type { Engine } from '../engines/engine';
import type { RunClient } from '../workflows/client';
import { say } from './figure';

export type Bed = Running & {
  config: Config;
  db: Pool;
  client: Client;
  runs: RunClient;
  log: Logger;
  /** Where Temporal's server tells its Prometheus metrics. */
  metricsUrl: string;
  /** Has it stopped with the bed, before what the bed itself runs on. */
  add(part: Running): void;
};

const logTail = 10;
/** A warning that every worker of activities alone gives. */
const usual = 'No workflows registered';

/** What was started is stopped again if it does not come to its end. */
export async function openBed(): Promise<Bed> {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-bench-'));
  await chmod(folder, 0o755); // where we are root, Postgres runs as somebody else
  const running: Running[] = [{ stop: () => rm(folder, { recursive: true, force: true }) }];
  // Last to first; what cannot be stopped does not keep the others going.
  const stopAll = async (): Promise<void> => {
    for (const part of running.reverse()) {
      await part.stop().catch((error: unknown) => {
        console.error(error);
      });
    }
  };
  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => (stopping ??= stopAll());
  try {
    const given = readConfig([]);
    const [pgPort, port, uiPort, metricsPort] = await freePorts();
    const postgres = await startPostgres(folder, pgPort);
    running.push(postgres);
    running.push(
      await startTemporal({
        folder: join(folder, 'temporal'),
        port,
        uiPort,
        args: ['--metrics-port', String(metricsPort)],
      }),
    );
    const config: Config = {
      ...given,
      log_level: 'warn',
      database_url: postgres.url,
      temporal: { address: `127.0.0.1:${port}`, namespace: 'default', tls: false, ui_url: '', api_key: '' },
      http: { server: { ...given.http.server, listen_address: '127.0.0.1:0' } },
      engines: ['local'],
      dev: { ...given.dev, data_folder: folder },
    };
    await migrate(config.database_url);
    const logFile = join(folder, 'bench.log');
    const log = createLog(config, logFile);
    running.push({
      stop: async () => {
        const text = await readFile(logFile, 'utf8').catch(() => '');
        const lines = text.split('\n').filter((line) => line !== '' && !line.includes(usual));
        if (lines.length > 0) say(`\nThe log ends with:\n${lines.slice(-logTail).join('\n')}`);
      },
    });
    const db = openPool(config, log);
    running.push({ stop: () => db.end() });
    const client = openTemporal(config);
    running.push({ stop: () => client.connection.close() });
    const runs = runClient(config, client);
    const metricsUrl = `http://127.0.0.1:${metricsPort}/metrics`;
    return { config, db, client, runs, log, metricsUrl, add: (part) => running.push(part), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function freePorts(): Promise<[number, number, number, number]> {
  const [a, b, c, d] = await Promise.all([0, 1, 2, 3].map(() => takePort(0, 'bench')));
  if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('no free ports');
  return [a, b, c, d];
}

/** A worker for our workflows and these engines while `work` is under way. */
export async function withWorker<T>(bed: Bed, engines: Engine[], work: () => Promise<T>): Promise<T> {
  const { config, db, runs, log, client } = bed;
  const worker = await startWorker(config, { db, runs, log, engines: byName(engines) }, client);
  try {
    return await work();
  } finally {
    await worker.stop();
  }
}

export function byName(engines: Engine[]): ReadonlyMap<string, Engine> {
  return new Map(engines.map((engine) => [engine.name, engine]));
}
