/** What the metrics server tells becomes MB and milli-CPU. */
import { usageOf } from '../../engines/eks/usage';

const measured = (cpu: string | undefined, memory: string | undefined): Parameters<typeof usageOf>[0] => ({
  metadata: {},
  containers: [
    { name: 'sidecar', usage: { cpu: '9', memory: '9G' } },
    {
      name: 'main',
      usage: { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) },
    },
  ],
});

test.each<[string, string, { cpuMilli: number; memoryMb: number }]>([
  ['0', '0', { cpuMilli: 0, memoryMb: 0 }],
  ['2', '1G', { cpuMilli: 2000, memoryMb: 1000 }],
  ['1.5', '512M', { cpuMilli: 1500, memoryMb: 512 }],
  ['250m', '1Gi', { cpuMilli: 250, memoryMb: 1074 }],
  ['1234567n', '20480Ki', { cpuMilli: 2, memoryMb: 21 }],
  ['1500u', '3000000', { cpuMilli: 2, memoryMb: 3 }],
])('%s CPU and %s of memory', (cpu, memory, usage) => {
  expect(usageOf(measured(cpu, memory), 'main')).toEqual(usage);
});

test.each<[string, string | undefined, string | undefined]>([
  ['no CPU', undefined, '1M'],
  ['no memory', '1', undefined],
  ['an unknown unit', '1q', '1M'],
  ['no number', 'x', '1M'],
])('with %s there is no measure', (_, cpu, memory) => {
  expect(usageOf(measured(cpu, memory), 'main')).toBeNull();
});

test('a container that is not there has no measure', () => {
  expect(usageOf(measured('1', '1M'), 'other')).toBeNull();
  expect(usageOf({ metadata: {} }, 'main')).toBeNull();
});
