/** Filtered, sorted, paged lists: one builder for all tables. Column names come from each table's whitelist, values are bound. */
import type { Db } from './pool';

/**
 * How a column may be filtered. `like`: one value is a substring pattern, several are exact (rest-and-data.md §1.5).
 * `not`: may be filtered by what it is not, too. `oneOf`: all values that there are. `nullable`: may be sorted by, and be null.
 */
export type Column = {
  sql: string;
  type: 'text' | 'int' | 'bool' | 'phase' | 'text[]' | 'timestamptz';
  like?: true;
  not?: true;
  oneOf?: readonly string[];
  nullable?: true;
};
export type Columns = Readonly<Record<string, Column>>;

export type Filter<C extends Columns> = {
  column: keyof C & string;
  /** `in` is exact even for one value. */
  op: 'equals' | 'in' | 'differs' | 'after' | 'before';
  values: (string | number | boolean)[];
};

/** Where a page ended: the sorted column's value (of a time, the microseconds since 1970) and the primary key of its last row. */
export type Cursor = { value: string | null; id: string };

export type ListQuery<C extends Columns> = {
  filters: Filter<C>[];
  /** Each must be contained in the row's environment. */
  env: { name: string; value: string }[];
  sortBy: keyof C & string;
  order: 'asc' | 'desc';
  limit: number;
  offset: number;
  /** Instead of an offset. */
  after: Cursor | null;
};

/** `next` is null on the last page. */
export type Page<Row> = { rows: Row[]; total: number; next: Cursor | null };

export type Source<C extends Columns> = {
  columns: C;
  table: string;
  /** What a row of the answer selects. */
  select: string;
  primaryKey: string;
  /** A condition that always holds, such as "not deleted". */
  always: string;
};

export type Bind = (value: unknown) => string;
type CursorRow = { cursor_value: string | null };

/** The page, and the number of all matches by a slim count. */
export async function list<C extends Columns, Row extends Record<string, unknown>>(
  db: Db,
  source: Source<C>,
  query: ListQuery<C>,
): Promise<Page<Row>> {
  const [page, total] = await Promise.all([pageOf<C, Row>(db, source, query), count(db, source, query)]);
  return { ...page, total };
}

export async function count<C extends Columns>(db: Db, source: Source<C>, query: ListQuery<C>): Promise<number> {
  const { values, bind } = binder();
  const { rows } = await db.query<{ total: number }>(
    `select count(*)::int as total from ${source.table} where ${condition(source, query, bind)}`,
    values,
  );
  return rows[0]?.total ?? 0;
}

export async function pageOf<C extends Columns, Row extends Record<string, unknown>>(
  db: Db,
  source: Source<C>,
  query: ListQuery<C>,
): Promise<Omit<Page<Row>, 'total'>> {
  const { table, primaryKey } = source;
  const { sql, type, nullable } = column(source.columns, query.sortBy);
  const { values, bind } = binder();
  const where = condition(source, query, bind);
  const select = `select ${source.select}, ${cursorValue(sql, type)} as cursor_value from ${table}`;
  const order = `order by ${sql} ${query.order === 'desc' ? 'desc' : 'asc'} nulls last, ${primaryKey}`;
  // One more than the page has tells whether there is a next one.
  const limit = `limit ${bind(query.limit + 1)}`;
  const from = (more: string): string => `${select} where ${where} and ${more} ${order} ${limit}`;
  const text = (): string => {
    if (query.after === null) return `${select} where ${where} ${order} ${limit} offset ${bind(query.offset)}`;
    const { value, id } = query.after;
    if (value === null) return from(`${sql} is null and ${primaryKey} > ${bind(id)}`);
    const end = cursorBound(bind(value), type);
    const beyond = query.order === 'desc' ? '<' : '>';
    const rest = from(`${sql} ${beyond}= ${end} and (${sql} ${beyond} ${end} or ${primaryKey} > ${bind(id)})`);
    // Apart, so that each begins in the index where it has to.
    return nullable
      ? `select * from ((${rest}) union all (${from(`${sql} is null`)})) ${table} ${order} ${limit}`
      : rest;
  };
  const { rows: found } = await db.query<Row & CursorRow>(text(), values);
  const rows = found.slice(0, query.limit);
  const last = found.length > rows.length ? rows.at(-1) : undefined;
  return { rows, next: last === undefined ? null : { value: last.cursor_value, id: String(last[primaryKey]) } };
}

/** To the last digit: JavaScript's times are shorter. */
function cursorValue(sql: string, type: Column['type']): string {
  return type === 'timestamptz' ? `(extract(epoch from ${sql}) * 1000000)::bigint::text` : `(${sql})::text`;
}

function cursorBound(value: string, type: Column['type']): string {
  return type === 'timestamptz'
    ? `(timestamptz 'epoch' + ${value}::bigint * interval '1 microsecond')`
    : `${value}::${type}`;
}

/** The parameters of one statement as they are met. */
export function binder(): { values: unknown[]; bind: Bind } {
  const values: unknown[] = [];
  return { values, bind: (value) => `$${values.push(value)}` };
}

/** What the rows must be like. */
export function condition<C extends Columns>(
  source: Source<C>,
  query: Pick<ListQuery<C>, 'filters' | 'env'>,
  bind: Bind,
): string {
  const env = query.env.map((one) => `env @> ${bind(JSON.stringify([one]))}::jsonb`);
  return [source.always, ...conditions(source.columns, query.filters, bind), ...env].join(' and ');
}

export function conditions<C extends Columns>(columns: C, filters: Filter<C>[], bind: Bind): string[] {
  return filters.map(({ column: name, op, values }) => {
    const of = column(columns, name);
    switch (op) {
      case 'after':
        return `${of.sql} > ${bind(values[0])}::${of.type}`;
      case 'before':
        return `${of.sql} < ${bind(values[0])}::${of.type}`;
      case 'equals':
        return equals(of, values, bind);
      case 'in':
        return oneOf(of, values, bind);
      case 'differs':
        return `not (${equals(of, values, bind)})`;
    }
  });
}

function equals({ sql, type, like }: Column, values: Filter<Columns>['values'], bind: Bind): string {
  const [only, ...others] = values;
  if (type === 'text[]') return `${sql} && ${bind(values)}::text[]`;
  if (like && others.length === 0) return `${sql} like ${bind(`%${String(only)}%`)}`;
  return oneOf({ sql, type }, values, bind);
}

/** One value is no list of one: what is found by `=` in an index comes in the order of what follows there. */
function oneOf({ sql, type }: Column, values: Filter<Columns>['values'], bind: Bind): string {
  if (values.length === 1) return `${sql} = ${bind(values[0])}::${type}`;
  return `${sql} = any(${bind(values)}::${type}[])`;
}

function column<C extends Columns>(columns: C, name: keyof C & string): Column {
  const found = columns[name];
  if (found === undefined) throw new Error(`there is no column ${name}`);
  return found;
}
