/** Engine `eks`, as the configuration has it. */
import { join } from 'node:path';
import type { Logger } from 'pino';
import { ConfigError } from '../conf/load';
import type { Config, EksConfig } from '../conf/schema';
import { createEksEngine } from '../engines/eks';
import type { ClusterAccess } from '../engines/eks/connect';
import { createFolderStore } from '../engines/eks/log-store';
import type { KeptLogs } from '../engines/eks/logs';
import { createS3Client, createS3Store, type S3Folder } from '../engines/eks/s3';
import type { EksSettings } from '../engines/eks/settings';
import type { Engine } from '../engines/engine';
import { absolute } from './parts';

/** Throws ConfigError where settings do not fit together. */
export function eksEngine(config: Config, log: Logger): Engine {
  const { eks } = config;
  const clusters = Object.entries(eks.clusters);
  const region = config.aws_default_region === '' ? null : config.aws_default_region;
  const { options } = eks.manifest.storage;
  return createEksEngine({
    clusters: new Map(clusters.map(([name, how]) => [name, accessTo(name, how, eks.kubeconfig_basepath)])),
    settings: eksSettings(config),
    maxAdaptedMemoryMb: eks.ara_enabled ? eks.resources.max_memory : null,
    logs: keptLogs(eks, region),
    manifests: bucket(options, options.region === '' ? region : options.region),
    warn: (text, error) => {
      log.warn({ error }, text);
    },
  });
}

function accessTo(name: string, how: string, folder: string): ClusterAccess {
  if (how === '') {
    if (folder === '') throw new ConfigError(`eks.kubeconfig_basepath is missing: where is the kubeconfig of ${name}?`);
    return { kind: 'file', path: join(absolute(folder), name) };
  }
  const [, region, cluster] = /^aws:([a-z0-9-]+)\/(.+)$/.exec(how) ?? [];
  if (region !== undefined && cluster !== undefined) return { kind: 'aws', region, name: cluster };
  const text = Buffer.from(how, 'base64').toString('utf8');
  if (!text.includes('clusters')) {
    throw new ConfigError(`eks.clusters.${name} must be empty, aws:<region>/<name>, or a kubeconfig in base64`);
  }
  return { kind: 'kubeconfig', text };
}

function eksSettings({ eks, run }: Config): EksSettings {
  const { resources, lifecycle } = eks;
  const bounds = { minCpu: resources.min_cpu, minMemoryMb: resources.min_memory };
  return {
    namespace: eks.job_namespace,
    serviceAccount: eks.service_account === '' ? null : eks.service_account,
    schedulerName: eks.scheduler_name,
    jobTtlSeconds: eks.job_ttl,
    startMarginSeconds: run.queue_seconds + run.start_seconds,
    terminationGraceSeconds: run.stop_grace_seconds,
    imagePullPolicy: eks.image_pull_policy,
    lifecycle: lifecycle.label === '' ? null : lifecycle,
    tolerations: eks.tolerations,
    bounds: { ...bounds, maxCpu: resources.max_cpu, maxMemoryMb: resources.max_memory },
    gpuBounds: { ...bounds, maxCpu: resources.gpu_max_cpu, maxMemoryMb: resources.gpu_max_memory },
    defaults: { cpu: resources.default_cpu, memoryMb: resources.default_memory },
    maxEphemeralStorageMb: resources.max_ephemeral_storage,
  };
}

function keptLogs({ log }: EksConfig, region: string | null): KeptLogs {
  const forwarded = bucket(log.driver.options, region);
  if (forwarded !== null) return { kind: 'forwarded', folder: forwarded };
  const archive = bucket(log.archive, region);
  const store =
    archive === null
      ? createFolderStore({ folder: absolute(log.archive.folder), keepSeconds: log.archive.keep_seconds })
      : createS3Store(archive);
  return { kind: 'ours', store };
}

function bucket(of: { s3_bucket_name: string; s3_bucket_root_dir: string }, region: string | null): S3Folder | null {
  return of.s3_bucket_name === ''
    ? null
    : { client: createS3Client(region), bucket: of.s3_bucket_name, rootFolder: of.s3_bucket_root_dir };
}
