/** What lists take and answer, made from the rules that check it. */
import type { Column, Columns } from '../../db/list';
import { count, shape, text, time, type JsonSchema } from '../wire/answer';
import { defaultLimit, filterNames, maxLimit, maxValuesPerFilter, type ListRules, type PagingName } from '../wire/list';
import type { Operation, Parameter } from './operation';

export const pageParameters = {
  limit: {
    description: `How many are answered, at most ${maxLimit}`,
    schema: { ...count, maximum: 2147483647, default: defaultLimit },
  },
  offset: { description: 'How many are left out before them', schema: { ...count, maximum: 2147483647, default: 0 } },
} as const;

/** `forced`: filters that the path says. */
export function listParameters<C extends Columns>(
  rules: ListRules<C>,
  forced: readonly string[] = [],
): Record<string, Parameter> {
  const filters = filterNames(rules.columns).filter((name) => !forced.includes(name));
  return {
    ...pagingParameters(rules),
    ...Object.fromEntries(filters.map((name) => [name, filter(name, rules.columns)])),
  };
}

export function pagingParameters<C extends Columns>(rules: ListRules<C>): Record<PagingName, Parameter> {
  return {
    ...pageParameters,
    sort_by: {
      description: 'Rows without a value come last',
      schema: { enum: rules.sortable, default: rules.defaultSort },
    },
    after: {
      description: '`next` of the answer before, with the rest of the query unchanged: the page behind that one',
      schema: text,
    },
    order: { description: 'Its direction', schema: { enum: ['asc', 'desc'], default: 'asc' } },
    env: {
      description: '`NAME|VALUE`: a variable that its environment has; several: all of them',
      schema: { type: 'array', items: text, examples: [['USERNAME|you']] },
    },
  };
}

function filter(name: string, columns: Columns): Parameter {
  const [, base = name, side = ''] = /^(.+)_(since|until|not)$/.exec(name) ?? [];
  const column = columns[name] ?? columns[base];
  // A side of a time: <column>_since, <column>_until.
  if (column === undefined || column.type === 'timestamptz') {
    const than = side === 'since' ? 'Later' : 'Earlier';
    return { description: `${than} than that; empty: no filter`, schema: { anyOf: [time, { const: '' }] } };
  }
  return {
    description: sentenceOf(column, side === 'not'),
    schema: { type: 'array', items: valueOf(column), maxItems: maxValuesPerFilter },
  };
}

function sentenceOf({ type, like }: Column, isNot: boolean): string {
  if (isNot) return 'The value is none of these';
  if (type === 'text[]') return 'Has one of these';
  return `The value ${like === true ? 'contains it, where % and _ stand for anything; is one of several' : 'is one of these'}`;
}

function valueOf({ type, oneOf }: Column): JsonSchema {
  if (oneOf !== undefined) return { enum: oneOf };
  switch (type) {
    case 'int':
      return { type: 'integer', minimum: -2147483647, maximum: 2147483647 };
    case 'bool':
      return { type: 'boolean' };
    case 'phase':
    case 'text':
    case 'text[]':
    case 'timestamptz':
      return text;
  }
}

/** The rows under `key`, how many there are in all, and the question: each filter as the array of its texts. */
export function listAnswer<C extends Columns>(
  key: string,
  row: JsonSchema,
  rules: ListRules<C>,
  more: Readonly<Record<string, JsonSchema>> = {},
): Operation['answer'] {
  const filters = filterNames(rules.columns).map((name) => [name, { type: 'array', items: text }] as const);
  const { limit, offset } = pageParameters;
  const answer = shape(
    {
      total: { ...count, description: 'Of all that match' },
      [key]: { type: 'array', items: row },
      limit: limit.schema,
      offset: offset.schema,
      sort_by: { enum: rules.sortable },
      order: { enum: ['asc', 'desc'] },
      env_filters: { type: 'object', additionalProperties: text },
    },
    {
      next: {
        type: 'string',
        description: 'Where the next page begins, to be given back as `after`; left out on the last',
      },
      ...Object.fromEntries(filters),
      ...more,
    },
  );
  return { 'application/json': answer };
}
