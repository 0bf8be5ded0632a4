/** Queries on `definition`. A deleted definition stays as a row, for its runs, and is found by nobody else. */
import type { Definition, EnvVar } from '../domain/job';
import { isUniqueViolation, type Db } from './pool';
import { list, type ListQuery, type Page } from './list';

/** What was registered at ECS last. */
const latestArn = `coalesce((select arn from task_definition of
  where of.definition_id = definition.definition_id and arn is not null order by registered_at desc limit 1), '')`;

const select = `definition.definition_id, alias, group_name, image, command, memory, cpu, gpu, env, tags, ports, "user",
  privileged, adaptive_resource_allocation, shared_memory_size, ephemeral_storage, retry_on_interruption, retry_on_oom,
  target_cluster, definition.revision, ${latestArn} as arn`;

type Row = {
  definition_id: string;
  alias: string;
  group_name: string;
  image: string;
  command: string;
  memory: number | null;
  cpu: number | null;
  gpu: number | null;
  env: EnvVar[];
  tags: string[];
  ports: number[];
  user: string | null;
  privileged: boolean;
  adaptive_resource_allocation: boolean;
  shared_memory_size: number | null;
  ephemeral_storage: number | null;
  retry_on_interruption: boolean;
  retry_on_oom: boolean;
  target_cluster: string | null;
  revision: number;
  arn: string;
};

/** What a list of definitions may be filtered and sorted by. */
export const definitionColumns = {
  definition_id: { sql: 'definition_id', type: 'text' },
  alias: { sql: 'alias', type: 'text', like: true },
  group_name: { sql: 'group_name', type: 'text', like: true },
  image: { sql: 'image', type: 'text', like: true },
  command: { sql: 'command', type: 'text', like: true },
  memory: { sql: 'memory', type: 'int', nullable: true },
  cpu: { sql: 'cpu', type: 'int' },
  gpu: { sql: 'gpu', type: 'int' },
  user: { sql: '"user"', type: 'text' },
  privileged: { sql: 'privileged', type: 'bool' },
  tags: { sql: 'tags', type: 'text[]' },
  arn: { sql: latestArn, type: 'text' },
  container_name: { sql: 'definition_id', type: 'text' },
  task_type: { sql: `'task'::text`, type: 'text' },
  target_cluster: { sql: 'target_cluster', type: 'text' },
} as const;
export type DefinitionList = ListQuery<typeof definitionColumns>;

export async function listDefinitions(db: Db, query: DefinitionList): Promise<Page<Definition>> {
  const source = {
    columns: definitionColumns,
    table: 'definition',
    select,
    primaryKey: 'definition_id',
    always: 'deleted_at is null',
  };
  const page = await list<typeof definitionColumns, Row>(db, source, query);
  return { ...page, rows: page.rows.map(fromRow) };
}

export async function definitionById(db: Db, definitionId: string): Promise<Definition | null> {
  const { rows } = await db.query<Row>(
    `select ${select} from definition where definition_id = $1 and deleted_at is null`,
    [definitionId],
  );
  return rows[0] === undefined ? null : fromRow(rows[0]);
}

/** Whether there is or was one: runs of what is deleted are still found. */
export async function wasDefined(db: Db, definitionId: string): Promise<boolean> {
  const { rowCount } = await db.query(`select from definition where definition_id = $1`, [definitionId]);
  return rowCount === 1;
}

export async function definitionByAlias(db: Db, alias: string): Promise<Definition | null> {
  const { rows } = await db.query<Row>(`select ${select} from definition where alias = $1 and deleted_at is null`, [
    alias,
  ]);
  return rows[0] === undefined ? null : fromRow(rows[0]);
}

/** Returns false, and stores nothing, where the alias is taken. `by`: who makes it; null where nobody says. */
export async function insertDefinition(db: Db, of: Definition, by: string | null = null): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into definition (definition_id, alias, group_name, image, command, memory, cpu, gpu, env, tags, ports, "user",
       privileged, adaptive_resource_allocation, shared_memory_size, ephemeral_storage, retry_on_interruption, retry_on_oom,
       target_cluster, changed_by)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
     on conflict (alias) where deleted_at is null do nothing`,
    [...toValues(of), by],
  );
  return rowCount === 1;
}

/**
 * Merges `change` into the definition so that of two updates at once neither loses the other's fields.
 * `change` sees the stored definition and returns what shall be stored; what it throws leaves the row as it was. What differs
 * from before is a new revision.
 */
export async function updateDefinition(
  db: Db,
  definitionId: string,
  change: (stored: Definition) => Definition,
  by: string | null,
): Promise<{ result: 'updated'; definition: Definition } | { result: 'missing' | 'alias-taken' }> {
  // Optimistic: the row is written only if nobody changed it since it was read; else read and merge again.
  for (;;) {
    const { rows } = await db.query<Row & { version: string }>(
      `select ${select}, xmin::text as version from definition where definition_id = $1 and deleted_at is null`,
      [definitionId],
    );
    const row = rows[0];
    if (row === undefined) return { result: 'missing' };
    const definition = change(fromRow(row));
    try {
      const { rows: written } = await db.query<{ revision: number }>(
        `update definition set alias = $2, group_name = $3, image = $4, command = $5, memory = $6, cpu = $7, gpu = $8,
           env = $9, tags = $10, ports = $11, "user" = $12, privileged = $13, adaptive_resource_allocation = $14,
           shared_memory_size = $15, ephemeral_storage = $16, retry_on_interruption = $17, retry_on_oom = $18,
           target_cluster = $19, updated_at = now(), changed_by = $21
         where definition_id = $1 and deleted_at is null and xmin::text = $20 returning revision`,
        [...toValues(definition), row.version, by],
      );
      if (written[0] !== undefined) return { result: 'updated', definition: { ...definition, ...written[0] } };
    } catch (error) {
      if (isUniqueViolation(error)) return { result: 'alias-taken' };
      throw error;
    }
  }
}

/**
 * Hides the definition and frees its alias; its runs stay. Refused while runs of it are open; with `stop`, a bulk stop of these is
 * kept in the same transaction: `stopping` tells of how many.
 */
export async function deleteDefinition(
  db: Db,
  definitionId: string,
  stop: { stopId: string; askedBy: string } | null,
): Promise<{ result: 'deleted' | 'missing' | 'active'; stopping: number }> {
  const { rows } = await db.query<{ result: 'deleted' | 'missing' | 'active'; stopping: number }>(
    'select result, stopping from delete_definition($1, $2, $3)',
    [definitionId, stop?.stopId ?? null, stop?.askedBy ?? null],
  );
  return rows[0] ?? { result: 'missing', stopping: 0 };
}

export type Revision = { revision: number; madeAt: Date; madeBy: string | null; definition: Definition };

// A column that comes later is null here, unless its migration writes into `content` what the revisions before it have
// (there is a test that fails).
const ofRevision = `from definition_revision revised,
  lateral jsonb_populate_record(null::definition, content || jsonb_build_object('revision', revised.revision)) as definition`;
type RevisionRow = Row & { made_at: Date; made_by: string | null };

/** The newest first; a definition that was deleted has none to show. */
export async function revisionsOf(
  db: Db,
  definitionId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ revisions: Revision[]; total: number }> {
  const [page, all] = await Promise.all([
    db.query<RevisionRow>(
      `select ${select}, made_at, made_by ${ofRevision} where revised.definition_id = $1
       order by revised.revision desc limit $2 offset $3`,
      [definitionId, limit, offset],
    ),
    db.query<{ total: number }>('select count(*)::int as total from definition_revision where definition_id = $1', [
      definitionId,
    ]),
  ]);
  return { revisions: page.rows.map(fromRevisionRow), total: all.rows[0]?.total ?? 0 };
}

export async function revisionOf(db: Db, definitionId: string, revision: number): Promise<Revision | null> {
  const { rows } = await db.query<RevisionRow>(
    `select ${select}, made_at, made_by ${ofRevision} where revised.definition_id = $1 and revised.revision = $2`,
    [definitionId, revision],
  );
  return rows[0] === undefined ? null : fromRevisionRow(rows[0]);
}

function fromRevisionRow(row: RevisionRow): Revision {
  return { revision: row.revision, madeAt: row.made_at, madeBy: row.made_by, definition: fromRow(row) };
}

function fromRow(row: Row): Definition {
  return {
    definitionId: row.definition_id,
    alias: row.alias,
    groupName: row.group_name,
    image: row.image,
    command: row.command,
    memoryMb: row.memory,
    cpu: row.cpu,
    gpu: row.gpu,
    env: row.env,
    tags: row.tags,
    ports: row.ports,
    user: row.user,
    privileged: row.privileged,
    adaptiveResourceAllocation: row.adaptive_resource_allocation,
    sharedMemoryMb: row.shared_memory_size,
    ephemeralStorageMb: row.ephemeral_storage,
    retryOnInterruption: row.retry_on_interruption,
    retryOnOom: row.retry_on_oom,
    targetCluster: row.target_cluster,
    revision: row.revision,
    arn: row.arn,
  };
}

function toValues(of: Definition): unknown[] {
  return [
    of.definitionId,
    of.alias,
    of.groupName,
    of.image,
    of.command,
    of.memoryMb,
    of.cpu,
    of.gpu,
    JSON.stringify(of.env),
    of.tags,
    of.ports,
    of.user,
    of.privileged,
    of.adaptiveResourceAllocation,
    of.sharedMemoryMb,
    of.ephemeralStorageMb,
    of.retryOnInterruption,
    of.retryOnOom,
    of.targetCluster,
  ];
}
