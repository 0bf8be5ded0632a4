/** How pages ask the API: who asks for a change, what is said where nothing is answered, and what a browser remembers of its user. */
import type * as ClientModule from '../../ui/api/client';
import type { Settings } from '../../ui/settings/settings';
import { setGlobals } from './globals';

type Client = typeof ClientModule;
type Answer = () => Response | Promise<Response>;

const json = (body: unknown): Response =>
  new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
const html = (status = 200): Response =>
  new Response('<!doctype html>', { status, headers: { 'content-type': 'text/html; charset=utf-8' } });
const redirect = (): Response => Object.defineProperty(new Response(null), 'type', { value: 'opaqueredirect' });
const broken: Answer = () => Promise.reject(new TypeError('Failed to fetch'));

/** A page of a browser that has kept `kept`. */
async function load({ kept = '{}', isOnline = true, answer = () => json({}) }: Partial<Page> = {}): Promise<
  Client & { sent: Request[]; settings: () => Settings }
> {
  const sent: Request[] = [];
  const page = {
    location: { origin: 'http://flotilla.test' },
    window: new EventTarget(),
    localStorage: { getItem: () => kept },
    navigator: { onLine: isOnline },
    fetch: (request: Request) => {
      sent.push(request);
      return Promise.resolve(answer());
    },
  };
  setGlobals(page);
  let loaded: (Client & { settings: () => Settings }) | undefined;
  await jest.isolateModulesAsync(async () => {
    const { settings } = await import('../../ui/settings/settings');
    loaded = { ...(await import('../../ui/api/client')), settings };
  });
  if (loaded === undefined) throw new Error('nothing was loaded');
  return { ...loaded, sent };
}
type Page = { kept: string; isOnline: boolean; answer: Answer };

const read = ({ api, unwrap }: Client): Promise<unknown> => unwrap(api.GET('/api/v6/info'));
const path = { definition_id: 'g-1' };
const writes: Record<string, (client: Client) => Promise<unknown>> = {
  'a revision': ({ api, unwrap }) =>
    unwrap(api.PUT('/api/v6/task/{definition_id}', { params: { path }, body: { memory: 64 } })),
  'a roll back': ({ api, unwrap }) =>
    unwrap(
      api.PUT('/api/v6/task/{definition_id}/revisions/{revision}/restore', {
        params: { path: { ...path, revision: '1' } },
      }),
    ),
  'a deletion': ({ api, unwrap }) => unwrap(api.DELETE('/api/v6/task/{definition_id}', { params: { path } })),
  'a stop': ({ api, unwrap }) => unwrap(api.POST('/api/v6/history/stop', { body: { run_ids: ['local-1'] } })),
};

test.each(Object.keys(writes))('%s names who makes it', async (name) => {
  const client = await load({ kept: '{"owner":" ann "}' });
  await writes[name]?.(client);
  expect(client.sent.map(({ headers }) => headers.get('x-user-name'))).toEqual(['ann']);
});

test('a read names nobody, and nobody is named where no owner is set', async () => {
  const client = await load({ kept: '{"owner":"ann"}' });
  await read(client);
  const nobody = await load({ kept: '{"owner":"  "}' });
  await writes['a stop']?.(nobody);
  expect([...client.sent, ...nobody.sent].map(({ headers }) => headers.get('x-user-name'))).toEqual([null, null]);
});

test('a name with letters that no header takes is told whole, by RFC 8187', async () => {
  const client = await load({ kept: '{"owner":"Jürgen Łoś"}' });
  await writes['a stop']?.(client);
  expect(client.sent[0]?.headers.get('x-user-name')).toBe("UTF-8''J%C3%BCrgen%20%C5%81o%C5%9B");
});

describe('what is not answered', () => {
  test.each<[string, boolean, string]>([
    ['was not sent, without a network', false, 'Not sent: this browser has no network'],
    ['may have been sent', true, 'Not sent, or not answered: is Flotilla running, and are you online?'],
  ])('%s: a write says so', async (_, isOnline, sentence) => {
    const client = await load({ isOnline, answer: broken });
    await expect(writes['a revision']?.(client)).rejects.toMatchObject({ status: 0, message: sentence });
  });

  test('a read says no more than that', async () => {
    const client = await load({ isOnline: false, answer: broken });
    const message = 'Flotilla does not answer: is it running, and are you online?';
    await expect(read(client)).rejects.toMatchObject({ status: 0, message });
  });

  test('a question that is given up is no trouble', async () => {
    const client = await load({ answer: () => Promise.reject(new DOMException('', 'AbortError')) });
    await expect(read(client)).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('behind a proxy', () => {
  const signIn = 'What stands before Flotilla wants you to sign in: load the page again';
  test.each<[string, Answer]>([
    ['that sends elsewhere to sign in', redirect],
    ['that answers with its own page', () => html()],
    ['that refuses', () => new Response('', { status: 401 })],
  ])('%s, one is told to sign in', async (_, answer) => {
    const client = await load({ answer });
    for (const ask of [read, ...Object.values(writes)]) {
      await expect(ask(client)).rejects.toMatchObject({ status: 401, message: signIn });
    }
  });

  test('that has lost the API, the status is told', async () => {
    const client = await load({ answer: () => html(502) });
    await expect(read(client)).rejects.toMatchObject({ status: 502, message: 'The server answered 502' });
  });
});

test.each<[string, string, Partial<Settings>]>([
  ['of the wrong kind', '{"owner":null,"zone":7,"logWrap":"yes"}', { owner: '', zone: 'browser', logWrap: false }],
  ['that is no choice', '{"times":"never","scheme":"pink"}', { times: 'relative', scheme: 'auto' }],
  ['of a name that there is none of', '{"__proto__":{"owner":"x"},"constructor":"x"}', { owner: '' }],
  ['that is nothing', 'null', { owner: '', times: 'relative' }],
  ['that is broken', '{"owner":', { owner: '' }],
])('a setting %s is left out, and the others hold', async (_, kept, expected) => {
  expect((await load({ kept })).settings()).toMatchObject(expected);
  expect((await load({ kept: '{"owner":"ann","times":"absolute","zone":"UTC"}' })).settings()).toMatchObject({
    ...{ owner: 'ann', times: 'absolute', zone: 'UTC' },
  });
});
