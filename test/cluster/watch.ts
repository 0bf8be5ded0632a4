/** Watches a cluster past all of our code: the judge of tests and benchmarks. */
import { request, type RequestOptions } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { accessBy } from './api';

const againMs = 100;

type Told = { type: string; object: { metadata?: { resourceVersion?: string } } };

/**
 * Tells all objects of the collection at `path` (which may have a query), then every change, until `signal` is aborted. Goes
 * on by itself where the server ends the watch; what has changed meanwhile is told, what exists may be told again.
 */
export async function watchCluster(
  kubeconfig: string,
  path: string,
  see: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  const { server, options } = await accessBy(kubeconfig);
  let version = '';
  const take = ({ type, object }: Told): void => {
    // It has forgotten what was after that: all is told again.
    if (type === 'ERROR') version = '';
    else version = object.metadata?.resourceVersion ?? version;
    if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') see(type, object);
  };
  while (!signal.aborted) {
    const url = new URL(path, server);
    url.searchParams.set('watch', 'true');
    url.searchParams.set('allowWatchBookmarks', 'true');
    if (version !== '') url.searchParams.set('resourceVersion', version);
    await lines(url, { ...options, signal }, (line) => {
      take(JSON.parse(line) as Told);
    }).catch(() => {
      version = '';
    });
    await sleep(againMs);
  }
}

/** Until the server ends the answer or the connection breaks. Throws where the answer is no success. */
function lines(url: URL, options: RequestOptions, see: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(url, options, (response) => {
      if (response.statusCode !== 200)
        reject(new Error(`the watch is answered with ${response.statusCode ?? 'nothing'}`));
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        const whole = (rest + text).split('\n');
        rest = whole.pop() ?? '';
        if (response.statusCode === 200) whole.forEach(see);
      });
      for (const event of ['end', 'error', 'close'] as const) {
        response.on(event, () => {
          resolve();
        });
      }
    });
    asked.on('error', () => {
      resolve();
    });
    asked.end();
  });
}
