/** What the end of an attempt means: class, exit code, sentence. */

/** How an attempt ended, in no backend's words: what an engine saw, never what it assumes. */
export type Outcome =
  /** `childOom`: the kernel killed a process of the container for lack of memory, but not the command itself. */
  | { kind: 'exited'; code: number; childOom?: boolean }
  | { kind: 'oom'; limitMb: number | null }
  /** The container exists but its command could not be started: 126, 127, 128 with the backend's sentence. */
  | { kind: 'cannot-start'; code: number; why: string }
  /**
   * No container ever ran. `mend`: whether another try can help: `never`, `unlikely` (one more), `likely`, or as soon as there is
   * `room`, for which the queue budget waits.
   */
  | { kind: 'not-started'; why: string; mend: 'never' | 'unlikely' | 'likely' | 'room' }
  /** Accepted, but not started within the start budget; `waiting` is the backend's last word on why. */
  | { kind: 'start-timeout'; seconds: number; waiting: string | null }
  /** Never accepted by the backend within the queue budget. */
  | { kind: 'queue-timeout'; seconds: number; waiting: string | null }
  /**
   * Started, then ended by the platform. `ownFault`: for breaking a limit of its own, so that another try would end the same;
   * `code`: what the backend showed of its last moment, such as the signal's 143.
   */
  | { kind: 'lost'; why: string; ownFault?: boolean; code?: number }
  | { kind: 'deadline'; seconds: number }
  | { kind: 'cancelled'; by: string }
  /** A caller said that it is over, and how; its container was stopped. */
  | Reported;

/** What a caller said of a run's end. `code` is null where it said none. */
export type Reported = { kind: 'reported'; code: number | null; reason: string };

export const outcomeClasses = [
  'SUCCESS',
  'USER',
  'OOM',
  'CONFIG',
  'CAPACITY',
  'INFRA_START',
  'INFRA_LOST',
  'TIMEOUT',
  'CANCELLED',
  'REPORTED',
] as const;
export type OutcomeClass = (typeof outcomeClasses)[number];

/** `exitCode` is null where none was seen; 124 and 1 are the wire's own values for TIMEOUT and CANCELLED, REPORTED has its caller's. */
export type Verdict = { class: OutcomeClass; exitCode: number | null; reason: string };

/** Who cancelled, when the caller did not say: the original's word. */
export const unnamedCanceller = 'user';
/** The author of a cancel that came through Temporal itself (UI or CLI), where nobody has to give a name. */
export const temporalCanceller = 'an operator (in Temporal)';

const unlikelyTries = 2;

/**
 * Pure and total. Codes and sentences: spec/engine-behaviour.md §10; clients match on some.
 * `attempt` (from 1) matters only for trouble that deserves exactly one more try, such as a missing image.
 */
export function classify(outcome: Outcome, attempt: number): Verdict {
  switch (outcome.kind) {
    case 'exited':
      if (outcome.code === 0) return { class: 'SUCCESS', exitCode: 0, reason: 'Command exited with code 0' };
      // 137 without the kernel's word is a kill by somebody, not a lack of memory (§10.4, 47)
      if (outcome.code === 137) return { class: 'USER', exitCode: 137, reason: 'Killed (SIGKILL)' };
      return {
        class: 'USER',
        exitCode: outcome.code,
        reason: `Command exited with code ${outcome.code}${outcome.childOom === true ? ' (possible OOM)' : ''}`,
      };
    case 'oom':
      return {
        class: 'OOM',
        exitCode: 137,
        reason: outcome.limitMb === null ? 'OOMKilled' : `OOMKilled: limit ${outcome.limitMb} MB`,
      };
    case 'cannot-start':
      return { class: 'CONFIG', exitCode: outcome.code, reason: `Container could not start: ${outcome.why}` };
    case 'not-started': {
      if (outcome.mend === 'room') return { class: 'CAPACITY', exitCode: null, reason: outcome.why };
      const hopeless = outcome.mend === 'never' || (outcome.mend === 'unlikely' && attempt >= unlikelyTries);
      return { class: hopeless ? 'CONFIG' : 'INFRA_START', exitCode: null, reason: outcome.why };
    }
    case 'start-timeout':
      return {
        class: 'INFRA_START',
        exitCode: null,
        reason: withWaiting(`Did not start within ${outcome.seconds} seconds`, outcome.waiting),
      };
    case 'queue-timeout':
      return {
        class: 'CAPACITY',
        exitCode: null,
        reason: withWaiting(`Not started within ${outcome.seconds} seconds`, outcome.waiting),
      };
    case 'lost':
      // §10.4, 49: too much storage used is the command's own doing
      return { class: outcome.ownFault === true ? 'USER' : 'INFRA_LOST', exitCode: null, reason: outcome.why };
    case 'deadline':
      return {
        class: 'TIMEOUT',
        exitCode: 124,
        reason: `JobRun exceeded specified timeout of ${outcome.seconds} seconds`,
      };
    case 'cancelled':
      return {
        class: 'CANCELLED',
        exitCode: 1,
        reason: outcome.by === unnamedCanceller ? 'Task terminated by user' : `Task terminated by - ${outcome.by}`,
      };
    case 'reported':
      // Success needs an observed exit code 0 (invariant 8).
      return { class: 'REPORTED', exitCode: outcome.code, reason: outcome.reason };
  }
}

/** What a caller said of the end; where its container showed the same code, `seen` of it, the class is that of what was seen. */
export function told(reported: Reported, seen: Verdict, attempt: number): Verdict {
  const isSeen = reported.code !== null && reported.code === seen.exitCode;
  return isSeen ? { ...seen, reason: reported.reason } : classify(reported, attempt);
}

/** Whether there was none, which is no fault of the attempt's. */
export function lacksRoom(outcome: Outcome): boolean {
  return outcome.kind === 'not-started' && outcome.mend === 'room';
}

function withWaiting(sentence: string, waiting: string | null): string {
  return waiting === null ? sentence : `${sentence}: ${waiting}`;
}
