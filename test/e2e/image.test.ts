/** The check of images against real registries, against registries in trouble, and in the way of a run. */
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askRegistry } from '../../registry/ask';
import type { Answer } from '../../registry/answer';
import { imageNameFrom } from '../../registry/name';
import { takePort } from '../../bin/dev/port';
import { login, startRegistries, type Registries } from '../registry';
import { startStack, type Stack } from '../stack';

const none = `sha256:${'0'.repeat(64)}`;
const found: Answer = { kind: 'found' };
const missing: Answer = { kind: 'missing' };
const unknown = (why: string): Answer => ({ kind: 'unknown', why });

let folder: string;
/** A Docker configuration that has the login for these registries, and one that has a wrong password. */
let files: { right: string; wrong: string; none: string };

async function configFile(name: string, auths: Record<string, string>): Promise<string> {
  const entries = Object.entries(auths).map(([host, pair]) => [host, { auth: Buffer.from(pair).toString('base64') }]);
  const file = join(folder, name);
  await writeFile(file, JSON.stringify({ auths: Object.fromEntries(entries) as object }));
  return file;
}

function ask(image: string, file: string): Promise<Answer> {
  const name = imageNameFrom(image);
  if (name === null) throw new Error(`${image} is no name`);
  return askRegistry(name, file);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flotilla-image-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a real registry', () => {
  let registries: Registries;
  let digest: string;

  beforeAll(async () => {
    registries = await startRegistries(join(folder, 'registry'));
    const { byPassword, byToken } = registries;
    digest = await registries.push('private/app', '1');
    await registries.push('private/app', 'latest');
    await registries.pushIndex('private/app', 'many');
    await registries.push('public/app', '1');
    const pair = `${login.username}:${login.password}`;
    files = {
      right: await configFile('right.json', { [byPassword]: pair, [byToken]: pair }),
      wrong: await configFile('wrong.json', { [byPassword]: `${pair}!`, [byToken]: `${pair}!` }),
      none: join(folder, 'none.json'),
    };
  }, 600_000);
  afterAll(() => registries.stop());

  const all: [string, string, keyof typeof files, Answer][] = [
    ['a tag', 'private/app:1', 'right', found],
    ['an index', 'private/app:many', 'right', found],
    ['no tag, which is latest', 'private/app', 'right', found],
    ['a digest that is not there', `private/app@${none}`, 'right', missing],
    ['a tag that is not there', 'private/app:2', 'right', missing],
    ['a repository that is not there', 'private/other:1', 'right', missing],
    ['a repository without latest', 'public/app', 'right', missing],
  ];
  test.each(all)('by password knows about %s', async (_, image, file, answer) => {
    expect(await ask(`${registries.byPassword}/${image}`, files[file])).toEqual(answer);
  });
  test.each<(typeof all)[number]>([
    ...all,
    ['a public tag, from anybody', 'public/app:1', 'none', found],
    ['a public tag that is not there, from anybody', 'public/app:2', 'none', missing],
  ])('by token knows about %s', async (_, image, file, answer) => {
    expect(await ask(`${registries.byToken}/${image}`, files[file])).toEqual(answer);
  });

  test('knows an image by its digest', async () => {
    expect(await ask(`${registries.byPassword}/private/app@${digest}`, files.right)).toEqual(found);
    expect(await ask(`${registries.byToken}/private/app:2@${digest}`, files.right)).toEqual(found);
  });

  test.each<[string, 'byPassword' | 'byToken', string, 'none' | 'wrong', string]>([
    ['whom it does not know', 'byPassword', 'private/app:1', 'none', 'status 401'],
    ['whom it does not know about what is not there', 'byPassword', 'private/app:2', 'none', 'status 401'],
    ['whose password is wrong', 'byPassword', 'private/app:2', 'wrong', 'status 401'],
    ['whose token is for nothing', 'byToken', 'private/app:2', 'none', 'status 401'],
    ['who gets no token', 'byToken', 'private/app:2', 'wrong', 'no token: status 401'],
  ])('tells nothing to somebody %s', async (_, by, image, file, why) => {
    expect(await ask(`${registries[by]}/${image}`, files[file])).toEqual(unknown(why));
  });

  describe('in the way of a run', () => {
    let stack: Stack;
    let dead: string;

    beforeAll(async () => {
      dead = `127.0.0.1:${await takePort(0, 'nobody')}`;
      stack = await startStack('process', {
        ENGINES: 'ecs local',
        ECS_CLUSTERS: 'main',
        AWS_DEFAULT_REGION: 'us-east-1',
        CHECK_IMAGE_VALIDITY: 'true',
      });
      // Where `docker login` leaves it: the folder is the home of its processes.
      await mkdir(join(stack.folder, '.docker'));
      await cp(files.right, join(stack.folder, '.docker', 'config.json'));
      await stack.startApi();
    }, 300_000);
    afterAll(() => stack.close(), 60_000);

    const launch = (engine: string) => ({ engine, run_tags: { owner_id: 'tester' } });
    const runs = async (): Promise<number> =>
      Number((await stack.db.query<{ count: string }>('select count(*) from run')).rows[0]?.count);

    test('refuses one whose image is not there, in the words of the original, and leaves no row of it', async () => {
      const image = `${registries.byToken}/private/app:2`;
      const refusal = { error: `image [${image}] was not found in any of the configured repositories` };
      const id = await stack.define('true', { image, alias: 'no-image' });
      const before = await runs();
      for (const path of [`/task/${id}/execute`, '/task/alias/no-image/execute']) {
        expect(await stack.call('PUT', path, launch('ecs'))).toEqual({ status: 404, body: refusal });
      }
      expect(await runs()).toBe(before);
    });

    test('lets one pass whose image is there, without a tag as well', async () => {
      for (const image of ['private/app:1', 'private/app']) {
        const id = await stack.define('true', { image: `${registries.byPassword}/${image}` });
        expect((await stack.call('PUT', `/task/${id}/execute`, launch('ecs'))).status).toBe(200);
      }
    });

    test('lets those of engine local pass, which may have images of its own', async () => {
      const id = await stack.define('true', { image: `${registries.byPassword}/private/app:2` });
      expect((await stack.call('PUT', `/task/${id}/execute`, launch('local'))).status).toBe(200);
    });

    test('lets one pass whose registry is down, and says so once', async () => {
      for (const tag of ['1', '2']) {
        const id = await stack.define('true', { image: `${dead}/app:${tag}` });
        expect((await stack.call('PUT', `/task/${id}/execute`, launch('ecs'))).status).toBe(200);
      }
      const lines = stack.output().match(/^.*image not checked.*$/gm);
      expect(lines).toEqual([expect.stringContaining(`"image":"${dead}/app:1","why":"ECONNREFUSED"`)]);
    });
  });
});

describe('a registry in trouble', () => {
  type Handler = (request: IncomingMessage, response: ServerResponse) => void;
  const servers: Server[] = [];
  const secret = 'hunter2hunter2';

  /** Returns `127.0.0.1:port`. */
  async function serve(handler: Handler): Promise<string> {
    const server = createServer(handler).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  async function asked(handler: Handler): Promise<Answer> {
    const host = await serve(handler);
    return ask(`${host}/app:1`, await configFile('trouble.json', { [host]: `tester:${secret}` }));
  }
  const authorizations = (of: IncomingMessage[]) => of.map(({ headers }) => headers.authorization);

  test.each<[string, number]>([
    ['forbids', 403],
    ['is too busy', 429],
    ['is broken', 500],
    ['is not there behind its proxy', 502],
    ['is closed', 503],
  ])('that %s knows nothing', async (_, status) => {
    const answer = await asked((_request, response) => {
      response.writeHead(status).end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
    });
    expect(answer).toEqual(unknown(`status ${status}`));
  });

  test.each<[string, string]>([
    ['a page', '<html>MANIFEST_UNKNOWN</html>'],
    ['half of an answer', '{"errors":[{"code":"MANIFEST_UNKNOWN"}'],
    ['nothing', ''],
    ['more than anybody reads', `{"errors":[{"code":"MANIFEST_UNKNOWN"}],"x":"${'x'.repeat(1_000_000)}"}`],
  ])('that answers 404 and %s knows nothing', async (_, body) => {
    const answer = await asked((_request, response) => response.writeHead(404).end(body));
    expect(answer).toEqual(unknown('status 404'));
  });

  test.each<[string, Handler]>([
    ['does not answer', () => undefined],
    [
      'gives no token',
      ({ url, headers }, response) => {
        const challenge = `Bearer realm="http://${headers.host ?? ''}/token"`;
        if (url?.startsWith('/token') !== true) response.writeHead(401, { 'www-authenticate': challenge }).end();
      },
    ],
    [
      'does not end its answer',
      ({ method }, response) => {
        response.writeHead(404);
        if (method === 'HEAD') response.end();
        else response.write('{"errors":');
      },
    ],
    [
      'takes its time at each step',
      ({ method, headers, url }, response) => {
        const challenge = `Bearer realm="http://${headers.host ?? ''}/token"`;
        setTimeout(() => {
          if (url?.startsWith('/token') === true) response.end('{"token":"t"}');
          else if (headers.authorization === undefined)
            response.writeHead(401, { 'www-authenticate': challenge }).end();
          else response.writeHead(404).end(method === 'GET' ? '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}' : '');
        }, 1000);
      },
    ],
    [
      'sends us in a circle',
      ({ url }, response) => setTimeout(() => response.writeHead(307, { location: url }).end(), 400),
    ],
  ])('that %s is left after three seconds', async (_, handler) => {
    const from = performance.now();
    expect(await asked(handler)).toEqual(unknown('no answer within 3 s'));
    const ms = performance.now() - from;
    expect(ms).toBeGreaterThan(2900);
    expect(ms).toBeLessThan(3500);
  });

  test('that has broken the connection knows nothing', async () => {
    const answer = await asked(({ socket }) => socket.destroy());
    expect(answer).toEqual(unknown('UND_ERR_SOCKET'));
  });

  test('is not pulled from: Docker Hub counts that', async () => {
    const methods: (string | undefined)[] = [];
    const answer = await asked(({ method }, response) => {
      methods.push(method);
      response.end();
    });
    expect([answer, methods]).toEqual([found, ['HEAD']]);
  });

  test('gets the token that it gave, by whichever of its two names, and is told for what', async () => {
    const seen: IncomingMessage[] = [];
    const answer = await asked((request, response) => {
      const { url, headers } = request;
      seen.push(request);
      const challenge = `Bearer realm="http://${headers.host ?? ''}/token?a=b",service="s & t"`;
      if (url?.startsWith('/token') === true) response.end('{"access_token":"granted"}');
      else if (headers.authorization === undefined) response.writeHead(401, { 'www-authenticate': challenge }).end();
      else response.end();
    });
    expect(answer).toEqual(found);
    const basic = `Basic ${Buffer.from(`tester:${secret}`).toString('base64')}`;
    expect(authorizations(seen)).toEqual([undefined, basic, 'Bearer granted']);
    const { searchParams } = new URL(seen[1]?.url ?? '', 'http://x');
    expect(Object.fromEntries(searchParams)).toEqual({ a: 'b', service: 's & t', scope: 'repository:app:pull' });
  });

  test('that sends us elsewhere is followed, without our credentials', async () => {
    const seen: IncomingMessage[] = [];
    const elsewhere = await serve((request, response) => {
      seen.push(request);
      response.end();
    });
    const answer = await asked((request, response) => {
      if (request.headers.authorization === undefined) response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
      else response.writeHead(307, { location: `http://${elsewhere}/x` }).end();
    });
    expect(answer).toEqual(found);
    expect(authorizations(seen)).toEqual([undefined]);
  });

  test('that sends us where our credentials are wanted does not get them there', async () => {
    const seen: IncomingMessage[] = [];
    const elsewhere: string = await serve((request, response) => {
      seen.push(request);
      response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${elsewhere}/token"` }).end();
    });
    const answer = await asked((_, response) => response.writeHead(307, { location: `http://${elsewhere}/x` }).end());
    expect(answer).toEqual(unknown('status 401 after a redirect'));
    expect(authorizations(seen)).toEqual([undefined]);
  });

  test.each(['ftp://127.0.0.1/token', 'nowhere', '/token'])(
    'whose tokens are at %s gets no credentials',
    async (realm) => {
      const answer = await asked((_, response) =>
        response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end(),
      );
      expect(answer).toEqual(unknown('token realm unusable'));
    },
  );

  test('whose token is no header tells no secret', async () => {
    const answer = await asked(({ url, headers }, response) => {
      if (url?.startsWith('/token') === true) response.end(JSON.stringify({ token: `${secret}\n` + secret }));
      else response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${headers.host ?? ''}/token"` }).end();
    });
    expect(answer).toEqual(unknown('TypeError'));
  });

  test('and a broken file of credentials tells no secret', async () => {
    const host = await serve((_, response) => response.writeHead(401, { 'www-authenticate': 'Basic' }).end());
    const file = join(folder, 'broken.json');
    await writeFile(file, `{"auths": {"${host}": {"auth": ${secret}}}}`);
    expect(await ask(`${host}/app`, file)).toEqual(unknown('docker_auth cannot be read, or is no JSON'));
    expect(await ask(`${host}/app`, folder)).toEqual(unknown('docker_auth cannot be read, or is no JSON'));
  });
});
