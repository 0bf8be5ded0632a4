/** Attempts of a run as bars on one axis of time. Pure geometry: what is drawn, and what its text says. */
import type { Schemas } from '../api/client';
import { durationText } from '../parts/duration';
import { lookOf, type Look } from '../parts/status';

type Transition = Schemas['Transition'];
type Attempt = Schemas['Explanation']['attempts'][number];

export type BarKind = 'queued' | 'pending' | 'running' | 'backoff';

/** Times in ms since the epoch. */
export type Bar = { kind: BarKind; from: number; to: number; isOpen: boolean };
export type Row = { attempt: number; bars: Bar[]; end: Look | null; reason: string | null; node: string | null };

type Mark = { status: Transition['status']; at: number };

const kinds: Record<Transition['status'], BarKind | null> = {
  QUEUED: 'queued',
  PENDING: 'pending',
  RUNNING: 'running',
  NEEDS_RETRY: 'backoff',
  STOPPED: null,
};
const order = Object.keys(kinds);

/** `attempts`: what is known beyond the transitions; empty while it is not known. */
export function rowsOf(transitions: readonly Transition[], attempts: readonly Attempt[], now: number): Row[] {
  const numbers = [...new Set([...transitions, ...attempts].map(({ attempt }) => attempt))].sort((a, b) => a - b);
  const marks = numbers.map((attempt) => marksOf(transitions, attempts, attempt));
  return numbers.map((attempt, n) => {
    const known = attempts.find((one) => one.attempt === attempt);
    const own = marks[n] ?? [];
    // A wait ends where the next attempt begins.
    const ceiling = marks[n + 1]?.[0]?.at ?? null;
    const isEnded = known?.outcome !== undefined;
    return {
      attempt,
      bars: barsOf(own, isEnded ? (known.ended_at ?? null) : null, ceiling, now),
      end: isEnded ? lookOf({ ...known, status: 'STOPPED' }) : null,
      reason: known?.exit_reason ?? null,
      node: known?.node ?? null,
    };
  });
}

function marksOf(transitions: readonly Transition[], attempts: readonly Attempt[], attempt: number): Mark[] {
  const known = attempts.find((one) => one.attempt === attempt);
  const told = transitions
    .filter((one) => one.attempt === attempt)
    .map(({ status, at }) => ({ status, at: Date.parse(at) }));
  const add = (status: Mark['status'], at: string | undefined): void => {
    if (at !== undefined && !told.some((mark) => mark.status === status)) told.push({ status, at: Date.parse(at) });
  };
  // What was over before anybody saw it has no transition of its own.
  add('QUEUED', known?.opened_at);
  add('PENDING', known?.accepted_at);
  add('RUNNING', known?.started_at);
  return told.sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
}

function barsOf(marks: Mark[], endedAt: string | null, ceiling: number | null, now: number): Bar[] {
  const ended = endedAt === null ? null : Date.parse(endedAt);
  const bars: Bar[] = [];
  for (const [n, { status, at }] of marks.entries()) {
    const kind = kinds[status];
    if (kind === null) continue;
    const next = marks[n + 1]?.at ?? ceiling;
    // A command is over when its container was, not when that was written down.
    const end = kind === 'running' ? (ended ?? next) : next;
    // Clocks of backends differ from ours: a bar never goes backwards.
    bars.push({ kind, from: at, to: Math.max(at, end ?? now), isOpen: end === null });
  }
  return bars.filter(({ from, to, isOpen }) => to > from || isOpen);
}

const saying: Record<BarKind, string> = { queued: 'queued', pending: 'pending', running: 'ran', backoff: 'waited' };
const sayingNow: Record<BarKind, string> = {
  queued: 'queued for',
  pending: 'pending for',
  running: 'running for',
  backoff: 'waiting for',
};

/** Such as `queued 2 s · pending 5 s · ran 1 min 4 s`. */
export function barsText(bars: readonly Bar[]): string {
  if (bars.length === 0) return 'nothing is known of its times';
  return bars.map((bar) => `${(bar.isOpen ? sayingNow : saying)[bar.kind]} ${barText(bar)}`).join(' · ');
}

/** Open ones grow by whole seconds. */
export function barText({ from, to, isOpen }: Bar): string {
  return durationText(isOpen ? Math.floor((to - from) / 1000) * 1000 : to - from);
}

export type Axis = { from: number; spanMs: number; ticks: { at: number; text: string }[] };

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  ...[0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
  ...[1, 2, 7].map((n) => n * day),
];
const mostTicks = 5;
const shortestMs = second;

/** One for all rows: from the first moment to the last. Ticks tell how long after the first. */
export function axisOf(rows: readonly Row[]): Axis {
  const times = rows.flatMap(({ bars }) => bars.flatMap(({ from, to }) => [from, to]));
  const from = times.length === 0 ? 0 : Math.min(...times);
  const spanMs = Math.max(shortestMs, times.length === 0 ? 0 : Math.max(...times) - from);
  const step = steps.find((one) => spanMs / one <= mostTicks) ?? Math.ceil(spanMs / mostTicks / day) * day;
  const ticks = [];
  for (let at = 0; at <= spanMs; at += step) ticks.push({ at: from + at, text: at === 0 ? '0' : durationText(at) });
  return { from, spanMs, ticks };
}

/** In percent of the axis. */
export function placeOf(axis: Axis, at: number): number {
  return Math.min(100, Math.max(0, ((at - axis.from) / axis.spanMs) * 100));
}

const mostRows = 20;
const firstRows = 3;
const lastRows = 16;

/** Of very many attempts the middle is folded: how it began and how it went on lately say most. */
export function foldRows(rows: readonly Row[]): { first: readonly Row[]; hidden: number; last: readonly Row[] } {
  if (rows.length <= mostRows) return { first: rows, hidden: 0, last: [] };
  return { first: rows.slice(0, firstRows), hidden: rows.length - firstRows - lastRows, last: rows.slice(-lastRows) };
}
