/** A run of a definition as it is when accepted, for tests and benchmarks that write the row themselves. */
import { randomUUID } from 'node:crypto';
import { justAccepted } from '../db/accept';
import type { Run } from '../db/run';
import { runIdFrom } from '../domain/id';
import { anywhere, type Definition } from '../domain/job';

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
    queuedAt: new Date(),
    ...chosen,
  };
}
