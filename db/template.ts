/** Queries on `template`. A version is written once and never changed or deleted. */
import type { EnvVar } from '../domain/job';
import { isSame, type Template, type TemplateDraft } from '../domain/template';
import { list, type ListQuery, type Page } from './list';
import type { Db } from './pool';

const select = `template_id, template_name, version, schema, command_template, defaults, avatar_uri, image, memory, cpu, gpu,
  env, privileged, adaptive_resource_allocation, ephemeral_storage`;

type Row = {
  template_id: string;
  template_name: string;
  version: number;
  schema: Record<string, unknown>;
  command_template: string;
  defaults: Record<string, unknown>;
  avatar_uri: string;
  image: string;
  memory: number | null;
  cpu: number | null;
  gpu: number | null;
  env: EnvVar[];
  privileged: boolean;
  adaptive_resource_allocation: boolean;
  ephemeral_storage: number | null;
};

/** What a list of templates may be sorted by. */
export const templateColumns = {
  template_name: { sql: 'template_name', type: 'text' },
  version: { sql: 'version', type: 'int' },
} as const;
export type TemplateList = ListQuery<typeof templateColumns>;

/** `latestOnly`: of each name the highest version alone. */
export async function listTemplates(db: Db, query: TemplateList, latestOnly: boolean): Promise<Page<Template>> {
  const latest = `not exists (select 1 from template newer
    where newer.template_name = template.template_name and newer.version > template.version)`;
  const source = {
    columns: templateColumns,
    table: 'template',
    select,
    primaryKey: 'template_id',
    always: latestOnly ? latest : 'true',
  };
  const page = await list<typeof templateColumns, Row>(db, source, query);
  return { ...page, rows: page.rows.map(fromRow) };
}

export async function templateById(db: Db, templateId: string): Promise<Template | null> {
  const { rows } = await db.query<Row>(`select ${select} from template where template_id = $1`, [templateId]);
  return rows[0] === undefined ? null : fromRow(rows[0]);
}

/** Without a version, the latest. */
export async function templateByName(db: Db, name: string, version: number | null): Promise<Template | null> {
  const { rows } = await db.query<Row>(
    `select ${select} from template where template_name = $1 and version = coalesce($2, version)
     order by version desc limit 1`,
    [name, version],
  );
  return rows[0] === undefined ? null : fromRow(rows[0]);
}

/** Saves a draft as the next version of its name, or finds that the latest says the same. Of several at once each sees the others. */
export async function saveTemplate(
  db: Db,
  draft: TemplateDraft,
  templateId: string,
): Promise<{ created: boolean; template: Template }> {
  for (;;) {
    const latest = await templateByName(db, draft.name, null);
    if (latest !== null && isSame(latest, draft)) return { created: false, template: latest };
    const template = { ...draft, templateId, version: (latest?.version ?? 0) + 1 };
    const { rowCount } = await db.query(
      `insert into template (${select}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
       on conflict (template_name, version) do nothing`,
      toValues(template),
    );
    if (rowCount === 1) return { created: true, template };
  }
}

function fromRow(row: Row): Template {
  return {
    templateId: row.template_id,
    name: row.template_name,
    version: row.version,
    schema: row.schema,
    commandTemplate: row.command_template,
    defaults: row.defaults,
    avatarUri: row.avatar_uri,
    image: row.image,
    memoryMb: row.memory,
    cpu: row.cpu,
    gpu: row.gpu,
    env: row.env,
    privileged: row.privileged,
    adaptiveResourceAllocation: row.adaptive_resource_allocation,
    ephemeralStorageMb: row.ephemeral_storage,
  };
}

function toValues(of: Template): unknown[] {
  return [
    of.templateId,
    of.name,
    of.version,
    JSON.stringify(of.schema),
    of.commandTemplate,
    JSON.stringify(of.defaults),
    of.avatarUri,
    of.image,
    of.memoryMb,
    of.cpu,
    of.gpu,
    JSON.stringify(of.env),
    of.privileged,
    of.adaptiveResourceAllocation,
    of.ephemeralStorageMb,
  ];
}
