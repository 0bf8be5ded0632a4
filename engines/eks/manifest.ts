/** An attempt as a Kubernetes Job (engine-behaviour.md §2.3). Pure: the same attempt gives the same Job, whoever asks. */
import type {
  V1Container,
  V1Job,
  V1NodeSelectorRequirement,
  V1PodSpec,
  V1ResourceRequirements,
  V1Toleration,
} from '@kubernetes/client-node';
import { attemptName, type AttemptKey } from '../../domain/id';
import type { Job } from '../../domain/job';
import { argv } from '../command';
import { labels, labelValue, variables } from './names';
import type { EksSettings } from './settings';

export { attemptName as jobName } from '../../domain/id';

export const runLabel = 'flotilla-run-id';
export const attemptLabel = 'flotilla-attempt';
const ownerLabel = 'owner';
export const managedByLabel = 'app.kubernetes.io/managed-by';
export const manager = 'flotilla';
/** On the Job: how long its command may run. `activeDeadlineSeconds` is longer, for the time to start and a margin are in it. */
export const deadlineAnnotation = 'flotilla-deadline-seconds';

const gpuResource = 'nvidia.com/gpu';
/** The workflow's timer is first and knows why it stops a run; the backend's limit acts where nobody of Flotilla is there to. */
const deadlineMarginSeconds = 300;
/** systemd rounds cgroup limits up: such steps survive it. */
const cpuStep = 250;
/** A job of this much memory, without GPU, gets a CPU for each 8 GB. */
const cpuByMemory = { fromMb: 36_864, belowMb: 131_072, mbPerMilli: 8 };
const sharedMemoryGiPerGpu = 8;
const sharedMemoryVolume = 'shared-memory';

/** The Job of an attempt. Its one container bears the run's id in every attempt. */
export function jobManifest(key: AttemptKey, job: Job, settings: EksSettings): V1Job {
  const own = {
    [runLabel]: key.runId,
    [attemptLabel]: String(key.attempt),
    [managedByLabel]: manager,
    [ownerLabel]: labelValue(job.owner),
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: attemptName(key),
      namespace: settings.namespace,
      labels: labels(own, job.labels),
      annotations: { [deadlineAnnotation]: String(job.deadlineSeconds) },
    },
    spec: {
      backoffLimit: 0,
      completions: 1,
      parallelism: 1,
      // By default a second pod is made beside the first while that is still ending.
      podReplacementPolicy: 'Failed',
      ttlSecondsAfterFinished: settings.jobTtlSeconds,
      // Counted from the Job's creation: the time that its pod waits is in it.
      activeDeadlineSeconds: settings.startMarginSeconds + job.deadlineSeconds + deadlineMarginSeconds,
      template: {
        metadata: {
          labels: labels(own, job.labels),
          // Neither autoscaler may take the node of a running pod just to save it.
          annotations: {
            'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
            'karpenter.sh/do-not-disrupt': 'true',
          },
        },
        spec: podSpec(key, job, settings),
      },
    },
  };
}

/** For people to read: values of variables are nobody's business but the container's. */
export function readable(manifest: V1Job): V1Job {
  const copy = structuredClone(manifest);
  for (const { env } of copy.spec?.template.spec?.containers ?? []) {
    for (const variable of env ?? []) variable.value = '…';
  }
  return copy;
}

function podSpec(key: AttemptKey, job: Job, settings: EksSettings): V1PodSpec {
  const serviceAccountName = job.serviceAccount ?? settings.serviceAccount;
  const nodes = nodeRequirements(job, settings);
  const sharedMemory = sharedMemorySize(job);
  const tolerated = tolerations(job, settings);
  return {
    restartPolicy: 'Never',
    schedulerName: settings.schedulerName,
    ...(serviceAccountName === null ? {} : { serviceAccountName }),
    // Else each Service of the namespace would add variables of its own.
    enableServiceLinks: false,
    terminationGracePeriodSeconds: settings.terminationGraceSeconds,
    ...(nodes.length === 0
      ? {}
      : {
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: nodes }] },
            },
          },
        }),
    ...(tolerated.length === 0 ? {} : { tolerations: tolerated }),
    containers: [container(key, job, settings, sharedMemory !== null)],
    ...(sharedMemory === null
      ? {}
      : { volumes: [{ name: sharedMemoryVolume, emptyDir: { medium: 'Memory', sizeLimit: sharedMemory } }] }),
  };
}

function container(key: AttemptKey, job: Job, settings: EksSettings, sharesMemory: boolean): V1Container {
  const env = variables(job.env).map(({ name, value }) => ({ name, value: literal(value) }));
  return {
    name: key.runId,
    image: job.image,
    imagePullPolicy: settings.imagePullPolicy,
    command: argv(job.command).map(literal),
    ...(env.length === 0 ? {} : { env }),
    ...(job.ports.length === 0 ? {} : { ports: job.ports.map((containerPort) => ({ containerPort })) }),
    resources: resources(job, settings),
    ...(job.privileged ? { securityContext: { privileged: true } } : {}),
    ...(sharesMemory ? { volumeMounts: [{ name: sharedMemoryVolume, mountPath: '/dev/shm' }] } : {}),
  };
}

/**
 * Kubernetes reads `$(NAME)` in commands and values as a variable of its own and makes `$` of `$$`. Doubled, each dollar
 * arrives as it was written, so that a command means the same on every engine (the original's `echo $$` printed `$`).
 */
function literal(text: string): string {
  return text.replaceAll('$', () => '$$');
}

/** What a container asks for is what it gets: request and limit are the same. */
/** What the container may use, in MB: within the bounds of the installation. */
export function memoryOf(job: Job, { bounds, gpuBounds, defaults }: EksSettings): number {
  const { minMemoryMb, maxMemoryMb } = (job.gpu ?? 0) > 0 ? gpuBounds : bounds;
  return within(minMemoryMb, asked(job.memoryMb) ?? defaults.memoryMb, maxMemoryMb);
}

function resources(job: Job, settings: EksSettings): V1ResourceRequirements {
  const gpu = job.gpu ?? 0;
  const { minCpu, maxCpu } = gpu > 0 ? settings.gpuBounds : settings.bounds;
  const memoryMb = asked(job.memoryMb) ?? settings.defaults.memoryMb;
  const cpu = cpuFor(asked(job.cpu) ?? settings.defaults.cpu, gpu, memoryMb);
  const ephemeralStorageMb = asked(job.ephemeralStorageMb);
  const amounts = {
    cpu: `${within(minCpu, stepped(cpu), maxCpu)}m`,
    memory: `${memoryOf(job, settings)}M`,
    ...(gpu > 0 ? { [gpuResource]: String(gpu) } : {}),
    ...(ephemeralStorageMb === null
      ? {}
      : { 'ephemeral-storage': `${Math.min(ephemeralStorageMb, settings.maxEphemeralStorageMb)}M` }),
  };
  return { requests: { ...amounts }, limits: { ...amounts } };
}

function cpuFor(cpu: number, gpu: number, memoryMb: number): number {
  const { fromMb, belowMb, mbPerMilli } = cpuByMemory;
  return gpu === 0 && memoryMb >= fromMb && memoryMb < belowMb ? Math.max(cpu, Math.floor(memoryMb / mbPerMilli)) : cpu;
}

function stepped(cpu: number): number {
  return cpu < cpuStep ? cpu : Math.round(cpu / cpuStep) * cpuStep;
}

function within(min: number, amount: number, max: number): number {
  return Math.min(Math.max(amount, min), max);
}

/** 0 asks for nothing, as in the original. */
function asked(amount: number | null): number | null {
  return amount === 0 ? null : amount;
}

/** Nodes with GPUs are never spot (§2.3). */
function nodeRequirements(job: Job, { lifecycle }: EksSettings): V1NodeSelectorRequirement[] {
  const onDemand = job.nodeLifecycle === 'ondemand' || (job.gpu ?? 0) > 0;
  return [
    ...(lifecycle === null
      ? []
      : [{ key: lifecycle.label, operator: 'In', values: onDemand ? lifecycle.ondemand : lifecycle.spot }]),
    ...(job.arch === null ? [] : [{ key: 'kubernetes.io/arch', operator: 'In', values: [job.arch] }]),
  ];
}

/** Any value: clouds disagree on what the taint of their GPU nodes says. */
function tolerations(job: Job, settings: EksSettings): V1Toleration[] {
  const gpu = (job.gpu ?? 0) > 0 ? [{ key: gpuResource, operator: 'Exists', effect: 'NoSchedule' }] : [];
  return [...settings.tolerations, ...gpu];
}

/** MiB, as ECS and Docker count it: a definition gets no less than there. */
function sharedMemorySize(job: Job): string | null {
  const gpu = job.gpu ?? 0;
  if (job.sharedMemoryMb !== null) return `${job.sharedMemoryMb}Mi`;
  return gpu > 0 ? `${sharedMemoryGiPerGpu * gpu}Gi` : null;
}
