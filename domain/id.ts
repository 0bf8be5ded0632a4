/** Ids: how runs, definitions and attempts are named. The random part comes from the caller: the domain has no randomness. */

/** A run's id, its workflow's id too: 36 characters, `<engine>-…` (spec: the engine's name replaces the head of a uuid). */
export function runIdFrom(engine: string, uuid: string): string {
  return `${engine}-${uuid.slice(engine.length + 1)}`;
}

/** A definition's id: `<group>-<uuid>`. */
export function definitionIdFrom(groupName: string, uuid: string): string {
  return `${groupName}-${uuid}`;
}

/** What makes starting a container idempotent: one object of the backend per attempt. Attempts count from 1. */
export type AttemptKey = { runId: string; attempt: number };

/** The backend object's name: the run's id, with `-n` from the second attempt on. */
export function attemptName(key: AttemptKey): string {
  return key.attempt === 1 ? key.runId : `${key.runId}-${key.attempt}`;
}
