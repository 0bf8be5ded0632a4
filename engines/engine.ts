/** What a backend must be able to do: submit, look, stop, observe, logs. Written for ECS, Kubernetes and this machine alike. */
import type { AttemptKey } from '../domain/id';
import type { Job } from '../domain/job';
import { exitCodeOf, type End } from '../domain/lifecycle';

/** What a backend shows of one attempt right now. */
export type Sight =
  /** The backend is sure that no such object exists. */
  | { kind: 'absent' }
  /** It exists and its command has not begun; `why` is the backend's reason, if it tells one. `capacity`: there is no room now. */
  | { kind: 'waiting'; why: string | null; capacity?: true }
  /** Its command runs since `startedAt` (ms since the epoch). */
  | { kind: 'running'; startedAt: number }
  /** `stillTrying`: so we judge, and the backend would go on trying: it is stopped before anybody is told. */
  | { kind: 'ended'; end: End; stillTrying?: true };

/** Something that the backend reported about an attempt: a pod's event. */
export type BackendEvent = {
  /** The same event told again (its count has grown) has the same id. */
  id: string;
  /** ms since the epoch: when it was seen last. */
  at: number;
  type: string;
  reason: string;
  message: string;
  /** The object that reported it. */
  source: string;
};

/** Where an attempt runs; null where the backend does not tell. `instanceId`: of a machine of EC2. */
export type Whereabouts = { podName: string | null; node: string | null; instanceId?: string };

/** What an attempt takes now: memory in MB, CPU in milli-CPU. */
export type Usage = { memoryMb: number; cpuMilli: number };

/** What was seen of an attempt; a part that is missing is not news. */
export type Sighting = {
  key: AttemptKey;
  sight?: Sight;
  whereabouts?: Whereabouts;
  events?: BackendEvent[];
  usage?: Usage;
};

export type See = (sightings: Sighting[]) => Promise<boolean>;

export type Submission =
  /** The backend object exists, and its command has begun or will. `memoryMb`: what it was given, where the engine has bounds. */
  | { kind: 'created'; memoryMb?: number }
  /** It is over already, or can never begin. */
  | { kind: 'ended'; end: End }
  /** No room now. Nothing was created; the same attempt may be submitted again. */
  | { kind: 'no-capacity'; why: string }
  /** `wanted` said no: nothing runs. */
  | { kind: 'unwanted' };

/** What an engine may use while it submits. */
export type SubmitContext = {
  /** Aborted when the process ends or the attempt's time is over: give up waiting, leave what exists. */
  signal: AbortSignal;
  /** Call once the backend has taken the attempt and work on it may be long (an image pull): the run shows PENDING. */
  accepted(): Promise<void>;
  /** What the run waits for, in a short sentence for its owner. */
  note(text: string): void;
  /** Ask directly before anything is started. False: start nothing. */
  wanted(): Promise<boolean>;
  /** Call directly before a submit stops what it has started: how that ends is our doing, and is not told as the run's own end. */
  stopping(): Promise<void>;
};

/** What a stop found out. */
export type Stopped = {
  /** The attempt's end where it had ended by itself before the stop took effect, else null. */
  end: End | null;
  /** The exit code that the backend showed on the way, also where the stop brought it about; null where it showed none. */
  seenExitCode: number | null;
};

/** `time`: as the backend stamped it, RFC 3339; '' where it has none. */
export type LogLine = { time: string; text: string };

export type LogPage = {
  lines: LogLine[];
  /** The last line is too long for a page: the next page goes on in it. */
  isCut?: true;
  /** Where there was something it is not kept any more; not told by a backend that cannot tell that from nothing. */
  isGone?: true;
  /** There is no such place any more: these are the first lines. */
  isAnew?: true;
  /** Ask with it for what comes after. The same as the one given when there is nothing new. */
  cursor: string;
};

/**
 * A backend. Every method may be called again with the same key, by any process, at any time. Trouble of the backend itself
 * (unreachable, throttled, 5xx) is thrown and tried again by the caller; what is wrong with the job is returned.
 */
export interface Engine {
  readonly name: string;
  readonly clusters: readonly string[];
  /** Stands on every run of it that shares the machine unprotected; null where runs are isolated. */
  readonly warning: string | null;
  /** The most memory, in MB, that a job gets after OOM kills of its command; null where it gets what was asked for. */
  readonly maxAdaptedMemoryMb: number | null;
  /** What less is raised to; `cpu` in its own unit. Left out where what is asked for is given. */
  readonly minimum?: { cpu: number; memoryMb: number };

  /** Starts the attempt's container, or adopts the one that an earlier call started: at most one per key, ever. */
  submit(cluster: string, key: AttemptKey, job: Job, context: SubmitContext): Promise<Submission>;

  /**
   * What is there now, one sight per key and in their order. Batches its calls to the backend. `recent`: what this process
   * has just observed is as good, except for absence.
   */
  look(cluster: string, keys: AttemptKey[], recent?: boolean): Promise<Sight[]>;

  /**
   * Returns once nothing of the attempt runs: TERM, then KILL after `graceSeconds`. Only what is at hand is told of its end:
   * nothing more is waited for.
   */
  stop(cluster: string, key: AttemptKey, graceSeconds: number): Promise<Stopped>;

  /**
   * Tells what exists, then every change, until `signal` is aborted; throws when the backend's stream breaks.
   * Sights may be doubled, late or of attempts that are long closed; those of one attempt come in their order. `see` answers
   * whether what it was told is kept; what is not is asked for again by `look`. It never throws.
   */
  observe(cluster: string, see: See, signal: AbortSignal): Promise<void>;

  /** What `submit` would create, for people to read; null where a backend has no such document. Values of variables are left out. */
  manifest(cluster: string, key: AttemptKey, job: Job): object | null;

  /**
   * Why a job can never run there, in a sentence for whoever asks for it: told before it is accepted; null where it may be tried.
   * A backend that does not answer is no reason. Left out where all may be tried.
   */
  impossible?(cluster: string, job: Job): Promise<string | null>;

  /**
   * The attempt's output after `cursor` ('' = from its beginning), at most about `maxBytes`, whole lines while it runs. What a
   * line is does not depend on the pages.
   */
  logs(cluster: string, key: AttemptKey, cursor: string, maxBytes: number): Promise<LogPage>;
}

/** An end that nothing ever ran for, or whose times nobody saw. */
export function endWithoutTimes(outcome: End['outcome']): End {
  return { outcome, startedAt: null, finishedAt: null };
}

/** A stop that saw no end. */
export const sawNoEnd: Stopped = { end: null, seenExitCode: null };

/** A stop that saw this end. `isOwn`: it had ended by itself. */
export function sawEnd(end: End, isOwn: boolean): Stopped {
  return { end: isOwn ? end : null, seenExitCode: exitCodeOf(end) };
}
