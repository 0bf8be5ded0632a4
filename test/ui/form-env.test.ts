/** Pasted environments become variables as shells read them; what is kept, lost, reserved or said twice is told. */
import {
  envOf,
  isReserved,
  lostFaults,
  nameWarning,
  newRow,
  parseEnv,
  rowsOf,
  withPasted,
  written,
} from '../../ui/form/env';

const texts: Record<string, [text: string, env: Record<string, string>, unread?: number[]]> = {
  'a line': ['A=1', { A: '1' }],
  'an export': ['export A=1\n  export B=2', { A: '1', B: '2' }],
  'blank lines and comments': ['\n# note\nA=1\n\n   # more', { A: '1' }],
  'a comment after a value': ['A=1 # one\nB=a#b\nC= # nothing', { A: '1', B: 'a#b', C: '' }],
  'an empty value': ['A=\nB=""', { A: '', B: '' }],
  'double quotes': ['A="x # y" # z\nB="a\\nb \\"c\\" \\$D \\q"', { A: 'x # y', B: 'a\nb "c" $D \\q' }],
  'single quotes': ["A='x \\n $y'", { A: 'x \\n $y' }],
  'quotes over lines': [
    'KEY="-----BEGIN-----\nabc\n-----END-----"\nB=2',
    { KEY: '-----BEGIN-----\nabc\n-----END-----', B: '2' },
  ],
  'a quote that nothing closes': ['A="x\nB=2', { A: '"x', B: '2' }],
  'values with =': ['URL=postgres://h/x?a=b', { URL: 'postgres://h/x?a=b' }],
  'ends of lines of Windows': ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
  'blanks around =': ['A = 1', { A: '1' }],
  'what is no variable': ['A=1\nhello\n=2\nB=3', { A: '1', B: '3' }, [2, 3]],
  'no variable at all': ['just text', {}, [1]],
};

test.each(Object.entries(texts))('%s is read', (_name, [text, env, unread = []]) => {
  const found = parseEnv(text);
  expect(Object.fromEntries(found.env.map(({ name, value }) => [name, value]))).toEqual(env);
  expect(found.unread).toEqual(unread);
});

test('a masked value that is kept goes back as it came; an empty row goes nowhere', () => {
  const rows = [
    ...rowsOf(
      [
        { name: 'DB_PASSWORD', value: '********' },
        { name: 'A', value: '' },
      ],
      'kept',
    ),
    newRow(),
  ];
  expect(rows.map(({ held }) => held)).toEqual(['kept', 'here', 'here']);
  expect(envOf(rows)).toEqual([
    { name: 'DB_PASSWORD', value: '********' },
    { name: 'A', value: '' },
  ]);
});

test('a value that the server masked for itself is kept like one that it masked for its name', () => {
  expect(rowsOf([{ name: 'DATABASE', value: '********' }], 'kept')[0]).toMatchObject({ value: '', held: 'kept' });
});

test('a masked value that cannot be copied is asked for, at its place in the body', () => {
  const rows = [
    newRow(),
    ...rowsOf(
      [
        { name: 'A', value: '1' },
        { name: 'TOKEN', value: '********' },
      ],
      'lost',
    ),
  ];
  expect(lostFaults(rows)).toEqual([{ field: 'env.1.value', message: expect.stringContaining('not shown') as string }]);
  expect(lostFaults(rows.map((row) => ({ ...row, held: 'here' as const })))).toEqual([]);
});

test('a value without a name is written, so that the rules can say that the name is missing', () => {
  expect(written([newRow('', 'x'), newRow('', '')])).toHaveLength(1);
});

test('what is pasted is the new value of what is there, and comes where it was pasted otherwise', () => {
  const [a, secret, empty] = [newRow('A', '1'), newRow('B', '', 'kept'), newRow()];
  const env = [
    { name: 'A', value: '2' },
    { name: 'C', value: 'early' },
    { name: 'B', value: 'new' },
    { name: 'C', value: '3' },
  ];
  const said = (rows: ReturnType<typeof withPasted>) => rows.map(({ name, value, held }) => [name, value, held]);
  expect(said(withPasted([a, empty, secret], env, empty))).toEqual([
    ['A', '2', 'here'],
    ['C', '3', 'here'],
    ['B', 'new', 'here'],
  ]);
  expect(said(withPasted([a, secret], [{ name: 'A', value: '2' }], a))).toEqual([
    ['A', '2', 'here'],
    ['B', '', 'kept'],
  ]);
  expect(said(withPasted([a, secret], [{ name: 'D', value: '4' }], a)).map(([name]) => name)).toEqual(['A', 'D', 'B']);
});

test('names that Flotilla sets, and names said twice, are flagged', () => {
  expect(['FLOTILLA_RUN_ID', 'AWS_ROLE_SESSION_NAME', 'FLOTILLA_OF_MINE', 'A'].map(isReserved)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  const rows = [newRow('A'), newRow('B'), newRow('A'), newRow(), newRow(), newRow('FLOTILLA_RUN_ID')];
  expect(rows.map((row) => nameWarning(rows, row))).toEqual([
    'Named twice: the last one counts',
    undefined,
    'Named twice: this one counts',
    undefined,
    undefined,
    'Flotilla sets this variable itself',
  ]);
});
