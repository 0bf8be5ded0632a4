/** The API process. Any number of them may run against one database and one Temporal. */
import { parseArguments } from './arguments';
import {
  createLog,
  main,
  openEngines,
  openPool,
  openTemporal,
  readConfig,
  requireServices,
  runClient,
  startApi,
  stopOnSignal,
} from './parts';

main(async () => {
  const { port, rest } = parseArguments(process.argv.slice(2));
  const config = readConfig(rest);
  requireServices(config);
  const log = createLog(config);
  const db = openPool(config, log);
  const { engines } = await openEngines(config);
  const api = await startApi(config, { db, engines, runs: runClient(config, openTemporal(config)), log }, port);
  log.info({ url: api.url }, 'API listens');
  stopOnSignal(async () => {
    await api.stop();
    await db.end();
  });
});
