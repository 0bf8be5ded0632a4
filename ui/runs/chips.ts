/** The five questions that are asked most, and the filters that they stand for. */
import type { Schemas } from '../api/client';
import { openStatuses } from '../parts/status';
import { without, withValues, type RunFilter } from './filter';

type Run = Schemas['Run'];

export const chips = ['Active', 'Failed', 'Succeeded', 'Cancelled', 'All'] as const;
export type Chip = (typeof chips)[number];

/** The bare address of runs has always meant these. */
const bookmarked = ['QUEUED', 'PENDING', 'RUNNING'];

/** What a caller reported is under both: its class does not say which. */
const outcomes = {
  Failed: ['USER', 'OOM', 'CONFIG', 'CAPACITY', 'INFRA_START', 'INFRA_LOST', 'TIMEOUT', 'REPORTED'],
  Succeeded: ['SUCCESS', 'REPORTED'],
  Cancelled: ['CANCELLED'],
} as const satisfies Record<string, readonly NonNullable<Run['outcome']>[]>;

/** The other filters stay. */
export function withChip(filter: RunFilter, chip: Chip): RunFilter {
  const rest = without(without(filter, 'status'), 'outcome');
  switch (chip) {
    case 'All':
      return rest;
    case 'Active':
      return withValues(rest, 'status', openStatuses);
    case 'Failed':
    case 'Succeeded':
    case 'Cancelled':
      return withValues(rest, 'outcome', outcomes[chip]);
  }
}

/** Null where the filters are none of the five. */
export function chipOf({ status, outcome }: RunFilter): Chip | null {
  if (status === undefined && outcome === undefined) return 'All';
  if (status !== undefined && outcome !== undefined) return null;
  if (status !== undefined) return isSame(status, openStatuses) || isSame(status, bookmarked) ? 'Active' : null;
  return (Object.keys(outcomes) as (keyof typeof outcomes)[]).find((chip) => isSame(outcome, outcomes[chip])) ?? null;
}

function isSame(a: readonly string[] | undefined, b: readonly string[]): boolean {
  return a?.length === b.length && b.every((one) => a.includes(one));
}
