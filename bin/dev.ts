/** `npm start`: everything in one go. Postgres and Temporal of its own unless configured, one worker, one API. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../conf/schema';
import { migrate } from '../db/migrate';
import { parseArguments } from './arguments';
import { run } from './dev/command';
import { firstRun } from './dev/first-run';
import { keep } from './dev/keep';
import { livingPid, writePidFile } from './dev/leftover';
import { requireBrowsable, takePort } from './dev/port';
import { startPostgres, type PostgresServer } from './dev/postgres-server';
import { startTemporal, type TemporalServer } from './dev/temporal-server';
import { main, type Ending } from './ending';
import { openEngines } from './engines';
import { absolute, createLog, openPool, openTemporal, readConfig, root, runClient } from './parts';
import { startWorker } from './run-worker';
import { listenAddress, startApi } from './serve-api';

main(async (ending) => {
  const { port, rest } = parseArguments(process.argv.slice(2));
  const given = readConfig(rest);
  const folder = absolute(given.dev.data_folder);
  await mkdir(folder, { recursive: true });
  await claimFolder(folder, ending);
  ending.signal.addEventListener('abort', () => {
    console.log('\nStopping…');
  });
  // Known before anything long begins.
  const wanted = listenAddress(given, port);
  await takePort(wanted.port, 'http.server.listen_address', wanted.host);
  if (wanted.port !== 0) await requireBrowsable(wanted.port, 'http.server.listen_address');

  const { config, uiUrl } = await startServices(given, folder, port === 0, ending);
  await migrate(config.database_url);
  const log = createLog(config, join(folder, 'flotilla.log'));
  const db = openPool(config, log);
  ending.add({ stop: () => db.end() });
  const { engines, driver, trouble } = await openEngines(config, db, log);
  const client = openTemporal(config);
  const runs = runClient(config, client);
  const worker = await startWorker(config, { db, engines, runs, log }, client);
  ending.add(worker);
  worker.ended.catch((error: unknown) => {
    log.fatal({ error }, 'worker failed');
    ending.fail(error);
  });
  const api = await startApi(config, { db, engines, runs, log }, port);
  ending.add(api);

  console.log(
    [
      '',
      'Flotilla is running.',
      `  Web UI       ${api.url}`,
      `  API          ${api.url}/api/v6`,
      ...(uiUrl === null ? [] : [`  Temporal UI  ${uiUrl}`]),
      `  Data, log    ${folder}`,
      ...(driver === null
        ? []
        : [`  Local jobs   ${driver === 'docker' ? 'containers of this machine’s Docker engine' : 'plain processes'}`]),
      ...(trouble === null ? [] : ['', `  ${trouble}.`]),
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
async function claimFolder(folder: string, ending: Ending): Promise<void> {
  const pidFile = join(folder, 'flotilla.pid');
  const pid = await livingPid(pidFile);
  if (pid !== null) throw new Error(`Flotilla already runs on this data folder (pid ${pid}): stop it first`);
  ending.add({ stop: () => rm(pidFile, { force: true }) });
  await writePidFile(pidFile, process.pid);
}

/** Postgres and Temporal, where none are configured. */
async function startServices(
  given: Config,
  folder: string,
  freePorts: boolean,
  ending: Ending,
): Promise<{ config: Config; uiUrl: string | null }> {
  const own = {
    postgres: freePorts ? 0 : given.dev.postgres_port,
    temporal: freePorts ? 0 : given.dev.temporal_port,
    ui: freePorts ? 0 : given.dev.temporal_ui_port,
  };
  const postgres = async (): Promise<string> => {
    if (given.database_url !== '') return given.database_url;
    const server = await keep<PostgresServer>('Postgres', ending, (before) =>
      startPostgres(folder, before?.port ?? own.postgres, ending.signal),
    );
    return server.url;
  };
  const temporal = async (): Promise<{ address: string; uiUrl: string | null }> => {
    if (given.temporal.address !== '') return { address: given.temporal.address, uiUrl: null };
    const { signal } = ending;
    const { port, uiPort } = await keep<TemporalServer>('Temporal', ending, (before) => {
      const ports = { port: before?.port ?? own.temporal, uiPort: before?.uiPort ?? own.ui };
      return startTemporal({ folder: join(folder, 'temporal'), ...ports, signal });
    });
    return { address: `127.0.0.1:${port}`, uiUrl: `http://127.0.0.1:${uiPort}` };
  };
  console.log('Starting Postgres and Temporal…');
  const ui = run(process.execPath, ['bin/bootstrap.mjs', 'ui/build.ts'], { cwd: root, signal: ending.signal });
  const [url, { address, uiUrl }] = await Promise.all([postgres(), temporal(), ui]);
  const shownUi = given.temporal.ui_url === '' ? (uiUrl ?? '') : given.temporal.ui_url;
  return { config: { ...given, database_url: url, temporal: { ...given.temporal, address, ui_url: shownUi } }, uiUrl };
}
