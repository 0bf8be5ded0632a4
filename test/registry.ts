/** Real image registries (github.com/distribution/distribution), for one test file: by password, and by token. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { goInstall } from '../bin/dev/go';
import { takePort } from '../bin/dev/port';
import { cacheFolder, isExecutable } from '../bin/dev/program';
import { until } from './stack';

const version = '3.1.2';
export const login = { username: 'tester', password: 'correct horse' };
/** Of that password. */
const bcrypt = '$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2';
const basic = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
const service = 'test-registry';
const issuer = 'test-issuer';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';

export type Registries = {
  /** `127.0.0.1:port`; wants the login for everything. */
  byPassword: string;
  /** The same images; wants a token, which all get for repositories in `public/` and only the login gets for others. */
  byToken: string;
  /** Returns the digest. */
  push(repository: string, tag: string): Promise<string>;
  /** An index of one image. */
  pushIndex(repository: string, tag: string): Promise<string>;
  stop(): Promise<void>;
};

export async function startRegistries(folder: string): Promise<Registries> {
  const program = await registryBinary();
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'htpasswd'), `${login.username}:${bcrypt}\n`);
  const tokens = await startTokens(join(folder, 'jwks.json'));
  const token = { realm: tokens.url, service, issuer, jwks: join(folder, 'jwks.json'), signingalgorithms: ['ES256'] };
  const children: ChildProcess[] = [];

  async function start(name: string, auth: Record<string, unknown>): Promise<string> {
    const host = `127.0.0.1:${await takePort(0, name)}`;
    const config = {
      version: '0.1',
      log: { level: 'error', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(folder, 'images') } },
      http: { addr: host },
      auth,
    };
    await writeFile(join(folder, `${name}.yml`), stringify(config));
    const env = { PATH: process.env['PATH'], OTEL_TRACES_EXPORTER: 'none' };
    const child = spawn(program, ['serve', join(folder, `${name}.yml`)], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    children.push(child);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await until(`registry ${name} listens`, () => fetch(`http://${host}/v2/`), 30).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${said}`);
    });
    return host;
  }

  const byPassword = await start('password', { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } });
  const byToken = await start('token', { token });
  const push = (repository: string, tag: string) => pushImage(`http://${byPassword}/v2/${repository}`, tag);
  return {
    byPassword,
    byToken,
    push,
    pushIndex: async (repository, tag) => {
      const digest = await push(repository, `${tag}-amd64`);
      const platform = { os: 'linux', architecture: 'amd64' };
      const manifests = [
        { mediaType: manifestType, digest, size: await sizeOf(byPassword, repository, digest), platform },
      ];
      return putManifest(`http://${byPassword}/v2/${repository}`, tag, {
        schemaVersion: 2,
        mediaType: indexType,
        manifests,
      });
    },
    stop: async () => {
      tokens.stop();
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    },
  };
}

/** Built from source, once on a machine. */
async function registryBinary(): Promise<string> {
  const cached = join(cacheFolder, `registry-${version}`);
  if (await isExecutable(cached)) return cached;
  await mkdir(cacheFolder, { recursive: true });
  console.log('Building an image registry from source, once: about two minutes…');
  await goInstall(`github.com/distribution/distribution/v3/cmd/registry@v${version}`, cached);
  return cached;
}

/** An image without layers; each has another digest. */
async function pushImage(url: string, tag: string): Promise<string> {
  const config = JSON.stringify({
    os: 'linux',
    architecture: 'amd64',
    rootfs: { type: 'layers', diff_ids: [] },
    author: randomUUID(),
  });
  const digest = digestOf(config);
  const upload = await wrote(fetch(`${url}/blobs/uploads/`, { method: 'POST', headers: { authorization: basic } }));
  const at = new URL(upload.headers.get('location') ?? '', url);
  at.searchParams.set('digest', digest);
  const headers = { authorization: basic, 'content-type': 'application/octet-stream' };
  await wrote(fetch(at, { method: 'PUT', headers, body: config }));
  const mediaType = 'application/vnd.oci.image.config.v1+json';
  const size = Buffer.byteLength(config);
  return putManifest(url, tag, {
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType, digest, size },
    layers: [],
  });
}

async function putManifest(
  url: string,
  tag: string,
  manifest: { mediaType: string; [key: string]: unknown },
): Promise<string> {
  const body = JSON.stringify(manifest);
  const headers = { authorization: basic, 'content-type': manifest.mediaType };
  await wrote(fetch(`${url}/manifests/${tag}`, { method: 'PUT', headers, body }));
  return digestOf(body);
}

async function sizeOf(host: string, repository: string, digest: string): Promise<number> {
  const headers = { authorization: basic, accept: manifestType };
  const answer = await fetch(`http://${host}/v2/${repository}/manifests/${digest}`, { headers });
  return (await answer.arrayBuffer()).byteLength;
}

async function wrote(answer: Promise<Response>): Promise<Response> {
  const response = await answer;
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response;
}

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** Who gives the tokens; the file gets the key that the registry checks them by. */
async function startTokens(file: string): Promise<{ url: string; stop: () => void }> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = 'test';
  await writeFile(
    file,
    JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' }] }),
  );
  const part = (of: object): string => Buffer.from(JSON.stringify(of)).toString('base64url');

  function give(request: IncomingMessage, response: ServerResponse): void {
    const { authorization } = request.headers;
    const asked = new URL(request.url ?? '', 'http://x').searchParams;
    const [type, name, actions = ''] = asked.get('scope')?.split(':') ?? [];
    if (asked.get('service') !== service || (authorization !== undefined && authorization !== basic)) {
      response.writeHead(401).end('{"errors":[{"code":"UNAUTHORIZED"}]}');
      return;
    }
    const isGranted = authorization === basic || name?.startsWith('public/') === true;
    const access = isGranted ? [{ type, name, actions: actions.split(',') }] : [];
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      sub: '',
      aud: service,
      nbf: now - 10,
      iat: now,
      exp: now + 60,
      jti: randomUUID(),
      access,
    };
    const text = `${part({ typ: 'JWT', alg: 'ES256', kid })}.${part(claims)}`;
    const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    response.end(JSON.stringify({ token: `${text}.${signature.toString('base64url')}` }));
  }

  const server = createServer(give).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
