/** How the API serves the web UI's files. The files are made up: what is built is none of its business. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import Koa from 'koa';
import { buildOf, serveUi } from '../../api/ui';

type Got = { status: number; headers: IncomingHttpHeaders; body: Buffer };

/** Is in the page itself. */
const first = 'document.title = "begun";\n';
const script = `export const text = '${'a'.repeat(2000)}';`;
let folder: string;
let server: Server;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-ui-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(
    join(folder, 'index.html'),
    `<meta name="csp-nonce" content="__NONCE__"><script>${first.replace('\n', '\r\n')}</script><script type="module" src="/assets/index-abc.js"></script>`,
  );
  writeFileSync(join(folder, 'favicon.svg'), '<svg/>');
  writeFileSync(join(folder, 'assets/index-abc.js'), script);
  writeFileSync(join(folder, 'assets/index-abc.js.gz'), gzipSync(script));
  const app = new Koa().use(serveUi(folder)).use((ctx) => {
    ctx.status = 404;
    ctx.body = { error: 'none' };
  });
  const handle = app.callback();
  server = createServer((asked, answer) => void handle(asked, answer)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** As it is sent: `fetch` would unpack it, and mend the path. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) });
      });
    });
    asked.on('error', reject).end();
  });
}

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

test.each(['/', '/tasks', '/Runs/local-1?rt=l', '/nowhere/at/all', '/index.html'])(
  'a person at %s gets the page, which may do what its policy says and is never kept',
  async (path) => {
    const { status, headers, body } = await get(path, browser);
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers['cache-control']).toBe('no-store');
    const [, nonce] = /content="([^"]{22,})"/.exec(body.toString()) ?? [];
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce ?? 'missing'}'`);
    const hash = createHash('sha256').update(first).digest('base64');
    expect(policy).toContain(`default-src 'none'; script-src 'self' 'sha256-${hash}'; style-src`);
    expect(policy).not.toMatch(/unsafe|\*/);
  },
);

test('which build it is, is told where the build has said so', () => {
  expect(buildOf(folder)).toBeNull();
  writeFileSync(join(folder, 'made-from.txt'), 'abc');
  expect(buildOf(folder)).toBe('abc');
});

test('each page has a nonce of its own', async () => {
  const pages = await Promise.all(Array.from({ length: 20 }, () => get('/', browser)));
  expect(new Set(pages.map(({ body }) => body.toString())).size).toBe(20);
});

test('a hashed file is kept for ever, packed for whoever takes it, and not sent again', async () => {
  const plain = await get('/assets/index-abc.js');
  expect([plain.status, plain.body.toString()]).toEqual([200, script]);
  expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(plain.headers['content-type']).toMatch(/javascript/);
  const packed = await get('/assets/index-abc.js', { 'accept-encoding': 'gzip, br' });
  expect([packed.headers['content-encoding'], gunzipSync(packed.body).toString()]).toEqual(['gzip', script]);
  expect(packed.headers.vary).toContain('Accept-Encoding');
  const again = await get('/assets/index-abc.js', { 'if-none-match': plain.headers.etag ?? '' });
  expect([again.status, again.body.length]).toEqual([304, 0]);
});

test('a file that keeps its name is asked for again', async () => {
  expect((await get('/favicon.svg')).headers['cache-control']).toBe('no-cache');
});

test.each<[string, string, Record<string, string>, string?]>([
  ['a script that an update took away', '/assets/index-old.js', { accept: '*/*' }],
  ['a program', '/tasks', { accept: 'application/json' }],
  ['a route of the API', '/api/v6/nope', browser],
  ['the API itself', '/api', browser],
  ['a file elsewhere', '/../package.json', { accept: '*/*' }],
  ['a file elsewhere, written otherwise', '/assets/%2e%2e/%2e%2e/package.json', { accept: '*/*' }],
  ['a packed form by its own name', '/assets/index-abc.js.gz', { accept: '*/*' }],
  ['a write', '/tasks', browser, 'POST'],
])('%s is not answered with the page', async (_, path, headers, method = 'GET') => {
  const { status, body } = await get(path, headers, method);
  expect([status, body.toString()]).toEqual([404, '{"error":"none"}']);
});
