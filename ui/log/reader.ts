/** Reads a log: page by page until nothing is new, then as it is written, until its end. What it asks with is given to it. */
import type { Schemas } from '../api/client';

/** An answer of the log's route; the stream tells the same. */
export type Page = {
  log?: string;
  last_seen: string;
  attempt: number;
  first_line?: number;
  next_line?: number;
  /** Told at the end only. */
  total_lines?: number;
};

export type ReaderState =
  | { kind: 'reading' }
  | { kind: 'live' }
  | { kind: 'polling' }
  /** The run has ended, but logs come late. */
  | { kind: 'collecting' }
  /** Nobody looks. */
  | { kind: 'paused' }
  /** No more of it is kept here. */
  | { kind: 'full' }
  | { kind: 'trouble'; sentence: string; retryAt: number | null }
  | { kind: 'refused'; sentence: string }
  | { kind: 'ended' };

/** Whether what there is has been read. */
export function hasRead({ kind }: ReaderState): boolean {
  return !['reading', 'paused', 'trouble'].includes(kind);
}

export type Source = {
  page: (cursor: string, signal: AbortSignal) => Promise<Page>;
  /** Resolves when the server says that it is all (`ended`), has no stream free, or just ends it (`closed`); throws what went wrong. */
  stream: (
    cursor: string,
    on: { page: (page: Page) => void; trouble: (sentence: string) => void },
    signal: AbortSignal,
  ) => Promise<'ended' | 'busy' | 'closed'>;
  /** Null where this browser has as many streams of logs as it may. */
  slot: () => Promise<(() => void) | null>;
  /** Aborted when nobody has looked for a while. */
  away: () => AbortSignal;
  /** Until somebody looks again. */
  back: (signal: AbortSignal) => Promise<void>;
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
  now: () => number;
  random: () => number;
};

export type Target = {
  /** Where to go on; '' at the beginning. */
  readonly cursor: string;
  /** False: no more of it can be taken. */
  take: (page: Page) => boolean;
  /** Whether nothing will be written any more. */
  isOver: () => boolean;
  tell: (state: ReaderState) => void;
};

const pollMs = 2000;
const collectMs = 1000;
const backOff = { firstMs: 1000, mostMs: 30_000, spread: 0.2 };

/** Until the log's end, the signal, or a refusal that trying again does not mend. */
export async function readLog(source: Source, target: Target, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      const state = await readOnce(source, target, signal);
      if (isOff(signal)) return;
      if (state !== null) {
        target.tell(state);
        return;
      }
      failures = 0;
    } catch (error) {
      if (isOff(signal)) return;
      const sentence = error instanceof Error ? error.message : String(error);
      if (isFinal(error)) {
        target.tell({ kind: 'refused', sentence });
        return;
      }
      failures += 1;
      const ms = backOffMs(failures, source.random());
      target.tell({ kind: 'trouble', sentence, retryAt: source.now() + ms });
      await source.wait(ms, signal);
    }
  }
}

/** Asked anew: what was so before an `await` may be so no more. */
function isOff(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** What is there, and then what comes while nothing goes wrong; a state that is the last, or null: there is more to do. */
async function readOnce(source: Source, target: Target, signal: AbortSignal): Promise<ReaderState | null> {
  const away = source.away();
  if (away.aborted) {
    target.tell({ kind: 'paused' });
    await source.back(signal);
    return null;
  }
  if (target.cursor === '') target.tell({ kind: 'reading' });
  const until = await pages(source, target, signal);
  if (until !== 'told') return { kind: until };
  if (target.isOver()) {
    target.tell({ kind: 'collecting' });
    await source.wait(collectMs, signal);
    return null;
  }
  const release = await source.slot();
  if (release === null) return poll(source, target, signal);
  const full = new AbortController();
  try {
    target.tell({ kind: 'live' });
    const on = {
      page: (page: Page) => {
        target.tell({ kind: 'live' });
        if (!target.take(page)) full.abort();
      },
      trouble: (sentence: string) => {
        target.tell({ kind: 'trouble', sentence, retryAt: null });
      },
    };
    const any = AbortSignal.any([signal, away, full.signal]);
    const end = await source.stream(target.cursor, on, any).catch((error: unknown) => {
      if (any.aborted) return 'closed' as const;
      throw error;
    });
    if (full.signal.aborted) return { kind: 'full' };
    if (end === 'ended') return { kind: 'ended' };
    if (end === 'busy') return await poll(source, target, signal);
    if (!any.aborted) await source.wait(backOff.firstMs, signal);
    return null;
  } finally {
    release();
  }
}

/** Until a cursor is told again. */
async function pages(source: Source, target: Target, signal: AbortSignal): Promise<'told' | 'ended' | 'full'> {
  for (;;) {
    const { cursor } = target;
    const page = await source.page(cursor, signal);
    if (signal.aborted) return 'told';
    if (!target.take(page)) return 'full';
    if (page.last_seen === cursor) return page.total_lines === undefined ? 'told' : 'ended';
    if (page.total_lines !== undefined) return 'ended';
  }
}

async function poll(source: Source, target: Target, signal: AbortSignal): Promise<null> {
  target.tell({ kind: 'polling' });
  await source.wait(pollMs, signal);
  return null;
}

/** `random`: from 0 to 1. */
export function backOffMs(failures: number, random: number): number {
  const ms = Math.min(backOff.mostMs, backOff.firstMs * 2 ** (failures - 1));
  return Math.round(ms * (1 + backOff.spread * (2 * random - 1)));
}

/** A request that will never be answered otherwise: no such run, no such attempt. */
function isFinal(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'status' in error && [400, 404].includes(Number(error.status));
}

/** How many lines a page has: text alone does not tell none from one that is empty. */
export function linesIn({ log = '', first_line: first, next_line: next }: Page): number {
  const written = log.split('\n').length;
  if (log !== '' || first === undefined || next === undefined) return log === '' ? 0 : written;
  return next > first ? 1 : 0;
}

/** Whether a page's last line goes on with the next page. */
export function isCut(page: Page): boolean {
  const { first_line: first, next_line: next } = page;
  const lines = linesIn(page);
  return lines > 0 && first !== undefined && next !== undefined && next === first + lines - 1;
}

/** Of which attempt a log is asked for; undefined before the first. */
export function attemptAsked(
  run: Pick<Schemas['RunDetail'], 'attempt_count'>,
  wanted: string | undefined,
): number | undefined {
  const last = run.attempt_count;
  if (last < 1) return undefined;
  const asked = Number(wanted);
  return wanted !== undefined && /^\d{1,6}$/.test(wanted) && asked >= 1 && asked <= last ? asked : last;
}
