/** Kubernetes Jobs of attempts: whole documents in golden/eks (`UPDATE_GOLDEN=1` writes them), and what holds for any job. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { V1Container, V1Job } from '@kubernetes/client-node';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { attemptName, runIdFrom } from '../../domain/id';
import { anywhere, type Job } from '../../domain/job';
import { argv } from '../../engines/command';
import { jobManifest, jobName, readable } from '../../engines/eks/manifest';
import type { EksSettings } from '../../engines/eks/settings';

const folder = join(__dirname, 'golden/eks');
const first = { runId: 'eks-4567-89ab-4cde-8f01-23456789abcd', attempt: 1 };

const settings: EksSettings = {
  namespace: 'flotilla-jobs',
  serviceAccount: null,
  schedulerName: 'default-scheduler',
  jobTtlSeconds: 3600,
  startMarginSeconds: 1800,
  terminationGraceSeconds: 30,
  imagePullPolicy: 'Always',
  lifecycle: { label: 'karpenter.sh/capacity-type', spot: ['spot', 'on-demand'], ondemand: ['on-demand'] },
  tolerations: [],
  bounds: { minCpu: 250, maxCpu: 60_000, minMemoryMb: 512, maxMemoryMb: 350_000 },
  gpuBounds: { minCpu: 250, maxCpu: 94_000, minMemoryMb: 512, maxMemoryMb: 376_000 },
  defaults: { cpu: 256, memoryMb: 512 },
  maxEphemeralStorageMb: 5000,
};

const minimal: Job = {
  ...anywhere,
  source: { definitionId: 'etl-1', alias: 'etl', groupName: 'etl', tags: [] },
  image: 'busybox:1',
  command: 'echo hello',
  env: [],
  ports: [],
  privileged: false,
  sharedMemoryMb: null,
  memoryMb: null,
  cpu: null,
  gpu: null,
  owner: 'ann',
  deadlineSeconds: 3600,
};

type Case = { file: string; attempt?: number; job?: Partial<Job>; settings?: Partial<EksSettings> };

const cases: Record<string, Case> = {
  'a job that asks for nothing gets the defaults': { file: 'minimal' },
  'a job that asks for all there is gets it': {
    file: 'full',
    job: {
      image: 'registry.example/team/etl:2.1',
      command: 'python etl.py\necho "$HOME costs $$5, says $(whoami)"',
      env: [
        { name: 'FLOTILLA_RUN_ID', value: first.runId },
        { name: 'PASSWORD', value: 'pa$$word $(HOME)' },
        { name: 'EMPTY', value: '' },
      ],
      ports: [8080, 9090],
      privileged: true,
      sharedMemoryMb: 64,
      memoryMb: 2048,
      cpu: 1100,
      nodeLifecycle: 'ondemand',
      arch: 'amd64',
      serviceAccount: 'etl',
      ephemeralStorageMb: 2000,
      labels: { team: 'data', 'example.com/Cost-Centre': 'R&D' },
      owner: 'ann@example.com',
      deadlineSeconds: 60,
    },
    settings: { serviceAccount: 'flotilla', imagePullPolicy: 'IfNotPresent' },
  },
  'a job for spot nodes takes what the installation says for them': { file: 'spot', job: { nodeLifecycle: 'spot' } },
  'a job for on-demand nodes never lands on spot ones': { file: 'on-demand', job: { nodeLifecycle: 'ondemand' } },
  'a GPU job is on demand, tolerates the taint of GPU nodes and has 8 GiB of shared memory for each GPU': {
    file: 'gpu',
    job: { gpu: 2, nodeLifecycle: 'spot', memoryMb: 40_000, cpu: 94_100 },
    settings: { tolerations: [{ key: 'flotilla', operator: 'Exists' }] },
  },
  'a job for arm64 says so': { file: 'arm64', job: { arch: 'arm64' } },
  "odd labels and owners are mended, and none of them is Flotilla's or Kubernetes' own": {
    file: 'odd-labels',
    job: {
      owner: '  Ann Example <ann@example.com>  ',
      labels: {
        team: '--Data & Things.--',
        'my key/': 'a slash at the end',
        'a/b/c': 'two slashes',
        'Example.com/team': 'a prefix in upper case',
        'example.com/team!': 'mended into the exact one below',
        'example.com/team': 'exact',
        '-_.': 'nothing is left of the key',
        '': 'no key',
        日本: '日本',
        empty: '',
        owner: 'mallory',
        ' owner ': 'mallory',
        'flotilla-run-id': 'eks-other',
        'flotilla-attempt': '7',
        'app.kubernetes.io/managed-by': 'helm',
        'app.kubernetes.io/part-of': 'etl',
        'job-name': 'other',
        'controller-uid': 'other',
        'batch.kubernetes.io/job-name': 'other',
        long: 'x'.repeat(62) + '. cut',
        ['k'.repeat(62) + '-cut']: 'a long key',
        ['p'.repeat(254) + '/name']: 'a prefix longer than any DNS name',
      },
    },
  },
  'odd names of variables are mended, never over an exact one': {
    file: 'odd-env',
    job: {
      env: [
        { name: '$TOKEN', value: 'of a mended name, which loses' },
        { name: 'TOKEN', value: 'of the exact name' },
        { name: ' TOKEN ', value: 'of another mended name, which loses' },
        { name: '$LATER', value: 'mended, the earlier' },
        { name: 'LA TER', value: 'mended, the later' },
        { name: '$$TWO', value: 'loses one dollar' },
        { name: '1st.name-of:many', value: 'is legal' },
        { name: '$', value: 'nothing is left' },
        { name: '', value: 'no name' },
        { name: 'A=B', value: 'never legal' },
        { name: 'naïve', value: 'not ASCII' },
        { name: 'TAB\tBED', value: 'not printable' },
      ],
    },
  },
  'much memory brings a CPU for each 8 GB, to the nearest quarter': {
    file: 'huge-memory',
    job: { memoryMb: 40_900, cpu: 1000 },
  },
  'what is asked below the bounds is raised to them': { file: 'below-bounds', job: { memoryMb: 4, cpu: 10 } },
  'what is asked above the bounds is cut to them': {
    file: 'above-bounds',
    job: { memoryMb: 2_000_000, cpu: 2_000_000, ephemeralStorageMb: 50_000 },
  },
  'tiny jobs are as tiny as the installation lets them': {
    file: 'tiny',
    job: { memoryMb: 8, cpu: 10 },
    settings: { bounds: { minCpu: 1, maxCpu: 1000, minMemoryMb: 4, maxMemoryMb: 1000 } },
  },
  'the second attempt has its own name and number, and the same container': { file: 'attempt-2', attempt: 2 },
  "the installation's tolerations come as they are": {
    file: 'tolerations',
    settings: {
      tolerations: [
        { key: 'flotilla', operator: 'Equal', value: 'true', effect: 'NoSchedule' },
        { key: 'batch', operator: 'Exists' },
      ],
    },
  },
  'an installation without a lifecycle label asks nothing of nodes': {
    file: 'no-lifecycle',
    settings: { lifecycle: null },
  },
  'an installation without a lifecycle label still asks for the architecture': {
    file: 'no-lifecycle-arm64',
    job: { arch: 'arm64' },
    settings: { lifecycle: null },
  },
  'ports are open in the container': { file: 'ports', job: { ports: [80, 8080] } },
  'shared memory is as large as the definition says, with a GPU too': {
    file: 'shared-memory',
    job: { sharedMemoryMb: 512, gpu: 1 },
  },
  "a job without a service account takes the installation's": {
    file: 'service-account',
    settings: { serviceAccount: 'flotilla' },
  },
};

function manifestOf({ attempt, job, settings: set }: Omit<Case, 'file'>): V1Job {
  return jobManifest({ ...first, attempt: attempt ?? 1 }, { ...minimal, ...job }, { ...settings, ...set });
}

function containerOf(manifest: V1Job): V1Container {
  return manifest.spec?.template.spec?.containers[0] as V1Container;
}

test.each(Object.entries(cases))('%s', (_, { file, ...of }) => {
  const path = join(folder, `${file}.yaml`);
  const text = stringify(manifestOf(of), { lineWidth: 0, singleQuote: true });
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, text);
  expect(text).toBe(readFileSync(path, 'utf8'));
});

test('each golden file belongs to one case', () => {
  const files = Object.values(cases).map(({ file }) => `${file}.yaml`);
  expect(readdirSync(folder).sort()).toEqual(files.sort());
});

describe('the amounts of', () => {
  const amounts = (job: Partial<Job>, set: Partial<EksSettings> = {}): string => {
    const resources = containerOf(manifestOf({ job, settings: set })).resources;
    const requests = resources?.requests;
    expect(resources?.limits).toEqual(requests);
    return Object.entries(requests ?? {})
      .map(([name, amount]) => `${name}=${amount}`)
      .join(' ');
  };
  const bounds = (minCpu: number, maxCpu: number) => ({ bounds: { ...settings.bounds, minCpu, maxCpu } });

  test.each<[string, Partial<Job>, Partial<EksSettings>, string]>([
    ['0 are the defaults', { cpu: 0, memoryMb: 0, gpu: 0, ephemeralStorageMb: 0 }, {}, 'cpu=250m memory=512M'],
    ['CPU below half a step go down to the step', { cpu: 374 }, {}, 'cpu=250m memory=512M'],
    ['CPU at half a step go up', { cpu: 375 }, {}, 'cpu=500m memory=512M'],
    ['CPU below the first step stay', { cpu: 249 }, bounds(1, 1000), 'cpu=249m memory=512M'],
    ['CPU never leave a lower bound that is no step', { cpu: 256 }, bounds(256, 1000), 'cpu=256m memory=512M'],
    ['CPU never leave an upper bound that is no step', { cpu: 400 }, bounds(1, 400), 'cpu=400m memory=512M'],
    ['memory below 36864 bring no CPU', { cpu: 250, memoryMb: 36_863 }, {}, 'cpu=250m memory=36863M'],
    ['memory from 36864 bring CPU', { cpu: 250, memoryMb: 36_864 }, {}, 'cpu=4500m memory=36864M'],
    ['memory bring whole CPU units, the rest is cut', { cpu: 250, memoryMb: 36_999 }, {}, 'cpu=4500m memory=36999M'],
    ['memory below 131072 bring CPU', { cpu: 250, memoryMb: 131_071 }, {}, 'cpu=16500m memory=131071M'],
    ['memory from 131072 bring none', { cpu: 250, memoryMb: 131_072 }, {}, 'cpu=250m memory=131072M'],
    ['memory take no CPU away', { cpu: 9000, memoryMb: 36_864 }, {}, 'cpu=9000m memory=36864M'],
    [
      'memory beside a GPU bring none',
      { cpu: 250, memoryMb: 36_864, gpu: 1 },
      {},
      'cpu=250m memory=36864M nvidia.com/gpu=1',
    ],
    [
      'a GPU job end at its own bounds',
      { cpu: 99_999, memoryMb: 999_999, gpu: 1 },
      {},
      'cpu=94000m memory=376000M nvidia.com/gpu=1',
    ],
    [
      'storage are cut to the most there is',
      { ephemeralStorageMb: 5001 },
      {},
      'cpu=250m memory=512M ephemeral-storage=5000M',
    ],
    ['storage below that stay', { ephemeralStorageMb: 4999 }, {}, 'cpu=250m memory=512M ephemeral-storage=4999M'],
  ])('%s', (_, job, set, expected) => {
    expect(amounts(job, set)).toBe(expected);
  });

  test('any job are within the bounds, request and limit the same', () => {
    const amount = fc.option(fc.oneof(fc.nat(1000), fc.nat(2147483647)));
    const bound = fc.tuple(fc.integer({ min: 1, max: 500_000 }), fc.nat(500_000));
    const anyBounds = fc.record({ cpu: bound, memory: bound }).map(({ cpu, memory }) => ({
      minCpu: cpu[0],
      maxCpu: cpu[0] + cpu[1],
      minMemoryMb: memory[0],
      maxMemoryMb: memory[0] + memory[1],
    }));
    const anyGpu = fc.option(fc.nat(8));
    fc.assert(
      fc.property(amount, amount, anyGpu, anyBounds, anyBounds, (cpu, memoryMb, gpu, plain, gpuBounds) => {
        const [cpuText, memoryText] = amounts({ cpu, memoryMb, gpu }, { bounds: plain, gpuBounds }).split(' ');
        const of = (gpu ?? 0) > 0 ? gpuBounds : plain;
        const cpuGot = Number(/^cpu=(\d+)m$/.exec(cpuText ?? '')?.[1]);
        const memoryGot = Number(/^memory=(\d+)M$/.exec(memoryText ?? '')?.[1]);
        expect(cpuGot).toBeGreaterThanOrEqual(of.minCpu);
        expect(cpuGot).toBeLessThanOrEqual(of.maxCpu);
        expect(memoryGot).toBeGreaterThanOrEqual(of.minMemoryMb);
        expect(memoryGot).toBeLessThanOrEqual(of.maxMemoryMb);
      }),
    );
  });
});

/** Kubernetes' own rules (apimachinery `validation`). */
const legalName = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const legalPrefix = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const legalVariable = /^[ -<>-~]+$/;
const dnsLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

function isLabelKey(key: string): boolean {
  const parts = key.split('/');
  const name = parts.pop() ?? '';
  const prefixFits = parts.length === 0 || (legalPrefix.test(parts[0] ?? '') && (parts[0] ?? '').length <= 253);
  return parts.length <= 1 && prefixFits && legalName.test(name) && name.length <= 63;
}

function isLabelValue(value: string): boolean {
  return value.length <= 63 && (value === '' || legalName.test(value));
}

/** Strings near the rules' edges, where a random one would hardly ever be. */
const near = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', 'B', '7', '-', '_', '.', '/', ' ', '$', '=', 'é', '\n'), maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('a', '-', '.', '/'), minLength: 60, maxLength: 330 }),
  fc.constantFrom('__proto__', 'constructor', 'owner', 'flotilla-run-id', 'job-name', 'batch.kubernetes.io/job-name'),
);

test("any labels and owner become labels that Kubernetes takes, with Flotilla's own untouched", () => {
  fc.assert(
    fc.property(near, fc.dictionary(near, near), (owner, labels) => {
      const manifest = manifestOf({ job: { owner, labels } });
      const onPod = manifest.spec?.template.metadata?.labels ?? {};
      expect(manifest.metadata?.labels).toEqual(onPod);
      expect(Object.entries(onPod).filter(([key, value]) => !isLabelKey(key) || !isLabelValue(value))).toEqual([]);
      expect(onPod).toMatchObject({
        'flotilla-run-id': first.runId,
        'flotilla-attempt': '1',
        'app.kubernetes.io/managed-by': 'flotilla',
      });
      expect(onPod['owner']).toBe(manifestOf({ job: { owner } }).metadata?.labels?.['owner']);
      expect(
        Object.keys(onPod).filter((key) => /^(job-name|controller-uid|batch\.kubernetes\.io\/)/.test(key)),
      ).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test('a label that Kubernetes takes as it is, in lower case, comes as it is', () => {
  const value = fc.stringMatching(/^([a-z0-9][-a-z0-9_.]{0,61}[a-z0-9])?$/);
  const key = fc.stringMatching(/^([a-z0-9]{1,20}\.example\/)?[a-zA-Z0-9][-a-zA-Z0-9_.]{0,61}[a-zA-Z0-9]$/);
  fc.assert(
    fc.property(fc.dictionary(key, value), (labels) => {
      fc.pre(
        !['owner', 'flotilla-run-id', 'flotilla-attempt', 'job-name', 'controller-uid'].some((own) => own in labels),
      );
      expect(manifestOf({ job: { labels } }).metadata?.labels).toMatchObject(labels);
    }),
  );
});

test('any variables become variables that Kubernetes takes, each once, exact names with their own value', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ name: near, value: near })), (env) => {
      const got = containerOf(manifestOf({ job: { env } })).env ?? [];
      expect(got.filter(({ name }) => !legalVariable.test(name))).toEqual([]);
      expect(new Set(got.map(({ name }) => name)).size).toBe(got.length);
      for (const { name } of env.filter((one) => /^[!-<>-~]+$/.test(one.name) && !one.name.startsWith('$'))) {
        const last = env.findLast((one) => one.name === name)?.value ?? '';
        expect(expanded(got.find((one) => one.name === name)?.value ?? '')).toBe(last);
      }
    }),
    { numRuns: 1000 },
  );
});

/** What the kubelet makes of a command or a value where each name is known to it. */
function expanded(text: string): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (found) => (found === '$$' ? '$' : 'EXPANDED'));
}

test('a command reaches the shell as it was written, whatever Kubernetes would make of its dollars', () => {
  const shell = fc.string({ unit: fc.constantFrom('$', '(', ')', 'A', ' ') });
  fc.assert(
    fc.property(fc.oneof(shell, fc.string()), (command) => {
      expect(containerOf(manifestOf({ job: { command } })).command?.map(expanded)).toEqual(argv(command));
    }),
  );
});

test('names are legal for Job, pod and container in any attempt, and those that the domain gives', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.integer({ min: 1, max: 9999 }), (uuid, attempt) => {
      const key = { runId: runIdFrom('eks', uuid), attempt };
      const manifest = jobManifest(key, minimal, settings);
      expect(manifest.metadata?.name).toBe(attemptName(key));
      expect(jobName(key)).toBe(attemptName(key));
      for (const name of [jobName(key), containerOf(manifest).name]) {
        expect(name).toMatch(dnsLabel);
        expect(name.length).toBeLessThanOrEqual(63);
      }
      expect(isLabelValue(manifest.metadata?.labels?.['flotilla-run-id'] ?? '-')).toBe(true);
    }),
  );
});

describe('the manifest for people', () => {
  const job = {
    env: [
      { name: 'PASSWORD', value: 'secret' },
      { name: 'EMPTY', value: '' },
    ],
  };

  test('has the names of variables and no value', () => {
    const shown = readable(manifestOf({ job }));
    expect(containerOf(shown).env).toEqual([
      { name: 'PASSWORD', value: '…' },
      { name: 'EMPTY', value: '…' },
    ]);
    expect(stringify(shown)).not.toContain('secret');
  });

  test('is else the same', () => {
    const shown = readable(manifestOf({ job }));
    containerOf(shown).env = containerOf(manifestOf({ job })).env ?? [];
    expect(shown).toEqual(manifestOf({ job }));
    expect(readable(manifestOf({}))).toEqual(manifestOf({}));
  });

  test('leaves the one for Kubernetes as it is', () => {
    const manifest = manifestOf({ job });
    readable(manifest);
    expect(manifest).toEqual(manifestOf({ job }));
  });
});
