/** Queries on `definition`. A deleted definition stays as a row, for its runs, and is found by nobody else. */
import type { Definition, EnvVar } from '../domain/job';
import type { Db } from './pool';
import { list, type ListQuery, type Page } from './list';

/** What was registered at ECS last. */
const latestArn = `coalesce((select arn from task_definition of
  where of.definition_id = definition.definition_id and arn is not null order by registered_at desc limit 1), '')`;

const select = `definition_id, alias, group_name, image, command, memory, cpu, gpu, env, tags, ports, "user",
  privileged, adaptive_resource_allocation, shared_memory_size, ephemeral_storage, retry_on_interruption, retry_on_oom,
  target_cluster, ${latestArn} as arn`;

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
  arn: string;
};

/** What a list of definitions may be filtered and sorted by. */
export const definitionColumns = {
  definition_id: { sql: 'definition_id', type: 'text' },
  alias: { sql: 'alias', type: 'text', like: true },
  group_name: { sql: 'group_name', type: 'text', like: true },
  image: { sql: 'image', type: 'text', like: true },
  command: { sql: 'command', type: 'text', like: true },
  memory: { sql: 'memory', type: 'int' },
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
  return { total: page.total, rows: page.rows.map(fromRow) };
}

export async function definitionById(db: Db, definitionId: string): Promise<Definition | null> {
  const { rows } = await db.query<Row>(
    `select ${select} from definition where definition_id = $1 and deleted_at is null`,
    [definitionId],
  );
  return rows[0] === undefined ? null : fromRow(rows[0]);
}

export async function definitionByAlias(db: Db, alias: string): Promise<Definition | null> {
  const { rows } = await db.query<Row>(`select ${select} from definition where alias = $1 and deleted_at is null`, [
    alias,
  ]);
  return rows[0] === undefined ? null : fromRow(rows[0]);
}

/** Returns false, and stores nothing, where the alias is taken. */
export async function insertDefinition(db: Db, of: Definition): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into definition (definition_id, alias, group_name, image, command, memory, cpu, gpu, env, tags, ports, "user",
       privileged, adaptive_resource_allocation, shared_memory_size, ephemeral_storage, retry_on_interruption, retry_on_oom,
       target_cluster)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
     on conflict (alias) where deleted_at is null do nothing`,
    toValues(of),
  );
  return rowCount === 1;
}

/**
 * Merges `change` into the definition so that of two updates at once neither loses the other's fields.
 * `change` sees the stored definition and returns what shall be stored; what it throws leaves the row as it was.
 */
export async function updateDefinition(
  db: Db,
  definitionId: string,
  change: (stored: Definition) => Definition,
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
      const { rowCount } = await db.query(
        `update definition set alias = $2, group_name = $3, image = $4, command = $5, memory = $6, cpu = $7, gpu = $8,
           env = $9, tags = $10, ports = $11, "user" = $12, privileged = $13, adaptive_resource_allocation = $14,
           shared_memory_size = $15, ephemeral_storage = $16, retry_on_interruption = $17, retry_on_oom = $18,
           target_cluster = $19, updated_at = now()
         where definition_id = $1 and deleted_at is null and xmin::text = $20`,
        [...toValues(definition), row.version],
      );
      if (rowCount === 1) return { result: 'updated', definition };
    } catch (error) {
      if (isUniqueViolation(error)) return { result: 'alias-taken' };
      throw error;
    }
  }
}

/** Hides the definition and frees its alias; its runs stay. Refused while runs of it are open. */
export async function deleteDefinition(db: Db, definitionId: string): Promise<'deleted' | 'missing' | 'active'> {
  const { rows } = await db.query<{ deleted: boolean; active: boolean }>(
    `with active as (
       select exists (select 1 from run where definition_id = $1 and phase <> 'STOPPED') as active
     ), deleted as (
       update definition set deleted_at = now()
       where definition_id = $1 and deleted_at is null and not (select active from active)
       returning 1
     )
     select exists (select 1 from deleted) as deleted, (select active from active)
       and exists (select 1 from definition where definition_id = $1 and deleted_at is null) as active`,
    [definitionId],
  );
  if (rows[0]?.deleted === true) return 'deleted';
  return rows[0]?.active === true ? 'active' : 'missing';
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505';
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
