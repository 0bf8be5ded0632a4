/** Lists of runs that are fast at a million: their totals come from tallies, and a part of a name is looked up among the names. */
import { binder, condition, conditions, count, type Apart, type Filter, type ListQuery, type Source } from './list';
import type { Db } from './pool';
import type { runColumns } from './run';

type Runs = typeof runColumns;
type RunFilter = Filter<Runs>;
type RunSource = Source<Runs>;

const alias = { sql: 'alias', type: 'text', like: true } as const;
const executable = { sql: 'executable_id', type: 'text' } as const;

/** Of `run_kind`, by the names that runs are filtered by. */
const kindColumns = {
  alias,
  group_name: { ...alias, sql: 'group_name' },
  executable_id: executable,
  definition_id: executable,
} as const;

/** Of `run_tally`. */
const tallyColumns = {
  engine: { sql: 'engine', type: 'text' },
  cluster_name: { sql: 'cluster_name', type: 'text' },
  cluster: { sql: 'cluster_name', type: 'text' },
  user: { sql: '"user"', type: 'text' },
  owner: { sql: '"user"', type: 'text' },
  outcome: { sql: 'outcome_class', type: 'text' },
} as const;

/** More names than these are common: the newest runs are soon found without them. */
const maxNames = 500;

const isOfKind = (filter: RunFilter): filter is Filter<typeof kindColumns> => filter.column in kindColumns;
const isOfTally = (filter: RunFilter): filter is Filter<typeof tallyColumns> => filter.column in tallyColumns;

/** How many runs match: exactly, and as of one moment. Those that are over come from the tallies where these can tell them apart. */
export async function totalOfRuns(db: Db, source: RunSource, query: ListQuery<Runs>): Promise<number> {
  const others = query.filters.filter((filter) => !isOfKind(filter) && !isOfTally(filter));
  const statuses = others.flatMap(({ column, values }) => (column === 'status' ? values : []));
  if (others.some(({ column }) => column !== 'status') || query.env.length > 0) return count(db, source, query);
  const { values, bind } = binder();
  const parts = [
    ...(statuses.length === 0 || statuses.includes('STOPPED') ? [over(query.filters, bind)] : []),
    ...(statuses.length === 1 && statuses[0] === 'STOPPED'
      ? []
      : [`(select count(*) from run where phase <> 'STOPPED' and ${condition(source, query, bind)})`]),
  ];
  const { rows } = await db.query<{ total: number }>(`select (${parts.join(' + ')})::int as total`, values);
  return rows[0]?.total ?? 0;
}

/** SQL: the sum of the tallies of what is over. */
function over(filters: RunFilter[], bind: (value: unknown) => string): string {
  const sum = (table: string, more: string[]): string => {
    const where = ['true', ...conditions(tallyColumns, filters.filter(isOfTally), bind), ...more].join(' and ');
    return `(select coalesce(sum(n), 0) from ${table} where ${where})`;
  };
  const isByOutcome = filters.filter(isOfTally).every(({ column }) => column === 'outcome');
  const ofKinds = (which: string): string =>
    isByOutcome
      ? sum(
          `(select key as outcome_class, value::bigint as n from run_kind, jsonb_each_text(n) where ${which}) of_kind`,
          [],
        )
      : sum('run_tally', [`kind_id = any(array(select kind_id from run_kind where ${which}))`]);
  const kinds = filters.filter(isOfKind);
  const wanted = conditions(kindColumns, kinds, bind);
  if (wanted.length === 0) return sum('run_tally_all', []);
  if (kinds.some(({ op }) => op !== 'differs')) return ofKinds(wanted.join(' and '));
  // All but a few: fewer are summed the other way round.
  return `(${sum('run_tally_all', [])} - ${ofKinds(`not (${wanted.join(' and ')})`)})`;
}

export type Narrowed = { narrowed: ListQuery<Runs>; apart: Apart | null };

/**
 * Where few names match its texts, an index has the runs of each of these: in the order, if the newest are wanted and nothing else
 * has to be true. With more conditions Postgres knows best whether to begin with the names.
 */
export async function narrow(db: Db, query: ListQuery<Runs>): Promise<Narrowed> {
  const texts = query.filters.filter(isText);
  if (texts.length === 0) return { narrowed: query, apart: null };
  const { values, bind } = binder();
  const where = conditions(kindColumns, texts, bind).join(' and ');
  const { rows } = await db.query<{ alias: string; group: string }>(
    `select distinct alias, group_name as group from run_kind where ${where} limit ${bind(maxNames + 1)}`,
    values,
  );
  if (rows.length > maxNames) return { narrowed: query, apart: null };
  const aliases = rows.map(({ alias: name }) => name);
  const others = query.filters.filter((filter) => !isText(filter));
  const isNewest = query.sortBy === 'queued_at' && query.order === 'desc' && query.env.length === 0;
  if (isNewest && others.every((filter) => filter.column === 'queued_at')) {
    const apart = { columns: ['alias', 'group_name'], values: [aliases, rows.map(({ group }) => group)] };
    return { narrowed: { ...query, filters: others }, apart };
  }
  const names: RunFilter = { column: 'alias', op: 'in', values: [...new Set(aliases)] };
  return { narrowed: { ...query, filters: [...query.filters, names] }, apart: null };
}

/** Whether it is a part of a name. */
function isText(filter: RunFilter): filter is Filter<typeof kindColumns> {
  const { column, op, values } = filter;
  return (column === 'alias' || column === 'group_name') && op === 'equals' && values.length === 1;
}
