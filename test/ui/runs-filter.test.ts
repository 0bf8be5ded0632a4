/** What the address of a list of runs means, and what becomes of it: the API's query, chips, pills, words. */
import { parseSearch, stringifySearch } from '../../ui/app/search';
import { chipOf, chips, withChip } from '../../ui/runs/chips';
import { isOurs, searchOf, toApi, viewOf, withTime, withValues } from '../../ui/runs/filter';
import { pillsOf, variableOf, withoutPill, wordsOf } from '../../ui/runs/words';

const view = (query: string) => viewOf(parseSearch(query));
const now = Date.parse('2026-03-10T12:00:00Z');

describe('addresses', () => {
  test('a bookmark of the original means just what it says: the API is sent its filters, page and order', () => {
    const of = view(
      '?page=3&sort_by=started_at&order=desc&status=PENDING&status=RUNNING&env=A%7C1&env=B%7C2&cluster_name=x&alias=etl' +
        '&started_at_since=2020-01-01T00%3A00&finished_at_until=2021-01-01',
    );
    expect(of).toMatchObject({ page: 3, size: 20, sort: { by: 'started_at', order: 'desc' } });
    expect(toApi(of.filter, now)).toEqual({
      status: ['PENDING', 'RUNNING'],
      env: ['A|1', 'B|2'],
      cluster_name: ['x'],
      alias: ['etl'],
      started_at_since: '2020-01-01T00:00',
      finished_at_until: '2021-01-01',
    });
  });

  test('a query without statuses means all of them', () => {
    expect(view('?alias=x').filter).toEqual({ alias: ['x'] });
  });

  test('unknown keys and empty values are never sent, and unknown keys stay in the address', () => {
    const search = parseSearch('?alias=&owner=&tab=runs&md=1&limit=7&started_at_since=');
    expect(viewOf(search)).toEqual({ filter: {}, page: 1, size: 20, sort: { by: 'queued_at', order: 'desc' } });
    expect(searchOf({ ...viewOf(search), page: 2 }, search)).toMatchObject({ tab: 'runs', md: '1', page: '2' });
    expect(isOurs('tab')).toBe(false);
    expect(viewOf({ alias: '', owner: ['', 'a'] }).filter).toEqual({ owner: ['a'] });
  });

  test.each(['0', '-1', '1.5', 'x', '1e99'])('page %s is a page that there may be', (page) => {
    const of = view(`?page=${page}`).page;
    expect(Number.isInteger(of) && of >= 1 && (of - 1) * 100 < 2 ** 31).toBe(true);
  });

  test('a list without an order has the newest first, those that have not started among them', () => {
    expect(view('').sort).toEqual({ by: 'queued_at', order: 'desc' });
    expect(view('?sort_by=nonsense').sort).toEqual({ by: 'queued_at', order: 'desc' });
    expect(view('?sort_by=status').sort).toEqual({ by: 'status', order: 'asc' });
  });

  test('a view comes back from its address', () => {
    const query = '?page=2&sort_by=status&order=asc&limit=50&alias=a&alias=b&env=A%7C1&queued_at_since=-24h';
    const of = view(query);
    expect(view(stringifySearch(searchOf(of, {})))).toEqual(of);
  });

  test('how long ago becomes a time when it is sent', () => {
    const filter = withTime(withTime({}, 'queued_at_since', '-24h'), 'started_at_until', '-7d');
    expect(toApi(filter, now)).toEqual({
      queued_at_since: '2026-03-09T12:00:00.000Z',
      started_at_until: '2026-03-03T12:00:00.000Z',
    });
  });

  test('no values take a filter away', () => {
    expect(withValues({ alias: ['a'], owner: ['b'] }, 'alias', [])).toEqual({ owner: ['b'] });
    expect(withTime({ queued_at_since: '-1h' }, 'queued_at_since', '')).toEqual({});
  });
});

describe('chips', () => {
  test.each(chips)('%s is recognised in what it writes, and leaves other filters alone', (chip) => {
    const filter = withChip({ alias: ['x'], status: ['QUEUED'] }, chip);
    expect(chipOf(filter)).toBe(chip);
    expect(filter.alias).toEqual(['x']);
  });

  test('the bare address of runs is the active ones', () => {
    expect(chipOf(view('?status=PENDING&status=QUEUED&status=RUNNING').filter)).toBe('Active');
  });

  test.each(['?status=RUNNING', '?outcome=OOM', '?status=STOPPED&outcome=SUCCESS'])('%s is none of them', (query) => {
    expect(chipOf(view(query).filter)).toBeNull();
  });

  test('active are those that wait to be tried again, too', () => {
    expect(withChip({}, 'Active').status).toContain('NEEDS_RETRY');
  });
});

describe('words', () => {
  const texts = (query: string) => pillsOf(view(query).filter, 'UTC').map(({ text }) => text);

  test('each value is a pill, but for those of a chip', () => {
    expect(texts('?status=PENDING&status=QUEUED&status=RUNNING&alias=etl&owner=a&owner=b&env=A%7C1')).toEqual([
      'alias contains “etl”',
      'owner is “a”',
      'owner is “b”',
      'env has “A=1”',
    ]);
    expect(texts('?status=NEEDS_RETRY&outcome=OOM')).toEqual(['status is needs retry', 'outcome is oom']);
  });

  test('one alias is a part of it, several are whole: as the API takes them', () => {
    expect(texts('?alias=a&alias=b')).toEqual(['alias is “a”', 'alias is “b”']);
    expect(texts('?alias_not=a')).toEqual(['alias does not contain “a”']);
    expect(texts('?alias_not=a&alias_not=b')).toEqual(['alias is not “a”', 'alias is not “b”']);
  });

  test('times are said in the zone', () => {
    expect(texts('?queued_at_since=-1d&started_at_until=-12h')).toEqual([
      'queued in the last day',
      'started more than 12 hours ago',
    ]);
    expect(texts('?started_at_since=2026-01-31T12:00')[0]).toMatch(/^started after .*Jan.*12:00/);
  });

  test('a pill takes just its value away', () => {
    const { filter } = view('?owner=a&owner=b&queued_at_since=-1h');
    const [first, , last] = pillsOf(filter, 'UTC');
    if (first === undefined || last === undefined) throw new Error('three pills');
    expect(withoutPill(filter, first)).toEqual({ owner: ['b'], queued_at_since: '-1h' });
    expect(withoutPill(filter, last)).toEqual({ owner: ['a', 'b'] });
  });

  test('a whole filter in words has all that is sent', () => {
    const { filter } = view(
      '?status=QUEUED&alias_not=a&alias_not=b&owner=a&owner=b&env=A%7C1&env=B%7C2&queued_at_since=-7d',
    );
    expect(wordsOf(filter, 'UTC')).toEqual([
      'status is queued',
      'alias is not “a” nor “b”',
      'owner is “a” or “b”',
      'env has “A=1” and “B=2”',
      'queued in the last 7 days',
    ]);
    expect(wordsOf(withChip({ engine: ['eks'] }, 'Failed'), 'UTC')).toEqual(['has failed', 'engine is “eks”']);
    expect(wordsOf({}, 'UTC')).toEqual([]);
    expect(wordsOf(withChip({}, 'Active'), 'UTC')).toEqual(['is not over']);
    expect(wordsOf({ status: ['PENDING', 'QUEUED', 'RUNNING'] }, 'UTC')).toEqual(['is pending, queued, or running']);
  });

  test('values that may be secret are neither shown nor put into an address', () => {
    expect(texts('?env=DB_PASSWORD%7Chunter2')).toEqual(['env has “DB_PASSWORD=••••••••”']);
    expect(variableOf('DB_PASSWORD=hunter2')).toHaveProperty('trouble');
  });

  test.each([
    ['A=1', { entry: 'A|1' }],
    [' A = b=c', { entry: 'A| b=c' }],
    ['A=', { entry: 'A|' }],
  ])('variable %j is looked for', (text, entry) => {
    expect(variableOf(text)).toEqual(entry);
  });

  test.each(['A', '=1', 'A=1|2', ''])('variable %j is refused', (text) => {
    expect(variableOf(text)).toHaveProperty('trouble');
  });
});
