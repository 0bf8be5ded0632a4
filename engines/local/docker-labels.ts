/** What stands on our containers: whose they are, and how long they are kept. */
import type { AttemptKey } from '../../domain/id';

export const runLabel = 'flotilla.run_id';
export const attemptLabel = 'flotilla.attempt';
const clusterLabel = 'flotilla.cluster';
/** How long the container is kept after its end, for its logs: written on it, so that any Flotilla may tidy up. */
export const keepLabel = 'flotilla.keep_seconds';

export function labelsOf(cluster: string, key: AttemptKey, keepSeconds: number): Record<string, string> {
  return {
    [runLabel]: key.runId,
    [attemptLabel]: String(key.attempt),
    [clusterLabel]: cluster,
    [keepLabel]: String(keepSeconds),
  };
}

/** All of a cluster's containers, as a filter for lists and events: a label with its value, and one with any. */
export function ofCluster(cluster: string): string[] {
  return [runLabel, `${clusterLabel}=${cluster}`];
}

export function keyOf(labels: Record<string, string>): AttemptKey | null {
  const runId = labels[runLabel];
  const attempt = Number(labels[attemptLabel]);
  return runId !== undefined && Number.isInteger(attempt) ? { runId, attempt } : null;
}
