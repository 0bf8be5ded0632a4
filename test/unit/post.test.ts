/** A webhook's request reaches public addresses and what the operator allows: nothing else, by whatever name, and nowhere further. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPost } from '../../activities/post';

const never = new AbortController().signal;
let server: Server;
let port: number;
let paths: string[];

beforeAll(async () => {
  server = createServer((request, response) => {
    paths.push(request.url ?? '');
    const to = { Location: `http://127.0.0.1:${port}/further` };
    if (request.url === '/moved') response.writeHead(307, to).end();
    else response.writeHead(request.url === '/broken' ? 500 : 204).end();
  }).listen(0);
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  paths = [];
});

const post = (allowed: string[], url: string): Promise<string | null> => createPost(allowed)(url, {}, '{}', never);

test.each([
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f.1',
  '0.0.0.0',
  '169.254.169.254',
  '10.1.2.3',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '[::1]',
  '[::]',
  '[fe80::1]',
  '[fd00::1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:a9fe:a9fe]',
  'localhost',
])('%s is not reached unless it is allowed', async (host) => {
  expect(await post([], `http://${host}:${port}/`)).toMatch(
    /is not a public address, nor one of webhook.allowed_hosts$/,
  );
  expect(paths).toEqual([]);
});

test.each(['localhost', '127.0.0.1'])('%s is reached where it is allowed', async (host) => {
  expect(await post([host], `http://${host}:${port}/here`)).toBeNull();
  expect(paths).toEqual(['/here']);
});

test('what is allowed by its name is not allowed by its address', async () => {
  expect(await post(['localhost'], `http://127.0.0.1:${port}/`)).toMatch(/not a public address/);
});

test('a redirect is a refusal, and not followed', async () => {
  expect(await post(['127.0.0.1'], `http://127.0.0.1:${port}/moved`)).toBe('answered 307');
  expect(paths).toEqual(['/moved']);
});

test('a refusal and a closed port are told', async () => {
  expect(await post(['127.0.0.1'], `http://127.0.0.1:${port}/broken`)).toBe('answered 500');
  expect(await post(['127.0.0.1'], 'http://127.0.0.1:1/')).toMatch(/ECONNREFUSED/);
  expect(await post(['localhost'], 'http://localhost:1/')).toMatch(/ECONNREFUSED/);
});
