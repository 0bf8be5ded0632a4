/** Routes of the names that definitions use: groups and tags. */
import type Router from '@koa/router';
import type { Context } from 'koa';
import { groupNames, tagNames } from '../db/name';
import type { ApiDeps } from './deps';
import { requireStorable } from './body';
import { pageFromWire } from './wire/list';
import { first } from './wire/query';

export function nameRoutes(router: Router, { db }: ApiDeps): void {
  router.get('/groups', async (ctx) => {
    const query = queryOf(ctx);
    const { names, total } = await groupNames(db, query);
    ctx.body = { groups: names, limit: query.limit, offset: query.offset, total };
  });

  router.get('/tags', async (ctx) => {
    const query = queryOf(ctx);
    const { names, total } = await tagNames(db, query);
    ctx.body = { tags: names, limit: query.limit, offset: query.offset, total };
  });
}

function queryOf(ctx: Context): { contains: string; limit: number; offset: number } {
  const contains = first(ctx.query['name']);
  requireStorable(contains);
  return { contains, ...pageFromWire(ctx.query) };
}
