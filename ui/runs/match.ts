/** Whether a run is one that a filter is after, by what is known of it: as the API decides (rest-and-data.md §1.5). */
import type { Schemas } from '../api/client';
import { timeKeys, timeOf, valueKeys, type RunFilter, type TimeKey, type ValueKey } from './filter';
import type { Scope } from './scope';

type Run = Schemas['Run'];

/** What an event tells of a run, at least. */
export type RunFacts = Pick<Run, 'run_id' | 'status' | 'alias' | 'user' | 'engine' | 'cluster' | 'definition_id'> &
  Partial<Run>;

/** `unsure`: it depends on what is not known of the run. */
export type Match = 'yes' | 'no' | 'unsure';

export function matches(run: RunFacts, filter: RunFilter, scope: Scope, now: number): Match {
  if (scope.of !== 'all' && run.definition_id !== scope.id && run.executable_id !== scope.id) return 'no';
  const each = [
    ...valueKeys.map((key) => (filter[key] === undefined ? 'yes' : valueMatches(run, key, filter[key]))),
    ...timeKeys.map((key) => (filter[key] === undefined ? 'yes' : timeMatches(run, key, timeOf(filter[key], now)))),
  ];
  return each.includes('no') ? 'no' : each.includes('unsure') ? 'unsure' : 'yes';
}

function valueMatches(run: RunFacts, key: ValueKey, values: readonly string[]): Match {
  switch (key) {
    case 'status':
    case 'alias':
    case 'engine':
    case 'cluster':
    case 'run_id':
    case 'user':
      return answer(isOne(run[key], values, key === 'alias'));
    case 'definition_id':
    case 'executable_id':
      return answer(isOne(run.executable_id ?? run.definition_id, values, false));
    case 'owner':
      return answer(isOne(run.user, values, false));
    case 'cluster_name':
      return answer(isOne(run.cluster, values, false));
    case 'alias_not':
      return answer(!isOne(run.alias, values, true));
    // Known once it is over.
    case 'outcome':
    case 'exit_code':
      return answer(run[key] !== undefined && values.includes(String(run[key])));
    // Events do not tell them.
    case 'group_name':
    case 'image':
    case 'node_lifecycle':
      return run[key] === undefined ? 'unsure' : answer(isOne(run[key], values, key !== 'node_lifecycle'));
    case 'env':
      return run.env === undefined ? 'unsure' : answer(values.every((value) => hasVariable(run.env ?? [], value)));
  }
}

function answer(isSo: boolean): Match {
  return isSo ? 'yes' : 'no';
}

/** `isLike`: one value is a pattern that it contains. */
function isOne(value: string, values: readonly string[], isLike: boolean): boolean {
  const [only, ...others] = values;
  return isLike && others.length === 0 && only !== undefined ? contains(value, only) : values.includes(value);
}

/** As `like` does: % and _ stand for anything. */
function contains(value: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  return new RegExp(source, 's').test(value);
}

function hasVariable(env: Run['env'], entry: string): boolean {
  const [name, value, ...more] = entry.split('|');
  // The API drops what is no such pair.
  return value === undefined || more.length > 0 || env.some((one) => one.name === name && one.value === value);
}

function timeMatches(run: RunFacts, key: TimeKey, bound: string): Match {
  const field = key.replace(/_(since|until)$/, '') as 'queued_at' | 'started_at' | 'finished_at';
  const at = run[field];
  const limit = apiTime(bound);
  // What is no time the API refuses.
  if (at === undefined || limit === null) return 'no';
  return answer(key.endsWith('_since') ? Date.parse(at) > limit : Date.parse(at) < limit);
}

const zoneless = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?$/;

/** Milliseconds since the epoch; without a zone it is UTC, as in the original. Null for what is no time. */
export function apiTime(text: string): number | null {
  const parsed = Date.parse(zoneless.test(text) ? `${text.replace(' ', 'T')}Z` : text);
  return Number.isNaN(parsed) ? null : parsed;
}
