/** Parts of launch forms: the command of a shell, proposals, places, payloads. */
import { execFileSync } from 'node:child_process';
import { curlOf, quoted } from '../../ui/launch/curl';
import {
  closedReason,
  clusterOptions,
  defaultEngine,
  engineOf,
  engineOptions,
  minimumOf,
  type Places,
} from '../../ui/launch/places';
import { proposalsFor } from '../../ui/launch/proposal';
import {
  errorTree,
  hasForm,
  isBroken,
  isSame,
  payloadFaults,
  payloadLabel,
  payloadOf,
  textOf,
  toldFaults,
  typed,
  withEmptyItems,
  withEmptyTexts,
} from '../../ui/templates/payload';
import { initialsOf, searchOf, viewOf } from '../../ui/templates/view';

describe('the command of a shell', () => {
  const call = (body: unknown) => ({
    method: 'PUT',
    url: 'http://x/e?revision=2',
    headers: { 'Idempotency-Key': 'k' },
    body,
  });
  /** What a shell makes of it, with `curl` as a function that prints its last argument. */
  const dataOf = (text: string, env: Record<string, string> = {}): unknown => {
    const script = `curl() { for last; do :; done; printf %s "$last"; }\n${text}`;
    return JSON.parse(execFileSync('/bin/sh', ['-c', script], { env, encoding: 'utf8' }));
  };

  test.each([["it's"], ['$HOME `id` "x" \\ !'], ['two\nlines'], ["''"], ['']])('a shell reads %j as it is', (text) => {
    expect(dataOf(curlOf(call({ command: text })).text)).toEqual({ command: text });
    expect(execFileSync('/bin/sh', ['-c', `printf %s ${quoted(text)}`], { encoding: 'utf8' })).toBe(text);
  });

  test('a hidden value is a variable of the shell, wherever it is', () => {
    const body = {
      env: [
        { name: 'DB_PASSWORD', value: 'hunter2' },
        { name: 'db-password', value: 'hunter3' },
        { name: 'URL', value: 'postgres://me:hunter4@db' },
        { name: 'DAY', value: '1' },
        { name: 'KEPT_TOKEN' },
      ],
      template_payload: { token: 'hunter5', nested: { token: 'hunter6' } },
    };
    const { text, hidden } = curlOf(call(body));
    expect(text).not.toContain('hunter');
    expect(hidden).toEqual(['DB_PASSWORD', 'db_password', 'URL', 'token', 'token_2']);
    const env = {
      DB_PASSWORD: 'hunter2',
      db_password: 'hunter3',
      URL: 'postgres://me:hunter4@db',
      token: 'hunter5',
      token_2: 'hunter6',
    };
    expect(dataOf(text, env)).toEqual(body);
  });

  test('a number under the name of a secret is hidden, too', () => {
    const { text } = curlOf(call({ template_payload: { auth_pin: 7391, days: 7 } }));
    expect(text).not.toContain('7391');
    expect(dataOf(text, { auth_pin: '7391' })).toEqual({ template_payload: { auth_pin: 7391, days: 7 } });
  });

  test('a text that looks like a place of a variable is none', () => {
    const body = { command: '\uE000HOME\uE001 \uE000HOME\uE000', token: 'hunter2' };
    expect(dataOf(curlOf(call(body)).text, { token: 'hunter2' })).toEqual(body);
  });

  test('names its method, address and headers', () => {
    expect(curlOf(call({})).text).toBe(
      "curl -X PUT 'http://x/e?revision=2' \\\n  -H 'Idempotency-Key: k' \\\n  --data '{}'",
    );
  });
});

describe('proposals', () => {
  test('after an out-of-memory kill: 1.75 of the memory that it was killed with', () => {
    const run = { outcome: 'OOM', memory_limit: 897, memory: 512, node_lifecycle: 'spot' };
    expect(proposalsFor(run, 512)).toMatchObject([{ field: 'memory', from: '512', to: '1570' }]);
    expect(proposalsFor({ outcome: 'OOM', node_lifecycle: 'spot' }, 512)).toMatchObject([{ to: '896' }]);
  });

  test('none where the definition gives that much by now', () => {
    expect(proposalsFor({ outcome: 'OOM', memory: 512, node_lifecycle: 'spot' }, 2048)).toEqual([]);
  });

  test('after a lost spot machine: on demand', () => {
    expect(proposalsFor({ outcome: 'INFRA_LOST', node_lifecycle: 'spot' }, 512)).toMatchObject([
      { field: 'node_lifecycle', from: 'spot', to: 'ondemand' },
    ]);
  });

  test.each([
    { outcome: 'INFRA_LOST', node_lifecycle: 'ondemand' },
    { outcome: 'USER', node_lifecycle: 'spot' },
    { node_lifecycle: 'spot' },
  ])('none after %j', (run) => {
    expect(proposalsFor(run, 512)).toEqual([]);
  });
});

describe('places', () => {
  const places: Places = {
    engines: [
      { name: 'eks', is_default: false, minimum: { cpu: 10, memory: 100 } },
      { name: 'local', is_default: true },
    ],
    clusters: [
      { name: 'default', engine: 'local', status: 'active', status_reason: '' },
      { name: 'old', engine: 'local', status: 'maintenance', status_reason: 'until five' },
      { name: 'gone', engine: 'local', status: 'offline', status_reason: '' },
      { name: 'west', engine: 'eks', status: 'active', status_reason: '' },
    ],
    deadlineSeconds: 60,
  };

  test('those that take no runs say why, and cannot be chosen', () => {
    expect(clusterOptions(places, { engine: 'local', cluster: '' })).toEqual([
      { value: '', label: 'Any that takes runs' },
      { value: 'default', label: 'default' },
      { value: 'old', label: 'old: in maintenance, until five', disabled: true },
      { value: 'gone', label: 'gone: offline', disabled: true },
    ]);
    expect(closedReason(places, { engine: 'local', cluster: 'old' })).toBe(
      'It takes no runs now: in maintenance, until five',
    );
    expect(closedReason(places, { engine: 'local', cluster: 'default' })).toBeUndefined();
  });

  test('the least of an engine is that of the cluster’s, or of the default one; some have none', () => {
    expect(minimumOf(places, engineOf(places, 'west'))).toEqual({ engine: 'eks', cpu: 10, memory: 100 });
    expect([engineOf(places, ''), engineOf(places, 'gone-for-good')]).toEqual(['local', 'local']);
    expect(minimumOf(places, 'local')).toBeUndefined();
  });

  test('what is chosen is among the choices, also where they could not be read', () => {
    expect(clusterOptions(places, { engine: 'eks', cluster: 'lost' })[0]).toEqual({ value: 'lost', label: 'lost' });
    expect(engineOptions({ ...places, engines: [] }, '')).toEqual([{ value: '', label: 'Default' }]);
    expect(defaultEngine(places)).toBe('local');
  });
});

describe('a payload', () => {
  const schema = {
    type: 'object',
    properties: { days: { type: 'integer', minimum: 1 }, where: { type: 'object', required: ['country'] } },
    required: ['table', 'days'],
  };

  test('is the run’s, else the defaults', () => {
    expect(payloadOf({ days: 7 }, undefined).data).toEqual({ days: 7 });
    expect(payloadOf({ days: 7 }, { table: 't' }).data).toEqual({ table: 't' });
  });

  test('typed as JSON it is what it was before, until it is an object', () => {
    const half = typed({ data: { days: 7 }, text: null }, '{"days": ');
    expect(half).toEqual({ data: { days: 7 }, text: '{"days": ' });
    expect([isBroken(half), textOf(half)]).toEqual([true, '{"days": ']);
    expect(isBroken(typed(half, '[1]'))).toBe(true);
    const whole = typed(half, '{"days": 8}');
    expect([whole.data, isBroken(whole)]).toEqual([{ days: 8 }, false]);
  });

  test('what is wrong with it is told at its property, also where that is missing', () => {
    const found = payloadFaults({ data: { days: 0, table: undefined, where: {} }, text: null }, schema, {});
    expect(found.map(({ field }) => field).sort()).toEqual([
      'template_payload.days',
      'template_payload.table',
      'template_payload.where.country',
    ]);
    expect(errorTree(found)).toMatchObject({ table: { __errors: [expect.any(String)] }, where: { country: {} } });
  });

  test('defaults count', () => {
    expect(payloadFaults({ data: { days: 1 }, text: null }, schema, { table: 't' })).toEqual([]);
  });

  test('that is no JSON is wrong as a whole', () => {
    expect(payloadFaults({ data: {}, text: '{' }, schema, {})).toEqual([
      { field: 'template_payload', message: 'Not a JSON object' },
    ]);
  });

  test('a schema that cannot be read is the API’s to judge', () => {
    expect(payloadFaults({ data: {}, text: null }, { $ref: '#/nowhere' }, {})).toEqual([]);
  });

  test('order of properties makes no other payload', () => {
    expect(isSame({ a: 1, b: { c: 1, d: [1, 2] } }, { b: { d: [1, 2], c: 1 }, a: 1 })).toBe(true);
    expect(isSame({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
  });

  test.each([
    ['template_payload', 'Payload'],
    ['template_payload.days', 'Days back'],
    ['template_payload.where.country', 'where, country'],
    ['template_payload.tags.0', 'Tags-1'],
    ['template_payload.tables.1.name', 'tables-2, Name'],
  ])('%s is called %s, as its form calls it', (field, label) => {
    const list = (items: object, title?: string) => ({
      type: 'array',
      items,
      ...(title === undefined ? {} : { title }),
    });
    const properties = {
      days: { type: 'integer', title: 'Days back' },
      where: { type: 'object' },
      tags: list({ type: 'string' }, 'Tags'),
      tables: list({ type: 'object', properties: { name: { type: 'string', title: 'Name' } } }),
    };
    expect(payloadLabel({ type: 'object', properties }, field)).toBe(label);
  });

  test('while it is typed it is told what is wrong since, when typing pauses', () => {
    const faults = (data: object) => payloadFaults({ data: { ...data }, text: null }, schema, {});
    const atOpening = faults({ days: 1 });
    const wrong = faults({ days: 0 });
    expect(toldFaults(atOpening, atOpening, atOpening)).toEqual([]);
    expect(toldFaults(wrong, atOpening, atOpening)).toEqual([]);
    expect(toldFaults(wrong, wrong, atOpening).map(({ field }) => field)).toEqual(['template_payload.days']);
    expect(toldFaults(faults({ days: 2 }), wrong, atOpening)).toEqual([]);
  });

  test('an item that is added to a list is empty', () => {
    const list = (items: object) => ({ type: 'array', items });
    const made = (items: object) => withEmptyItems({ properties: { items: { type: 'object' }, of: list(items) } });
    const of = (items: object) => ({ properties: { items: { type: 'object' }, of: list(items) } });
    expect(made({ type: 'string' })).toEqual(of({ type: 'string', default: '' }));
    expect(made({ type: 'integer' })).toEqual(of({ type: 'integer', default: 0 }));
    expect(made({ type: 'string', enum: ['a', 'b'] })).toEqual(of({ type: 'string', enum: ['a', 'b'], default: 'a' }));
    expect(made({ type: 'string', default: 'x' })).toEqual(of({ type: 'string', default: 'x' }));
    expect(made(list({ type: 'string' }))).toEqual(of(list({ type: 'string', default: '' })));
    expect(made({ type: 'object' })).toEqual(of({ type: 'object' }));
  });

  test('a text of a list that is emptied is an empty one, and what was null stays null', () => {
    const before = { tags: ['a', 'b'], of: [{ deep: ['c'] }], who: 'd', numbers: [1], nulls: [null] };
    const emptied = { tags: ['a', null], of: [{ deep: [null] }], who: undefined, numbers: [null], nulls: [null] };
    const texts = { tags: ['a', ''], of: [{ deep: [''] }] };
    expect(withEmptyTexts(emptied, before)).toEqual({ ...emptied, ...texts });
  });

  test.each([
    [{ type: 'string', pattern: '^[a-z]+$' }, 'A', 'Not of the form ^[a-z]+$'],
    [{ type: 'string', pattern: '^[a-z]+$', description: 'Small letters' }, 'A', 'Small letters'],
    [{ type: 'string', format: 'date' }, 'x', 'Not of the form date'],
    [{ type: 'integer', exclusiveMinimum: 0 }, 0, 'More than 0'],
    [{ type: 'integer', multipleOf: 5 }, 3, 'A multiple of 5'],
    [{ type: 'array', minItems: 2 }, [], 'At least 2 of them'],
    [{ const: 'yes' }, 'no', 'Only "yes"'],
    [{ type: 'string' }, null, 'A text'],
  ])('by %j, %j is said to be: %s', (rule, value, message) => {
    const found = payloadFaults({ data: { it: value }, text: null }, { type: 'object', properties: { it: rule } }, {});
    expect(found).toEqual([{ field: 'template_payload.it', message }]);
  });

  test('what is not known there is said so, at its name', () => {
    const strict = { type: 'object', properties: {}, additionalProperties: false };
    expect(payloadFaults({ data: { it: 1 }, text: null }, strict, {})).toEqual([
      { field: 'template_payload.it', message: 'Not known here' },
    ]);
  });

  test('a form is made where there are properties', () => {
    expect([hasForm(schema), hasForm({ type: 'object' }), hasForm({ properties: {} })]).toEqual([true, false, false]);
  });
});

test.each([
  ['daily-report', 'DR'],
  ['etl', 'ET'],
  ['x', 'X'],
  ['--', '?'],
  ['übung zwei drei', 'ÜZ'],
])('initials of %s are %s', (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});

test('the list of templates keeps what else its address says', () => {
  const search = { page: '3', limit: '50', order: 'desc', x: '1' };
  expect(viewOf(search)).toEqual({ page: 3, size: 50, order: 'desc' });
  expect(viewOf({ page: '-1', limit: '7' })).toEqual({ page: 1, size: 20, order: 'asc' });
  expect(searchOf({ page: 1, size: 20 }, search)).toEqual({ order: 'desc', x: '1', page: undefined, limit: undefined });
});
