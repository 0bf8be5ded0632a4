/** The API process. Any number of them may run against one database and one Temporal. */
import { parseArguments } from './arguments';
import { main } from './ending';
import { openEngines } from './engines';
import { createLog, openPool, openTemporal, readConfig, requireServices, runClient } from './parts';
import { prepareNamespace } from '../workflows/namespace';
import { startApi } from './serve-api';

main(async (ending) => {
  const { port, rest } = parseArguments(process.argv.slice(2));
  const config = readConfig(rest);
  requireServices(config);
  const log = createLog(config);
  const db = openPool(config, log);
  ending.add({ stop: () => db.end() });
  const { engines } = await openEngines(config, db, log);
  const client = openTemporal(config);
  // A namespace that no worker has seen yet would refuse runs; where Temporal is away, the first worker makes up for it.
  prepareNamespace(client, config.temporal.namespace).catch((error: unknown) => {
    log.warn({ error }, 'namespace not prepared; a worker will');
  });
  const api = await startApi(config, { db, engines, runs: runClient(config, client), log }, port);
  ending.add(api);
  log.info({ url: api.url }, 'API listens');
});
