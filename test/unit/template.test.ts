/** Templates: limits, schemas, defaults, and what no template may see. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { definitionOf, isSame, withDefaults, type Template } from '../../domain/template';
import { createRenderer } from '../../templates/renderer';
import { answer, maxCommandBytes, maxTemplateBytes, type Answer } from '../../templates/task';

const anything = { type: 'object' };

function fill(text: string, payload: Record<string, unknown> = {}, schema: Record<string, unknown> = anything): Answer {
  return answer({ source: { text, schema }, fill: { payload, nowMs: Date.UTC(2024, 1, 29, 13, 4, 5) } });
}

function check(text: string, schema: Record<string, unknown> = anything): Answer {
  return answer({ source: { text, schema }, fill: null });
}

describe('rendering', () => {
  test('the present is the one that it is given, in UTC', () => {
    expect(fill('{{now | date "2006-01-02 15:04:05 MST"}}')).toEqual({ command: '2024-02-29 13:04:05 UTC' });
    expect(fill('{{now | dateModify "-1h" | htmlDate}} {{now | unixEpoch}} {{ago (now | dateModify "-90m")}}')).toEqual(
      {
        command: '2024-02-29 1709211845 1h30m0s',
      },
    );
  });

  test('keys come in the order of their bytes, where Go gives them at random', () => {
    expect(fill('{{keys .m}} {{values .m}}', { m: { b: 1, a: 2, é: 3, Z: 4 } })).toEqual({
      command: '[Z a b é] [4 2 1 3]',
    });
  });

  test.each(['env', 'expandenv', 'getHostByName', 'randAlpha', 'uuidv4', 'shuffle', 'genPrivateKey', 'constructor'])(
    'the function %s is not there',
    (name) => {
      expect(check(`x\n{{${name} "HOME"}}`)).toEqual({ faults: [`line 2: function "${name}" not defined`] });
    },
  );

  test('nothing of JavaScript is to be seen in a payload', () => {
    const payload = JSON.parse('{"a": {"__proto__": "own"}, "text": "x"}') as Record<string, unknown>;
    expect(fill('{{.constructor}} {{.a.toString}} {{.a.__proto__}} {{.__proto__}}', payload)).toEqual({
      command: '<no value> <no value> own <no value>',
    });
  });

  test('a fault says in which line it is, and a wrong number what to write', () => {
    expect(fill('a\nb {{if gt .n 3}}x{{end}}', { n: 5 })).toEqual({
      faults: [
        'line 2: error calling gt: incompatible types for comparison, float64 and int: numbers of the payload are float64, write 1.0 or int',
      ],
    });
    expect(fill('a\n\n{{repeat .n "x"}}', { n: 5 })).toEqual({
      faults: [
        'line 3: error calling repeat: wrong type for value; expected int; got float64: numbers of the payload are float64, int makes ints of them',
      ],
    });
  });

  test('an empty command is refused', () => {
    expect(fill(' {{if .x}}run{{end}}\n')).toEqual({ faults: ['the template makes an empty command of this payload'] });
  });

  test.each(['echo {{"\\x00"}}', 'echo {{b64dec "AAAA"}}', 'echo {{.half}}'])(
    'what the database cannot keep is refused: %s',
    (template) => {
      expect(fill(template, { half: '\ud83d' })).toEqual({
        faults: ['the template makes a command with NUL characters or broken Unicode of this payload'],
      });
      expect(fill('echo {{.whole}}', { whole: '😀' })).toEqual({ command: 'echo 😀' });
    },
  );
});

describe('limits', () => {
  const tooLong: Record<string, [template: string, says: RegExp]> = {
    'the template': ['x'.repeat(maxTemplateBytes + 1), /^the template is longer than 65536 bytes$/],
    'the output': ['{{range until 1000}}{{repeat 1000 "x"}}{{end}}', /the output is longer than 122880 bytes$/],
    'a text': ['{{repeat 2000000 "x" | len}}', /a text may have 1048576 characters at most$/],
    'a text by replacing': ['{{replace "x" (repeat 9999 "y") (repeat 9999 "x") | len}}', /a text may have/],
    'a text by joining': ['{{join (repeat 99999 "y") (until 99999) | len}}', /a text may have/],
    'a text by indenting': ['{{indent 99999 (repeat 99999 "\\n") | len}}', /a text may have/],
    'a field': ['{{printf "%9999999d" 1}}', /^line 1:|BADWIDTH/],
    'a list': ['{{until 100001}}', /a list may have 100000 items at most$/],
    'a list of steps': ['{{untilStep 0 9000000000000000 1}}', /a list may have/],
    'a time': [
      '{{date "2006" 99999999999999999}}',
      /error calling date: the time is further than 273000 years from 1970$/,
    ],
    'a time on its way to a zone': ['{{dateInZone "2006" 8640000000000 "Asia/Tokyo"}}', /the time is further than/],
    'the depth of templates': [
      '{{define "x"}}{{template "x"}}{{end}}{{template "x"}}',
      /exceeded maximum template depth/,
    ],
    'the depth of blocks': ['{{if 1}}'.repeat(101) + '{{end}}'.repeat(101), /nested deeper than 100 levels$/],
    'the depth of parentheses': [`{{${'('.repeat(101)}1${')'.repeat(101)}}}`, /nested deeper than 100 levels$/],
    'a dictionary that holds itself': ['{{$d := dict}}{{$_ := set $d "d" $d}}{{$d}}', /too complex/],
  };
  test.each(Object.entries(tooLong))('%s is limited', (_, [template, says]) => {
    const answered = fill(template);
    expect('faults' in answered ? answered.faults.join() : answered.command).toMatch(says);
  });

  test('as much as is allowed is rendered', () => {
    expect(fill(`{{repeat ${maxCommandBytes} "x"}}`)).toEqual({ command: 'x'.repeat(maxCommandBytes) });
    expect(fill(`{{until 100000 | len}}${'x'.repeat(100)}`)).toEqual({ command: `100000${'x'.repeat(100)}` });
  });
});

describe('schemas', () => {
  const schema = {
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 2, pattern: '^[a-z]+$' },
      n: { type: 'integer', minimum: 1 },
      mode: { enum: ['a', 'b'] },
      deep: { type: 'object', properties: { x: { type: 'number' } }, required: ['y'] },
      when: { type: 'string', format: 'date-time' },
    },
    required: ['name'],
    additionalProperties: false,
  };

  const wrong: Record<string, [payload: Record<string, unknown>, faults: string[]]> = {
    'a missing field': [{}, ['name: name is required']],
    'a missing field further in': [{ name: 'ab', deep: {} }, ['deep.y: deep.y is required']],
    'a wrong type': [{ name: 5 }, ['name: Invalid type. Expected: string, given: integer']],
    'a fraction': [{ name: 'ab', n: 1.5 }, ['n: Invalid type. Expected: integer, given: number']],
    'a field too many': [{ name: 'ab', z: 1 }, ['(root): Additional property z is not allowed']],
    'an unknown value': [{ name: 'ab', mode: 'c' }, ['mode: mode must be one of the following: "a", "b"']],
    'too short and of wrong letters': [
      { name: 'A' },
      ['name: String length must be greater than or equal to 2', "name: Does not match pattern '^[a-z]+$'"],
    ],
    'too small': [{ name: 'ab', n: 0 }, ['n: must be >= 1']],
    'a wrong format': [{ name: 'ab', when: 'now' }, ["when: Does not match format 'date-time'"]],
  };
  test.each(Object.entries(wrong))('%s is told with its path', (_, [payload, faults]) => {
    expect(fill('x', payload, schema)).toEqual({ faults, isOfPayload: true });
  });

  test('what keeps to the schema is rendered', () => {
    const payload = { name: 'ab', n: 1, mode: 'a', deep: { y: null }, when: '2024-01-01T00:00:00Z' };
    expect(fill('{{.name}}', payload, schema)).toEqual({ command: 'ab' });
  });

  const draft = (name: string): string => `http://json-schema.org/${name}/schema#`;
  const newer = (name: string): string => `https://json-schema.org/draft/${name}/schema`;
  test.each([
    ['draft 4', { $schema: draft('draft-04'), properties: { n: { minimum: 1, exclusiveMinimum: true } } }, { n: 1 }],
    ['draft 6', { $schema: draft('draft-06'), properties: { n: { exclusiveMinimum: 1 } } }, { n: 1 }],
    ['draft 7', { $schema: draft('draft-07'), if: { required: ['n'] }, then: { required: ['m'] } }, { n: 1 }],
    ['draft 2019-09', { $schema: newer('2019-09'), dependentRequired: { n: ['m'] } }, { n: 1 }],
    [
      'draft 2020-12',
      { $schema: newer('2020-12'), properties: { l: { prefixItems: [{ type: 'string' }] } } },
      { l: [1] },
    ],
    ['no draft, with a keyword of 7', { properties: { n: { exclusiveMinimum: 1 } } }, { n: 1 }],
    ['no draft, with a keyword of 4', { properties: { n: { minimum: 1, exclusiveMinimum: true } } }, { n: 1 }],
  ])('%s is understood', (_, of: Record<string, unknown>, payload) => {
    expect(fill('x', payload, of)).toHaveProperty('faults');
    expect(fill('x', {}, of)).toEqual({ command: 'x' });
  });

  test.each([
    ['is no schema', { type: 'thing' }, /^schema: schema is invalid: data\/type must be/],
    ['refers to another place', { $ref: 'http://example.com/schema.json' }, /^schema: can't resolve reference http/],
    [
      'refers to a file',
      { properties: { a: { $ref: 'file:///etc/passwd' } } },
      /^schema: can't resolve reference file/,
    ],
    ['has a broken pattern', { properties: { a: { type: 'string', pattern: '(' } } }, /^schema: /],
    ['is nothing but itself', { $ref: '#' }, /^schema: Maximum call stack/],
    ['is nothing but all of itself', { allOf: [{ $ref: '#' }] }, /^schema: Maximum call stack/],
    ['answers later', { $async: true, type: 'object' }, /^schema: \$async is not supported$/],
    [
      'answers later further in',
      { $schema: newer('2020-12'), properties: { a: { $dynamicAnchor: 'a', $async: true, type: 'string' } } },
      /^schema: \$async is not supported$/,
    ],
  ])('a schema that %s is refused', (_, schemaOf, says) => {
    expect(check('x', schemaOf)).toEqual({ faults: [expect.stringMatching(says) as string] });
  });

  test('a schema that refers to itself without end only in some payloads is refused with those', () => {
    const of = {
      definitions: { b: { allOf: [{ $ref: '#/definitions/b' }] } },
      properties: { a: { $ref: '#/definitions/b' } },
    };
    expect(check('x', of)).toEqual({ command: '' });
    expect(fill('x', {}, of)).toEqual({ command: 'x' });
    expect(fill('x', { a: 1 }, of)).toEqual({
      faults: ['schema: Maximum call stack size exceeded'],
    });
  });

  test('a schema may refer to itself', () => {
    const of = { definitions: { a: { type: 'string' } }, properties: { a: { $ref: '#/definitions/a' } } };
    expect(fill('x', { a: 1 }, of)).toMatchObject({ faults: ['a: Invalid type. Expected: string, given: integer'] });
  });
});

describe('the thread', () => {
  const renderer = createRenderer();
  afterAll(() => renderer.close());
  const render = (text: string, payload: Record<string, unknown> = {}, schema: Record<string, unknown> = anything) =>
    renderer.render({ text, schema }, payload);

  test('what takes too long is ended, and this process goes on meanwhile', async () => {
    await render('warm');
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 10);
    const slow = await render('{{range until 90000}}{{range until 90000}}{{end}}{{end}}');
    clearInterval(timer);
    expect(slow).toEqual({ faults: ['the template takes longer than 3000 ms'] });
    expect(turns).toBeGreaterThan(20);
    expect(await render('{{.a}}', { a: 'next' })).toEqual({ command: 'next' });
  }, 60_000);

  test('a pattern of a schema that never ends is ended', async () => {
    const schema = { properties: { a: { type: 'string', pattern: '^(a+)+$' } } };
    const answered = await render('x', { a: `${'a'.repeat(40)}b` }, schema);
    expect(answered).toEqual({ faults: ['the template takes longer than 3000 ms'] });
  }, 60_000);

  test('what takes too much memory is ended', async () => {
    await render('warm');
    const text = '{{$l := list}}{{range until 9000}}{{$l = append $l (repeat 1000000 "y" | upper)}}{{end}}';
    expect(await render(text)).toEqual({ faults: ['the template takes more than 96 MB of memory'] });
    expect(await render('{{.a}}', { a: 'next' })).toEqual({ command: 'next' });
  }, 60_000);

  test('tasks are answered in their order, and too many at once are turned away', async () => {
    const answers = await Promise.all(Array.from({ length: 120 }, (_, n) => render('{{.n | int}}', { n })));
    expect(answers.slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, n) => ({ command: String(n) })));
    expect(answers.at(-1)).toEqual({ busy: true });
  }, 60_000);
});

describe('defaults', () => {
  test('they stand under the payload: objects are merged, all else stays', () => {
    const defaults = { a: 1, b: { x: 1, y: { z: 1 } }, c: [1], d: null, e: { x: 1 }, f: 'default' };
    const payload = { b: { y: { w: 2 } }, c: [], e: 'text', f: null, g: true };
    expect(withDefaults(payload, defaults)).toEqual({
      ...{ a: 1, b: { x: 1, y: { z: 1, w: 2 } }, c: [], d: null, e: 'text', f: null, g: true },
    });
  });

  test('a key named __proto__ is one like any other', () => {
    const merged = withDefaults(JSON.parse('{"__proto__": {"a": 1}}') as Record<string, unknown>, { b: 1 });
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
    expect(JSON.stringify(merged)).toBe('{"__proto__":{"a":1},"b":1}');
  });
});

describe('versions', () => {
  const { templateId, version, ...draft }: Template = {
    ...{
      templateId: 'tpl-1',
      name: 'etl',
      version: 3,
      schema: { type: 'object' },
      commandTemplate: 'run',
      avatarUri: '',
    },
    ...{ defaults: { a: { b: 1, c: 2 } }, image: 'i', env: [], privileged: false, adaptiveResourceAllocation: true },
    ...{ ephemeralStorageMb: null, memoryMb: 1, cpu: 1, gpu: null },
  };
  const latest = { ...draft, templateId, version };

  test('a draft with the fields of its form in another order is a new version', () => {
    const of = (...names: string[]): object => ({ properties: Object.fromEntries(names.map((name) => [name, {}])) });
    const [schema, other] = [of('who', 'day'), of('day', 'who')] as Template['schema'][];
    expect(isSame({ ...latest, schema: schema ?? {} }, { ...draft, schema: schema ?? {} })).toBe(true);
    expect(isSame({ ...latest, schema: schema ?? {} }, { ...draft, schema: other ?? {} })).toBe(false);
  });

  test('a draft that says the same, in whatever order, is no new version', () => {
    expect(isSame(latest, draft)).toBe(true);
    expect(isSame(latest, { ...draft, defaults: { a: { c: 2, b: 1 } } })).toBe(true);
  });

  const changes: Partial<Template>[] = [
    ...[{ commandTemplate: 'go' }, { image: 'j' }, { memoryMb: 2 }, { cpu: 2 }, { gpu: 1 }, { avatarUri: 'x' }],
    ...[
      { privileged: true },
      { adaptiveResourceAllocation: false },
      { ephemeralStorageMb: 1 },
      { schema: { type: 'array' } },
    ],
    ...[{ defaults: { a: { b: 1 } } }, { env: [{ name: 'A', value: 'b' }] }],
  ];
  test.each(changes)('%j is a new version', (change) => {
    expect(isSame(latest, { ...draft, ...change })).toBe(false);
  });

  test('a run sees it as a definition with its id for alias', () => {
    expect(definitionOf(latest, 'go')).toMatchObject({
      ...{ definitionId: 'tpl-1', alias: 'tpl-1', groupName: 'template_group_name', command: 'go', tags: [] },
    });
  });
});

describe('what the README says of commands that are shell scripts', () => {
  const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
  const evil = "x'; echo pwned; echo '";

  test('its example takes no payload that would be run', () => {
    const [, body = ''] = /api\/v7\/template -d '(\{[^']*\})'/.exec(readme) ?? [];
    const {
      command_template: text,
      schema,
      defaults,
    } = JSON.parse(body) as {
      command_template: string;
      schema: Record<string, unknown>;
      defaults: Record<string, unknown>;
    };
    expect(fill(text, { ...defaults, who: 'world' }, schema)).toEqual({ command: 'echo hello world' });
    for (const payload of [{ who: evil }, { who: 'a\nb' }, { who: '$(x)' }, { who: 'x', greeting: evil }]) {
      expect(fill(text, { ...defaults, ...payload }, schema)).toHaveProperty('faults');
    }
  });

  test('its recipe makes one word of any text', () => {
    const [, recipe = ''] = /with ``(\S.*\S)``/.exec(readme) ?? [];
    for (const who of [evil, "it's", '$(echo x) `x` \\ "', 'a\nb']) {
      const { command } = fill(`printf %s ${recipe}`, { who }) as { command: string };
      expect(execFileSync('sh', ['-c', command], { encoding: 'utf8' })).toBe(who);
    }
  });
});
