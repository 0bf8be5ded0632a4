/** Lists the objects of one kind, then watches them: what the API server ends is taken up again where it ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesListObject, KubernetesObject, Watch } from '@kubernetes/client-node';

export type Source<T extends KubernetesObject> = {
  /** Of the collection, for the watch. */
  path: string;
  labelSelector?: string;
  fieldSelector?: string;
  list: (pageSize: number, next: string | undefined) => Promise<KubernetesListObject<T>>;
};

export type Change<T> =
  /** All that exists: what is not among it is gone. */
  { kind: 'all'; objects: T[] } | { kind: 'put'; object: T } | { kind: 'gone'; object: T };

const pageSize = 500;
/** The server ends a watch after that; some spread keeps ours apart. */
const watchSeconds = 290;
const spreadSeconds = 60;
/** A server under load may end watches as soon as they begin. */
const pauseMs = 250;
const gone = 410;
const tooMany = 429;
/** A busy server is asked again after that. */
const busyMs = 2000;

/** Until `signal` is aborted. Throws where the cluster cannot be reached or refuses, or where `on` throws. */
export async function follow<T extends KubernetesObject>(
  watch: Watch,
  source: Source<T>,
  on: (change: Change<T>) => void,
  signal: AbortSignal,
): Promise<void> {
  let version = '';
  for (;;) {
    if (signal.aborted) return;
    if (version === '') {
      const { objects, resourceVersion } = await listAll(source);
      on({ kind: 'all', objects });
      version = resourceVersion;
    }
    version = await watchFrom(watch, source, version, on, signal);
    await sleep(pauseMs);
  }
}

async function listAll<T extends KubernetesObject>(
  source: Source<T>,
): Promise<{ objects: T[]; resourceVersion: string }> {
  const objects: T[] = [];
  let next: string | undefined;
  for (;;) {
    const page = await source.list(pageSize, next);
    objects.push(...page.items);
    next = page.metadata?._continue;
    if (next === undefined || next === '') {
      return { objects, resourceVersion: page.metadata?.resourceVersion ?? '' };
    }
  }
}

/** Returns the version to go on from; empty where the server has forgotten it and all must be listed again. */
function watchFrom<T extends KubernetesObject>(
  watch: Watch,
  { path, labelSelector, fieldSelector }: Source<T>,
  from: string,
  on: (change: Change<T>) => void,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let version = from;
    let request: AbortController | null = null;
    const abort = (): void => request?.abort();
    const end = (error?: unknown): void => {
      signal.removeEventListener('abort', abort);
      if (signal.aborted) resolve(version);
      else if (isGone(error)) resolve('');
      else if (error === null || error === undefined || isClosing(error)) resolve(version);
      else if (isBusy(error)) setTimeout(resolve, busyMs, version);
      else reject(error instanceof Error ? error : new Error('the watch broke'));
    };
    const take = (phase: string, object: T & { code?: number; message?: string }): void => {
      if (phase === 'ERROR') {
        end(object.code === gone ? { statusCode: gone } : new Error(object.message ?? 'the watch failed'));
        abort();
        return;
      }
      version = object.metadata?.resourceVersion ?? version;
      if (phase === 'BOOKMARK') return;
      on({ kind: phase === 'DELETED' ? 'gone' : 'put', object: withDates(object) });
    };
    signal.addEventListener('abort', abort);
    const query = {
      resourceVersion: from,
      allowWatchBookmarks: true,
      timeoutSeconds: watchSeconds + Math.floor(Math.random() * spreadSeconds),
      labelSelector,
      fieldSelector,
    };
    watch
      .watch(
        path,
        query,
        (phase, object) => {
          try {
            take(phase, object as T);
          } catch (error) {
            // The client swallows what its callback throws.
            end(error ?? new Error('the handler of a watch failed'));
            abort();
          }
        },
        end,
      )
      .then((controller) => {
        request = controller;
        if (signal.aborted) controller.abort();
      }, end);
  });
}

function isGone(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'statusCode' in error && error.statusCode === gone;
}

function isBusy(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 0;
  return code === tooMany || code >= 500;
}

/** The connection went away in the middle: nothing is lost, for the next watch begins where this one ended. */
function isClosing(error: unknown): boolean {
  return error instanceof Error && /premature close|aborted|ECONNRESET|socket hang up/i.test(error.message);
}

const timeField = /(Time|Timestamp|At)$/;
/** Their keys are anybody's. */
const freeFields = new Set(['labels', 'annotations']);

/** The typed clients give times as dates, a watch as the text that was sent. */
function withDates<T>(value: T): T {
  if (Array.isArray(value)) return value.map((one: unknown) => withDates(one)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]: [string, unknown]) => [
      key,
      typeof child === 'string' && timeField.test(key)
        ? new Date(child)
        : freeFields.has(key)
          ? child
          : withDates(child),
    ]),
  ) as T;
}
