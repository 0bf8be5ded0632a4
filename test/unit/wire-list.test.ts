/** What callers may ask of a list, and the sentences they read when they may not. */
import { echo, listFromWire, nextToWire } from '../../api/wire/list';
import { flag, type QueryString } from '../../api/wire/query';
import type { Columns } from '../../db/list';
import { refusal } from './refusal';

const maxInt = 2147483647;

describe('a list query', () => {
  const columns = {
    alias: { sql: 'alias', type: 'text', like: true },
    group_name: { sql: 'group_name', type: 'text', not: true },
    outcome: { sql: 'outcome_class', type: 'text', oneOf: ['SUCCESS', 'OOM'] },
    status: { sql: 'phase', type: 'phase' },
    exit_code: { sql: 'exit_code', type: 'int' },
    privileged: { sql: 'privileged', type: 'bool' },
    queued_at: { sql: 'queued_at', type: 'timestamptz' },
  } as const satisfies Columns;
  const rules = { columns, sortable: ['group_name', 'alias', 'queued_at'], defaultSort: 'group_name' } as const;
  const names =
    'alias, group_name, group_name_not, outcome, status, exit_code, privileged, queued_at_since, queued_at_until, limit, offset, sort_by, order, env, after';
  const asked = (query: QueryString) => listFromWire(query, rules);
  const none = { filters: [], env: [], sortBy: 'group_name', order: 'asc', limit: 1024, offset: 0, after: null };

  test('of nothing has the defaults', () => {
    expect(asked({})).toEqual(none);
  });

  test.each<[QueryString, object]>([
    [{ limit: '20' }, { limit: 20 }],
    [{ limit: '0' }, { limit: 0 }],
    [{ limit: '' }, { limit: 1024 }],
    [{ limit: '10000' }, { limit: 10_000 }],
    [{ limit: '10001' }, { limit: 10_000 }],
    [{ limit: String(maxInt) }, { limit: 10_000 }],
    [{ limit: ['5', '6'] }, { limit: 5 }],
    [{ offset: '40' }, { offset: 40 }],
    [{ offset: '' }, { offset: 0 }],
    [
      { sort_by: 'alias', order: 'desc' },
      { sortBy: 'alias', order: 'desc' },
    ],
    [
      { sort_by: '', order: '' },
      { sortBy: 'group_name', order: 'asc' },
    ],
    [{ sort_by: ['alias', 'nonsense'] }, { sortBy: 'alias' }],
  ])('of %j is paged and sorted so', (query, paging) => {
    expect(asked(query)).toEqual({ ...none, ...paging });
  });

  test.each<[QueryString, string]>([
    [{ limit: 'x' }, 'limit must be a whole number from 0, was x'],
    [{ limit: '-1' }, 'limit must be a whole number from 0, was -1'],
    [{ limit: '1.5' }, 'limit must be a whole number from 0, was 1.5'],
    [{ limit: '1e3' }, 'limit must be a whole number from 0, was 1e3'],
    [{ limit: '9'.repeat(400) }, `limit must be a whole number from 0, was ${'9'.repeat(400)}`],
    [{ offset: '-1' }, 'offset must be a whole number from 0, was -1'],
    [{ offset: '2147483648' }, 'offset must be a whole number from 0, was 2147483648'],
    [{ sort_by: 'memory' }, 'Invalid field to order by [memory], must be one of [group_name, alias, queued_at]'],
    [
      { sort_by: 'alias; drop table run' },
      'Invalid field to order by [alias; drop table run], must be one of [group_name, alias, queued_at]',
    ],
    [{ sort_by: 'toString' }, 'Invalid field to order by [toString], must be one of [group_name, alias, queued_at]'],
    [{ order: 'DESC' }, "Invalid order string, must be one of ('asc', 'desc'), was DESC"],
    [{ order: 'asc, alias' }, "Invalid order string, must be one of ('asc', 'desc'), was asc, alias"],
  ])('of %j is refused', (query, sentence) => {
    expect(refusal(() => asked(query))).toBe(sentence);
  });

  test.each([
    'nonsense',
    'Alias',
    '1=1; drop table run; --',
    'alias) or (1=1',
    'alias" = alias --',
    '',
    '__proto__',
    'constructor',
    'queued_at',
    'alias_since',
    'alias_not',
    'queued_at_not',
    'group_name_not_not',
    '_since',
    'queued_at_since_since',
  ])('with the filter %j is refused, whatever its name means to SQL', (key) => {
    const query = Object.fromEntries([[key, 'x']]);
    expect(refusal(() => asked(query))).toBe(`Unknown filter [${key}], must be one of [${names}]`);
  });

  test.each<[QueryString, object[]]>([
    [{ alias: 'a' }, [{ column: 'alias', op: 'equals', values: ['a'] }]],
    [{ alias: '' }, []],
    [{ alias: "%' or 1=1 --" }, [{ column: 'alias', op: 'equals', values: ["%' or 1=1 --"] }]],
    [{ status: ['QUEUED', 'RUNNING'] }, [{ column: 'status', op: 'equals', values: ['QUEUED', 'RUNNING'] }]],
    [{ group_name_not: ['a', 'b'] }, [{ column: 'group_name', op: 'differs', values: ['a', 'b'] }]],
    [{ outcome: ['OOM'] }, [{ column: 'outcome', op: 'equals', values: ['OOM'] }]],
    [{ exit_code: '137' }, [{ column: 'exit_code', op: 'equals', values: [137] }]],
    [{ exit_code: ['-1', '0'] }, [{ column: 'exit_code', op: 'equals', values: [-1, 0] }]],
    [{ privileged: ['true', 'false'] }, [{ column: 'privileged', op: 'equals', values: [true, false] }]],
    [
      { queued_at_since: '2026-01-31T12:00:00Z', queued_at_until: '2026-02-01T00:00:00+02:00' },
      [
        { column: 'queued_at', op: 'after', values: ['2026-01-31T12:00:00.000Z'] },
        { column: 'queued_at', op: 'before', values: ['2026-01-31T22:00:00.000Z'] },
      ],
    ],
    [
      { queued_at_since: '2026-02-01T00:00:00 02:00' },
      [{ column: 'queued_at', op: 'after', values: ['2026-01-31T22:00:00.000Z'] }],
    ],
    ...['2026-01-31 12:00:00', '2026-01-31T12:00', '2026-01-31 12:00:00.000', '2026-01-31 14:00:00 02:00'].map(
      (without): [QueryString, object[]] => [
        { queued_at_since: without },
        [{ column: 'queued_at', op: 'after', values: ['2026-01-31T12:00:00.000Z'] }],
      ],
    ),
    [{ queued_at_until: '' }, []],
    [{ queued_at_since: '', queued_at_until: ['', ''] }, []],
    [
      { queued_at_since: ['', '2026-01-31T12:00:00Z'] },
      [{ column: 'queued_at', op: 'after', values: ['2026-01-31T12:00:00.000Z'] }],
    ],
    [
      { alias: 'a', group_name: 'g' },
      [
        { column: 'alias', op: 'equals', values: ['a'] },
        { column: 'group_name', op: 'equals', values: ['g'] },
      ],
    ],
  ])('with %j filters so', (query, filters) => {
    expect(asked(query)).toEqual({ ...none, filters });
  });

  test.each<[QueryString, string]>([
    [{ exit_code: 'x' }, 'Filter [exit_code] must be an integer, was x'],
    [{ exit_code: '' }, 'Filter [exit_code] must be an integer, was '],
    [{ exit_code: '1.5' }, 'Filter [exit_code] must be an integer, was 1.5'],
    [{ exit_code: ['1', '2147483648'] }, 'Filter [exit_code] must be an integer, was 2147483648'],
    [{ exit_code: '1 or 1=1' }, 'Filter [exit_code] must be an integer, was 1 or 1=1'],
    [{ outcome: ['OOM', 'oom'] }, 'invalid outcome [oom], must be one of [SUCCESS, OOM]'],
    [{ privileged: 'yes' }, 'Filter [privileged] must be true or false'],
    [
      { queued_at_since: 'yesterday' },
      'Filter [queued_at_since] must be a time such as 2026-01-31T12:00:00Z, was yesterday',
    ],
    [
      { queued_at_until: '2026-13-01T00:00:00Z' },
      'Filter [queued_at_until] must be a time such as 2026-01-31T12:00:00Z, was 2026-13-01T00:00:00Z',
    ],
    [
      { queued_at_until: '+012026-01-01T00:00:00Z' },
      'Filter [queued_at_until] must be a time such as 2026-01-31T12:00:00Z, was +012026-01-01T00:00:00Z',
    ],
    [{ queued_at_since: ['2026-01-31', '2026-02-01'] }, 'Filter [queued_at_since] takes one time'],
    [{ alias: 'a\0' }, 'NUL characters and broken Unicode cannot be stored'],
    [{ env: 'A|\uD800' }, 'NUL characters and broken Unicode cannot be stored'],
    [{ alias: Array<string>(1001).fill('a') }, 'Filter [alias] has more than 1000 values'],
  ])('with %j is refused', (query, sentence) => {
    expect(refusal(() => asked(query))).toBe(sentence);
  });

  describe('that goes on where a page ended', () => {
    const by = { sort_by: 'queued_at', order: 'desc' };
    const cursor = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');

    test.each([
      { value: '1767225600000001', id: 'run-1' },
      { value: null, id: 'é"\\' },
    ])('begins after %j', (end) => {
      const { next } = nextToWire(asked(by), end);
      expect(asked({ ...by, after: next })).toEqual({ ...none, sortBy: 'queued_at', order: 'desc', after: end });
      expect(echo({ ...by, after: next }, asked(by))).not.toHaveProperty('after');
    });

    test('has no next one after the last page, and begins at the start without', () => {
      expect(nextToWire(asked(by), null)).toEqual({});
      expect(asked({ ...by, after: '' }).after).toBeNull();
    });

    test.each([
      'x',
      '%%%',
      cursor(),
      cursor('queued_at', 'desc', '2026-01-31', 'run-1'),
      cursor('queued_at', 'desc', 5, 'run-1'),
      cursor('queued_at', 'desc', '5', null),
      Buffer.from('{"length": 4}').toString('base64url'),
    ])('is refused after %s', (after) => {
      expect(refusal(() => asked({ ...by, after }))).toBe('after must be what the page before has as next');
    });

    test('is refused where it is sorted otherwise', () => {
      const after = cursor('alias', 'asc', 'a', 'run-1');
      expect(refusal(() => asked({ sort_by: 'alias', order: 'desc', after }))).toBe(
        'after is of a list sorted by [alias] asc: sort this one so, too',
      );
      expect(refusal(() => asked({ sort_by: 'alias', after: cursor('alias', 'asc', 'a\0', 'b') }))).toBe(
        'NUL characters and broken Unicode cannot be stored',
      );
    });
  });

  test('takes variables as NAME|VALUE, where a value may have more of them, and drops what has no |', () => {
    const env = ['A|1', 'B|', 'C', 'D|1|2', 'E|a=b'];
    expect(asked({ env }).env).toEqual([
      { name: 'A', value: '1' },
      { name: 'B', value: '' },
      { name: 'D', value: '1|2' },
      { name: 'E', value: 'a=b' },
    ]);
  });

  test('is repeated in the answer, each filter as the list of its texts', () => {
    const query = { limit: '99999', alias: 'a', exit_code: ['1', '2'], queued_at_until: '', env: ['A|1', 'bad'] };
    expect(echo(query, asked(query))).toEqual({
      limit: 10_000,
      offset: 0,
      sort_by: 'group_name',
      order: 'asc',
      env_filters: { A: '1' },
      alias: ['a'],
      exit_code: ['1', '2'],
      queued_at_until: [''],
    });
  });

  test('of nothing is repeated with an empty env_filters', () => {
    expect(echo({}, asked({}))).toEqual({
      limit: 1024,
      offset: 0,
      sort_by: 'group_name',
      order: 'asc',
      env_filters: {},
    });
  });
});

test('a flag of our own is true, false or left out, and nothing else', () => {
  expect(['true', 'false', '', undefined, ['true', 'x']].map((detail) => flag('detail', { detail }))).toEqual([
    ...[true, false, false, false, true],
  ]);
  expect(refusal(() => flag('detail', { detail: 'yes' }))).toBe('detail must be true or false, was yes');
});
