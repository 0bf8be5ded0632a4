/** The worker process: workflows, projection and every configured engine. Any number of them may run. */
import { main } from './ending';
import { openEngines } from './engines';
import { createLog, openPool, openTemporal, readConfig, requireServices, runClient } from './parts';
import { startWorker } from './run-worker';

main(async (ending) => {
  const config = readConfig(process.argv.slice(2));
  requireServices(config);
  const log = createLog(config);
  const db = openPool(config, log);
  ending.add({ stop: () => db.end() });
  const { engines, driver } = await openEngines(config, db, log);
  const client = openTemporal(config);
  const worker = await startWorker(config, { db, engines, runs: runClient(config, client), log }, client);
  ending.add(worker);
  log.info({ engines: [...engines.keys()], localDriver: driver }, 'worker runs');
  worker.ended.catch((error: unknown) => {
    log.fatal({ error }, 'worker failed');
    ending.fail(error);
  });
});
