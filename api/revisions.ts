/** Routes of a definition's revisions: list, get, compare, roll back (ui.md C4). */
import type Router from '@koa/router';
import { revisionOf, revisionsOf, type Revision } from '../db/definition';
import type { Definition } from '../domain/job';
import { change, requireDefinition, revisionFrom } from './definitions';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';
import { checkDefinition, definitionToWire } from './wire/definition';
import { pageFromWire } from './wire/list';
import { changesBetween, revisionToWire } from './wire/revision';

export function revisionRoutes(router: Router, { db }: ApiDeps): void {
  const path = '/task/:definition_id/revisions';

  router.get(path, async (ctx) => {
    const definitionId = ctx.params['definition_id'] ?? '';
    const { limit, offset } = pageFromWire(ctx.query);
    await requireDefinition(db, definitionId);
    // With the one before the last shown: what changed is told from one to the next.
    const { revisions, total } = await revisionsOf(db, definitionId, { limit: limit + 1, offset });
    const shown = revisions.slice(0, limit);
    ctx.body = {
      total,
      revisions: shown.map((one, n) => revisionToWire(one, revisions[n + 1] ?? null)),
      limit,
      offset,
    };
  });

  router.get(`${path}/:revision`, async (ctx) => {
    const definitionId = ctx.params['definition_id'] ?? '';
    await requireDefinition(db, definitionId);
    const [, from, to] = /^(.+)\.\.(.+)$/.exec(ctx.params['revision'] ?? '') ?? [];
    if (from === undefined || to === undefined) {
      const one = await requireRevision(definitionId, ctx.params['revision']);
      ctx.body = revisionToWire(one, await revisionOf(db, definitionId, one.revision - 1));
      return;
    }
    const [before, after] = [await requireRevision(definitionId, from), await requireRevision(definitionId, to)];
    ctx.body = {
      from: before.revision,
      to: after.revision,
      changes: changesBetween(before.definition, after.definition),
    };
  });

  router.put(`${path}/:revision/restore`, async (ctx) => {
    const definitionId = ctx.params['definition_id'] ?? '';
    await requireDefinition(db, definitionId);
    const { definition } = await requireRevision(definitionId, ctx.params['revision']);
    // Rules may have come since.
    checkDefinition(definition);
    const restored = (stored: Definition): Definition => ({ ...definition, arn: stored.arn });
    ctx.body = definitionToWire(await change(ctx, db, definitionId, restored));
  });

  async function requireRevision(definitionId: string, text: string | undefined): Promise<Revision> {
    const revision = revisionFrom(text) ?? 0;
    const found = await revisionOf(db, definitionId, revision);
    if (found === null) throw new RequestError(404, `Definition with ID ${definitionId} has no revision ${revision}`);
    return found;
  }
}
