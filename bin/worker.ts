/** The worker process: workflows, projection and every configured engine. Any number of them may run. */
import {
  createLog,
  main,
  openEngines,
  openPool,
  openTemporal,
  readConfig,
  requireServices,
  runClient,
  startWorker,
  stopOnSignal,
} from './parts';

main(async () => {
  const config = readConfig(process.argv.slice(2));
  requireServices(config);
  const log = createLog(config);
  const db = openPool(config, log);
  const { engines, driver } = await openEngines(config);
  const client = openTemporal(config);
  const worker = await startWorker(config, { db, engines, runs: runClient(config, client), log }, client);
  log.info({ engines: [...engines.keys()], localDriver: driver }, 'worker runs');
  worker.ended.catch((error: unknown) => {
    log.fatal({ error }, 'worker failed');
    process.exit(1);
  });
  stopOnSignal(async () => {
    await worker.stop();
    await db.end();
  });
});
