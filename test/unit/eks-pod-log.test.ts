/** A pod's log: what the kubelet says instead of one is no log. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Connection } from '../../engines/eks/connect';
import { LogGone, openPodLog } from '../../engines/eks/pod-log';

let server: Server;
let answer: { status: number; chunks: string[] };

beforeAll(async () => {
  server = createServer((_, response) => {
    response.writeHead(answer.status);
    for (const chunk of answer.chunks) response.write(chunk);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());

function open() {
  const { port } = server.address() as AddressInfo;
  const config = {
    getCurrentCluster: () => ({ server: `http://127.0.0.1:${port}` }),
    applyToHTTPSOptions: () => Promise.resolve(),
  };
  const of = { namespace: 'n', pod: 'p', container: 'c' };
  return openPodLog({ config } as unknown as Connection, of, { sinceSecond: 0, follow: false });
}

test('comes as it is', async () => {
  answer = { status: 200, chunks: ['2026-01-31T12:00:00Z one\n', '2026-01-31T12:00:01Z two\n'] };
  const log = await open();
  expect(log === null ? null : await text(log)).toBe('2026-01-31T12:00:00Z one\n2026-01-31T12:00:01Z two\n');
});

test('fails where the container has been removed', async () => {
  answer = { status: 200, chunks: ['unable to retrieve container logs for containerd://84d2154b'] };
  const log = await open();
  await expect(log === null ? null : text(log)).rejects.toBeInstanceOf(LogGone);
});

test('fails for its reader, though that comes late', async () => {
  answer = { status: 200, chunks: ['unable to retrieve container logs for containerd://84d2154b'] };
  const log = await open();
  // A store opens its file first.
  await new Promise((resolve) => log?.once('close', resolve));
  await expect(log === null ? null : pipeline(log, new PassThrough())).rejects.toBeInstanceOf(LogGone);
});

test.each([400, 404])('is none where there is no container yet, or no pod any more (%d)', async (status) => {
  answer = { status, chunks: [] };
  expect(await open()).toBeNull();
});

test('is trouble where the server has some', async () => {
  answer = { status: 500, chunks: [] };
  await expect(open()).rejects.toThrow('HTTP 500');
});
