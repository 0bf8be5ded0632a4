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

/** Requests that may have made a task which nobody knows: when the first and the last of them was sent. */
export type Doubt = { since: Date; last: Date };

/** What is known of an attempt's task. */
export type TaskRef = AttemptKey & {
  /** Null until an answer or an event told it. */
  taskArn: string | null;
  /** When that was. */
  placedAt: Date | null;
  placementTry: number;
  /** Null where no request may have made one. */
  doubt: Doubt | null;
  definitionId: string;
  cancelledBy: string | null;
};

export type TaskStore = {
  /** What is known; null for an attempt that was never opened. In the order of the keys. */
  refs(keys: AttemptKey[]): Promise<(TaskRef | null)[]>;
  /** The placement try is about to be asked for, at `at`. `earlier`: what was in doubt before. Null: nothing may be started any more. */
  ask(key: AttemptKey): Promise<{ placementTry: number; at: Date; earlier: Doubt | null } | null>;
  /** No task came of what was asked for at `at`: in doubt is what was before. */
  notMade(key: AttemptKey, at: Date, earlier: Doubt | null): Promise<void>;
  /** A definite "no" to this try: the next one is another request. */
  refused(key: AttemptKey, placementTry: number): Promise<void>;
  /** Returns the attempt's task: the first one that was told. Null: there is no such attempt. */
  placed(key: AttemptKey, taskArn: string): Promise<string | null>;
  /** Whether somebody wants the attempt to go on, or is stopping it; also where it is not known. */
  isWanted(key: AttemptKey): Promise<boolean>;
  /** The tasks of open attempts of a cluster, after `afterRunId`. */
  open(cluster: string, afterRunId: string, limit: number): Promise<{ runId: string; taskArn: string }[]>;
};
