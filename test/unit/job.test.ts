/** What a run executes: environments merged, the job frozen from its definition. */
import fc from 'fast-check';
import { anywhere, freeze, mergeEnv, reservedEnv, type Definition, type EnvVar } from '../../domain/job';

const definition: Definition = {
  definitionId: 'etl-1',
  arn: '',
  alias: 'etl',
  groupName: 'etl',
  image: 'busybox:1',
  command: 'echo stored',
  env: [
    { name: 'A', value: '1' },
    { name: 'B', value: '2' },
  ],
  tags: ['x'],
  ports: [8080],
  user: 'nobody',
  privileged: true,
  adaptiveResourceAllocation: true,
  sharedMemoryMb: 64,
  ephemeralStorageMb: 2000,
  retryOnInterruption: true,
  retryOnOom: false,
  targetCluster: null,
  memoryMb: 512,
  cpu: 256,
  gpu: 1,
};
const of = { ...anywhere, owner: 'ann', deadlineSeconds: 60 };

const env = (text: string): EnvVar[] =>
  text === ''
    ? []
    : text.split(' ').map((pair) => ({ name: pair.split('=')[0] ?? '', value: pair.split('=')[1] ?? '' }));

test.each([
  ['of one layer stays as it is', ['A=1 B=2'], 'A=1 B=2'],
  ['gives a name its later value at its first place', ['A=1 B=2', 'C=3 A=4'], 'A=4 B=2 C=3'],
  ['lets the last of three layers win', ['A=1', 'A=2', 'A=3'], 'A=3'],
  ['joins a name that one layer holds twice', ['A=1 B=2 A=3'], 'A=3 B=2'],
  ['keeps an empty value', ['A=1', 'A='], 'A='],
  ['tells names apart by their case', ['a=1', 'A=2'], 'a=1 A=2'],
  ['of nothing is empty', [], ''],
])('a merged environment %s', (_, layers, merged) => {
  expect(mergeEnv(...layers.map(env))).toEqual(env(merged));
});

test('a merged environment has each name once, with the last value it was given', () => {
  const anyEnv = fc.array(fc.record({ name: fc.constantFrom('A', 'B', 'C', '__proto__'), value: fc.string() }));
  fc.assert(
    fc.property(fc.array(anyEnv), (layers) => {
      const merged = mergeEnv(...layers);
      const given = layers.flat();
      expect(merged.map(({ name }) => name)).toEqual([...new Set(given.map(({ name }) => name))]);
      for (const { name, value } of merged) expect(value).toBe(given.findLast((one) => one.name === name)?.value);
      expect(mergeEnv(merged)).toEqual(merged);
    }),
  );
});

describe('a frozen job', () => {
  test('is its definition where the run asks for nothing, without what no container needs', () => {
    expect(freeze(definition, {}, [], of)).toEqual({
      ...of,
      source: { definitionId: 'etl-1', alias: 'etl', groupName: 'etl', tags: ['x'] },
      image: 'busybox:1',
      command: 'echo stored',
      env: env('A=1 B=2'),
      ports: [8080],
      privileged: true,
      sharedMemoryMb: 64,
      memoryMb: 512,
      cpu: 256,
      gpu: 1,
    });
  });

  test('has what the run asks for', () => {
    const overrides = { command: 'echo mine', memoryMb: 1024, cpu: 512, gpu: 0 };
    expect(freeze(definition, overrides, [], of)).toMatchObject({
      command: 'echo mine',
      memoryMb: 1024,
      cpu: 512,
      gpu: 0,
    });
  });

  test("keeps the definition's values for null and for an empty command", () => {
    const overrides = { command: '', memoryMb: null, cpu: null, gpu: null };
    expect(freeze(definition, overrides, [], of)).toEqual(freeze(definition, {}, [], of));
  });

  test("has the run's variables over the definition's", () => {
    expect(freeze(definition, {}, env('B=9 C=3'), of).env).toEqual(env('A=1 B=9 C=3'));
  });

  test('is placed as its run asks for, whatever the definition says', () => {
    const placed = {
      nodeLifecycle: 'ondemand',
      arch: 'arm64',
      serviceAccount: 'etl',
      ephemeralStorageMb: 100,
      labels: { team: 'a' },
    } as const;
    expect(freeze(definition, {}, [], { ...of, ...placed })).toMatchObject(placed);
  });

  test('does not change when the definition is edited later (§9.2, R29)', () => {
    const edited = structuredClone(definition);
    const job = freeze(edited, {}, [], of);
    Object.assign(edited, { image: 'other', command: 'other', memoryMb: 1 });
    for (const variable of edited.env) variable.value = 'other';
    expect(job).toEqual(freeze(definition, {}, [], of));
  });
});

test('the reserved variables come in a fixed order, the owner under the name that the configuration says', () => {
  const of = { mode: 'dev', runId: 'local-1', baseUri: 'http://api', ownerVariable: 'OWNER', owner: 'ann' };
  expect(reservedEnv(of)).toEqual([
    { name: 'FLOTILLA_SERVER_MODE', value: 'dev' },
    { name: 'FLOTILLA_RUN_ID', value: 'local-1' },
    { name: 'FLOTILLA_RUN_PAYLOAD_URI', value: 'http://api/api/v6/history/local-1/payload' },
    { name: 'AWS_ROLE_SESSION_NAME', value: 'local-1' },
    { name: 'OWNER', value: 'ann' },
  ]);
});
