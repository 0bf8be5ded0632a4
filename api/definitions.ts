/** Routes of definitions: list, get, create, update, delete. */
import { randomUUID } from 'node:crypto';
import type Router from '@koa/router';
import {
  definitionByAlias,
  definitionById,
  deleteDefinition,
  insertDefinition,
  listDefinitions,
  updateDefinition,
} from '../db/definition';
import { definitionIdFrom } from '../domain/id';
import type { Definition } from '../domain/job';
import { readBody } from './body';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';
import { definitionFromWire, definitionToWire, mergeFromWire } from './wire/definition';
import { echo, listFromWire } from './wire/list';
import { definitionListRules } from './wire/lists';

export function definitionRoutes(router: Router, { db, settings }: ApiDeps): void {
  router.get('/task', async (ctx) => {
    const list = listFromWire(ctx.query, definitionListRules);
    const { rows, total } = await listDefinitions(db, list);
    ctx.body = { total, definitions: rows.map(definitionToWire), ...echo(ctx.query, list) };
  });

  router.post('/task', async (ctx) => {
    const body = await readBody(ctx, settings.maxBodyBytes);
    const definition = definitionFromWire(body, (groupName) => definitionIdFrom(groupName, randomUUID()));
    if (!(await insertDefinition(db, definition))) throw aliasTaken(definition.alias);
    ctx.body = definitionToWire(definition);
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
    let alias = '';
    const update = await updateDefinition(db, definitionId, (stored) => {
      const merged = mergeFromWire(stored, body);
      alias = merged.alias;
      return merged;
    });
    switch (update.result) {
      case 'missing':
        throw noDefinition(definitionId);
      case 'alias-taken':
        throw aliasTaken(alias);
      case 'updated':
        ctx.body = definitionToWire(update.definition);
    }
  });

  router.delete('/task/:definition_id', async (ctx) => {
    const definitionId = ctx.params['definition_id'] ?? '';
    switch (await deleteDefinition(db, definitionId)) {
      case 'missing':
        throw noDefinition(definitionId);
      case 'active':
        throw new RequestError(409, `Definition with ID ${definitionId} has runs that are not over: stop them first`);
      case 'deleted':
        ctx.body = { deleted: true };
    }
  });

  async function requireByAlias(alias: string): Promise<Definition> {
    const found = await definitionByAlias(db, alias);
    if (found === null) throw new RequestError(404, `Definition with alias ${alias} not found`);
    return found;
  }
}

/** Throws RequestError 404. */
export async function requireDefinition(db: ApiDeps['db'], definitionId: string): Promise<Definition> {
  const found = await definitionById(db, definitionId);
  if (found === null) throw noDefinition(definitionId);
  return found;
}

export function noDefinition(definitionId: string): RequestError {
  return new RequestError(404, `Definition with ID ${definitionId} not found`);
}

function aliasTaken(alias: string): RequestError {
  return new RequestError(409, `definition with alias [${alias}] already exists`);
}
