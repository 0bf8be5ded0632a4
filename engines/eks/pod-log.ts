/** A pod's log through the API server, as a stream. */
import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import type { Connection } from './connect';

export type PodLog = { namespace: string; pod: string; container: string };

/** Of a log that nobody follows; well within the API's own limit of an answer. */
const silenceMs = 8000;

/**
 * Lines of `<time> <text>`; from `sinceSecond` (seconds since the epoch) on, where it is not 0. With `follow` it goes on until
 * the container ends. Null where there is no such log: no pod, or its container has not begun.
 */
export async function openPodLog(
  { config }: Connection,
  { namespace, pod, container }: PodLog,
  options: { sinceSecond: number; follow: boolean },
): Promise<IncomingMessage | null> {
  const server = config.getCurrentCluster()?.server ?? '';
  const url = new URL(`${server}/api/v1/namespaces/${namespace}/pods/${pod}/log`);
  url.searchParams.set('container', container);
  url.searchParams.set('timestamps', 'true');
  url.searchParams.set('follow', String(options.follow));
  if (options.sinceSecond > 0) url.searchParams.set('sinceTime', new Date(options.sinceSecond * 1000).toISOString());
  const request = {};
  await config.applyToHTTPSOptions(request);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const get = url.protocol === 'http:' ? getHttp : getHttps;
    const sent = get(url, request, (answer) => {
      // Who follows a log waits for as long as its container is silent.
      if (options.follow) sent.setTimeout(0);
      resolve(answer);
    });
    sent.on('error', reject);
    sent.setTimeout(silenceMs, () => sent.destroy(new Error('the API server does not answer with the log')));
  });
  if (response.statusCode === 200) return response;
  response.resume();
  if (response.statusCode === 404 || response.statusCode === 400) return null;
  throw new Error(`the API server answers a request for a log with HTTP ${response.statusCode ?? 0}`);
}
