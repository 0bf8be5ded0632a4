/** What the page of a run says: its end, its tab, which part is open, which button helps. Pure. */
import type { Schemas } from '../api/client';
import { one, type Search } from '../app/search';
import { countText } from '../parts/count';
import { durationText } from '../parts/duration';
import { nameOf, shortId } from '../parts/run-name';
import { lookOf, type Tone } from '../parts/status';

type Run = Schemas['RunDetail'];
type Explanation = Schemas['Explanation'];

const marks: Record<Tone, string> = {
  queued: '●',
  pending: '●',
  running: '●',
  stopping: '●',
  succeeded: '✓',
  cancelled: '⊘',
  failed: '✕',
};

/** Such as `● RUNNING · hello-flotilla`. */
export function tabTitle(run: Run): string {
  const { tone, text } = lookOf(run);
  const word = run.status === 'STOPPED' ? tone : text;
  return `${marks[tone]} ${word.toUpperCase()} · ${nameOf(run)}`;
}

const signals: Record<number, string> = {
  1: 'hung up (SIGHUP)',
  2: 'interrupted (SIGINT)',
  6: 'aborted (SIGABRT)',
  9: 'killed (SIGKILL)',
  11: 'crashed (SIGSEGV)',
  13: 'nobody read its output (SIGPIPE)',
  15: 'asked to end (SIGTERM)',
};

/** The exit code of a run, and what it means. */
export function exitWords(
  run: Pick<Run, 'status' | 'exit_code' | 'outcome' | 'max_memory_used' | 'memory_limit'>,
): string {
  const { status, exit_code: code, outcome } = run;
  if (code === undefined) return status === 'STOPPED' ? 'none was seen' : 'not over yet';
  // These two are the wire's own, whatever the command would have answered.
  if (outcome === 'TIMEOUT' && code === 124) return '124 = its time was up';
  if (outcome === 'CANCELLED' && code === 1) return '1 = stands for a cancel';
  if (outcome === 'REPORTED') return `${code} = as a caller reported it`;
  const memory = memoryWords(run);
  if (outcome === 'OOM') return `${code} = killed, out of memory${memory === null ? '' : `: ${memory}`}`;
  if (code === 0) return '0 = success';
  if (code === 126) return '126 = the command may not be executed';
  if (code === 127) return '127 = a command was not found';
  if (code > 128 && code <= 192) {
    const signal = signals[code - 128] ?? `ended by signal ${code - 128}`;
    return `${code} = ${signal}${code === 137 && memory !== null ? `, memory ${memory}` : ''}`;
  }
  return `${code} = the command's own`;
}

/** Such as `498 of 512 MB`; null where no use was seen. */
function memoryWords({
  max_memory_used: used,
  memory_limit: limit,
}: Pick<Run, 'max_memory_used' | 'memory_limit'>): string | null {
  if (used === undefined) return null;
  return limit === undefined ? `${used} MB` : `${used} of ${limit} MB`;
}

/** Waiting longer than this is a matter of its own (ui.md C6). */
const longWaitMs = 30_000;

/** Since when it waits for what it waits for now; null where that is not known, or it does not wait. */
function waitingSince(run: Run, explanation: Explanation | undefined): string | null {
  if (run.stop_requested_at !== undefined) return run.stop_requested_at;
  if (run.status !== 'QUEUED' && run.status !== 'PENDING') return null;
  if (explanation === undefined) return run.queued_at;
  // News of the run may come before what explains them.
  return explanation.status === run.status ? explanation.since : null;
}

/** What is not gone by then is waited for. `graceSeconds`: of the installation, `stop_grace_seconds`. */
export function isPastGrace(stopRequestedAt: string, graceSeconds: number, now: number): boolean {
  return now - Date.parse(stopRequestedAt) > graceSeconds * 1000;
}

/** Whether the page opens what explains the run by itself. */
export function isWhyOpen(run: Run, explanation: Explanation | undefined, now: number): boolean {
  if (run.status === 'NEEDS_RETRY') return true;
  if (run.status === 'STOPPED') return lookOf(run).tone === 'failed';
  const since = waitingSince(run, explanation);
  return since !== null && now - Date.parse(since) > longWaitMs;
}

/** What stands for a headline while there is no explanation. */
export function headlineOf(run: Run): string {
  if (run.status === 'STOPPED') return run.exit_reason ?? 'No reason was reported';
  return run.note ?? 'No reason was reported';
}

/** Such as `(4 min)`; empty for what is over. */
export function waitedText(run: Run, since: string, now: number): string {
  return run.status === 'STOPPED' ? '' : ` (${durationText(Math.floor((now - Date.parse(since)) / 1000) * 1000)})`;
}

/** `children`: how many runs of its job are open; null while that is not known. */
export function stopWords(run: Run, children: number | null): string {
  const what = `Stop ${nameOf(run)}, run ${shortId(run.run_id)}?`;
  const isBegun = run.status === 'RUNNING' || run.status === 'PENDING';
  const end = isBegun ? `Its container on ${run.cluster} ends` : 'It will not be run any more';
  return `${what} ${end}${childWords(run, children)}.`;
}

function childWords({ spawned_runs: spawned = [] }: Run, children: number | null): string {
  if (children === null) return spawned.length === 0 ? '' : ', and so do those of its child runs that are not over';
  return children === 0 ? '' : `, ${children === 1 ? '1 child run' : `${countText(children)} child runs`} too`;
}

export function againWords(run: Run): string {
  const { definition_revision: revision, engine, cluster } = run;
  const from = revision === undefined ? '' : `, from revision ${revision} and with what its launch had changed`;
  return `Run ${nameOf(run)} again as it ran${from}: the same command, variables and resources, on ${engine}/${cluster}.`;
}

/** In the address as `rt=`. */
export const tabs = ['l', 'e', 'v', 'md', 'c'] as const;
export type Tab = (typeof tabs)[number];

/** Whether an address is one of the log, or of something in it, and not of the run alone. */
export function asksForLog(search: Search, hash: string): boolean {
  const rt = one(search, 'rt');
  if (rt !== undefined) return rt === 'l';
  return /^L\d/.test(hash) || one(search, 'log_search') !== undefined;
}

/** `rt`: undefined where the address names none. Bookmarks of the original may name `ct`, or whatever: details. */
export function tabOf(rt: string | undefined, run: Run): Tab {
  if (rt !== undefined) return tabs.find((tab) => tab === rt) ?? 'md';
  // A pod that has not begun has no log, and its events say why.
  const isLogless = run.started_at === undefined && run.status !== 'STOPPED' && run.attempt_count === 1;
  return run.engine === 'eks' && isLogless ? 'e' : 'l';
}
