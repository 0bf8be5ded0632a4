/** A pod's log through the API server, as a stream. */
import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { Transform, type Readable } from 'node:stream';
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
): Promise<Readable | null> {
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
  if (response.statusCode === 200) return unlessGone(response);
  response.resume();
  if (response.statusCode === 404 || response.statusCode === 400) return null;
  throw new Error(`the API server answers a request for a log with HTTP ${response.statusCode ?? 0}`);
}

/** The container has been removed, and its log with it: the kubelet says so instead of the log, as if it were one. */
export class LogGone extends Error {}

const goneSentence = Buffer.from('unable to retrieve container logs for ');

/** Fails with LogGone where the log begins with the kubelet's sentence. */
function unlessGone(log: IncomingMessage): Readable {
  let isFirst = true;
  const checked = new Transform({
    transform(chunk: Buffer, _, done) {
      const isGone = isFirst && chunk.subarray(0, goneSentence.length).equals(goneSentence);
      isFirst = false;
      if (isGone) done(new LogGone('the container is gone, and its log with it'));
      else done(null, chunk);
    },
  });
  log.on('error', (error) => checked.destroy(error));
  checked.once('close', () => log.destroy());
  // It may fail before anybody reads: the reader is told when it begins, and until then nobody else is to fall over it.
  checked.on('error', () => undefined);
  return log.pipe(checked);
}
