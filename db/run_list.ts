/** Lists of runs that are fast at a million: their totals come from tallies, and a part of a name is looked up among the names. */
import { binder, condition, conditions, count, type Filter, type ListQuery, type Source } from './list';
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
const maxAliases = 500;

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
  const ofKinds = (which: string): string =>
    sum('run_tally', [`kind_id = any(array(select kind_id from run_kind where ${which}))`]);
  const kinds = filters.filter(isOfKind);
  const wanted = conditions(kindColumns, kinds, bind);
  if (wanted.length === 0) return sum('run_tally_all', []);
  if (kinds.some(({ op }) => op !== 'differs')) return ofKinds(wanted.join(' and '));
  // All but a few: fewer are summed the other way round.
  return `(${sum('run_tally_all', [])} - ${ofKinds(`not (${wanted.join(' and ')})`)})`;
}

/** The query, and where few names match its texts, these names besides: those have an index. */
export async function withAliases(db: Db, query: ListQuery<Runs>): Promise<ListQuery<Runs>> {
  const texts = query.filters.filter(isOfKind).filter(({ column, op, values }) => {
    const isText = column === 'alias' || column === 'group_name';
    return isText && op === 'equals' && values.length === 1;
  });
  if (texts.length === 0) return query;
  const { values, bind } = binder();
  const where = conditions(kindColumns, texts, bind).join(' and ');
  const { rows } = await db.query<{ alias: string }>(
    `select distinct alias from run_kind where ${where} limit ${bind(maxAliases + 1)}`,
    values,
  );
  if (rows.length > maxAliases) return query;
  return { ...query, filters: [...query.filters, { column: 'alias', op: 'in', values: rows.map((row) => row.alias) }] };
}
