/**
 * Webhooks: signed, in order, numbered without gaps, at least once, whatever dies or refuses in between. FLOTILLA_TEST_LONG=1: the
 * worker dies more often.
 */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startStack, until, type Stack } from '../stack';

type Told = { sequence: number; id: string; type: string; data: Record<string, unknown> };
type Request = { path: string; headers: IncomingHttpHeaders; body: string };

const kills = process.env['FLOTILLA_TEST_LONG'] === '1' ? 3 : 2;

let stack: Stack;
let receiver: Server;
let base: string;
const requests: Request[] = [];
/** What the receiver answers next, by path; then 200. */
const answers = new Map<string, number[]>();

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      requests.push({ path, headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(answers.get(path)?.shift() ?? 200).end();
    });
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  base = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  stack = await startStack('process', { WEBHOOK_ALLOWED_HOSTS: '127.0.0.1' });
  await stack.startApi();
}, 120_000);
afterAll(async () => {
  await stack.close();
  receiver.close();
  receiver.closeAllConnections();
}, 60_000);

type Created = {
  webhook_id: string;
  secret: string;
  url: string;
  sequence: number;
  last_error?: string;
  tries?: number;
};
async function create(body: object): Promise<Created> {
  const answer = await stack.call('POST', '/webhook', body);
  expect(answer.status).toBe(200);
  return answer.body as Created;
}

/** By number, each once: what is told twice is told the same. */
function toldTo(path: string): Told[] {
  const byNumber = new Map<number, Told>();
  for (const request of requests.filter((one) => one.path === path)) {
    for (const event of (JSON.parse(request.body) as { events: Told[] }).events) {
      expect(byNumber.get(event.sequence) ?? event).toEqual(event);
      byNumber.set(event.sequence, event);
    }
  }
  return [...byNumber.values()].sort((a, b) => a.sequence - b.sequence);
}

async function statusesOf(definitionId: string): Promise<string[]> {
  const { rows } = await stack.db.query<{ id: string }>(
    `select xid::text || '-' || event_id::text as id from run_event
     where data->>'definition_id' = $1 and kind = 'status' order by run_event.xid, run_event.event_id`,
    [definitionId],
  );
  return rows.map(({ id }) => id);
}

test('through refusals and a killed worker, each event of a definition comes in order, numbered, signed, and nobody else’s', async () => {
  let worker = stack.startWorker();
  const definition = await stack.define('true');
  const other = await stack.define('true');
  const { webhook_id: webhookId, secret, url } = await create({ url: `${base}/one`, definition_id: definition });
  expect(url).toBe(`${base}/********`);
  const all = await create({ url: `${base}/all`, events: ['status', 'note', 'attempt'] });
  answers.set('/one', [500, 503]);
  const env = [{ name: 'API_TOKEN', value: 'hush-hush' }];
  const runIds: string[] = [];
  for (let round = 0; round < kills; round += 1) {
    const before = requests.length;
    runIds.push(...(await Promise.all([definition, definition, other].map((one) => stack.execute(one, { env })))));
    await until('something is told', () => Promise.resolve(requests.length > before ? true : null), 120);
    await stack.kill(worker);
    worker = stack.startWorker();
  }
  for (const runId of runIds) await stack.reaches(runId, ['STOPPED']);
  const wanted = await statusesOf(definition);
  await until('all is told', () => Promise.resolve(toldTo('/one').length === wanted.length ? true : null), 120);
  expect(toldTo('/one').map(({ id }) => id)).toEqual(wanted);
  expect(toldTo('/one').map(({ sequence }) => sequence)).toEqual(wanted.map((_, n) => n + 1));
  const { rows } = await stack.db.query<{ n: number }>(`select count(*)::int as n from run_event`);
  await until('all is told to all', () => Promise.resolve(toldTo('/all').length === rows[0]?.n ? true : null), 120);
  for (const { path, headers, body } of requests) {
    const key = Buffer.from((path === '/one' ? secret : all.secret).replace('whsec_', ''), 'base64');
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    expect(body).not.toMatch(/hush-hush|API_TOKEN/);
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  }
  expect((await stack.call('GET', `/webhook/${webhookId}`)).body).toMatchObject({ sequence: wanted.length });
  expect(JSON.stringify((await stack.call('GET', '/webhook')).body)).not.toContain(secret);
  for (const { webhook_id: id } of [{ webhook_id: webhookId }, all]) {
    expect((await stack.call('DELETE', `/webhook/${id}`)).status).toBe(200);
  }
}, 300_000);

test('one that does not answer is told of its trouble, keeps nobody else waiting, and goes on when it is enabled', async () => {
  const definition = await stack.define('true');
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  const dead = await create({ url: `http://127.0.0.1:${port}/dead`, definition_id: definition });
  await create({ url: `${base}/alive`, definition_id: definition });
  await stack.reaches(await stack.execute(definition), ['STOPPED']);
  const wanted = (await statusesOf(definition)).length;
  await until('the other is told', () => Promise.resolve(toldTo('/alive').length === wanted ? true : null), 120);
  const trouble = await until('the trouble is told', async () => {
    const { body } = await stack.call('GET', `/webhook/${dead.webhook_id}`);
    return (body as Created).tries === undefined ? null : (body as Created);
  });
  expect(trouble).toMatchObject({ sequence: 0, last_error: expect.stringMatching(/ECONNREFUSED/) as unknown });
  await stack.db.query(`update webhook set disabled_at = now(), url = $2 where webhook_id = $1`, [
    dead.webhook_id,
    `${base}/back`,
  ]);
  expect((await stack.call('PUT', `/webhook/${dead.webhook_id}/enable`)).status).toBe(200);
  await until('it is told all', () => Promise.resolve(toldTo('/back').length === wanted ? true : null), 120);
}, 240_000);

test.each<[string, object, RegExp]>([
  ['no url', {}, /^string \[url\] must be specified$/],
  ['an url of files', { url: 'file:///etc/passwd' }, /^url must be an address/],
  ['an url with a user', { url: 'http://a:b@c/' }, /^url must be an address/],
  ['a definition that is none', { url: 'http://a/', definition_id: 'etl' }, /^There is no definition or template etl$/],
  ['an unknown event', { url: 'http://a/', events: ['birth'] }, /^events.0 must be one of \[status, note, attempt\]$/],
  ['a short secret', { url: 'http://a/', secret: 'whsec_x' }, /^secret must be whsec_/],
])('a webhook with %s is refused', async (_, body, says) => {
  const answer = await stack.call('POST', '/webhook', body);
  expect(answer).toMatchObject({ status: 400, body: { error: expect.stringMatching(says) as unknown } });
});
