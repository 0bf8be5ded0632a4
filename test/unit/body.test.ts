/** Bodies: the first JSON value, its keys folded, and nothing in it that the database cannot keep. */
import { Readable } from 'node:stream';
import type { Context } from 'koa';
import { foldKeys, parseFirst, readBody, requireStorable } from '../../api/body';
import { RequestError } from '../../api/errors';

const contextOf = (req: Readable): Context => ({ req, request: {}, set: () => undefined }) as unknown as Context;

function read(body: string, maxBytes = 1024): Promise<unknown> {
  return readBody(contextOf(Readable.from([Buffer.from(body)], { objectMode: false })), maxBytes);
}

const refused = (status: number, sentence: string) =>
  expect.objectContaining({ constructor: RequestError, status, message: sentence }) as unknown;

function refusal(act: () => unknown): unknown {
  try {
    return ['no refusal but', act()];
  } catch (error) {
    return error;
  }
}

describe('the first JSON value', () => {
  test.each<[string, string, unknown]>([
    ['is the whole body', '{"a":1}', { a: 1 }],
    ['may have blanks around it', ' \r\n\t{"a":1} \n', { a: 1 }],
    ['may follow a byte order mark', '\uFEFF{"a":1}', { a: 1 }],
    ['is read up to its end, whatever follows', '{"a":1} trailing', { a: 1 }],
    ['is read without the second value', '{"a":1}{"a":2}', { a: 1 }],
    ['is read up to one bracket too many', '{"a":[1]}]}', { a: [1] }],
    ['may hold brackets in its texts', '{"a":"}]{["} rest', { a: '}]{[' }],
    ['may hold escaped quotes in its texts', '{"a":"\\"}\\\\"} rest', { a: '"}\\' }],
    ['may be an array', '[1,{"b":2}] rest', [1, { b: 2 }]],
    ['may be null, for the caller to judge', 'null', null],
    ['may be a number, for the caller to judge', '5', 5],
  ])('%s', (_, text, value) => {
    expect(parseFirst(text)).toEqual(value);
  });

  test.each(['', ' \n', '\uFEFF', '\uFEFF '])('is missed in %j', (text) => {
    expect(refusal(() => parseFirst(text))).toEqual(refused(400, 'The body is empty: send a JSON object'));
  });

  test.each(['{', '{"a":', '{"a":1', '{a:1}', 'nope', '"text', '}', '{"a":1]', '{"a":"\n"}', "{'a':1}", 'a=1&b=2'])(
    'is not found in %j',
    (text) => {
      expect(refusal(() => parseFirst(text))).toEqual(refused(400, 'The body is not valid JSON'));
    },
  );
});

describe('field names', () => {
  test.each<[string, string, unknown]>([
    ['match whatever their case', '{"OWNER_ID":"a","Run_Tags":1}', { owner_id: 'a', run_tags: 1 }],
    ['match exactly first', '{"alias":"exact","ALIAS":"other"}', { alias: 'exact' }],
    ['match exactly first, wherever it stands', '{"ALIAS":"other","alias":"exact"}', { alias: 'exact' }],
    ['take the last of several inexact ones', '{"ALIAS":"first","Alias":"last"}', { alias: 'last' }],
    ['with null are absent', '{"alias":null,"cpu":1}', { cpu: 1 }],
    ['with null do not hide another spelling', '{"alias":null,"ALIAS":"x"}', { alias: 'x' }],
    ['with null do not remove another spelling', '{"ALIAS":"x","alias":null}', { alias: 'x' }],
    ['are folded only at the top', '{"A":{"B":null}}', { a: { B: null } }],
    ['are none in an array', '[{"A":1}]', [{ A: 1 }]],
    ['are none in a text', '"Text"', 'Text'],
    ['are none in null', 'null', null],
  ])('%s', (_, given, folded) => {
    expect(foldKeys(JSON.parse(given))).toEqual(folded);
  });

  test('may be __proto__ without any effect', () => {
    const folded = foldKeys(JSON.parse('{"__proto__":{"admin":true}}'));
    expect(Object.getPrototypeOf(folded)).toBe(Object.prototype);
    expect(folded).not.toHaveProperty('admin');
  });
});

describe('a text', () => {
  test.each(['', 'plain', 'ünïcode ✓', 'pairs 😀', '\t\n', '\uFFFD'])('%j can be stored', (text) => {
    expect(() => {
      requireStorable(text);
    }).not.toThrow();
  });

  test.each(['\0', 'a\0b', '\uD800', 'a\uDC00', '\uDE00\uD83D'])('%j cannot be stored', (text) => {
    expect(
      refusal(() => {
        requireStorable(text);
      }),
    ).toEqual(refused(400, 'NUL characters and broken Unicode cannot be stored'));
  });
});

describe('a request', () => {
  const nested = (levels: number): string => `${'['.repeat(levels)}1${']'.repeat(levels)}`;

  test('is read whatever its content type', async () => {
    await expect(read('{"a":1}')).resolves.toEqual({ a: 1 });
  });

  test.each(['{"a":"\\u0000"}', '{"a":{"b":["\\ud800"]}}', '{"a\\u0000":1}', '["\\udc00"]', '"\\u0000"'])(
    'that holds %s is refused',
    async (body) => {
      await expect(read(body)).rejects.toEqual(refused(400, 'NUL characters and broken Unicode cannot be stored'));
    },
  );

  test('may be nested 32 levels deep', async () => {
    await expect(read(nested(32))).resolves.toBeDefined();
  });

  test.each([33, 200_000])('that is nested %d levels deep is refused', async (levels) => {
    await expect(read(nested(levels), 1 << 20)).rejects.toEqual(
      refused(400, 'The body is nested deeper than 32 levels'),
    );
  });

  test('of exactly the limit is read', async () => {
    await expect(read(`"${'a'.repeat(1022)}"`)).resolves.toHaveLength(1022);
  });

  test('over the limit is refused', async () => {
    const sentence = 'The body is too large: at most 1 kB are accepted';
    await expect(read(`"${'a'.repeat(1023)}"`)).rejects.toEqual(refused(413, sentence));
  });

  test('that breaks off is refused', async () => {
    const req = new Readable({ read: () => undefined });
    const reading = readBody(contextOf(req), 1024);
    req.push('{"a":');
    req.emit('aborted');
    await expect(reading).rejects.toEqual(refused(400, 'The body ended before it was complete'));
  });

  test('without a body is refused', async () => {
    await expect(read('')).rejects.toEqual(refused(400, 'The body is empty: send a JSON object'));
  });
});
