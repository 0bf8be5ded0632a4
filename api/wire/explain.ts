/** Why a run is where it is, on the wire. */
import { actionKinds, type Action } from '../../domain/advice';
import type { AttemptFacts, Explanation } from '../../domain/explain';
import { nodeLifecycles } from '../../domain/job';
import { outcomeClasses } from '../../domain/outcome';
import { count, shape, text, time } from './answer';
import { present } from './definition';
import { exitCode, runId, status } from './run-answer';

export function explanationToWire({ headline, since, waitingFor, chain, next }: Explanation): Record<string, unknown> {
  return {
    headline,
    since,
    ...present('waiting_for', waitingFor),
    chain,
    next: next.map(({ text, call }) => (call === undefined ? text : `${text}: ${call}`)),
    actions: next.map(actionToWire),
  };
}

function actionToWire({ kind, text, changes }: Action): Record<string, unknown> {
  if (changes === undefined) return { kind, text };
  const wire = 'memoryMb' in changes ? { memory: changes.memoryMb } : { node_lifecycle: changes.nodeLifecycle };
  return { kind, text, changes: wire };
}

export function attemptToWire(of: AttemptFacts): Record<string, unknown> {
  return {
    attempt: of.attempt,
    opened_at: of.openedAt,
    ...present('accepted_at', of.acceptedAt),
    ...present('started_at', of.startedAt),
    ...present('ended_at', of.endedAt),
    ...present('stop_sent_at', of.stopSentAt),
    ...present('exit_code', of.exitCode),
    ...present('outcome', of.outcomeClass),
    ...present('exit_reason', of.reason),
    ...present('node', of.node),
  };
}

/** Of a launch. */
const changes = {
  ...shape({}, { memory: count, node_lifecycle: { enum: nodeLifecycles } }),
  description: 'With `run_changed`: what to ask for, where that is known',
};
const textOrNull = { type: ['string', 'null'] } as const;

export const explainAnswer = shape(
  {
    run_id: runId,
    status,
    headline: { type: 'string', description: 'What is the matter, in one sentence' },
    since: time,
    chain: {
      type: 'array',
      items: shape({ at: time, attempt: { type: ['integer', 'null'] }, what: text }),
      description: 'How it came to that, oldest first',
    },
    attempts: {
      type: 'array',
      items: shape(
        { attempt: count, opened_at: time },
        {
          accepted_at: time,
          started_at: time,
          ended_at: time,
          stop_sent_at: time,
          exit_code: exitCode,
          outcome: { enum: outcomeClasses },
          exit_reason: text,
          node: text,
        },
      ),
    },
    next: { type: 'array', items: text, description: 'What to do, with the request that does it where one does' },
    actions: {
      type: 'array',
      items: shape({ kind: { enum: actionKinds }, text }, { changes }),
      description: 'The same for programs: of each sentence of `next`, in their order, what serves it',
    },
  },
  {
    waiting_for: shape(
      {
        what: text,
        evidence: { ...textOrNull, description: "In the backend's own words" },
        source: textOrNull,
        at: { anyOf: [time, { type: 'null' }] },
      },
      { until: { ...time, description: 'When the next attempt, or the next try for room, begins' } },
    ),
    workflow_url: { type: 'string', description: 'Of its workflow in the Temporal UI' },
  },
);
