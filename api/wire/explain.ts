/** Why a run is where it is, on the wire. */
import type { AttemptFacts, Explanation } from '../../domain/explain';
import { outcomeClasses } from '../../domain/outcome';
import { count, shape, text, time } from './answer';
import { present } from './definition';
import { exitCode, runId, status } from './run-answer';

export function explanationToWire({ headline, since, waitingFor, chain, next }: Explanation): Record<string, unknown> {
  return { headline, since, ...present('waiting_for', waitingFor), chain, next };
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
    next: { type: 'array', items: text, description: 'What to do' },
  },
  {
    waiting_for: shape({
      what: text,
      evidence: { ...textOrNull, description: "In the backend's own words" },
      source: textOrNull,
      at: { anyOf: [time, { type: 'null' }] },
    }),
    workflow_url: { type: 'string', description: 'Of its workflow in the Temporal UI' },
  },
);
