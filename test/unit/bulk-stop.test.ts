/** What a stop of many takes for a filter: all of it, or nothing. */
import Ajv from 'ajv';
import { matchingFrom } from '../../api/bulk-stop';
import { stopBody } from '../../api/wire/bulk-stop';
import { refusal } from './refusal';

test('the document says that either a filter or ids are asked for', () => {
  const isTaken = new Ajv({ allowUnionTypes: true }).compile(stopBody);
  const [filter, run_ids] = [{ owner: 'me' }, ['etl-1']];
  const bodies = [{ filter }, { run_ids, dry_run: true }, { filter, run_ids }, { dry_run: true }];
  expect(bodies.map((body) => isTaken(body))).toEqual([true, true, false, false]);
});

test('a filter is taken whole', () => {
  expect(matchingFrom({ owner: 'me', exit_code: [1, 2], env: ['A|1', 'B|'], alias_not: '' })).toMatchObject({
    filters: [
      { column: 'owner', op: 'equals', values: ['me'] },
      { column: 'exit_code', op: 'equals', values: [1, 2] },
      { column: 'alias', op: 'differs', values: [''] },
    ],
    env: [
      { name: 'A', value: '1' },
      { name: 'B', value: '' },
    ],
  });
});

test.each([
  ['env', 'TEAM=a'],
  ['env', ['TEAM|a', 'TEAM=b']],
  ['alias', ''],
  ['started_at_since', ''],
  ['started_at_since', ['', '2026-01-31']],
  ['limit', 5],
  ['sort_by', 'status'],
  ['after', ''],
])(
  'a filter whose %s is %j, which a list would ignore, is refused beside another: it would stop more',
  (name, value) => {
    expect(refusal(() => matchingFrom({ owner: 'me', [name]: value }))).toBe(
      `filter.${name} has a value that filters nothing: mend it, or leave it out`,
    );
  },
);
