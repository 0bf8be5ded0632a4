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

/** What to look for one after the other: columns that an index begins with, and the values of each. */
export type Apart = { columns: readonly string[]; values: string[][] };

/** The page, and the number of all matches. */
export async function list<C extends Columns, Row extends Record<string, unknown>>(
  db: Db,
  source: Source<C>,
  query: ListQuery<C>,
): Promise<Page<Row>> {
  const isFiltered = query.filters.length > 0 || query.env.length > 0;
  const gathered = isFiltered ? await gather<C, Row>(db, source, query, null) : null;
  if (gathered !== null) return gathered;
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

/**
 * The ids first, by an index alone where one has all that is asked for, then their rows. `apart`: what takes the place of filters.
 */
export async function pageOf<C extends Columns, Row extends Record<string, unknown>>(
  db: Db,
  source: Source<C>,
  query: ListQuery<C>,
  apart: Apart | null = null,
): Promise<Omit<Page<Row>, 'total'>> {
  const { table } = source;
  const { sql } = column(source.columns, query.sortBy);
  const { values, bind } = binder();
  const ids = idsOf(source, query, { table, sql, where: condition(source, query, bind), apart }, bind);
  const { rows } = await db.query<Row & CursorRow>(selectOf(source, query, ids), values);
  return pageFrom(source, query, rows);
}

/**
 * Page and number in one go, for what is rare or in a small table: all that matches is found once, whatever Postgres believes to be
 * common. Null where there are more than `most`, or the page is beyond the end.
 */
export async function gather<C extends Columns, Row extends Record<string, unknown>>(
  db: Db,
  source: Source<C>,
  query: ListQuery<C>,
  most: number | null,
): Promise<Page<Row> | null> {
  const { table, primaryKey } = source;
  const { sql } = column(source.columns, query.sortBy);
  const { values, bind } = binder();
  const limit = most === null ? '' : `limit ${bind(most + 1)}`;
  const matched = `select ${primaryKey}, ${sql} as sorted from ${table} where ${condition(source, query, bind)} ${limit}`;
  const ids = idsOf(source, query, { table: 'matched', sql: 'sorted', where: 'true', apart: null }, bind);
  const { rows } = await db.query<Row & CursorRow & { total: number }>(
    `with matched as materialized (${matched})
     ${selectOf(source, query, ids, `, (select count(*)::int from matched) as total`)}`,
    values,
  );
  const isFirst = query.after === null && query.offset === 0;
  const total = rows[0]?.total ?? (isFirst ? 0 : undefined);
  if (total === undefined || (most !== null && total > most)) return null;
  return { ...pageFrom(source, query, rows), total };
}

function selectOf<C extends Columns>(source: Source<C>, query: ListQuery<C>, ids: string, more = ''): string {
  const { select, table, primaryKey, columns } = source;
  const { sql, type } = column(columns, query.sortBy);
  return `select ${select}, ${cursorValue(sql, type)} as cursor_value ${more}
    from ${table} join (${ids}) page using (${primaryKey}) ${inOrder(query, sql, primaryKey)}`;
}

function pageFrom<C extends Columns, Row extends Record<string, unknown>>(
  { primaryKey }: Source<C>,
  query: ListQuery<C>,
  found: (Row & CursorRow)[],
): Omit<Page<Row>, 'total'> {
  const rows = found.slice(0, query.limit);
  const last = found.length > rows.length ? rows.at(-1) : undefined;
  return { rows, next: last === undefined ? null : { value: last.cursor_value, id: String(last[primaryKey]) } };
}

type Scope = { table: string; sql: string; where: string; apart: Apart | null };

/** SQL: the keys of the page, and one more, which tells whether there is a next page. `sql`: what is sorted by. */
function idsOf<C extends Columns>(
  { columns, primaryKey }: Source<C>,
  query: ListQuery<C>,
  { table, sql, where, apart }: Scope,
  bind: Bind,
): string {
  const offset = query.after === null ? query.offset : 0;
  const first = `limit ${bind(offset + query.limit + 1)}`;
  const those = (which: string): string =>
    `select ${primaryKey}, ${sql} as sorted from ${table} where ${which} ${inOrder(query, sql, primaryKey)} ${first}`;
  const lists = apart?.values.map((list) => `${bind(list)}::text[]`).join(', ') ?? '';
  const parts = places(column(columns, query.sortBy), query, sql, primaryKey, bind).map((place) => {
    if (apart === null) return those(`${where} and ${place}`);
    const each = apart.columns.map((name, n) => `${name} = one.part_${n}`).join(' and ');
    const names = apart.columns.map((_, n) => `part_${n}`).join(', ');
    return `select few.* from unnest(${lists}) as one(${names}), lateral (${those(`${each} and ${where} and ${place}`)}) few`;
  });
  return `select ${primaryKey} from (${parts.map((part) => `(${part})`).join(' union all ')}) found
    ${inOrder(query, 'sorted', primaryKey)} ${first} offset ${bind(offset)}`;
}

/** Where the page's rows may be: apart, so that the search in an index begins where it has to. */
function places<C extends Columns>(
  { type, nullable }: Column,
  query: ListQuery<C>,
  sql: string,
  primaryKey: string,
  bind: Bind,
): string[] {
  if (query.after === null) return ['true'];
  const { value, id } = query.after;
  if (value === null) return [`${sql} is null and ${primaryKey} > ${bind(id)}`];
  const end = cursorBound(bind(value), type);
  const beyond = query.order === 'desc' ? '<' : '>';
  const rest = `${sql} ${beyond}= ${end} and (${sql} ${beyond} ${end} or ${primaryKey} > ${bind(id)})`;
  return nullable ? [rest, `${sql} is null`] : [rest];
}

function inOrder<C extends Columns>({ order }: ListQuery<C>, sql: string, primaryKey: string): string {
  return `order by ${sql} ${order === 'desc' ? 'desc' : 'asc'} nulls last, ${primaryKey}`;
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
