/** Why a run is where it is: one causal chain in words, what it waits for, what to do next. Pure, from what is known. */
import { isOpened, nextOf, type Action } from './advice';
import type { Phase } from './lifecycle';
import type { OutcomeClass } from './outcome';

export type AttemptFacts = {
  attempt: number;
  openedAt: Date;
  acceptedAt: Date | null;
  startedAt: Date | null;
  endedAt: Date | null;
  stopSentAt: Date | null;
  exitCode: number | null;
  outcomeClass: OutcomeClass | null;
  reason: string | null;
  node: string | null;
};

export type Facts = {
  phase: Phase;
  attempt: number;
  note: string | null;
  /** When it is tried again. */
  nextAttemptAt: Date | null;
  engine: string;
  cluster: string;
  queuedAt: Date;
  exitCode: number | null;
  exitReason: string | null;
  outcomeClass: OutcomeClass | null;
  /** What its job may use, and what is tried again. */
  memoryMb: number | null;
  nodeLifecycle: string;
  activeDeadlineSeconds: number;
  retryOnInterruption: boolean;
  retryOnOom: boolean;
  cancel: { by: string; at: Date } | null;
  /** An operator has paused the pickup of its engine. */
  isPaused: boolean;
  /** Temporal, by which all of it goes on, does not answer. */
  isHalted: boolean;
  /** Its cluster cannot be seen. */
  stale: { since: Date; why: string } | null;
  transitions: { attempt: number; phase: Phase; at: Date }[];
  attempts: AttemptFacts[];
  /** What the backend reported, oldest first. */
  events: { attempt: number; at: Date; type: string; reason: string; message: string; source: string }[];
};

/** `evidence`: the engine's own words. */
type Waiting = { what: string; evidence: string | null; source: string | null; at: Date | null; until?: Date };
type Link = { at: Date; attempt: number | null; what: string };

export type Explanation = { headline: string; since: Date; waitingFor: Waiting | null; chain: Link[]; next: Action[] };

/** Of one attempt, the latest ones: a noisy pod would bury the others. */
const eventsPerAttempt = 5;

export function explain(facts: Facts): Explanation {
  return {
    headline: headlineOf(facts),
    since: sinceOf(facts),
    waitingFor: waitingOf(facts),
    chain: chainOf(facts),
    next: nextOf(facts),
  };
}

function headlineOf(facts: Facts): string {
  const { phase, attempt, engine, cluster, cancel, exitReason, outcomeClass } = facts;
  const where = `${engine}/${cluster}`;
  if (phase !== 'STOPPED' && cancel !== null) return `Stopping: ${cancel.by} has cancelled it`;
  switch (phase) {
    case 'QUEUED':
      if (facts.isPaused && !facts.isHalted) {
        return `Attempt ${attempt} waits: an operator has paused the pickup of engine ${engine}`;
      }
      return isOpened(facts)
        ? `Attempt ${attempt} is being given to ${where}, which has not taken it yet`
        : `Attempt ${attempt} is waiting to be given to ${where}`;
    case 'PENDING':
      return `${where} has taken attempt ${attempt}; its command has not begun`;
    case 'RUNNING':
      return `The command of attempt ${attempt} is running on ${where}`;
    case 'NEEDS_RETRY':
      return `Attempt ${attempt} has failed; the next one follows after a wait`;
    case 'STOPPED':
      return `${outcomeClass === null ? 'Over' : endings[outcomeClass]}: ${exitReason ?? 'no reason was told'}`;
  }
}

const endings: Record<OutcomeClass, string> = {
  SUCCESS: 'It succeeded',
  USER: 'Its command failed',
  OOM: 'It ran out of memory',
  CONFIG: 'It cannot start as it is defined',
  CAPACITY: 'There was no room for it',
  INFRA_START: 'It could not be started',
  INFRA_LOST: 'Its container was lost',
  TIMEOUT: 'It took too long',
  CANCELLED: 'It was cancelled',
  REPORTED: 'Somebody said so',
};

function sinceOf({ phase, attempt, cancel, transitions, queuedAt }: Facts): Date {
  if (phase !== 'STOPPED' && cancel !== null) return cancel.at;
  return transitions.findLast((one) => one.phase === phase && one.attempt === attempt)?.at ?? queuedAt;
}

function waitingOf(facts: Facts): Waiting | null {
  const { phase, attempt, note, engine, cluster, cancel, stale } = facts;
  if (phase === 'STOPPED') return null;
  const where = `${engine}/${cluster}`;
  const event = facts.events.findLast((one) => one.attempt === attempt);
  const told = (what: string): Waiting => {
    // Its engine's own report says more than our note of it, but only of an attempt that has not begun.
    if (event !== undefined && phase === 'PENDING' && cancel === null) {
      return { what, evidence: `${event.reason}: ${event.message}`, source: event.source, at: event.at };
    }
    // While pickup is paused, no try begins.
    const until = facts.isPaused && phase === 'QUEUED' ? null : facts.nextAttemptAt;
    return {
      what,
      evidence: note,
      source: note === null ? null : where,
      at: null,
      ...(until === null ? {} : { until }),
    };
  };
  if (facts.isHalted) {
    return { what: 'Temporal to answer: nothing goes on without it', evidence: note, source: null, at: null };
  }
  if (stale !== null) {
    const what = `${where} to be seen again: what is shown of the run may be old`;
    return { what, evidence: stale.why, source: where, at: stale.since };
  }
  if (cancel !== null) return told(`the proof from ${where} that nothing of it is left`);
  switch (phase) {
    case 'QUEUED':
      if (facts.isPaused) return told(`pickup of engine ${engine} to be opened: an operator has paused it`);
      if (isOpened(facts)) return told(`room on ${where}, or its answer`);
      return told(`a worker with engine ${engine}`);
    case 'PENDING':
      return told(`${where} to start its container`);
    case 'RUNNING':
      return told('its command to end');
    case 'NEEDS_RETRY':
      return told('the wait before the next attempt to pass');
  }
}

function chainOf(facts: Facts): Link[] {
  const { engine, cluster, cancel, transitions, attempts, queuedAt } = facts;
  const where = `${engine}/${cluster}`;
  const links: Link[] = [{ at: queuedAt, attempt: null, what: `Accepted, to run on ${where}` }];
  if (cancel !== null) links.push({ at: cancel.at, attempt: null, what: `${cancel.by} asked for it to be stopped` });
  for (const one of attempts) {
    const { attempt } = one;
    const of = (at: Date | null, what: string): void => {
      if (at !== null) links.push({ at, attempt, what });
    };
    of(one.openedAt, `Attempt ${attempt} was given to ${where}`);
    of(one.acceptedAt, `${where} took it`);
    const started = transitions.find((to) => to.attempt === attempt && to.phase === 'RUNNING')?.at ?? one.startedAt;
    of(started, one.node === null ? 'Its command began' : `Its command began on ${one.node}`);
    of(one.stopSentAt, `${where} was told to stop it`);
    for (const event of facts.events.filter((told) => told.attempt === attempt).slice(-eventsPerAttempt)) {
      of(event.at, `${event.source} reported ${event.reason}: ${event.message}`);
    }
    of(one.endedAt, endOf(facts, one));
  }
  // Of two at the same moment, what was caused comes later: the order in which they were put down.
  return links.sort((a, b) => a.at.getTime() - b.at.getTime());
}

function endOf(facts: Facts, of: AttemptFacts): string {
  const ended = `It ended (${of.outcomeClass ?? 'unknown'}): ${of.reason ?? 'no reason was told'}`;
  const seen =
    of.exitCode !== null && !ended.includes(String(of.exitCode)) ? `; exit code ${of.exitCode} was seen` : '';
  return `${ended}${seen}. ${afterwards(facts, of)}`;
}

/** Whether it was tried again, and why or why not. */
function afterwards(facts: Facts, { attempt, outcomeClass }: AttemptFacts): string {
  const isTriedAgain = facts.attempt > attempt || (facts.phase === 'NEEDS_RETRY' && facts.attempt === attempt);
  if (isTriedAgain) return 'Tried again: it failed through no fault of its command';
  if (facts.cancel !== null) return 'Not tried again: it was cancelled';
  switch (outcomeClass) {
    case null:
    case 'SUCCESS':
    case 'CANCELLED':
    case 'REPORTED':
      return 'Nothing is to be tried again';
    case 'USER':
      return 'Not tried again: a command that failed by itself would fail again';
    case 'CONFIG':
      return 'Not tried again: it would fail the same way';
    case 'TIMEOUT':
    case 'CAPACITY':
      return 'Not tried again: its time was used up';
    case 'OOM':
      return facts.retryOnOom
        ? 'Not tried again: its attempts were used up'
        : 'Not tried again: retry_on_oom is not set';
    case 'INFRA_LOST':
      return facts.retryOnInterruption
        ? 'Not tried again: its attempts were used up'
        : 'Not tried again: retry_on_interruption is not set, and its command may not be repeatable';
    case 'INFRA_START':
      return 'Not tried again: its attempts were used up';
  }
}
