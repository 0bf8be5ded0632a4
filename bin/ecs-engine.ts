/** Engine `ecs`, as an installation's configuration describes it. */
import type { Logger } from 'pino';
import { ConfigError } from '../conf/load';
import type { Config, EcsConfig } from '../conf/schema';
import { claimOn } from '../db/attempt';
import type { Db } from '../db/pool';
import { askForTask, openTasks, taskNotMade, taskPlaced, taskRefs, taskRefused } from '../db/task';
import {
  claimRegistration,
  forgetRegistration,
  putRegistration,
  registeredArn,
  releaseRegistration,
} from '../db/task_definition';
import { createEcsEngine } from '../engines/ecs';
import { createClients } from '../engines/ecs/client';
import { contradiction, logPlace, type EcsSettings, type Launch, type Network } from '../engines/ecs/settings';
import type { TaskDefinitionStore, TaskStore } from '../engines/ecs/stores';
import type { Rate } from '../engines/ecs/token-bucket';
import type { Engine } from '../engines/engine';

/** Throws ConfigError where settings do not fit together. */
export function ecsEngine(config: Config, db: Db, log: Logger): Engine {
  const { ecs, queue } = config;
  if (config.aws_default_region === '') throw new ConfigError('aws_default_region must be set where engines has ecs');
  const settings = settingsOf(config);
  const wrong = contradiction(settings);
  if (wrong !== null) throw new ConfigError(wrong);
  const { run, read, define } = ecs.rates;
  return createEcsEngine({
    clusters: ecs.clusters,
    settings,
    events: queue.status === '' ? null : { queue: queue.status, rule: queue.status_rule },
    sweepSeconds: { alone: ecs.sweep_seconds.alone, withEvents: ecs.sweep_seconds.with_events },
    clients: createClients(settings.region, logPlace(settings)?.region ?? settings.region, {
      ...{ run: rate(run), read: rate(read), define: rate(define) },
    }),
    definitions: definitionStore(db),
    tasks: taskStore(db),
    warn: (text, error) => {
      log.warn({ error }, text);
    },
  });
}

function settingsOf({ ecs, run, flotilla_mode: mode, aws_default_region: region }: Config): EcsSettings {
  return {
    mode,
    region,
    launch: launchOf(ecs),
    network: networkOf(ecs),
    executionRoleArn: ecs.execution_role_arn === '' ? null : ecs.execution_role_arn,
    taskRoleArn: ecs.engine.task_role_arn === '' ? null : ecs.engine.task_role_arn,
    log: {
      driver: ecs.log.driver.name,
      options: ecs.log.driver.options,
      namespace: ecs.log.namespace,
      retentionDays: ecs.log.retention_days,
    },
    defaults: { cpu: ecs.resources.default_cpu, memoryMb: ecs.resources.default_memory },
    stopTimeoutSeconds: run.stop_grace_seconds,
  };
}

function launchOf({ launch_type: type, capacity_providers: { spot, ondemand } }: EcsConfig): Launch {
  if (spot.length + ondemand.length > 0) return { kind: 'providers', spot, ondemand };
  return type === '' ? { kind: 'default' } : { kind: 'type', type };
}

function networkOf(ecs: EcsConfig): Network {
  if (ecs.network_mode !== 'awsvpc') return { mode: ecs.network_mode };
  const { subnets, security_groups: securityGroups, assign_public_ip: assignPublicIp } = ecs;
  return { mode: 'awsvpc', subnets, securityGroups, assignPublicIp };
}

function rate({ per_second: perSecond, burst }: { per_second: number; burst: number }): Rate {
  return { perSecond, burst };
}

function definitionStore(db: Db): TaskDefinitionStore {
  return {
    get: (hash) => registeredArn(db, hash),
    claim: (hash, definitionId, leaseSeconds) => claimRegistration(db, hash, definitionId, leaseSeconds),
    put: (hash, arn) => putRegistration(db, hash, arn),
    release: (hash) => releaseRegistration(db, hash),
    forget: (hash, arn) => forgetRegistration(db, hash, arn),
  };
}

function taskStore(db: Db): TaskStore {
  return {
    refs: (keys) => taskRefs(db, keys),
    ask: (key) => askForTask(db, key),
    refused: (key, placementTry) => taskRefused(db, key, placementTry),
    notMade: (key, at, earlier) => taskNotMade(db, key, at, earlier),
    placed: (key, taskArn) => taskPlaced(db, key, taskArn),
    isWanted: async (key) => (await claimOn(db, key))?.wanted ?? true,
    open: (cluster, afterRunId, limit) => openTasks(db, 'ecs', cluster, afterRunId, limit),
  };
}
