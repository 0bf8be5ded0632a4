/** The parts that our processes are made of, each built from configuration. Only here is it read. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { Pool } from 'pg';
import { pino, type Logger } from 'pino';
import { ConfigError, loadConfig } from '../conf/load';
import type { Config } from '../conf/schema';
import { createPool } from '../db/pool';
import { askRegistry } from '../registry/ask';
import { createImageCheck } from '../registry/check';
import { createRunClient, type RunClient } from '../workflows/client';

/** Of the checkout. */
export const root = join(__dirname, '..');

/** Ours, as the checkout says. */
export const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

/** Where the web UI's files are; null where nobody has built them (`npm run ui`). */
export function uiFolder(): string | null {
  const folder = join(root, 'ui/dist');
  return existsSync(join(folder, 'index.html')) ? folder : null;
}

/**
 * Ends the process with one line where the configuration is wrong. `args`: an optional folder with a config.yml. `base_uri` is
 * empty where nobody has set it: then it is wherever the API comes to listen.
 */
export function readConfig(args: string[]): Config {
  try {
    const folder = args.find((arg) => !arg.startsWith('--')) ?? null;
    const { config, warnings } = loadConfig(process.env, folder);
    for (const warning of warnings) console.warn(`warning: ${warning}`);
    const isSet = process.env['BASE_URI'] !== undefined || config.base_uri !== loadConfig({}, null).config.base_uri;
    return isSet ? config : { ...config, base_uri: '' };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/** For production processes, which have nothing of their own to fall back to. */
export function requireServices(config: Config): void {
  const missing = [
    ...(config.database_url === '' ? ['database_url (environment variable DATABASE_URL)'] : []),
    ...(config.temporal.address === '' ? ['temporal.address (environment variable TEMPORAL_ADDRESS)'] : []),
  ];
  if (missing.length === 0) return;
  console.error(`${missing.join(' and ')} must be set: only \`npm start\` runs its own`);
  process.exit(1);
}

export function createLog(config: Config, toFile?: string): Logger {
  const options = { level: config.log_level, serializers: { error: pino.stdSerializers.err } };
  return toFile === undefined ? pino(options) : pino(options, pino.destination({ dest: toFile, sync: false }));
}

export function openPool(config: Config, log: Logger): Pool {
  return createPool(config.database_url, (error) => {
    log.warn({ error }, 'a database connection broke');
  });
}

/** Connects at its first call, so that the API can stand while Temporal does not. */
export function openTemporal(config: Config): Client {
  const { address, namespace, tls, api_key: apiKey } = config.temporal;
  const connection = Connection.lazy({ address, tls, ...(apiKey === '' ? {} : { apiKey }) });
  return new Client({ connection, namespace });
}

export function runClient(config: Config, client: Client): RunClient {
  const { run } = config;
  return createRunClient(client, {
    queueSeconds: run.queue_seconds,
    startSeconds: run.start_seconds,
    graceSeconds: run.stop_grace_seconds,
    capacity: waits(run.capacity),
    poll: waits(run.poll),
    retry: {
      INFRA_START: { attempts: run.retry.infra_start.attempts, ...waits(run.retry.infra_start) },
      INFRA_LOST: { attempts: run.retry.infra_lost.attempts, ...waits(run.retry.infra_lost) },
      OOM: { attempts: run.retry.oom.attempts, ...waits(run.retry.oom) },
    },
  });
}

/** Null where images are not to be checked. */
export function imageCheck(config: Config, log: Logger): ((image: string) => Promise<boolean>) | null {
  if (!config.check_image_validity) return null;
  const file = absolute(config.docker_auth.replace(/^~(?=\/)/, () => homedir()));
  return createImageCheck({
    ask: (name) => askRegistry(name, file),
    now: () => performance.now(),
    warn: (image, why) => {
      log.warn({ image, why }, 'image not checked; told once a minute at most');
    },
  });
}

function waits(of: { first_seconds: number; max_seconds: number }): { firstSeconds: number; maxSeconds: number } {
  return { firstSeconds: of.first_seconds, maxSeconds: of.max_seconds };
}

/** Absolute; a relative one is in the checkout. */
export function absolute(path: string): string {
  return resolve(root, path);
}
