/** A Postgres of a test's own, with our schema, for what needs no Temporal. */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Pool } from 'pg';
import { startPostgres } from '../bin/dev/postgres-server';
import { createPool } from '../db/pool';

const root = join(__dirname, '..');

export type Database = { db: Pool; close(): Promise<void> };

export async function startDatabase(): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-database-'));
  // Postgres runs as another user when we are root.
  await chmod(folder, 0o755);
  const postgres = await startPostgres(folder, 0);
  const env = { ...process.env, DATABASE_URL: postgres.url };
  await promisify(execFile)(process.execPath, ['bin/bootstrap.mjs', 'bin/migrate.ts'], { cwd: root, env });
  const db = createPool(postgres.url, () => undefined);
  return {
    db,
    close: async () => {
      await db.end();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
