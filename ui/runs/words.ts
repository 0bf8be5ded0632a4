/** Filters in words: on pills, and where a stop of many runs says which. */
import { timeText } from '../parts/duration';
import { dots, secrecyOf } from '../parts/secret';
import { openStatuses } from '../parts/status';
import { chipOf, type Chip } from './chips';
import {
  agoOf,
  timeKeys,
  valueKeys,
  without,
  withValues,
  type FilterKey,
  type RunFilter,
  type TimeKey,
  type ValueKey,
} from './filter';
import { apiTime } from './match';

const names: Record<ValueKey, string> = {
  status: 'status',
  outcome: 'outcome',
  alias: 'alias',
  alias_not: 'alias',
  owner: 'owner',
  user: 'owner',
  group_name: 'group',
  engine: 'engine',
  cluster_name: 'cluster',
  cluster: 'cluster',
  env: 'env',
  image: 'image',
  node_lifecycle: 'node lifecycle',
  exit_code: 'exit code',
  definition_id: 'task',
  executable_id: 'task or template',
  run_id: 'run',
};

const timeNames: Record<TimeKey, string> = {
  queued_at_since: 'queued',
  queued_at_until: 'queued',
  started_at_since: 'started',
  started_at_until: 'started',
  finished_at_since: 'finished',
  finished_at_until: 'finished',
};

/** One value is looked for within these, several are exact (rest-and-data.md §1.5). */
const partial: ReadonlySet<FilterKey> = new Set<FilterKey>(['alias', 'alias_not', 'group_name', 'image']);

/** `zone`: that times are written in. */
export type Pill = { key: FilterKey; value: string; text: string };

/** One for each value but those that a chip says. */
export function pillsOf(filter: RunFilter, zone: string): Pill[] {
  const isChip = chipOf(filter) !== null;
  const values = valueKeys.flatMap((key) => {
    if (isChip && (key === 'status' || key === 'outcome')) return [];
    const all = filter[key] ?? [];
    return all.map((value) => ({ key, value, text: `${names[key]} ${verb(key, all.length)} ${shown(key, value)}` }));
  });
  const times = timeKeys.flatMap((key) => {
    const value = filter[key];
    return value === undefined ? [] : [{ key, value, text: timeWords(key, value, zone) }];
  });
  return [...values, ...times];
}

export function withoutPill(filter: RunFilter, { key, value }: Pill): RunFilter {
  const values = filter[key];
  if (values === undefined || typeof values === 'string') return without(filter, key);
  return withValues(
    filter,
    key as ValueKey,
    values.filter((one) => one !== value),
  );
}

/** Each stands for all that must be true together, such as `alias contains “etl”`; no words: every run. */
export function wordsOf(filter: RunFilter, zone: string): string[] {
  const chip = chipOf(filter);
  const said = chip === null || chip === 'All' ? [] : [chip === 'Active' ? activeWords(filter) : chipWords[chip]];
  const values = valueKeys.flatMap((key) => {
    if (chip !== null && (key === 'status' || key === 'outcome')) return [];
    const all = filter[key] ?? [];
    if (all.length === 0) return [];
    const joint = key === 'env' ? ' and ' : key === 'alias_not' ? ' nor ' : ' or ';
    return [`${names[key]} ${verb(key, all.length)} ${all.map((value) => shown(key, value)).join(joint)}`];
  });
  const times = timeKeys.flatMap((key) => {
    const value = filter[key];
    return value === undefined ? [] : [timeWords(key, value, zone)];
  });
  return [...said, ...values, ...times];
}

const chipWords: Record<Exclude<Chip, 'All' | 'Active'>, string> = {
  Failed: 'has failed',
  Succeeded: 'has succeeded',
  Cancelled: 'was cancelled',
};

export const openWords = 'is not over';

/** The bare address of runs leaves out those that wait to be tried again. */
function activeWords({ status = [] }: RunFilter): string {
  return status.length === openStatuses.length
    ? openWords
    : `is ${listText(status.map((one) => shown('status', one)))}`;
}

function listText(texts: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(texts);
}

function verb(key: ValueKey, count: number): string {
  if (key === 'env') return 'has';
  const isPartial = count === 1 && partial.has(key);
  if (key === 'alias_not') return isPartial ? 'does not contain' : 'is not';
  return isPartial ? 'contains' : 'is';
}

function shown(key: ValueKey, value: string): string {
  if (key === 'status' || key === 'outcome') return value.toLowerCase().replaceAll('_', ' ');
  if (key === 'env') return `“${variableText(value)}”`;
  return `“${value}”`;
}

const units = { h: ['hour', 'hours'], d: ['day', 'days'] } as const;

function timeWords(key: TimeKey, value: string, zone: string): string {
  const isSince = key.endsWith('_since');
  const ago = agoOf(value);
  if (ago !== null) {
    const [single, several] = units[ago.unit];
    const span = ago.count === 1 ? single : `${ago.count} ${several}`;
    return isSince ? `${timeNames[key]} in the last ${span}` : `${timeNames[key]} more than ${span} ago`;
  }
  const at = apiTime(value);
  return `${timeNames[key]} ${isSince ? 'after' : 'before'} ${at === null ? value : timeText(at, zone)}`;
}

export function variableText(entry: string): string {
  const [name = '', value = ''] = entry.split('|');
  return `${name}=${secrecyOf(name, value) === 'plain' ? value : dots}`;
}

/** `NAME=value` as an address has it, or the sentence that says why not. */
export function variableOf(text: string): { entry: string } | { trouble: string } {
  const [, name, value] = /^\s*([^=|]+?)\s*=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) return { trouble: 'Write it as NAME=value' };
  if (value.includes('|')) return { trouble: 'Values with | cannot be looked for' };
  if (secrecyOf(name, value) !== 'plain')
    return { trouble: `${name} may be a secret: addresses must not have its value` };
  return { entry: `${name}|${value}` };
}
