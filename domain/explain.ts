/** Why a run is where it is: one causal chain in words, what it waits for, what to do next. Pure, from what is known. */
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
type Waiting = { what: string; evidence: string | null; source: string | null; at: Date | null };
type Link = { at: Date; attempt: number | null; what: string };

export type Explanation = { headline: string; since: Date; waitingFor: Waiting | null; chain: Link[]; next: string[] };

/** Of one attempt, the latest ones: a noisy pod would bury the others. */
const eventsPerAttempt = 5;
/** OOM kills are answered by so much more (engine-behaviour.md §10.4, 45). */
const memoryGrowth = 1.75;

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
    return { what, evidence: note, source: note === null ? null : where, at: null };
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

function nextOf(facts: Facts): string[] {
  const { phase, engine, cluster, cancel, stale, outcomeClass } = facts;
  if (facts.isHalted && phase !== 'STOPPED') return ['See why the API cannot reach Temporal: GET /api/v6/ready'];
  if (stale !== null && phase !== 'STOPPED') return [`See why ${engine}/${cluster} cannot be reached`];
  if (phase !== 'STOPPED' && cancel !== null) return ['Wait: it is over once nothing of it is left'];
  switch (phase) {
    case 'QUEUED':
      if (facts.isPaused) {
        const body = `{"engine": "${engine}", "count_per_instance": 1}`;
        return [`Wait until an operator opens pickup: PUT /api/v5/worker/submit with ${body}`];
      }
      return isOpened(facts)
        ? ['Wait, or stop it and ask for less cpu and memory or another cluster']
        : [`Wait, or see whether a worker with engine ${engine} is running`];
    case 'PENDING':
      return ['Wait, or stop it if what it waits for will never come'];
    case 'RUNNING':
      return ['Follow its log'];
    case 'NEEDS_RETRY':
      return ['Wait for the next attempt, or stop it'];
    case 'STOPPED':
      return outcomeClass === null ? [] : mends(outcomeClass, facts);
  }
}

function mends(outcomeClass: OutcomeClass, facts: Facts): string[] {
  switch (outcomeClass) {
    case 'SUCCESS':
      return [];
    case 'USER':
      return ['Read the end of its log', 'Mend the command or its variables, then run it again'];
    case 'OOM': {
      const enough = facts.memoryMb === null ? '' : `, ${Math.ceil(facts.memoryMb * memoryGrowth)} MB or more`;
      return [`Run it again with more memory${enough}`, ...(facts.retryOnOom ? [] : ['Or set retry_on_oom'])];
    }
    case 'CONFIG':
      return ['Correct what the reason names in the definition, then run it again'];
    case 'CAPACITY':
      return ['Ask for less cpu and memory, or another cluster, or run it again when there is room'];
    case 'INFRA_START':
      return ['Run it again', 'If that fails, too, let the operators see the reason'];
    case 'INFRA_LOST':
      return [
        'Run it again if its command may be repeated',
        ...(facts.retryOnInterruption ? [] : ['Set retry_on_interruption if it always may']),
        ...(facts.nodeLifecycle === 'spot' ? ['Ask for node_lifecycle ondemand'] : []),
      ];
    case 'TIMEOUT':
      return [`Run it again with an active_deadline_seconds above ${facts.activeDeadlineSeconds}, or make it faster`];
    case 'CANCELLED':
      return [`Run it again if ${facts.cancel?.by ?? 'whoever stopped it'} did not mean to`];
    case 'REPORTED':
      return ['Read the end of its log: an end of its own was not seen'];
  }
}

/** Somebody has taken the present attempt in hand. */
function isOpened({ attempt, attempts }: Facts): boolean {
  return attempts.some((one) => one.attempt === attempt);
}
