/** `npm start`: everything in one go. Postgres and Temporal of its own unless configured, one worker, one API. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../conf/schema';
import { migrate } from '../db/migrate';
import { parseArguments } from './arguments';
import { firstRun } from './dev/first-run';
import { livingPid, writePidFile } from './dev/leftover';
import { takePort } from './dev/port';
import { startPostgres } from './dev/postgres-server';
import { startTemporal, type Server } from './dev/temporal-server';
import {
  createLog,
  dataFolder,
  main,
  openEngines,
  openPool,
  openTemporal,
  readConfig,
  runClient,
  startApi,
  startWorker,
  stopOnSignal,
  type Running,
} from './parts';

const watchEveryMs = 1000;

main(async () => {
  const { port, rest } = parseArguments(process.argv.slice(2));
  const given = readConfig(rest);
  const folder = dataFolder(given);
  await mkdir(folder, { recursive: true });
  const pidFile = join(folder, 'flotilla.pid');
  await claimFolder(pidFile);

  // Stopped last to first.
  const running: Running[] = [];
  stopOnSignal(async () => {
    console.log('\nStopping…');
    for (const part of running.reverse()) await part.stop();
    await rm(pidFile, { force: true });
  });

  const services = await startServices(given, folder, port === 0);
  running.push(...services.running);
  const config = services.config;
  // Jobs are told where the API is.
  const apiPort = port === 0 ? await takePort(0, 'http.server.listen_address') : port;
  if (apiPort !== null) config.base_uri = `http://localhost:${apiPort}`;
  await migrate(config.database_url);

  const log = createLog(config, join(folder, 'flotilla.log'));
  const db = openPool(config, log);
  running.push({ stop: () => db.end() });
  const { engines, driver } = await openEngines(config);
  const client = openTemporal(config);
  const runs = runClient(config, client);
  const worker = await startWorker(config, { db, engines, runs, log }, client);
  running.push(worker);
  const api = await startApi(config, { db, engines, runs, log }, apiPort);
  running.push(api);

  console.log(
    [
      '',
      'Flotilla is running.',
      `  API          ${api.url}/api/v6`,
      ...(services.uiUrl === null ? [] : [`  Temporal UI  ${services.uiUrl}`]),
      `  Data, log    ${folder}`,
      `  Local jobs   ${driver === 'docker' ? 'containers of this machine’s Docker engine' : 'plain processes'}`,
      ...(driver === 'process'
        ? [
            '',
            '  NO ISOLATION: there is no Docker engine, so jobs run as plain processes of this machine,',
            '  with your rights; their image, memory and cpu are ignored.',
          ]
        : []),
    ].join('\n'),
  );
  await firstRun(api.url);
  console.log('\nPress Ctrl-C to stop; running jobs go on and are found again at the next start.');
});

/** Two at once on one folder would end each other's servers. */
async function claimFolder(pidFile: string): Promise<void> {
  const pid = await livingPid(pidFile);
  if (pid !== null) throw new Error(`Flotilla already runs on this data folder (pid ${pid}): stop it first`);
  await writePidFile(pidFile, process.pid);
}

/** Postgres and Temporal, where none are configured. */
async function startServices(
  given: Config,
  folder: string,
  freePorts: boolean,
): Promise<{ config: Config; running: Running[]; uiUrl: string | null }> {
  const { dev } = given;
  const portOf = (key: 'postgres_port' | 'temporal_port' | 'temporal_ui_port'): Promise<number> =>
    takePort(freePorts ? 0 : dev[key], `dev.${key}`);
  const running: Running[] = [];
  const config = { ...given, temporal: { ...given.temporal } };
  let uiUrl: string | null = null;
  console.log('Starting Postgres and Temporal…');
  const temporal = async (): Promise<void> => {
    if (given.temporal.address !== '') return;
    const [port, uiPort] = [await portOf('temporal_port'), await portOf('temporal_ui_port')];
    config.temporal.address = `127.0.0.1:${port}`;
    uiUrl = `http://127.0.0.1:${uiPort}`;
    running.push(await kept('Temporal', () => startTemporal({ folder: join(folder, 'temporal'), port, uiPort })));
  };
  const postgres = async (): Promise<void> => {
    if (given.database_url !== '') return;
    const port = await portOf('postgres_port');
    running.push(
      await kept('Postgres', async () => {
        const server = await startPostgres(folder, port);
        config.database_url = server.url;
        return server;
      }),
    );
  };
  const outcomes = await Promise.allSettled([temporal(), postgres()]);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    for (const part of running) await part.stop();
    throw failed.reason;
  }
  return { config, running, uiUrl };
}

/** Starts the server again whenever it dies. */
async function kept(name: string, start: () => Promise<Server>): Promise<Running> {
  let server = await start();
  let current: Promise<void> = Promise.resolve();
  const watch = setInterval(() => {
    current = current
      .then(async () => {
        if (await server.isAlive()) return;
        console.error(`${name} has died: starting it again`);
        server = await start();
      })
      .catch((error: unknown) => {
        console.error(`${name} does not start again: ${error instanceof Error ? error.message : String(error)}`);
      });
  }, watchEveryMs);
  return {
    stop: async () => {
      clearInterval(watch);
      await current;
      await server.stop();
    },
  };
}
