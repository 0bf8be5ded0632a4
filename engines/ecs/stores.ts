/** What of this engine must outlive a process: kept by whoever composes it, in the database. */
import type { AttemptKey } from '../../domain/id';

/** Task definitions by the hash of their content, over all workers. */
export type TaskDefinitionStore = {
  /** The registered one's ARN, null where none is. */
  get(hash: string): Promise<string | null>;
  /**
   * The right to register it, for so long; null where somebody else has it or has registered it. `again`: somebody has had it
   * before and may have registered it without telling.
   */
  claim(hash: string, definitionId: string, leaseSeconds: number): Promise<{ again: boolean } | null>;
  put(hash: string, arn: string): Promise<void>;
  /** The claim is given back. */
  release(hash: string): Promise<void>;
  /** It is not to be used any more; nothing happens where another ARN is known by now. */
  forget(hash: string, arn: string): Promise<void>;
};

/** What is known of an attempt's task. */
export type TaskRef = AttemptKey & {
  /** Null until an answer told it. */
  taskArn: string | null;
  /** When its present placement try was first asked for; null where it never was. */
  askedAt: Date | null;
  /** Since when that may have made a task that nobody knows of: later than `askedAt` where its absence was proven in between. */
  unclearSince: Date | null;
  definitionId: string;
  cancelledBy: string | null;
};

export type TaskStore = {
  /** What is known; null for an attempt that was never opened. In the order of the keys. */
  refs(keys: AttemptKey[]): Promise<(TaskRef | null)[]>;
  /** The placement try is about to be asked for. `earlier`: what was known before. Null: there is no such attempt. */
  ask(key: AttemptKey): Promise<{ placementTry: number; earlier: Pick<TaskRef, 'askedAt' | 'unclearSince'> } | null>;
  /** A definite "no" to this try: the next one is another request. */
  refused(key: AttemptKey, placementTry: number): Promise<void>;
  /** No task came of what was asked before `at`. */
  absent(key: AttemptKey, at: Date): Promise<void>;
  placed(key: AttemptKey, taskArn: string): Promise<void>;
  /** The tasks of open attempts of a cluster, after `afterRunId`. */
  open(cluster: string, afterRunId: string, limit: number): Promise<{ runId: string; taskArn: string }[]>;
};
