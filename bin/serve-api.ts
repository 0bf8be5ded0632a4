/** The API behind an HTTP server: where it listens, and how it ends. */
import { createServer, type Server } from 'node:http';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { createApi } from '../api/app';
import { News } from '../api/news';
import { Streams } from '../api/streams';
import { refuseUnreadable } from '../api/unreadable';
import type { Config } from '../conf/schema';
import { listen as listenToDatabase } from '../db/listen';
import { eventChannel } from '../db/run_event';
import type { Engine } from '../engines/engine';
import { createRenderer } from '../templates/renderer';
import type { RunClient } from '../workflows/client';
import type { Running } from './ending';
import { imageCheck, uiFolder, version } from './parts';

const drainSeconds = 10;
/** Lists take 1000 values of a filter in their URL, such as ids of runs. */
const maxHeaderBytes = 64 * 1024;
/** How exactly the time for a request is kept; Node's own is half a minute. */
const checkConnectionsMs = 1000;
const closeIdleMs = 100;
/** What is listened on for all addresses is reached by this one. */
const everywhere = new Set(['', '0.0.0.0', '::']);

/** `port` replaces the configured one; 0 takes a free one. Jobs are told `base_uri`, or where it listens. */
export async function startApi(
  config: Config,
  parts: { db: Pool; engines: ReadonlyMap<string, Engine>; runs: RunClient; log: Logger },
  port: number | null,
): Promise<Running & { url: string }> {
  const { http } = config;
  const at = listenAddress(config, port);
  const server = createServer({
    connectionsCheckingInterval: checkConnectionsMs,
    maxHeaderSize: maxHeaderBytes,
    // Node's own refusal has no sentence; the application's has.
    requireHostHeader: false,
  });
  server.requestTimeout = http.server.read_timeout_seconds * 1000;
  server.headersTimeout = http.server.read_timeout_seconds * 1000;
  await listen(server, at);
  const url = urlOf(at.host, portOf(server) ?? at.port);
  const templates = createRenderer();
  const news = new News(parts);
  const streams = new Streams();
  const ear = listenToDatabase(
    config.database_url,
    eventChannel,
    () => {
      news.wake();
    },
    (error) => {
      parts.log.warn({ error }, 'the database is not listened to; trying again');
    },
  );
  const app = createApi({
    ...parts,
    templates,
    news,
    streams,
    isImageMissing: imageCheck(config, parts.log),
    settings: {
      version,
      mode: config.flotilla_mode,
      baseUri: config.base_uri === '' ? url : config.base_uri,
      ownerVariable: config.owner_id_var,
      defaultEngine: config.engines[0] ?? '',
      deadlineSeconds: config.run.deadline_seconds,
      stopGraceSeconds: config.run.stop_grace_seconds,
      maxBodyBytes: http.server.max_body_kb * 1024,
      corsOrigins: http.server.cors_allowed_origins,
      callerHeader: http.server.caller_header,
      secretsVisibleTo: http.server.secrets_visible_to,
      workflowsUrl: workflowsUrl(config),
      uiFolder: uiFolder(),
    },
  });
  const handle = app.callback();
  // In the same turn as it began to listen: no request has come yet.
  refuseUnreadable(server, parts.log);
  server.on('request', (request, response) => {
    // Of silence, not in all: a long log is sent to its end.
    response.setTimeout(http.server.write_timeout_seconds * 1000);
    void handle(request, response);
  });
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        streams.close();
        // What is under way is answered; a connection that is kept alive after it carries nothing more.
        const closing = setInterval(() => {
          server.closeIdleConnections();
        }, closeIdleMs);
        server.close(() => {
          clearInterval(closing);
          void Promise.all([templates.close(), ear.stop()]).then(() => {
            resolve();
          });
        });
        setTimeout(() => {
          server.closeAllConnections();
        }, drainSeconds * 1000).unref();
      }),
  };
}

/** Null where no Temporal UI is configured. */
function workflowsUrl({ temporal: { ui_url: uiUrl, namespace } }: Config): string | null {
  if (uiUrl === '') return null;
  return `${uiUrl.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows`;
}

export type Address = { host: string; port: number };

/** An empty host stands for all addresses. */
export function listenAddress(config: Config, port: number | null): Address {
  const [, host, configured] = /^(.*):(\d+)$/.exec(config.http.server.listen_address) ?? ['', '', '0'];
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: port ?? Number(configured) };
}

function urlOf(host: string, port: number): string {
  if (everywhere.has(host)) return `http://localhost:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function portOf(server: Server): number | null {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : null;
}

function listen(server: Server, { host, port }: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${port} is taken: set HTTP_SERVER_LISTEN_ADDRESS, or give --port 0 for a free one`)
          : error,
      );
    });
    server.listen({ port, ...(host === '' ? {} : { host }) }, resolve);
  });
}
