/** Stops of many runs on the wire. */
import type { BulkStop, Counted, countMatching } from '../../db/bulk_stop';
import { RequestError } from '../errors';
import { checker } from '../validate';
import { count, shape, text, time } from './answer';
import { foldBody } from './definition';

export const maxRuns = 50_000;

const value = { type: ['string', 'integer', 'boolean'] } as const;

export const stopBody = {
  type: 'object',
  properties: {
    filter: {
      type: 'object',
      minProperties: 1,
      additionalProperties: { type: [...value.type, 'array'], items: value, minItems: 1 },
      description: 'Which runs, by the filters of their list',
      examples: [{ owner: 'you', status: ['QUEUED', 'PENDING'] }],
    },
    run_ids: {
      type: 'array',
      items: { type: 'string' },
      minItems: 1,
      maxItems: maxRuns,
      description: 'Which runs, by name, instead of a filter',
    },
    dry_run: { type: 'boolean', description: 'Counts them, and stops none' },
  },
  oneOf: [
    { properties: { filter: {} }, required: ['filter'] },
    { properties: { run_ids: {} }, required: ['run_ids'] },
  ],
  // A misspelt dry_run would stop them.
  additionalProperties: false,
} as const;

type Value = string | number | boolean;
export type WireFilter = Record<string, Value | Value[]>;
type WireStop = { filter?: WireFilter; run_ids?: string[]; dry_run?: boolean };

const check = checker<WireStop>(stopBody);

/** Throws RequestError 400 where it does not say which, or says it twice. */
export function stopFromWire(body: unknown): WireStop {
  const folded = foldBody(body);
  // The schema says it, too, but in no words to go by.
  if ('filter' in folded === 'run_ids' in folded) {
    throw new RequestError(400, 'Say which runs to stop: filter or run_ids');
  }
  return check(folded);
}

/** `stopped` were cancelled, `refused` ended by themselves before; the others are still to end. */
export function stopToWire(stop: BulkStop): Record<string, unknown> {
  const isOver = stop.stopped + stop.ended === stop.total;
  return {
    stop_id: stop.stopId,
    status: isOver ? 'DONE' : 'STOPPING',
    total: stop.total,
    spawned: stop.spawned,
    requested: stop.told,
    stopped: stop.stopped,
    refused: stop.ended,
    stop_requested_by: stop.askedBy,
    created_at: stop.createdAt,
    ...stop.filter,
  };
}

/** What would be stopped. */
export function matchedToWire(of: Awaited<ReturnType<typeof countMatching>>): Record<string, unknown> {
  return {
    dry_run: true,
    total: of.total,
    spawned: of.spawned,
    by_alias: of.byAlias.map(named('alias')),
    by_owner: of.byOwner.map(named('owner')),
  };
}

const named =
  (key: string) =>
  ({ name, runs }: Counted): Record<string, unknown> => ({ [key]: name, runs });

/** Of ids only how many: progress is asked for often, and they may be thousands. */
const echoed = {
  filter: { ...stopBody.properties.filter, description: 'As it was sent' },
  named: { ...count, description: 'How many ids were sent' },
  unknown: { ...count, description: 'How many of them no run has' },
};

const spawned = { ...count, description: 'How many open runs their jobs had started, which are stopped with them' };

export const stopAnswer = shape(
  {
    stop_id: text,
    status: { enum: ['STOPPING', 'DONE'] },
    total: { ...count, description: 'How many open runs matched when it was asked for' },
    spawned,
    requested: { ...count, description: 'Their cancels are kept' },
    stopped: { ...count, description: 'They are over, and were cancelled' },
    refused: { ...count, description: 'They ended by themselves before' },
    stop_requested_by: text,
    created_at: time,
  },
  echoed,
);

export const dryStopAnswer = shape(
  {
    dry_run: { const: true },
    total: { ...count, description: 'How many open runs match' },
    spawned,
    by_alias: {
      type: 'array',
      items: shape({ alias: text, runs: count }),
      description: 'Where most of them are, the most first',
    },
    by_owner: { type: 'array', items: shape({ owner: text, runs: count }) },
  },
  echoed,
);
