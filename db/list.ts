/** Filtered, sorted, paged lists: one builder for all tables. Column names come from each table's whitelist, values are bound. */
import type { Db } from './pool';

/** How a column may be filtered. `like`: one value is a substring pattern, several are exact (rest-and-data.md §1.5). */
export type Column = { sql: string; type: 'text' | 'int' | 'bool' | 'phase' | 'text[]' | 'timestamptz'; like?: true };
export type Columns = Readonly<Record<string, Column>>;

export type Filter<C extends Columns> = {
  column: keyof C & string;
  op: 'equals' | 'after' | 'before';
  values: (string | number | boolean)[];
};

export type ListQuery<C extends Columns> = {
  filters: Filter<C>[];
  /** Each must be contained in the row's environment. */
  env: { name: string; value: string }[];
  sortBy: keyof C & string;
  order: 'asc' | 'desc';
  limit: number;
  offset: number;
};

export type Page<Row> = { rows: Row[]; total: number };

export type Source<C extends Columns> = {
  columns: C;
  table: string;
  /** What a row of the answer selects. */
  select: string;
  primaryKey: string;
  /** A condition that always holds, such as "not deleted". */
  always: string;
};

/** Two statements: the page, and the number of all matches by a slim count. */
export async function list<C extends Columns, Row extends Record<string, unknown>>(
  db: Db,
  source: Source<C>,
  query: ListQuery<C>,
): Promise<Page<Row>> {
  const { where, values } = conditionOf(source, query);
  const [page, count] = await Promise.all([
    db.query<Row>(
      `select ${source.select} from ${source.table} where ${where}
       order by ${column(source, query.sortBy).sql} ${query.order === 'desc' ? 'desc' : 'asc'} nulls last, ${source.primaryKey}
       limit $${values.length + 1} offset $${values.length + 2}`,
      [...values, query.limit, query.offset],
    ),
    db.query<{ total: number }>(`select count(*)::int as total from ${source.table} where ${where}`, values),
  ]);
  return { rows: page.rows, total: count.rows[0]?.total ?? 0 };
}

/** What the rows must be like, with the values that are bound. */
export function conditionOf<C extends Columns>(
  source: Source<C>,
  query: Pick<ListQuery<C>, 'filters' | 'env'>,
): { where: string; values: unknown[] } {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const parts = query.filters.map((filter) => {
    const { sql, type, like } = column(source, filter.column);
    const [only, ...others] = filter.values;
    if (filter.op === 'after') return `${sql} > ${bind(only)}::${type}`;
    if (filter.op === 'before') return `${sql} < ${bind(only)}::${type}`;
    if (type === 'text[]') return `${sql} && ${bind(filter.values)}::text[]`;
    if (like && others.length === 0) return `${sql} like ${bind(`%${String(only)}%`)}`;
    return `${sql} = any(${bind(filter.values)}::${type}[])`;
  });
  for (const { name, value } of query.env) parts.push(`env @> ${bind(JSON.stringify([{ name, value }]))}::jsonb`);
  return { where: [source.always, ...parts].join(' and '), values };
}

function column<C extends Columns>(source: Source<C>, name: keyof C & string): Column {
  const found = source.columns[name];
  if (found === undefined) throw new Error(`no column ${name} in ${source.table}`);
  return found;
}
