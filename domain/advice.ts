/** What to do about a run, in sentences, and what serves each: so that programs need not read them. */
import { grownFrom } from './adapt';
import type { Facts } from './explain';
import type { NodeLifecycle } from './job';
import type { OutcomeClass } from './outcome';

/**
 * `run_again`: as it ran; `run_changed`: with other values; `edit`: what it is made from, for later runs. `workers`, `clusters`,
 * `health`: operators see the reason there. Of `wait` and `ask_operators` nothing of ours does it.
 */
export const actionKinds = [
  'wait',
  'stop',
  'log',
  'run_again',
  'run_changed',
  'edit',
  'workers',
  'clusters',
  'health',
  'ask_operators',
] as const;

/** What it is to be run with. */
type Changes = { memoryMb: number } | { nodeLifecycle: NodeLifecycle };
/** `call`: the request that does it, for those who have no web UI before them. */
export type Action = { kind: (typeof actionKinds)[number]; text: string; call?: string; changes?: Changes };

export function nextOf(facts: Facts): Action[] {
  const { phase, engine, cluster, cancel, stale, outcomeClass } = facts;
  if (facts.isHalted && phase !== 'STOPPED') {
    return [{ kind: 'health', text: 'See why the API cannot reach Temporal', call: 'GET /api/v6/ready' }];
  }
  if (stale !== null && phase !== 'STOPPED') {
    return [{ kind: 'clusters', text: `See why ${engine}/${cluster} cannot be reached` }];
  }
  if (phase !== 'STOPPED' && cancel !== null) {
    return [{ kind: 'wait', text: 'Wait: it is over once nothing of it is left' }];
  }
  switch (phase) {
    case 'QUEUED':
      if (facts.isPaused) {
        const body = `{"engine": "${engine}", "count_per_instance": 1}`;
        const call = `PUT /api/v5/worker/submit with ${body}`;
        return [{ kind: 'workers', text: 'Wait until an operator resumes its pickup', call }];
      }
      return isOpened(facts)
        ? [{ kind: 'stop', text: 'Wait, or stop it and ask for less cpu and memory or another cluster' }]
        : [{ kind: 'workers', text: `Wait, or see whether a worker with engine ${engine} is running` }];
    case 'PENDING':
      return [{ kind: 'stop', text: 'Wait, or stop it if what it waits for will never come' }];
    case 'RUNNING':
      return [{ kind: 'log', text: 'Follow its log' }];
    case 'NEEDS_RETRY':
      return [{ kind: 'stop', text: 'Wait for the next attempt, or stop it' }];
    case 'STOPPED':
      return outcomeClass === null ? [] : mends(outcomeClass, facts);
  }
}

function mends(outcomeClass: OutcomeClass, facts: Facts): Action[] {
  switch (outcomeClass) {
    case 'SUCCESS':
      return [];
    case 'USER':
      return [
        { kind: 'log', text: 'Read the end of its log' },
        { kind: 'run_changed', text: 'Mend the command or its variables, then run it again' },
      ];
    case 'OOM':
      return [moreMemory(facts), ...(facts.retryOnOom ? [] : [{ kind: 'edit', text: 'Or set retry_on_oom' } as const])];
    case 'CONFIG':
      return [{ kind: 'edit', text: 'Correct what the reason names in the definition, then run it again' }];
    case 'CAPACITY': {
      const text = 'Ask for less cpu and memory, or another cluster, or run it again when there is room';
      return [{ kind: 'run_changed', text }];
    }
    case 'INFRA_START':
      return [
        { kind: 'run_again', text: 'Run it again' },
        { kind: 'ask_operators', text: 'If that fails, too, let the operators see the reason' },
      ];
    case 'INFRA_LOST':
      return afterLoss(facts);
    case 'TIMEOUT': {
      const text = `Run it again with an active_deadline_seconds above ${facts.activeDeadlineSeconds}, or make it faster`;
      return [{ kind: 'run_changed', text }];
    }
    case 'CANCELLED': {
      const text = `Run it again if ${facts.cancel?.by ?? 'whoever stopped it'} did not mean to`;
      return [{ kind: 'run_again', text }];
    }
    case 'REPORTED':
      return [{ kind: 'log', text: 'Read the end of its log: an end of its own was not seen' }];
  }
}

function moreMemory({ memoryMb }: Facts): Action {
  const text = 'Run it again with more memory';
  if (memoryMb === null) return { kind: 'run_changed', text };
  const enoughMb = grownFrom(memoryMb);
  return { kind: 'run_changed', text: `${text}, ${enoughMb} MB or more`, changes: { memoryMb: enoughMb } };
}

function afterLoss({ retryOnInterruption, nodeLifecycle }: Facts): Action[] {
  const actions: Action[] = [{ kind: 'run_again', text: 'Run it again if its command may be repeated' }];
  if (!retryOnInterruption) actions.push({ kind: 'edit', text: 'Set retry_on_interruption if it always may' });
  if (nodeLifecycle === 'spot') {
    const changes = { nodeLifecycle: 'ondemand' } as const;
    actions.push({ kind: 'run_changed', text: 'Ask for node_lifecycle ondemand', changes });
  }
  return actions;
}

/** Somebody has taken the present attempt in hand. */
export function isOpened({ attempt, attempts }: Pick<Facts, 'attempt' | 'attempts'>): boolean {
  return attempts.some((one) => one.attempt === attempt);
}
