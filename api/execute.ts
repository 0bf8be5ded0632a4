/** Execute: accepts a run and starts its workflow. */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as timeout } from 'node:timers/promises';
import type Router from '@koa/router';
import type { Context } from 'koa';
import { insertRun, justAccepted, oomMemories } from '../db/accept';
import { definitionByAlias } from '../db/definition';
import type { RequestKey } from '../db/idempotence';
import type { Run } from '../db/run';
import { grownMemory, type Adapted } from '../domain/adapt';
import { runIdFrom } from '../domain/id';
import { freeze, parentVariable, reservedEnv, type Definition, type EnvVar, type Job } from '../domain/job';
import { readBody } from './body';
import { noDefinition, requireDefinition, revisionFrom } from './definitions';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';
import { replayed, requestKeyOf, tellReplay } from './idempotence';
import { requireImage } from './image';
import { placeOf } from './place';
import { launchLike, originOf } from './rerun';
import { launchFromWire, runToWire, type Dialect, type Launch } from './wire/run';

/** The row is the promise: where Temporal does not answer in time, the reconciler starts the run. */
const startWaitMs = 1000;

/** By id in the dialect of the version, by alias always in v4's (rest-and-data.md §2.3). */
export function executeRoutes(router: Router, deps: ApiDeps, dialect: Dialect): void {
  router.put('/task/:definition_id/execute', (ctx) =>
    execute(ctx, deps, dialect, () => requireDefinition(deps.db, ctx.params['definition_id'] ?? '')),
  );
}

export function aliasRoutes(router: Router, deps: ApiDeps): void {
  router.put('/task/alias/:alias/execute', (ctx) =>
    execute(ctx, deps, 'v4', async () => {
      const alias = ctx.params['alias'] ?? '';
      const found = await definitionByAlias(deps.db, alias);
      if (found === null) throw new RequestError(404, `Definition with alias ${alias} not found`);
      return found;
    }),
  );
}

/** Of the revision that is asked for, else that of the run that it shall be like, else as the definition is now. */
async function execute(ctx: Context, deps: ApiDeps, dialect: Dialect, find: () => Promise<Definition>): Promise<void> {
  const body = await readBody(ctx, deps.settings.maxBodyBytes);
  const unknown = Object.keys(ctx.query).find((name) => name !== 'revision');
  // Misspelt, another revision would run than was meant.
  if (unknown !== undefined) throw new RequestError(400, `Unknown parameter [${unknown}], must be [revision]`, unknown);
  const asked = revisionFrom(ctx.query['revision']);
  // Only the newest dialect knows of runs that are like others.
  const origin = dialect === 'v4' ? await originOf(deps, body) : null;
  const launch = origin === null ? launchFromWire(body, dialect) : launchLike(deps, origin, body, asked === null);
  await executeOnce(ctx, deps, { body, launch }, async () => {
    const named = await find();
    const { definitionId } = named;
    if (origin !== null && origin.executableId !== definitionId) {
      throw new RequestError(400, `from_run ${origin.runId} is no run of definition ${definitionId}`, 'from_run');
    }
    const revision = asked ?? origin?.definitionRevision ?? null;
    const definition = revision === null ? named : await requireDefinition(deps.db, definitionId, revision);
    return prepare(deps, { type: 'task_definition', definition, template: null, payload: null }, launch);
  });
}

/** What is executed: a definition, or a template as one, with the payload that its command was rendered from. */
export type Executable = { definition: Definition } & (
  | { type: 'task_definition'; template: null; payload: null }
  | { type: 'template'; template: NonNullable<Run['template']>; payload: Record<string, unknown> }
);

export type Prepared = { run: Run; job: Job };

/** Answers with the run that the request's key stands for, else accepts what `prepared` makes. */
export async function executeOnce(
  ctx: Context,
  deps: ApiDeps,
  { body, launch }: { body: unknown; launch: Launch },
  prepared: () => Promise<Prepared>,
): Promise<void> {
  const key = requestKeyOf(ctx, body, launch.idempotenceKey);
  // First: what it would be prepared from may have gone since.
  const earlier = key === null ? null : await replayed(deps, key);
  const { run, isReplay } =
    earlier === null ? await accept(deps, await prepared(), key) : { run: earlier, isReplay: true };
  if (isReplay) tellReplay(ctx);
  ctx.body = runToWire(run, null);
}

/** The run as it would be accepted. Nothing is written. */
export async function prepare(deps: ApiDeps, executable: Executable, launch: Launch): Promise<Prepared> {
  const { definition, type, template, payload } = executable;
  const { engine, cluster } = await placeOf(deps, definition, launch);
  const runId = runIdFrom(engine.name, randomUUID());
  const env = envOf(deps, runId, launch);
  await requireImage(deps, engine.name, definition.image);
  const activeDeadlineSeconds = launch.activeDeadlineSeconds ?? deps.settings.deadlineSeconds;
  const asked = freeze(
    definition,
    { memoryMb: launch.memoryMb, cpu: launch.cpu, gpu: launch.gpu, command: launch.command ?? '' },
    env,
    {
      nodeLifecycle: launch.nodeLifecycle,
      arch: launch.arch,
      serviceAccount: launch.serviceAccount,
      ephemeralStorageMb: launch.ephemeralStorageMb ?? definition.ephemeralStorageMb,
      labels: launch.labels,
      owner: launch.ownerId,
      deadlineSeconds: activeDeadlineSeconds,
    },
  );
  const impossible = (await engine.impossible?.(cluster, asked)) ?? null;
  if (impossible !== null) throw new RequestError(400, impossible);
  const commandHash = createHash('md5').update(asked.command).digest('hex');
  const adapted = await adapt(deps, definition, asked, { engine: engine.name, commandHash });
  const job = { ...asked, memoryMb: adapted?.memoryMb ?? asked.memoryMb };
  const run: Run = {
    ...justAccepted,
    runId,
    definitionId: type === 'task_definition' ? definition.definitionId : null,
    definitionRevision: definition.revision ?? null,
    executableId: definition.definitionId,
    executableType: type,
    template,
    templatePayload: payload,
    alias: definition.alias,
    groupName: definition.groupName,
    image: definition.image,
    engine: engine.name,
    cluster,
    user: launch.ownerId,
    nodeLifecycle: launch.nodeLifecycle,
    activeDeadlineSeconds,
    command: job.command,
    commandHash,
    memoryMb: launch.memoryMb,
    cpu: launch.cpu,
    gpu: launch.gpu,
    env,
    parentRunId: parentOf(job.env),
    retryOnInterruption: launch.retryOnInterruption ?? definition.retryOnInterruption,
    retryOnOom: launch.retryOnOom ?? definition.retryOnOom,
    arch: launch.arch,
    serviceAccount: launch.serviceAccount,
    ephemeralStorageMb: launch.ephemeralStorageMb,
    labels: launch.labels,
    tier: launch.tier,
    description: launch.description,
    originRunId: launch.fromRun,
    idempotenceKey: null,
    adaptation: adapted?.note ?? null,
    note: adapted?.note ?? null,
    queuedAt: new Date(),
  };
  return { run, job };
}

/**
 * Writes the row and starts the workflow. Where the same request was faster, its run is the answer. Throws RequestError 404 where
 * the definition has gone meanwhile.
 */
async function accept(
  deps: ApiDeps,
  { run: prepared, job }: Prepared,
  key: RequestKey | null,
  tries = 2,
): Promise<{ run: Run; isReplay: boolean }> {
  const { db, runs, log } = deps;
  const run = { ...prepared, idempotenceKey: key?.key ?? null };
  const { runId } = run;
  const accepted = await insertRun(db, run, job, key);
  if (accepted === null) {
    const earlier = key === null ? null : await replayed(deps, key);
    if (earlier !== null) return { run: earlier, isReplay: true };
    // Its key may have expired just now: then it is free.
    if (key !== null && tries > 1) return accept(deps, { run: prepared, job }, key, tries - 1);
    throw noDefinition(run.executableId);
  }
  const start = runs.start(run, accepted.cancel?.by ?? null).catch((error: unknown) => {
    log.warn({ error, runId }, 'workflow not started yet; the reconciler will');
  });
  await Promise.race([start, timeout(startWaitMs, null, { ref: false })]);
  return { run: { ...run, ...accepted }, isReplay: false };
}

/** Only what looks like a run's id counts. */
function parentOf(env: EnvVar[]): string | null {
  const value = env.find(({ name }) => name === parentVariable)?.value ?? '';
  return /^[a-z0-9-]{36}$/.test(value) ? value : null;
}

/** Throws RequestError 409 where the caller sets what is ours to set. */
function envOf({ settings }: ApiDeps, runId: string, launch: Launch): EnvVar[] {
  const { mode, baseUri, ownerVariable } = settings;
  const reserved = reservedEnv({ mode, runId, baseUri, ownerVariable, owner: launch.ownerId });
  for (const [n, { name }] of launch.env.entries()) {
    if (reserved.some((variable) => variable.name === name)) {
      throw new RequestError(409, `environment variable ${name} is reserved`, `env.${n}.name`);
    }
  }
  return [...reserved, ...launch.env];
}

/** What OOM kills of the same command teach. Null where nothing is to be adapted; machines with a GPU have memory enough. */
async function adapt(
  { db, engines }: ApiDeps,
  definition: Definition,
  job: Job,
  of: { engine: string; commandHash: string },
): Promise<Adapted | null> {
  const maxMb = engines.get(of.engine)?.maxAdaptedMemoryMb ?? null;
  const isAdaptive = definition.adaptiveResourceAllocation && maxMb !== null;
  if (!isAdaptive || job.memoryMb === null || (job.gpu ?? 0) > 0) return null;
  const ooms = await oomMemories(db, { ...of, executableId: definition.definitionId });
  return grownMemory(job.memoryMb, ooms, maxMb);
}
