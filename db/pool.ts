/** The connection pool, and what every query module takes to reach the database. */
import { Pool, type QueryResult, type QueryResultRow } from 'pg';

/** Anything that runs a query: the pool or one client of it. */
export type Db = {
  query<R extends QueryResultRow>(text: string, values?: unknown[]): Promise<QueryResult<R>>;
};

export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505';
}

const connectSeconds = 5;
const statementSeconds = 30;

/** `onError` hears of idle connections that broke, as when Postgres restarts: the pool replaces them by itself. */
export function createPool(databaseUrl: string, onError: (error: Error) => void): Pool {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: 10,
    connectionTimeoutMillis: connectSeconds * 1000,
    statement_timeout: statementSeconds * 1000,
    keepAlive: true,
  });
  pool.on('error', onError);
  return pool;
}
