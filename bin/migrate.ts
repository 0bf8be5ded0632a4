/** Brings the database's schema up to date, once per deployment; several at once are safe. */
import { migrate } from '../db/migrate';
import { main } from './ending';
import { readConfig } from './parts';

main(async () => {
  const config = readConfig(process.argv.slice(2));
  if (config.database_url === '') throw new Error('database_url (environment variable DATABASE_URL) must be set');
  const applied = await migrate(config.database_url);
  console.log(applied.length === 0 ? 'The schema is up to date' : `Applied ${applied.join(', ')}`);
});
