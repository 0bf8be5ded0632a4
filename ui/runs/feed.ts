/**
 * The rows that a reader sees, and what has happened since they were loaded. Rows change in place; which they are and their order
 * never do, until the next load.
 */
import type { Schemas } from '../api/client';
import type { StatusEvent } from '../live/events';
import { withEvent } from '../parts/with-event';
import type { RunFilter, Sort } from './filter';
import { matches } from './match';
import type { Scope } from './scope';

type Run = Schemas['Run'];

/** What the list is after. */
export type Wanted = { filter: RunFilter; scope: Scope; sort: Sort; page: number; size: number };

/** Whether new runs are for this page: the first, newest first. */
function takesNew({ sort: { by, order }, page }: Wanted): boolean {
  return page === 1 && order === 'desc' && (by === 'queued_at' || by === 'started_at');
}

export type Feed = {
  wanted: Wanted;
  rows: readonly Run[];
  /** Rows that are shown, but that the filter would not find any more. */
  gone: ReadonlySet<string>;
  /** Newer runs that it would find. */
  fresh: ReadonlySet<string>;
  /** Newer runs of which too little is known to tell. */
  unsure: ReadonlySet<string>;
  /** Rows that a later answer did not have: to be asked for. */
  missing: readonly string[];
  /** Runs that were queued after this would be among the rows, had they been there; milliseconds since the epoch. */
  since: number;
  /** The newest that is known of runs, shown or not: an answer may be older. */
  heard: ReadonlyMap<string, StatusEvent>;
  /** Grows when the number of all that match may have changed. */
  changes: number;
};

const maxHeard = 1000;

export function emptyFeed(wanted: Wanted): Feed {
  return {
    wanted,
    rows: [],
    gone: new Set(),
    fresh: new Set(),
    unsure: new Set(),
    missing: [],
    since: Infinity,
    heard: new Map(),
    changes: 0,
  };
}

/** What the reader asked for takes the place of what was there. `now`: the server's time. */
export function load(feed: Feed, wanted: Wanted, answered: readonly Run[], now: number): Feed {
  const rows = answered.map((run) => newest(run, feed.heard.get(run.run_id)));
  const loaded = {
    ...emptyFeed(wanted),
    rows,
    heard: feed.heard,
    changes: feed.changes,
    since: floorOf(wanted, rows, now),
  };
  return sort({ ...loaded, gone: goneOf(loaded, rows, now) }, [...feed.heard.values()], now);
}

/** The header that tells the server's time has whole seconds. */
const clockMs = 1000;

function floorOf({ sort: { by }, size }: Wanted, rows: readonly Run[], now: number): number {
  const last = rows.at(-1);
  // All that match are there.
  if (last === undefined || rows.length < size) return -Infinity;
  return by === 'queued_at' ? Date.parse(last.queued_at) : now - clockMs;
}

/** The same question's later answer, which nobody asked for: it only tells news. */
export function absorb(feed: Feed, answered: readonly Run[], now: number): Feed {
  const byId = new Map(answered.map((run) => [run.run_id, run]));
  const known = new Set(feed.rows.map((run) => run.run_id));
  const fresh = answered.filter((run) => !known.has(run.run_id) && Date.parse(run.queued_at) > feed.since);
  const told = tell(feed, answered, now);
  return {
    ...told,
    fresh: takesNew(feed.wanted) ? new Set([...feed.fresh, ...fresh.map((run) => run.run_id)]) : feed.fresh,
    missing: told.rows.flatMap(({ run_id: id }) => (byId.has(id) || told.gone.has(id) ? [] : [id])),
  };
}

/** What is known now of runs, by whatever question. */
export function tell(feed: Feed, runs: readonly Run[], now: number): Feed {
  const byId = new Map(runs.map((run) => [run.run_id, run]));
  const rows = feed.rows.map((row) => {
    const told = byId.get(row.run_id);
    return told === undefined || told.version < row.version || isSame(row, told) ? row : told;
  });
  const next = { ...feed, rows, missing: [] };
  return { ...next, gone: goneOf(next, rows, now) };
}

/** Newer runs that were in doubt: the filter finds these of them. */
export function decide(feed: Feed, asked: readonly string[], found: readonly string[]): Feed {
  const unsure = new Set([...feed.unsure].filter((id) => !asked.includes(id)));
  return { ...feed, unsure, fresh: new Set([...feed.fresh, ...found]) };
}

export function hear(feed: Feed, events: readonly StatusEvent[], now: number): Feed {
  const latest = new Map<string, StatusEvent>();
  for (const event of events) {
    const before = latest.get(event.run_id) ?? feed.heard.get(event.run_id);
    if (before === undefined || event.version > before.version) latest.set(event.run_id, event);
  }
  if (latest.size === 0) return feed;
  const rows = feed.rows.map((row) => newest(row, latest.get(row.run_id)));
  const heard = [...feed.heard, ...latest];
  const next = {
    ...feed,
    rows,
    heard: new Map(heard.slice(-maxHeard)),
    changes: feed.changes + ([...latest.values()].some((event) => event.kind === 'status') ? 1 : 0),
  };
  return sort({ ...next, gone: goneOf(next, rows, now) }, [...latest.values()], now);
}

/** Which of what was heard is new to the reader, and would be found. */
function sort(feed: Feed, events: readonly StatusEvent[], now: number): Feed {
  const { filter, scope } = feed.wanted;
  if (!takesNew(feed.wanted)) return feed;
  const shown = new Set(feed.rows.map((row) => row.run_id));
  const [fresh, unsure] = [new Set(feed.fresh), new Set(feed.unsure)];
  for (const event of events) {
    const id = event.run_id;
    if (shown.has(id) || Date.parse(event.queued_at) <= feed.since) continue;
    const match = matches(event, filter, scope, now);
    // What the API has found by what events do not tell stays found.
    if (match === 'unsure' && fresh.has(id)) continue;
    fresh.delete(id);
    unsure.delete(id);
    if (match !== 'no') (match === 'yes' ? fresh : unsure).add(id);
  }
  return { ...feed, fresh, unsure };
}

/** The sets stay the same ones where nothing has changed: so do the rows on the screen. */
function goneOf(feed: Feed, rows: readonly Run[], now: number): ReadonlySet<string> {
  const { filter, scope } = feed.wanted;
  const gone = rows.filter((row) => matches(row, filter, scope, now) === 'no').map((row) => row.run_id);
  return gone.length === feed.gone.size && gone.every((id) => feed.gone.has(id)) ? feed.gone : new Set(gone);
}

function isSame(a: Run, b: Run): boolean {
  return a.version === b.version && a.note === b.note && a.stale_since === b.stale_since;
}

/** The row as the event has it, if that is newer. */
function newest(run: Run, event: StatusEvent | undefined): Run {
  return event === undefined ? run : withEvent(run, event);
}
