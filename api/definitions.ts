/** Routes of definitions: list, get, create, update, delete. */
import { randomUUID } from 'node:crypto';
import type Router from '@koa/router';
import type { Context } from 'koa';
import {
  definitionByAlias,
  definitionById,
  deleteDefinition,
  insertDefinition,
  listDefinitions,
  revisionOf,
  updateDefinition,
} from '../db/definition';
import { lastRuns } from '../db/last_run';
import { definitionIdFrom } from '../domain/id';
import type { Definition } from '../domain/job';
import { readBody } from './body';
import { callerOf, cancellerOf } from './caller';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';
import { startStop } from './stop';
import { definitionFromWire, definitionToWire, lastRunToWire, mergeFromWire } from './wire/definition';
import { echo, listFromWire, nextToWire } from './wire/list';
import { definitionListRules } from './wire/lists';
import { first, flag } from './wire/query';

const condition = 'If-Match';

export function definitionRoutes(router: Router, deps: ApiDeps): void {
  const { db, settings } = deps;

  router.get('/task', async (ctx) => {
    const list = listFromWire(ctx.query, definitionListRules);
    const { rows, total, next } = await listDefinitions(db, list);
    const paging = { ...nextToWire(list, next), ...echo(ctx.query, list) };
    const last = await lastRuns(
      db,
      rows.map(({ definitionId }) => definitionId),
    );
    const shown = rows.map((row) => ({
      ...definitionToWire(row),
      ...lastRunToWire(last.get(row.definitionId) ?? null),
    }));
    ctx.body = { total, definitions: shown, ...paging };
  });

  router.post('/task', async (ctx) => {
    const body = await readBody(ctx, settings.maxBodyBytes);
    const definition = definitionFromWire(body, (groupName) => definitionIdFrom(groupName, randomUUID()));
    if (!(await insertDefinition(db, definition, callerOf(ctx)))) throw aliasTaken(definition.alias);
    ctx.body = definitionToWire({ ...definition, revision: 1 });
  });

  router.get('/task/alias/:alias', async (ctx) => {
    ctx.body = definitionToWire(await requireByAlias(ctx.params['alias'] ?? ''));
  });

  router.get('/task/:definition_id', async (ctx) => {
    ctx.body = definitionToWire(await requireDefinition(db, ctx.params['definition_id'] ?? ''));
  });

  router.put('/task/:definition_id', async (ctx) => {
    const definitionId = ctx.params['definition_id'] ?? '';
    const body = await readBody(ctx, settings.maxBodyBytes);
    ctx.body = definitionToWire(await change(ctx, db, definitionId, (stored) => mergeFromWire(stored, body)));
  });

  router.delete('/task/:definition_id', async (ctx) => {
    const definitionId = ctx.params['definition_id'] ?? '';
    const stopsRuns = flag('stop_runs', ctx.query);
    const stop = stopsRuns ? { stopId: randomUUID(), askedBy: cancellerOf(ctx) } : null;
    const { result, stopping } = await deleteDefinition(db, definitionId, stop);
    switch (result) {
      case 'missing':
        throw noDefinition(definitionId);
      case 'active':
        throw new RequestError(
          409,
          `Definition with ID ${definitionId} has runs that are not over: stop them first, or delete it with ?stop_runs=true`,
        );
      case 'deleted':
        if (stop !== null) await startStop(deps, stop.stopId);
        ctx.body = {
          deleted: true,
          ...(stop === null ? {} : { stop_id: stop.stopId, stopped_runs: stopping }),
        };
    }
  });

  async function requireByAlias(alias: string): Promise<Definition> {
    const found = await definitionByAlias(db, alias);
    if (found === null) throw new RequestError(404, `Definition with alias ${alias} not found`);
    return found;
  }
}

/** As it is now, or as it was in a revision. Throws RequestError 404. */
export async function requireDefinition(
  db: ApiDeps['db'],
  definitionId: string,
  revision: number | null = null,
): Promise<Definition> {
  const found = await definitionById(db, definitionId);
  if (found === null) throw noDefinition(definitionId);
  if (revision === null) return found;
  const revised = await revisionOf(db, definitionId, revision);
  if (revised === null) throw new RequestError(404, `Definition with ID ${definitionId} has no revision ${revision}`);
  return revised.definition;
}

/** Which revision a query asks for, if any. Throws RequestError 400 for what is no number. */
export function revisionFrom(value: string | string[] | undefined): number | null {
  const text = first(value);
  if (text === '') return null;
  if (!/^\d{1,9}$/.test(text)) {
    throw new RequestError(400, `revision must be a whole number from 1, was ${text}`, 'revision');
  }
  return Number(text);
}

/** Stores what `to` makes of the definition. Throws RequestError 404, 409, 412, and what `to` throws. */
export async function change(
  ctx: Context,
  db: ApiDeps['db'],
  definitionId: string,
  to: (stored: Definition) => Definition,
): Promise<Definition> {
  const madeFrom = madeFromOf(ctx);
  let alias = '';
  const merged = (stored: Definition): Definition => {
    if (madeFrom !== null && madeFrom !== stored.revision) throw movedOn(stored, madeFrom);
    const definition = to(stored);
    alias = definition.alias;
    return definition;
  };
  const update = await updateDefinition(db, definitionId, merged, callerOf(ctx));
  switch (update.result) {
    case 'missing':
      throw noDefinition(definitionId);
    case 'alias-taken':
      throw aliasTaken(alias);
    case 'updated':
      return update.definition;
  }
}

/** The revision that a change was made from; null where it does not matter. Throws RequestError 400. */
function madeFromOf(ctx: Context): number | null {
  const text = ctx.get(condition);
  if (text === '' || text === '*') return null;
  // Proxies that pack what they pass on mark tags as weak.
  const [, revision] = /^(?:W\/)?"(\d{1,9})"$/.exec(text) ?? [];
  if (revision !== undefined) return Number(revision);
  throw new RequestError(400, `${condition} must be a revision in quotes, such as "3", was ${text}`, condition);
}

function movedOn({ definitionId, revision }: Definition, madeFrom: number): RequestError {
  const sentence = `Definition with ID ${definitionId} is at revision ${revision}, and the change was made from ${madeFrom}: read it again, and make the change in that`;
  return new RequestError(412, sentence, condition, revision === undefined ? {} : { revision });
}

export function noDefinition(definitionId: string): RequestError {
  return new RequestError(404, `Definition with ID ${definitionId} not found`);
}

function aliasTaken(alias: string): RequestError {
  return new RequestError(409, `definition with alias [${alias}] already exists`, 'alias');
}
