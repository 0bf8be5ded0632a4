/** Routes of templates: list, get, create, execute (rest-and-data.md §2.6). */
import { randomUUID } from 'node:crypto';
import type Router from '@koa/router';
import type { Context } from 'koa';
import { listTemplates, saveTemplate, templateById, templateByName } from '../db/template';
import { runIdFrom } from '../domain/id';
import { definitionOf, withDefaults, type Template } from '../domain/template';
import type { Rendered } from '../templates/renderer';
import { readBody } from './body';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';
import { accept, prepare } from './execute';
import { listFromWire } from './wire/list';
import { templateListRules } from './wire/lists';
import { runToWire } from './wire/run';
import { templateFromWire, templateLaunchFromWire, templateToWire, type TemplateLaunch } from './wire/template';

export function templateRoutes(router: Router, deps: ApiDeps): void {
  const { db, settings, templates } = deps;

  router.get('/template', async (ctx) => {
    const { limit, offset, sort_by, order, latest_only: latestOnly } = ctx.query;
    const query = listFromWire({ limit, offset, sort_by, order }, templateListRules);
    const { rows, total } = await listTemplates(db, query, (latestOnly ?? 'true') === 'true');
    const paging = { limit: query.limit, offset: query.offset, sort_by: query.sortBy, order: query.order };
    ctx.body = { total, templates: rows.map(templateToWire), ...paging };
  });

  router.post('/template', async (ctx) => {
    const draft = templateFromWire(await readBody(ctx, settings.maxBodyBytes));
    commandOf(await templates.check({ text: draft.commandTemplate, schema: draft.schema }));
    const { created, template } = await saveTemplate(db, draft, runIdFrom('tpl', randomUUID()));
    ctx.body = { did_create: created, template: templateToWire(template) };
  });

  router.get('/template/:template_id', async (ctx) => {
    ctx.body = templateToWire(await requireTemplate(ctx.params['template_id'] ?? ''));
  });

  router.put('/template/:template_id/execute', async (ctx) => {
    const launch = templateLaunchFromWire(await readBody(ctx, settings.maxBodyBytes));
    await execute(ctx, await requireTemplate(ctx.params['template_id'] ?? ''), launch);
  });

  router.put('/template/name/:template_name/version/:template_version/execute', async (ctx) => {
    const launch = templateLaunchFromWire(await readBody(ctx, settings.maxBodyBytes));
    const { template_name: name = '', template_version: version = '' } = ctx.params;
    const template = await templateByName(db, name, versionFrom(version));
    if (template === null) {
      const which = `template_name: ${name}, template_version: ${version}`;
      throw new RequestError(404, `invalid template name or version, ${which}`);
    }
    await execute(ctx, template, launch);
  });

  async function execute(ctx: Context, template: Template, { launch, payload, isDry }: TemplateLaunch): Promise<void> {
    const merged = withDefaults(payload, template.defaults);
    const source = { text: template.commandTemplate, schema: template.schema };
    const command = commandOf(await templates.render(source, merged));
    const executable = { type: 'template', definition: definitionOf(template, command), payload: merged } as const;
    const prepared = await prepare(deps, executable, launch);
    if (!isDry) await accept(deps, prepared);
    ctx.body = { ...runToWire(prepared.run, null), ...(isDry ? { queued_at: undefined } : {}) };
  }

  async function requireTemplate(templateId: string): Promise<Template> {
    const found = await templateById(db, templateId);
    if (found === null) throw new RequestError(404, `Template with ID ${templateId} not found`);
    return found;
  }
}

const maxInt = 2147483647;

/** Null, the latest, for whatever is no whole number. */
function versionFrom(text: string): number | null {
  return /^\d{1,10}$/.test(text) && Number(text) <= maxInt ? Number(text) : null;
}

/** Throws RequestError: 400 with a line per fault, 503 where too many wait. */
function commandOf(rendered: Rendered): string {
  if ('faults' in rendered) throw new RequestError(400, rendered.faults.join('\n'));
  if ('busy' in rendered) throw new RequestError(503, 'Too many templates wait to be rendered; try again');
  return rendered.command;
}
