/** What no machine of a cluster could hold is refused before it is accepted; what is not known is not (spec §1.4, mended). */
import type { ContainerInstance } from '@aws-sdk/client-ecs';
import type { Job } from '../../domain/job';
import { Room } from '../../engines/ecs/room';
import type { EcsSettings } from '../../engines/ecs/settings';
import { awsFault, fakeClient } from './ecs-fakes';
import { fargate, job, settings } from './ecs-objects';

function machine(cpu: number, memoryMb: number, gpus = 0, arch = 'x86_64'): ContainerInstance {
  return {
    registeredResources: [
      { name: 'CPU', type: 'INTEGER', integerValue: cpu },
      { name: 'MEMORY', type: 'INTEGER', integerValue: memoryMb },
      ...(gpus === 0 ? [] : [{ name: 'GPU', stringSetValue: Array.from({ length: gpus }, (_, n) => `GPU-${n}`) }]),
    ],
    attributes: [{ name: 'ecs.cpu-architecture', value: arch }],
  };
}

/** In pages of 100, as ECS lists them. */
function rig(machines: ContainerInstance[], cluster: object | null = { status: 'ACTIVE' }, of: EcsSettings = settings) {
  const warnings: string[] = [];
  const fake = fakeClient({
    DescribeClusters: () => ({ clusters: cluster === null ? [] : [cluster] }),
    ListContainerInstances: ({ nextToken }) => {
      const from = Number(nextToken ?? 0);
      const page = machines.slice(from, from + 100).map((_, n) => String(from + n));
      return {
        containerInstanceArns: page,
        ...(from + 100 < machines.length ? { nextToken: String(from + 100) } : {}),
      };
    },
    DescribeContainerInstances: ({ containerInstances }) => ({
      containerInstances: (containerInstances as string[]).map((n) => machines[Number(n)]),
    }),
  });
  const room = new Room(fake.client, of, (text) => {
    warnings.push(text);
  });
  return { ...fake, room, warnings };
}

const large: Job = { ...job, cpu: 4096, memoryMb: 16_000, gpu: 2 };
const small = machine(1024, 2000);
const none = (asked: string, has: string): string =>
  `executable cannot be run on cluster [main]: none of its instances has ${asked} (at most ${has})`;

const table: Record<string, [machines: ContainerInstance[], job: Job, why: string | null]> = {
  'what fits': [[small], job, null],
  'what fits exactly, with all GPUs': [[machine(4096, 16_000, 2)], large, null],
  'what fits the last of 250 machines only': [
    [...Array.from({ length: 249 }, () => small), machine(8192, 32_000, 4)],
    large,
    null,
  ],
  'too much memory, though its CPU fits': [
    [small],
    { ...job, memoryMb: 2001 },
    none('cpu 512, memory 2001', 'cpu 1024, memory 2000, gpu 0'),
  ],
  'too much CPU, though its memory fits': [
    [small],
    { ...job, cpu: 1025 },
    none('cpu 1025, memory 1024', 'cpu 1024, memory 2000, gpu 0'),
  ],
  'too many GPUs': [
    [machine(4096, 16_000, 1)],
    large,
    none('cpu 4096, memory 16000, gpu 2', 'cpu 4096, memory 16000, gpu 1'),
  ],
  'parts that fit different machines only': [
    [machine(8192, 1000), machine(256, 64_000)],
    { ...job, cpu: 4096, memoryMb: 32_000 },
    none('cpu 4096, memory 32000', 'cpu 8192, memory 64000, gpu 0'),
  ],
  'another architecture': [
    [small],
    { ...job, arch: 'arm64' },
    'executable cannot be run on cluster [main]: none of its instances is arm64',
  ],
  'the architecture of the smaller machine': [
    [machine(8192, 64_000), machine(1024, 2000, 0, 'arm64')],
    { ...job, arch: 'arm64', memoryMb: 4000 },
    none('cpu 512, memory 4000', 'cpu 1024, memory 2000, gpu 0'),
  ],
  'a cluster without machines yet': [[], large, null],
};
test.each(Object.entries(table))('%s', async (_, [machines, asked, why]) => {
  expect(await rig(machines).room.impossible('main', asked)).toBe(why);
});

test('the defaults count where a job says nothing', async () => {
  const of = { ...settings, defaults: { cpu: 256, memoryMb: 4096 } };
  const told = await rig([small], undefined, of).room.impossible('main', { ...job, memoryMb: null });
  expect(told).toBe(none('cpu 512, memory 4096', 'cpu 1024, memory 2000, gpu 0'));
});

test('a cluster that grows may have anything', async () => {
  const grows = { status: 'ACTIVE', capacityProviders: ['asg'] };
  expect(await rig([small], grows).room.impossible('main', large)).toBeNull();
});

const byProviders: EcsSettings = { ...settings, launch: { kind: 'providers', spot: ['a'], ondemand: ['b'] } };

test.each([
  ['Fargate', fargate],
  ['capacity providers', byProviders],
])('with %s nothing is asked', async (_, of) => {
  const { room, calls } = rig([small], undefined, of);
  expect(await room.impossible('main', large)).toBeNull();
  expect(calls).toEqual([]);
});

test.each([[null], [{ status: 'INACTIVE' }]])('a cluster that is not there: %j', async (cluster) => {
  expect(await rig([], cluster).room.impossible('main', job)).toBe('cluster main does not exist at ECS');
});

test('many who ask at once, and again, share one answer', async () => {
  const { room, calls } = rig([small]);
  await Promise.all(Array.from({ length: 50 }, () => room.impossible('main', job)));
  await room.impossible('main', large);
  expect(calls.map(({ name }) => name)).toEqual([
    'DescribeClusters',
    'ListContainerInstances',
    'DescribeContainerInstances',
  ]);
});

describe('trouble is no reason', () => {
  test('an error lets pass, is told, and is not asked for again at once', async () => {
    const warnings: string[] = [];
    const { client, calls } = fakeClient({ DescribeClusters: () => awsFault('AccessDeniedException', 'no') });
    const room = new Room(client, settings, (text) => {
      warnings.push(text);
    });
    expect(await room.impossible('main', large)).toBeNull();
    expect(await room.impossible('main', large)).toBeNull();
    expect(calls).toHaveLength(1);
    expect(warnings).toEqual(['what cluster main has room for cannot be found out']);
  });

  test('an AWS that does not answer is not waited for', async () => {
    const client = { send: () => new Promise(() => undefined) } as unknown as ReturnType<typeof fakeClient>['client'];
    expect(await new Room(client, settings, () => undefined).impossible('main', large)).toBeNull();
  });
});
