/** The worker: polls for workflows, the projection and the engines' activities. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createEngineActivities, createProjectionActivities, createSubmitActivities, type Deps } from '../activities';
import { createPost } from '../activities/post';
import type { Config } from '../conf/schema';
import { engineTaskQueue, mainTaskQueue, submitTaskQueue } from '../workflows/contract';
import { prepareNamespace } from '../workflows/namespace';
import type { Running } from './ending';

const retryConnectMs = 1000;
const watchEveryMs = 500;

/**
 * One worker for workflows and the projection, two per engine: for starts, which may be paused, and for all else. Waits for Temporal as long as it takes.
 * `ended` rejects when one of them dies.
 */
export async function startWorker(
  config: Config,
  parts: Omit<Deps, 'post'>,
  client: Client,
): Promise<Running & { ended: Promise<void> }> {
  const deps = { ...parts, post: createPost(config.webhook.allowed_hosts) };
  Runtime.install({ shutdownSignals: [], logger: temporalLog(deps.log) });
  const { namespace } = config.temporal;
  const connection = await connectWorker(config, deps.log);
  await prepareNamespace(client, namespace);
  // Few long polls are open while nothing happens; more of them bring one Node process no more work.
  const pollers = { type: 'simple-maximum', maximum: 4 } as const;
  const common = { connection, namespace, activityTaskPollerBehavior: pollers, workflowTaskPollerBehavior: pollers };
  const workers = await Promise.all([
    Worker.create({
      ...common,
      taskQueue: mainTaskQueue,
      workflowsPath: require.resolve('../workflows'),
      activities: createProjectionActivities(deps),
    }),
    ...[...deps.engines.keys()].flatMap((engine) => [
      Worker.create({ ...common, taskQueue: engineTaskQueue(engine), activities: createEngineActivities(deps) }),
      Worker.create({ ...common, taskQueue: submitTaskQueue(engine), activities: createSubmitActivities(deps) }),
    ]),
  ]);
  for (const engine of deps.engines.values()) {
    for (const cluster of engine.clusters) await deps.runs.ensureObserver(engine.name, cluster);
  }
  const ends = workers.map(runToEnd);
  const ended = Promise.all(ends).then(() => undefined);
  ended.catch(() => undefined);
  return {
    ended,
    stop: async () => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      // Also where one has died: the others still finish.
      await Promise.allSettled(ends);
      // One that has died holds it for ever.
      await ended.then(
        () => connection.close(),
        () => undefined,
      );
    },
  };
}

/** Rejects as soon as the worker has failed: its `run` may wait for ever then, or tell a consequence of what went wrong. */
function runToEnd(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    const watch = setInterval(() => {
      if (worker.getState() !== 'FAILED') return;
      clearInterval(watch);
      reject(new Error(`The worker of ${worker.options.taskQueue} has failed: see “Worker failed” in the log`));
    }, watchEveryMs);
    worker
      .run()
      .then(resolve, reject)
      .finally(() => {
        clearInterval(watch);
      });
  });
}

async function connectWorker(config: Config, log: Logger): Promise<NativeConnection> {
  const { address, tls, api_key: apiKey } = config.temporal;
  for (;;) {
    try {
      return await NativeConnection.connect({ address, tls, ...(apiKey === '' ? {} : { apiKey }) });
    } catch (error) {
      log.warn({ address, error }, 'waiting for Temporal');
      await sleep(retryConnectMs);
    }
  }
}

function temporalLog(log: Logger): DefaultLogger {
  const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
  return new DefaultLogger('INFO', ({ level, message, meta }) => {
    log[level === 'INFO' ? 'debug' : levels[level]]({ ...meta }, message);
  });
}
