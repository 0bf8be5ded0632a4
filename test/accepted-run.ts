/** A definition as it is when saved, and a run of it as it is when accepted, for tests and benchmarks that write the rows themselves. */
import { randomUUID } from 'node:crypto';
import { justAccepted } from '../db/accept';
import type { Run } from '../db/run';
import { runIdFrom } from '../domain/id';
import { anywhere, type Definition } from '../domain/job';

export function savedDefinition(
  chosen: Pick<Definition, 'definitionId' | 'alias' | 'groupName'> & Partial<Definition>,
): Definition {
  return {
    image: 'busybox:1',
    command: 'true',
    env: [],
    tags: [],
    ports: [],
    user: null,
    privileged: false,
    adaptiveResourceAllocation: true,
    sharedMemoryMb: null,
    ephemeralStorageMb: null,
    retryOnInterruption: false,
    retryOnOom: false,
    targetCluster: null,
    arn: '',
    memoryMb: 512,
    cpu: null,
    gpu: null,
    ...chosen,
  };
}

type Chosen = Pick<Run, 'engine' | 'cluster' | 'user' | 'nodeLifecycle' | 'activeDeadlineSeconds' | 'commandHash'>;

export function acceptedRun(definition: Definition, chosen: Chosen & Partial<Run>): Run {
  const { arch, serviceAccount, ephemeralStorageMb, labels } = anywhere;
  return {
    ...justAccepted,
    runId: runIdFrom(chosen.engine, randomUUID()),
    definitionId: definition.definitionId,
    definitionRevision: definition.revision ?? null,
    executableId: definition.definitionId,
    executableType: 'task_definition',
    template: null,
    templatePayload: null,
    alias: definition.alias,
    groupName: definition.groupName,
    image: definition.image,
    command: definition.command,
    memoryMb: null,
    cpu: null,
    gpu: null,
    env: [],
    parentRunId: null,
    retryOnInterruption: false,
    retryOnOom: false,
    ...{ arch, serviceAccount, ephemeralStorageMb, labels },
    originRunId: null,
    idempotenceKey: null,
    adaptation: null,
    ...{ tier: null, description: null },
    queuedAt: new Date(),
    ...chosen,
  };
}
