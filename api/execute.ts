/** Execute: accepts a run and starts its workflow. */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as timeout } from 'node:timers/promises';
import type Router from '@koa/router';
import { definitionByAlias } from '../db/definition';
import { insertRun, justAccepted, type Run } from '../db/run';
import { runIdFrom } from '../domain/id';
import { freeze, reservedEnv, type Definition } from '../domain/job';
import { readBody } from './body';
import { noDefinition, requireDefinition } from './definitions';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';
import { launchFromWire, runToWire, type Launch } from './wire/run';

/** The row is the promise: where Temporal does not answer in time, the reconciler starts the run. */
const startWaitMs = 1000;

export function executeRoutes(router: Router, deps: ApiDeps): void {
  const { db, settings } = deps;

  router.put('/task/:definition_id/execute', async (ctx) => {
    const launch = launchFromWire(await readBody(ctx, settings.maxBodyBytes));
    const definition = await requireDefinition(db, ctx.params['definition_id'] ?? '');
    ctx.body = runToWire(await execute(deps, definition, launch));
  });

  router.put('/task/alias/:alias/execute', async (ctx) => {
    const launch = launchFromWire(await readBody(ctx, settings.maxBodyBytes));
    const alias = ctx.params['alias'] ?? '';
    const definition = await definitionByAlias(db, alias);
    if (definition === null) throw new RequestError(404, `Definition with alias ${alias} not found`);
    ctx.body = runToWire(await execute(deps, definition, launch));
  });
}

async function execute(
  { db, engines, runs, settings, log }: ApiDeps,
  definition: Definition,
  launch: Launch,
): Promise<Run> {
  const engineName = launch.engine ?? settings.defaultEngine;
  const engine = engines.get(engineName);
  if (engine === undefined) {
    throw new RequestError(400, `engine must be [${[...engines.keys()].join(', ')}] ${engineName} was specified`);
  }
  const cluster = launch.cluster ?? engine.clusters[0] ?? '';
  if (!engine.clusters.includes(cluster)) {
    throw new RequestError(
      400,
      `${cluster} was not found in the list of valid clusters: [${engine.clusters.join(' ')}]`,
    );
  }
  const runId = runIdFrom(engineName, randomUUID());
  const reserved = reservedEnv({
    mode: settings.mode,
    runId,
    baseUri: settings.baseUri,
    ownerVariable: settings.ownerVariable,
    owner: launch.ownerId,
  });
  for (const { name } of launch.env) {
    if (reserved.some((variable) => variable.name === name)) {
      throw new RequestError(409, `environment variable ${name} is reserved`);
    }
  }
  const env = [...reserved, ...launch.env];
  const job = freeze(
    definition,
    { memoryMb: launch.memoryMb, cpu: launch.cpu, gpu: launch.gpu, command: launch.command ?? '' },
    env,
  );
  const run: Run = {
    runId,
    definitionId: definition.definitionId,
    executableId: definition.definitionId,
    executableType: 'task_definition',
    alias: definition.alias,
    groupName: definition.groupName,
    image: definition.image,
    engine: engineName,
    cluster,
    user: launch.ownerId,
    nodeLifecycle: launch.nodeLifecycle,
    activeDeadlineSeconds: launch.activeDeadlineSeconds ?? settings.deadlineSeconds,
    command: job.command,
    commandHash: createHash('md5').update(job.command).digest('hex'),
    memoryMb: launch.memoryMb,
    cpu: launch.cpu,
    gpu: launch.gpu,
    env,
    queuedAt: new Date(),
    ...justAccepted,
  };
  if (!(await insertRun(db, run, job))) throw noDefinition(definition.definitionId);
  const start = runs.start(run).catch((error: unknown) => {
    log.warn({ error, runId }, 'workflow not started yet; the reconciler will');
  });
  await Promise.race([start, timeout(startWaitMs, null, { ref: false })]);
  return run;
}
