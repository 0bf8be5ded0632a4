/** The last runs of a task as bars: how long each took, and how it ended. */
import type { Schemas } from '../api/client';
import { durationText } from '../parts/duration';
import { lookOf } from '../parts/status';

type Run = Pick<
  Schemas['Run'],
  | 'run_id'
  | 'status'
  | 'queued_at'
  | 'started_at'
  | 'finished_at'
  | 'exit_code'
  | 'outcome'
  | 'stop_requested_at'
  | 'stop_requested_by'
>;

export const kinds = ['succeeded', 'failed', 'cancelled', 'open'] as const;
/** Each has a colour and a pattern. */
export type Kind = (typeof kinds)[number];
export const kindNames: Record<Kind, string> = {
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
  open: 'Not over',
};

/** `ms`: null for a run that never started. */
export type Bar = { runId: string; kind: Kind; status: string; ms: number | null; queuedAt: string };

/** Oldest first, as people read; the API has the newest first. */
export function barsOf(runs: readonly Run[], now: number): Bar[] {
  return runs.map((run) => barOf(run, now)).reverse();
}

function barOf(run: Run, now: number): Bar {
  const { text, tone } = lookOf(run);
  const kind = tone === 'succeeded' || tone === 'failed' || tone === 'cancelled' ? tone : 'open';
  const end = run.finished_at === undefined ? now : Date.parse(run.finished_at);
  const ms = run.started_at === undefined ? null : Math.max(0, end - Date.parse(run.started_at));
  return { runId: run.run_id, kind, status: text, ms, queuedAt: run.queued_at };
}

export function tookText({ ms }: Bar): string {
  return ms === null ? 'did not start' : durationText(ms);
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const tops = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 4, 6, 12].map((n) => n * hour),
  ...[1, 2, 4, 8, 16, 32].map((n) => n * day),
];

/** Where the axis ends: a round duration that no bar is above. */
export function topOf(bars: readonly Bar[]): number {
  const longest = Math.max(0, ...bars.map(({ ms }) => ms ?? 0));
  return tops.find((top) => top >= longest) ?? longest;
}

/** Where one run took this many times as long as the middle one, the others would be flat: their logarithms are drawn. */
const steep = 20;

export function isSteep(bars: readonly Bar[]): boolean {
  const known = bars.flatMap(({ ms }) => (ms === null ? [] : [ms])).sort((one, other) => one - other);
  const middle = known[Math.floor(known.length / 2)] ?? 0;
  return middle > 0 && (known.at(-1) ?? 0) > steep * middle;
}

/** How high a bar is, from 0 to 1. */
export function heightOf({ ms }: Bar, top: number, isLogarithmic: boolean): number {
  if (ms === null) return 0;
  const scaled = (one: number): number => (isLogarithmic ? Math.log1p(one / 100) : one);
  return scaled(ms) / scaled(top);
}
