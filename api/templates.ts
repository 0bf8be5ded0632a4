/** Routes of templates: list, get, create, execute (rest-and-data.md §2.6). */
import { randomUUID } from 'node:crypto';
import type Router from '@koa/router';
import type { Context } from 'koa';
import type { Run } from '../db/run';
import { listTemplates, saveTemplate, templateById, templateByName } from '../db/template';
import { runIdFrom } from '../domain/id';
import { definitionOf, withDefaults, type Template } from '../domain/template';
import type { Rendered } from '../templates/line';
import { readBody } from './body';
import type { ApiDeps } from './deps';
import { RequestError, type FieldFault } from './errors';
import { executeOnce, prepare, type Prepared } from './execute';
import { launchLike, originOf } from './rerun';
import { listFromWire } from './wire/list';
import { templateListRules } from './wire/lists';
import { first } from './wire/query';
import { launchFromWire, runToWire, type Launch } from './wire/run';
import { templateFromWire, templateLaunchFromWire, templateToWire, type TemplateLaunch } from './wire/template';

export function templateRoutes(router: Router, deps: ApiDeps): void {
  const { db, settings, templates } = deps;

  router.get('/template', async (ctx) => {
    // As in the original, whatever else is asked is ignored.
    const { limit, offset, sort_by, order, template_name: name } = ctx.query;
    const named = name === undefined ? {} : { template_name: name };
    const query = listFromWire({ limit, offset, sort_by, order, ...named }, templateListRules);
    // As in the original, anything else is false (rest-and-data.md §2.6).
    const latestOnly = first(ctx.query['latest_only'] ?? 'true') === 'true';
    const { rows, total } = await listTemplates(db, query, latestOnly);
    const paging = { limit: query.limit, offset: query.offset, sort_by: query.sortBy, order: query.order };
    ctx.body = { total, templates: rows.map(templateToWire), ...paging };
  });

  router.post('/template', async (ctx) => {
    const draft = templateFromWire(await readBody(ctx, settings.maxBodyBytes));
    commandOf(await templates.check({ text: draft.commandTemplate, schema: draft.schema }), sourceFault);
    const { created, template } = await saveTemplate(db, draft, runIdFrom('tpl', randomUUID()));
    ctx.body = { did_create: created, template: templateToWire(template) };
  });

  router.get('/template/:template_id', async (ctx) => {
    ctx.body = templateToWire(await requireTemplate(ctx.params['template_id'] ?? ''));
  });

  router.put('/template/:template_id/execute', async (ctx) => {
    const body = await readBody(ctx, settings.maxBodyBytes);
    await execute(ctx, body, () => requireTemplate(ctx.params['template_id'] ?? ''));
  });

  router.put('/template/name/:template_name/version/:template_version/execute', async (ctx) => {
    const body = await readBody(ctx, settings.maxBodyBytes);
    await execute(ctx, body, async () => {
      const { template_name: name = '', template_version: version = '' } = ctx.params;
      const template = await templateByName(db, name, versionFrom(version));
      if (template !== null) return template;
      const which = `template_name: ${name}, template_version: ${version}`;
      throw new RequestError(404, `invalid template name or version, ${which}`);
    });
  });

  async function execute(ctx: Context, body: unknown, find: () => Promise<Template>): Promise<void> {
    const [unknown] = Object.keys(ctx.query);
    // Some belong into the body: a run would be started that was to be shown only.
    if (unknown !== undefined) throw new RequestError(400, `Unknown parameter [${unknown}], there are none`, unknown);
    const { asked, payload, isDry } = templateLaunchFromWire(body);
    const template = await find();
    const origin = await originOf(deps, asked);
    if (origin !== null) await requireOwnRun(template, origin);
    const launch = origin === null ? launchFromWire(asked) : launchAgain(template, origin, { asked, payload });
    const filled = payload ?? origin?.templatePayload ?? {};
    const prepared = (): Promise<Prepared> => prepareFrom(template, launch, filled);
    if (!isDry) return executeOnce(ctx, deps, { body, launch }, prepared);
    ctx.body = { ...runToWire((await prepared()).run, null), queued_at: undefined, dry_run: true };
  }

  /** As it ran, where the version is that run's. Of another payload, another command is made. */
  function launchAgain(
    template: Template,
    origin: Run,
    { asked, payload }: Pick<TemplateLaunch, 'asked' | 'payload'>,
  ): Launch {
    const body = payload === null ? asked : { command: '', ...asked };
    return launchLike(deps, origin, body, origin.executableId === template.templateId);
  }

  /** Throws RequestError 400: each version has an id of its own, and the name is that of all. */
  async function requireOwnRun({ templateId, name }: Template, { runId, executableId }: Run): Promise<void> {
    if (executableId === templateId || (await templateById(db, executableId))?.name === name) return;
    throw new RequestError(400, `from_run ${runId} is no run of template ${name}`, 'from_run');
  }

  async function prepareFrom(template: Template, launch: Launch, payload: Record<string, unknown>): Promise<Prepared> {
    const merged = withDefaults(payload, template.defaults);
    const source = { text: template.commandTemplate, schema: template.schema };
    const command = commandOf(await templates.render(source, merged));
    const { name, version } = template;
    const definition = definitionOf(template, command);
    const executable = { type: 'template', definition, template: { name, version }, payload: merged } as const;
    return prepare(deps, executable, launch);
  }

  async function requireTemplate(templateId: string): Promise<Template> {
    const found = await templateById(db, templateId);
    if (found === null) throw new RequestError(404, `Template with ID ${templateId} not found`);
    return found;
  }
}

const maxInt = 2147483647;

/** Null, the latest, for whatever is no whole number, as in the original (rest-and-data.md §2.6). */
function versionFrom(text: string): number | null {
  if (!/^[+-]?\d+$/.test(text)) return null;
  // No version is so high, or below 1.
  return Math.min(maxInt, Math.max(0, Number(text)));
}

function payloadFault(message: string): FieldFault {
  const [, path = ''] = /^(.+?): /.exec(message) ?? [];
  return { field: path === '(root)' ? 'template_payload' : `template_payload.${path}`, message };
}

function sourceFault(message: string): FieldFault {
  return { field: message.startsWith('schema: ') ? 'schema' : 'command_template', message };
}

/** Throws RequestError: 400 with a line per fault, 503 where too many wait, it waited too long, or the machine is too busy. */
function commandOf(rendered: Rendered, otherFault?: (message: string) => FieldFault): string {
  if ('faults' in rendered) {
    const faultOf = rendered.isOfPayload === true ? payloadFault : otherFault;
    const fields = faultOf === undefined ? [] : rendered.faults.map(faultOf);
    throw new RequestError(400, rendered.faults.join('\n'), fields);
  }
  if ('busy' in rendered) throw new RequestError(503, 'Too busy to render templates now; try again');
  return rendered.command;
}
