/** What is asked of ECS for a job: its task definition, the overrides, the request (spec/engine-behaviour.md §1.1 and §1.2). */
import fc from 'fast-check';
import type { Job } from '../../domain/job';
import { familyIn, familyOf, keyIn, startedBy } from '../../engines/ecs/names';
import { clientToken, runTaskInput } from '../../engines/ecs/run-task';
import { contradiction, logPlace, type EcsSettings } from '../../engines/ecs/settings';
import { contentHash, impossible, sizeOf, split } from '../../engines/ecs/task-definition';
import { family, fargate, job, key, settings } from './ecs-objects';

const launcher = 'if command -v bash >/dev/null 2>&1; then exec bash -l -c "$0"; else exec sh -l -c "$0"; fi';

test('a task definition has what §1.1 says and nothing of a single run', () => {
  const full: Job = {
    ...job,
    source: { ...job.source, tags: ['a', 'b'] },
    ports: [80],
    privileged: true,
    sharedMemoryMb: 64,
    gpu: 2,
    arch: 'arm64',
  };
  expect(split(full, settings)).toEqual({
    definition: {
      family,
      networkMode: 'host',
      runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
      containerDefinitions: [
        {
          name: family,
          image: job.image,
          essential: true,
          user: 'root',
          privileged: true,
          memory: 1024,
          cpu: 512,
          resourceRequirements: [{ type: 'GPU', value: '2' }],
          linuxParameters: { sharedMemorySize: 64 },
          entryPoint: ['sh', '-c', launcher],
          portMappings: [{ protocol: 'tcp', hostPort: 80, containerPort: 80 }],
          dockerLabels: { alias: 'etl', 'group.name': 'team', tags: 'a,b' },
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': 'flotilla',
              'awslogs-region': 'us-east-1',
              'awslogs-stream-prefix': 'job',
            },
          },
          stopTimeout: 10,
        },
      ],
    },
    override: { name: family, command: ['\nset -e\nset -x\n\npython etl.py'], environment: full.env },
  });
});

test('on Fargate a task has its size, its roles and no privileges', () => {
  const { definition } = split({ ...job, ephemeralStorageMb: 30_000, sharedMemoryMb: 64 }, fargate);
  const [container] = definition.containerDefinitions ?? [];
  expect(definition).toMatchObject({
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '512',
    memory: '1024',
    ephemeralStorage: { sizeInGiB: 30 },
    executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
    taskRoleArn: 'arn:aws:iam::123456789012:role/task',
  });
  expect(container).not.toHaveProperty('privileged');
  expect(container).not.toHaveProperty('linuxParameters');
});

test.each([
  ['what Fargate gives to all', 20_000, undefined],
  ['more than that, at least 21 GiB', 20_500, 21],
  ['the most', 204_800, 200],
])('ephemeral storage on Fargate: %s', (_, ephemeralStorageMb, gib) => {
  expect(split({ ...job, ephemeralStorageMb }, fargate).definition.ephemeralStorage?.sizeInGiB).toBe(gib);
});

test.each([
  [1, 1, 256, 512],
  [256, 513, 256, 1024],
  [256, 1200, 256, 2048],
  [256, 2049, 512, 3072],
  [300, 512, 512, 1024],
  [1024, 2500, 1024, 3072],
  [4096, 30_720, 4096, 30_720],
  [4096, 30_721, 8192, 32_768],
  [8192, 16_385, 8192, 20_480],
  [16_384, 122_880, 16_384, 122_880],
])('cpu %i with %i MB is Fargate’s size %i with %i MB', (cpu, memoryMb, units, size) => {
  expect(sizeOf({ ...job, cpu, memoryMb }, fargate)).toEqual({ cpu: units, memoryMb: size });
});

test('elsewhere a task gets what it asks for, else the defaults', () => {
  expect(sizeOf(job, settings)).toEqual({ cpu: 512, memoryMb: 1024 });
  expect(sizeOf({ ...job, cpu: null, memoryMb: null }, settings)).toEqual({ cpu: 256, memoryMb: 512 });
});

describe('what is too long for overrides', () => {
  const chars = (text: object): number => JSON.stringify(text).length;
  const long = 'x'.repeat(5000);

  test('a long command stands in the definition, whole runs share it', () => {
    const { definition, override } = split({ ...job, command: 'x'.repeat(8100) }, settings);
    expect(override).toEqual({ name: family, environment: job.env });
    expect(definition.containerDefinitions?.[0]?.command?.[0]).toHaveLength(8100 + '\nset -e\nset -x\n\n'.length);
    expect(definition.containerDefinitions?.[0]).not.toHaveProperty('environment');
  });

  test('then the largest variables, and only so many as must', () => {
    const env = [...job.env, { name: 'A', value: long }, { name: 'B', value: `${long}.` }];
    const { definition, override } = split({ ...job, env }, settings);
    expect(definition.containerDefinitions?.[0]?.environment).toEqual([{ name: 'B', value: `${long}.` }]);
    expect(override.environment?.map(({ name }) => name)).toEqual(['FLOTILLA_RUN_ID', 'MODE', 'A']);
  });

  test('overrides stay within 8192 characters where it is a matter of single ones', () => {
    for (let length = 300; length < 700; length += 1) {
      const env = Array.from({ length: 20 }, (_, n) => ({ name: `V${n}`, value: 'x'.repeat(length) }));
      const { override } = split({ ...job, env, command: 'x'.repeat(8000) }, settings);
      expect(chars({ containerOverrides: [override] })).toBeLessThanOrEqual(8192);
    }
  });

  test('whatever the job, overrides stay within 8192 characters and nothing is lost', () => {
    const text = fc.string({ maxLength: 4000, unit: 'binary' });
    const env = fc.uniqueArray(fc.record({ name: fc.string({ minLength: 1 }), value: text }), {
      selector: ({ name }) => name,
      maxLength: 12,
    });
    fc.assert(
      fc.property(env, text, (variables, command) => {
        const { definition, override } = split({ ...job, env: variables, command }, settings);
        const [container] = definition.containerDefinitions ?? [];
        expect(chars({ containerOverrides: [override] })).toBeLessThanOrEqual(8192);
        const all = [...(container?.environment ?? []), ...(override.environment ?? [])];
        expect(new Map(all.map((one) => [one.name, one.value]))).toEqual(
          new Map(variables.map((one) => [one.name, one.value])),
        );
        expect(override.command ?? container?.command).toEqual([`\nset -e\nset -x\n\n${command}`]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a job is refused when it is accepted', () => {
  test.each<[string, Partial<Job>, EcsSettings, RegExp | null]>([
    ['that is like any other', {}, settings, null],
    ['that is like any other, on Fargate', {}, fargate, null],
    ['with more text than a definition takes', { command: 'x'.repeat(66_000) }, settings, /too long for ECS/],
    ['larger than Fargate', { memoryMb: 200_000 }, fargate, /no size for cpu 512 and memory 200000/],
    ['larger than Fargate, elsewhere', { memoryMb: 200_000 }, settings, null],
    ['with privileges on Fargate', { privileged: true }, fargate, /privileged/],
    ['with a GPU on Fargate', { gpu: 1 }, fargate, /GPU/],
    ['with more storage than Fargate has', { ephemeralStorageMb: 204_801 }, fargate, /ephemeral storage/],
  ])('%s', (_, more, of, sentence) => {
    const told = impossible({ ...job, ...more }, of);
    if (sentence === null) expect(told).toBeNull();
    else expect(told).toMatch(sentence);
  });
});

describe('the content hash', () => {
  test('is the same for the same content in another order', () => {
    const { definition } = split(job, settings);
    const turned = Object.fromEntries(Object.entries(definition).reverse()) as typeof definition;
    expect(contentHash(turned)).toBe(contentHash(definition));
    expect(contentHash(definition)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('is the same for runs that differ in variables and command alone', () => {
    const other = { ...job, command: 'true', env: [{ name: 'X', value: 'y' }], owner: 'bob' };
    expect(contentHash(split(other, settings).definition)).toBe(contentHash(split(job, settings).definition));
  });

  test.each<[string, Partial<Job>]>([
    ['image', { image: 'other' }],
    ['memory', { memoryMb: 2048 }],
    ['cpu', { cpu: 1 }],
    ['gpu', { gpu: 1 }],
    ['ports', { ports: [80] }],
    ['privileges', { privileged: true }],
    ['definition', { source: { ...job.source, definitionId: 'other' } }],
    ['long command', { command: 'x'.repeat(9000) }],
  ])('tells another %s', (_, more) => {
    expect(contentHash(split({ ...job, ...more }, settings).definition)).not.toBe(
      contentHash(split(job, settings).definition),
    );
  });
});

describe('the request', () => {
  const of = { cluster: 'main', key, placementTry: 3, taskDefinitionArn: 'arn:td:1' };
  const { override } = split(job, settings);

  test('names run, attempt and placement try', () => {
    expect(runTaskInput(of, job, override, settings)).toEqual({
      cluster: 'main',
      taskDefinition: 'arn:td:1',
      count: 1,
      clientToken: `${key.runId}-2-3`,
      startedBy: `flotilla-test/${key.runId}/2`,
      tags: [
        { key: 'flotilla-run-id', value: key.runId },
        { key: 'flotilla-attempt', value: '2' },
        { key: 'flotilla-mode', value: 'test' },
      ],
      overrides: { containerOverrides: [override] },
    });
  });

  test('asks for a launch type and a network where they are set', () => {
    expect(runTaskInput(of, job, override, fargate)).toMatchObject({
      launchType: 'FARGATE',
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: ['subnet-1', 'subnet-2'],
          securityGroups: ['sg-1'],
          assignPublicIp: 'ENABLED',
        },
      },
    });
  });

  test.each(['spot', 'ondemand'] as const)('goes to the capacity providers for %s', (nodeLifecycle) => {
    const providers = { kind: 'providers', spot: ['cheap', 'sure'], ondemand: ['sure'] } as const;
    const launch = { ...providers, spot: [...providers.spot], ondemand: [...providers.ondemand] };
    const input = runTaskInput(of, { ...job, nodeLifecycle }, override, { ...settings, launch });
    expect(input).not.toHaveProperty('launchType');
    expect(input.capacityProviderStrategy).toEqual(
      providers[nodeLifecycle].map((capacityProvider) => ({ capacityProvider, weight: 1 })),
    );
  });

  test('has a token of at most 64 printable characters, one for each try of each attempt', () => {
    const last = clientToken({ runId: key.runId, attempt: 999_999 }, 2_147_483_647);
    expect(last).toMatch(/^[!-~]{1,64}$/);
    expect(clientToken({ ...key, attempt: 1 }, 11)).not.toBe(clientToken({ ...key, attempt: 11 }, 1));
  });
});

describe('names', () => {
  test.each([
    ['etl-1', 'etl-1'],
    ['my team.x-1', 'my_team_x-1'],
    [`${'g'.repeat(300)}-end`, `${'g'.repeat(251)}-end`],
  ])('a family for %s', (id, name) => {
    expect(familyOf(id)).toBe(name);
  });

  test('of a family, out of an ARN', () => {
    expect(familyIn('arn:aws:ecs:us-east-1:1:task-definition/etl-1:12')).toBe('etl-1');
    expect(familyIn('x')).toBe('');
  });

  test('startedBy leads back to its attempt, and only for the same mode', () => {
    const by = startedBy('my mode', key);
    expect(by).toMatch(/^[\w/-]{1,128}$/);
    expect(keyIn('my mode', by)).toEqual(key);
    expect(startedBy('m'.repeat(200), { ...key, attempt: 999_999_999 }).length).toBeLessThanOrEqual(128);
    for (const other of [null, '', 'flotilla', `${by}/1`, by.replace('my', 'your'), by.replace(/2$/, '0')]) {
      expect(keyIn('my mode', other)).toBeNull();
    }
  });
});

test.each<[string, Partial<EcsSettings>, string | null]>([
  ['as they are', {}, null],
  ['for Fargate', fargate, null],
  [
    'with Fargate on a host network',
    { ...fargate, network: { mode: 'host' } },
    'Fargate needs ecs.network_mode awsvpc',
  ],
  [
    'with Fargate among others',
    { ...fargate, launch: { kind: 'providers', spot: ['FARGATE_SPOT'], ondemand: ['mine'] } },
    'ecs.capacity_providers must be all of Fargate or none: ECS does not mix them',
  ],
  [
    'with providers for half of the runs',
    { launch: { kind: 'providers', spot: [], ondemand: ['mine'] } },
    'ecs.capacity_providers must name some for spot and some for ondemand, or none for both',
  ],
  [
    'with a network of no subnets',
    { network: { mode: 'awsvpc', subnets: [], securityGroups: [], assignPublicIp: false } },
    'ecs.network_mode awsvpc needs ecs.subnets',
  ],
  [
    'with Fargate that may not write logs',
    { ...fargate, executionRoleArn: null },
    'Fargate needs ecs.execution_role_arn to write logs',
  ],
  [
    'without a log group',
    { log: { ...settings.log, namespace: '' } },
    'ecs.log.namespace is missing: which log group do tasks write to?',
  ],
])('settings %s', (_, more, sentence) => {
  expect(contradiction({ ...settings, ...more })).toBe(sentence);
});

test.each([
  ['the namespace', {}, { group: 'flotilla', prefix: 'job', region: 'us-east-1' }],
  [
    "the driver's own group before it",
    { 'awslogs-group': 'mine' },
    { group: 'mine', prefix: 'job', region: 'us-east-1' },
  ],
  ['a prefix of its own', { 'awslogs-stream-prefix': 'p' }, { group: 'flotilla', prefix: 'p', region: 'us-east-1' }],
  ['a region of its own', { 'awslogs-region': 'eu-west-1' }, { group: 'flotilla', prefix: 'job', region: 'eu-west-1' }],
])('logs are read where they are written: %s', (_, options, place) => {
  const log = { ...settings.log, options: { ...settings.log.options, ...options } };
  expect(logPlace({ ...settings, log })).toEqual(place);
  const [container] = split(job, { ...settings, log }).definition.containerDefinitions ?? [];
  expect(container?.logConfiguration?.options).toMatchObject({
    'awslogs-group': place.group,
    'awslogs-stream-prefix': place.prefix,
    'awslogs-region': place.region,
  });
});
