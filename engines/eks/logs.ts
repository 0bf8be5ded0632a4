/** Logs of an attempt: live from its pod, later from where they are kept; one cursor leads through both. */
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { V1Pod } from '@kubernetes/client-node';
import type { AttemptKey } from '../../domain/id';
import type { LogLine, LogPage } from '../engine';
import { lineFrom, parseCursor, secondOf, take } from '../log-cursor';
import { pageOfArchive } from './archived-logs';
import type { Connection } from './connect';
import { pageOfForwarded } from './forwarded-logs';
import type { LogStore } from './log-store';
import { LogGone, openPodLog } from './pod-log';
import type { S3Folder } from './s3';

/** Where logs are once the pod is gone: shipped by a forwarder of the cluster's, or kept by us. */
export type KeptLogs = { kind: 'forwarded'; folder: S3Folder } | { kind: 'ours'; store: LogStore };

/** `pod` null: it is gone, or was never there. */
export async function pageOf(
  connection: Connection | null,
  pod: V1Pod | null,
  kept: KeptLogs,
  key: AttemptKey,
  cursor: string,
  maxBytes: number,
): Promise<LogPage> {
  // Who has begun with what is kept goes on there.
  const isKeptCursor = cursor !== '' && !/^\d+\/\d+$/.test(cursor);
  if (connection !== null && pod !== null && !isKeptCursor) {
    try {
      const live = await livePage(connection, pod, key, cursor, maxBytes);
      if (live !== null) return live;
    } catch (error) {
      // Its node is away, or has removed the container: what is kept can be read all the same.
      const page = await keptPage(kept, key, cursor, maxBytes, false);
      if (page === null && !(error instanceof LogGone)) throw error;
      return page ?? { lines: [], cursor };
    }
  }
  return (await keptPage(kept, key, cursor, maxBytes, pod === null)) ?? { lines: [], cursor };
}

function keptPage(
  kept: KeptLogs,
  key: AttemptKey,
  cursor: string,
  maxBytes: number,
  isOver: boolean,
): Promise<LogPage | null> {
  return kept.kind === 'ours'
    ? pageOfArchive(kept.store, key, cursor, maxBytes)
    : pageOfForwarded(kept.folder, key, cursor, maxBytes, isOver);
}

async function livePage(
  connection: Connection,
  pod: V1Pod,
  key: AttemptKey,
  cursor: string,
  maxBytes: number,
): Promise<LogPage | null> {
  const { since, told } = parseCursor(cursor);
  const log = await openPodLog(connection, logOf(pod, key), { sinceSecond: since, follow: false });
  if (log === null) return null;
  const state = pod.status?.containerStatuses?.find(({ name }) => name === key.runId)?.state;
  return take(await linesFor(log, since, told, maxBytes, state?.terminated !== undefined), cursor, maxBytes);
}

/** No more lines than the page needs; the last one only once it is whole or nothing more will come. */
async function linesFor(
  log: Readable,
  since: number,
  told: number,
  maxBytes: number,
  isOver: boolean,
): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  let size = 0;
  for await (const { raw, isWhole } of rawLines(log)) {
    if (!isWhole && !isOver) break;
    const line = lineFrom(raw);
    // A line without a time of its own goes on where the one before it was.
    const stamped = line.time === '' ? { ...line, time: lines.at(-1)?.time ?? '' } : line;
    if (secondOf(stamped.time) < since) continue;
    lines.push(stamped);
    if (lines.length > told) size += Buffer.byteLength(stamped.text) + 1;
    if (size > maxBytes) break;
  }
  log.destroy();
  return lines;
}

/** Cut at line feeds only: a carriage return is a program's own. */
async function* rawLines(log: Readable): AsyncGenerator<{ raw: string; isWhole: boolean }> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of log as AsyncIterable<Buffer>) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const raw of lines) yield { raw, isWhole: true };
  }
  rest += decoder.end();
  if (rest !== '') yield { raw: rest, isWhole: false };
}

export function logOf(pod: V1Pod, key: AttemptKey): { namespace: string; pod: string; container: string } {
  return { namespace: pod.metadata?.namespace ?? '', pod: pod.metadata?.name ?? '', container: key.runId };
}
