/** The rules of the API's own document, evaluated as the browser does: they refuse what the API refuses, at the same fields. */
import { document } from '../../api/openapi/document';
import { definitionFromWire } from '../../api/wire/definition';
import { RequestError } from '../../api/errors';
import { messageAt, messageUnder, refusal, rulesFrom, without, type Fault } from '../../ui/form/rules';

const rules = rulesFrom(document, 'NewDefinition');
const good = { image: 'a', group_name: 'g', alias: 'x', memory: 1, command: 'true' };

const bodies: Record<string, [change: Record<string, unknown>, faults: Record<string, string>]> = {
  'what is right': [{}, {}],
  'what is missing': [{ image: undefined }, { image: 'Required' }],
  'an empty text': [{ command: '' }, { command: 'Required' }],
  'a number that is a text': [{ memory: 'much' }, { memory: 'A whole number' }],
  'half a number': [{ cpu: 0.5 }, { cpu: 'A whole number' }],
  'too little': [
    { memory: 0, gpu: -1 },
    { memory: 'At least 1', gpu: 'At least 0' },
  ],
  'too much': [{ cpu: 2147483648 }, { cpu: 'At most 2147483647' }],
  'a pattern, in its own words': [
    { group_name: 'a b', alias: 'a/b' },
    {
      group_name: 'Group name can only contain letters, numbers, hyphens, and underscores, 255 characters or less',
      alias: 'alias must have 255 characters or less and no /',
    },
  ],
  'a text that is too long': [{ image: 'x'.repeat(513) }, { image: '512 characters or fewer' }],
  'a variable without a name': [
    {
      env: [
        { name: 'A', value: '' },
        { name: '', value: 'x' },
      ],
    },
    { 'env.1.name': 'Required' },
  ],
  'a name with =': [{ env: [{ name: 'A=B', value: '' }] }, { 'env.0.name': 'env names must not contain =' }],
  'a port that is none, and the same tag twice': [
    { ports: [80, 70000], tags: ['a', 'a'] },
    { 'ports.1': 'At most 65535', tags: 'Each only once' },
  ],
};

test.each(Object.entries(bodies))('%s', (_name, [change, faults]) => {
  const body = JSON.parse(JSON.stringify({ ...good, ...change })) as Record<string, unknown>;
  expect(Object.fromEntries(rules(body).map(({ field, message }) => [field, message]))).toEqual(faults);
  expect(fieldsThatTheApiRefuses(body)).toEqual(Object.keys(faults).sort());
});

function fieldsThatTheApiRefuses(body: unknown): string[] {
  try {
    definitionFromWire(body, () => 'id');
    return [];
  } catch (error) {
    if (error instanceof RequestError) return [...new Set(error.fields.map(({ field }) => field))].sort();
    throw error;
  }
}

test('every body that forms send has rules, references among them', () => {
  for (const name of ['DefinitionChange', 'Launch', 'NewTemplate', 'TemplateLaunch', 'NewCluster', 'ClusterChange']) {
    expect(Array.isArray(rulesFrom(document, name)({}))).toBe(true);
  }
  expect(() => rulesFrom(document, 'Nothing')).toThrow('no rules for Nothing');
});

test('a reference is followed to the rule that is broken', () => {
  const rule = { type: 'object', properties: { a: { $ref: '#/components/schemas/Small' } } };
  const small = { type: 'integer', maximum: 3 };
  const of = rulesFrom({ components: { schemas: { Big: rule, Small: small } } }, 'Big');
  expect(of({ a: 4 })).toEqual([{ field: 'a', message: 'At most 3' }]);
});

const faults: Fault[] = [
  { field: 'image', message: 'Required' },
  { field: 'env.0.name', message: 'Required' },
];

test('messages are found at a field and under it, and go when it is changed', () => {
  expect(messageAt(faults, 'image')).toBe('Required');
  expect(messageAt(faults, 'env')).toBeUndefined();
  expect(messageUnder(faults, 'env')).toBe('Required');
  expect(without(faults, ['env'])).toEqual([faults[0]]);
});

test('what the API refused lands at the fields that are shown; the rest is told above', () => {
  const error = {
    message: 'alias is taken\nodd is wrong\nall of it is too long',
    fields: [
      { field: 'alias', message: 'alias is taken' },
      { field: 'odd', message: 'odd is wrong' },
    ],
  };
  expect(refusal(error, (field) => field === 'alias')).toEqual({
    faults: [{ field: 'alias', message: 'alias is taken' }],
    rest: ['odd is wrong', 'all of it is too long'],
  });
});
