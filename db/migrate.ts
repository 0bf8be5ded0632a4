/** Brings the database to the newest schema: plain SQL files, in order, each once, under one advisory lock. */
import { join } from 'node:path';
import { runner } from 'node-pg-migrate';

/** Safe when several processes boot together: the others wait for the lock and then find nothing to do. Returns the names applied. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const applied = await runner({
    databaseUrl,
    dir: join(__dirname, 'migrations'),
    direction: 'up',
    migrationsTable: 'schema_migration',
    advisoryLockMode: 'wait',
    log: () => undefined,
  });
  return applied.map(({ name }) => name);
}
