/** The names that definitions use: their groups and tags, each once. */
import type { Db } from './pool';

type NameQuery = { contains: string; limit: number; offset: number };
type Names = { names: string[]; total: number };

export function groupNames(db: Db, query: NameQuery): Promise<Names> {
  return names(db, `select distinct group_name as name from definition where deleted_at is null`, query);
}

export function tagNames(db: Db, query: NameQuery): Promise<Names> {
  return names(db, `select distinct unnest(tags) as name from definition where deleted_at is null`, query);
}

async function names(db: Db, source: string, { contains, limit, offset }: NameQuery): Promise<Names> {
  const { rows } = await db.query<{ names: string[]; total: number }>(
    `with found as (select name from (${source}) every_name where name like '%' || $1 || '%')
     select (select count(*)::int from found) as total,
       array(select name from found order by name limit $2 offset $3) as names`,
    [contains, limit, offset],
  );
  return rows[0] ?? { names: [], total: 0 };
}
