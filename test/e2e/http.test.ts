/** What the API's server does around its routes: headers, other origins, slow and large requests, its end. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { startStack, type Stack } from '../stack';
import { fetchJudged } from '../judge';

let stack: Stack;
let api: Awaited<ReturnType<Stack['startApi']>>;
beforeAll(async () => {
  stack = await startStack('process', {
    // With blanks, as people write lists.
    HTTP_SERVER_CORS_ALLOWED_ORIGINS: 'https://ui.example.com, https://other.example.com',
    HTTP_SERVER_READ_TIMEOUT_SECONDS: '2',
    HTTP_SERVER_WRITE_TIMEOUT_SECONDS: '4',
    HTTP_SERVER_MAX_BODY_KB: '4',
  });
  api = await stack.startApi();
}, 120_000);
afterAll(() => stack.close(), 60_000);

const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetchJudged(`${stack.apiUrl}${path}`, init);

test('answers, good and bad ones, have the headers that browsers go by', async () => {
  for (const path of ['/task', '/nowhere']) {
    const { headers } = await ask(path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
    expect(headers.has('x-powered-by')).toBe(false);
  }
});

describe('another origin', () => {
  const preflight = (origin: string): Promise<Response> =>
    ask('/task', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'PUT' } });

  test.each(['https://ui.example.com', 'https://other.example.com'])('%s that is allowed may ask', async (origin) => {
    const { headers, status } = await preflight(origin);
    expect(status).toBeLessThan(300);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-allow-methods')).toBe('GET,DELETE,POST,PUT');
    expect(headers.get('access-control-allow-headers')).toBe(
      'Origin,Accept,Content-Type,X-Requested-With,Idempotency-Key,If-Match,If-None-Match,Last-Event-ID',
    );
    expect(headers.has('access-control-allow-credentials')).toBe(false);
    for (const path of ['/task', '/task/none']) {
      const answer = await ask(path, { headers: { origin } });
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(answer.headers.get('vary')).toBe('Origin');
    }
  });

  test('that is not allowed is served, and no page of it may read the answer', async () => {
    const answer = await ask('/task', { headers: { origin: 'https://evil.example.com' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.has('access-control-allow-origin')).toBe(false);
    expect(answer.headers.get('vary')).toBe('Origin');
    expect((await preflight('https://evil.example.com')).headers.has('access-control-allow-origin')).toBe(false);
  });
});

test('the page of the document is whole without the Internet, and within our headers', async () => {
  const page = await fetch(new URL('/api/docs', stack.apiUrl));
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
  const html = await page.text();
  // Nothing stands within the page that a browser would not run, and nothing comes from elsewhere.
  expect(html).not.toMatch(/<script>|https?:/);
  const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => new URL(address, page.url));
  expect(addresses.length).toBe(3);
  for (const address of addresses) {
    const part = await fetch(address);
    expect(part.status).toBe(200);
    expect(part.headers.get('content-type')).toMatch(/^text\/(css|javascript)/);
    expect((await part.text()).length).toBeGreaterThan(100);
  }
  const withSlash = await fetch(new URL('/api/docs/', stack.apiUrl));
  expect([withSlash.status, withSlash.url]).toEqual([200, page.url]);
  const document = await ask('/openapi.json');
  expect(document.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(await document.json()).toMatchObject({ openapi: '3.1.0', paths: { '/api/v6/task': {} } });
});

test('a body over its limit is refused with 413', async () => {
  const answer = await ask('/task', { method: 'POST', body: JSON.stringify({ alias: 'x'.repeat(5000) }) });
  expect(answer.status).toBe(413);
  expect(await answer.json()).toEqual({ error: 'The body is too large: at most 4 kB are accepted' });
});

const unfinished = 'POST /api/v6/task HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{';

/** A connection on which a text was sent, else a request of 2 bytes was begun; what comes back is collected. */
async function begun(sent = unfinished): Promise<{ socket: Socket; received: () => string; closed: Promise<unknown> }> {
  const { hostname, port } = new URL(stack.apiUrl);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  socket.write(sent);
  return { socket, received: () => text, closed };
}

/** Status and sentence of an answer that is whole and as the document tells of it. */
function refusalOf(answer: string): [status: string | undefined, error: unknown] {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(/^x-request-id: \S+$/im);
  expect(head).toMatch(/^content-type: application\/json; charset=utf-8$/im);
  expect(head).toMatch(new RegExp(`^content-length: ${Buffer.byteLength(body)}$`, 'im'));
  return [/^HTTP\/1\.1 (\d+) /.exec(head)?.[1], (JSON.parse(body) as { error: unknown }).error];
}

const health = 'GET /api/v6/health HTTP/1.1\r\nHost: x\r\n';
test.each([
  ['no HTTP', 'how do you do?\r\n\r\n', '400', 'The request is no HTTP/1.1 that can be read'],
  ['a broken header', `${health}no colon\r\n\r\n`, '400', 'The request is no HTTP/1.1 that can be read'],
  ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', '400', 'The header Host must be specified'],
  ['large headers', `${health}Large: ${'x'.repeat(66_000)}\r\n\r\n`, '431', 'The URL and the headers are too long'],
])('a request with %s is refused with a sentence, too', async (_, sent, status, says) => {
  const { received, closed } = await begun(sent);
  await closed;
  expect(refusalOf(received())).toEqual([status, says]);
});

test('an answer that has begun is cut off, not mixed, where what follows on its connection cannot be read', async () => {
  const { socket, received, closed } = await begun('GET /api/v6/stream HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'data');
  socket.write('how do you do?\r\n\r\n');
  await closed;
  expect(received()).toMatch(/^HTTP\/1\.1 200 /);
  expect(received()).not.toContain('HTTP/1.1 400');
});

test('what expects something that nobody knows is served', async () => {
  const { received, closed } = await begun(`${health}Expect: cake\r\nConnection: close\r\n\r\n`);
  await closed;
  expect(received()).toMatch(/^HTTP\/1\.1 200 /);
});

test('a request that does not come to its end is given up after its time, to the second', async () => {
  const began = Date.now();
  const { closed, received } = await begun();
  await closed;
  expect(refusalOf(received())).toEqual(['408', 'The request was not there in time']);
  expect(Date.now() - began).toBeGreaterThan(1500);
  expect(Date.now() - began).toBeLessThan(6000);
}, 30_000);

test('an answer that makes no headway is given up after its time, and the server goes on', async () => {
  const holder = await stack.db.connect();
  try {
    await holder.query('begin; lock table definition in access exclusive mode');
    const began = Date.now();
    await expect(ask('/task')).rejects.toThrow('fetch failed');
    expect(Date.now() - began).toBeGreaterThan(3500);
    expect(Date.now() - began).toBeLessThan(12_000);
  } finally {
    await holder.query('rollback');
    holder.release();
  }
  expect((await ask('/task')).status).toBe(200);
}, 30_000);

test('on SIGTERM what is under way is answered, nothing new is taken, and the process ends with 0', async () => {
  const { socket, received, closed } = await begun();
  // Its request has been read when a later one on another connection is answered.
  await ask('/task');
  const exited = once(api, 'exit');
  api.kill('SIGTERM');
  while (await ask('/health').then(Boolean, () => false)) continue;
  socket.write('}');
  await closed;
  expect(received()).toMatch(/^HTTP\/1\.1 400 [\s\S]*string \[image\] must be specified/);
  expect(await exited).toEqual([0, null]);
}, 30_000);
