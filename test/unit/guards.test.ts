/** What stands before every route: who sees secrets, which pages may write, and what is told when the database cannot answer. */
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import Koa, { type Context, type Middleware } from 'koa';
import { pino } from 'pino';
import { answerErrors } from '../../api/errors';
import { crossOrigin, refuseForeignWrites } from '../../api/headers';
import { shownTo } from '../../api/secrets';

function contextOf(headers: Record<string, string> = {}, method = 'POST'): Context {
  const request = new IncomingMessage(new Socket());
  Object.assign(request, { method, url: '/api/v6/history/stop', headers });
  return new Koa().createContext(request, new ServerResponse(request));
}

async function pass(middleware: Middleware, ctx: Context, next = () => Promise.resolve()): Promise<Context> {
  await middleware(ctx, next);
  return ctx;
}

describe('the values of secrets', () => {
  const run = { run_id: 'r', user: 'me@corp', env: [{ name: 'API_TOKEN', value: 'hush' }] };
  const sight = { callerHeader: 'X-Forwarded-Email', secretsVisibleTo: ['admin@corp'] };
  const isShown = (headers: Record<string, string>, of = sight): boolean =>
    JSON.stringify(shownTo(contextOf(headers), of, { history: [run] })).includes('hush');

  test('are shown to whom the configured header names', () => {
    expect(isShown({ 'x-forwarded-email': 'admin@corp' })).toBe(true);
  });

  test.each<[string, Record<string, string>]>([
    ['nobody', {}],
    ['another', { 'x-forwarded-email': 'me@corp' }],
    ['who names himself in a header of his own', { 'a-email': 'admin@corp', 'x-forwarded-email': 'me@corp' }],
    ['who sends the header besides the proxy’s', { 'x-forwarded-email': 'admin@corp, me@corp' }],
    ['the owner, whom the request named', { 'x-user-email': 'me@corp' }],
  ])('are masked for %s', (_, headers) => {
    expect(isShown(headers)).toBe(false);
  });

  test('are masked for everybody where no header is configured', () => {
    expect(isShown({ 'x-forwarded-email': 'admin@corp' }, { ...sight, callerHeader: '' })).toBe(false);
  });
});

describe('a write', () => {
  const guard = refuseForeignWrites(['https://ui.corp']);
  const host = 'flotilla.corp';

  test.each<[string, Record<string, string>]>([
    ['a program', {}],
    ['the page of this server', { 'sec-fetch-site': 'same-origin', origin: 'https://flotilla.corp' }],
    ['a person', { 'sec-fetch-site': 'none' }],
    ['an allowed page', { 'sec-fetch-site': 'cross-site', origin: 'https://ui.corp' }],
    ['the page of this server by plain http', { origin: 'http://flotilla.corp' }],
    ['an allowed page whose browser tells only its origin', { origin: 'https://ui.corp' }],
  ])('of %s passes', async (_, headers) => {
    await expect(pass(guard, contextOf({ host, ...headers }))).resolves.toBeDefined();
  });

  test.each<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a neighbour', { 'sec-fetch-site': 'same-site', origin: 'https://other.corp' }],
    ['a sandboxed frame', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
    ['another site by plain http', { origin: 'http://evil.example' }],
    ['a sandboxed frame by plain http', { origin: 'null' }],
  ])('of a page of %s is refused', async (_, headers) => {
    const refused = pass(guard, contextOf({ host, ...headers }));
    await expect(refused).rejects.toMatchObject({
      status: 403,
      message: expect.stringMatching(/^Pages of other/) as unknown,
    });
  });

  test('is refused, a read is not', async () => {
    await expect(pass(guard, contextOf({ host, 'sec-fetch-site': 'cross-site' }, 'GET'))).resolves.toBeDefined();
  });

  test('may have our headers, and its answer’s are read', async () => {
    const preflight = { origin: 'https://ui.corp', 'access-control-request-method': 'PUT' };
    const asked = await pass(crossOrigin(['https://ui.corp']), contextOf(preflight, 'OPTIONS'));
    expect(asked.response.get('Access-Control-Allow-Headers')).toMatch(
      /Idempotency-Key,If-Match,If-None-Match,Last-Event-ID$/,
    );
    const done = await pass(crossOrigin(['https://ui.corp']), contextOf({ origin: 'https://ui.corp' }));
    const exposed = 'Content-Disposition,Date,ETag,Idempotent-Replayed,X-Request-Id';
    expect(done.response.get('Access-Control-Expose-Headers')).toBe(exposed);
  });
});

test.each([
  ['57014', 503, /^This takes the database too long: narrow it/],
  ['53300', 503, /try again$/],
  ['40P01', 503, /try again$/],
  ['57P01', 503, /try again$/],
  ['42601', 500, /^Internal error$/],
])('an error %s of Postgres is told as %d', async (code, status, says) => {
  const fails = (): Promise<never> => Promise.reject(Object.assign(new Error('secret detail'), { code }));
  const ctx = await pass(answerErrors(pino({ level: 'silent' })), contextOf(), fails);
  expect([ctx.status, ctx.body]).toEqual([status, { error: expect.stringMatching(says) as unknown }]);
});
