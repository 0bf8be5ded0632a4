/** The request that starts an attempt's task (engine-behaviour.md §1.2 and §1.9). Pure. */
import type { ContainerOverride, RunTaskCommandInput } from '@aws-sdk/client-ecs';
import type { AttemptKey } from '../../domain/id';
import type { Job } from '../../domain/job';
import { modeName, startedBy } from './names';
import type { EcsSettings } from './settings';

/**
 * AWS answers the same token with its first answer, also where that placed no task: each placement try has one of its own. An error
 * is no answer. Tokens hold per cluster; 64 characters are allowed, and a run's id has 36.
 */
export function clientToken({ runId, attempt }: AttemptKey, placementTry: number): string {
  return `${runId}-${attempt}-${placementTry}`;
}

/** Equal for equal arguments: under one token another request is a conflict. */
export function runTaskInput(
  of: { cluster: string; key: AttemptKey; placementTry: number; taskDefinitionArn: string },
  job: Job,
  override: ContainerOverride,
  settings: EcsSettings,
): RunTaskCommandInput {
  const { key } = of;
  return {
    cluster: of.cluster,
    taskDefinition: of.taskDefinitionArn,
    count: 1,
    clientToken: clientToken(key, of.placementTry),
    startedBy: startedBy(settings.mode, key),
    tags: [
      { key: 'flotilla-run-id', value: key.runId },
      { key: 'flotilla-attempt', value: String(key.attempt) },
      { key: 'flotilla-mode', value: modeName(settings.mode) },
    ],
    ...launchOf(job, settings),
    ...networkOf(settings),
    overrides: { containerOverrides: [override] },
  };
}

function launchOf(
  { nodeLifecycle }: Job,
  { launch }: EcsSettings,
): Pick<RunTaskCommandInput, 'launchType' | 'capacityProviderStrategy'> {
  switch (launch.kind) {
    case 'default':
      return {};
    case 'type':
      return { launchType: launch.type };
    case 'providers':
      return {
        capacityProviderStrategy: launch[nodeLifecycle].map((capacityProvider) => ({ capacityProvider, weight: 1 })),
      };
  }
}

function networkOf({ network }: EcsSettings): Pick<RunTaskCommandInput, 'networkConfiguration'> {
  if (network.mode !== 'awsvpc') return {};
  const { subnets, securityGroups, assignPublicIp } = network;
  return {
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets,
        ...(securityGroups.length === 0 ? {} : { securityGroups }),
        assignPublicIp: assignPublicIp ? 'ENABLED' : 'DISABLED',
      },
    },
  };
}
