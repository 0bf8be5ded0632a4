/** Asks a registry for an image's manifest, by the API of the distribution specification. */
import { readFile } from 'node:fs/promises';
import { types } from 'node:util';
import { challengeFrom, judge, type Answer } from './answer';
import { credentialsFor, fieldOf } from './credentials';
import { manifestUrl, type ImageName } from './name';

/** For everything together: token, redirects, bodies. */
const withinMs = 3000;
/** Of a token or an error; the longest tokens in use have some 10 kB. */
const maxBodyBytes = 256 * 1024;
/** Any kind of image, for one platform or for many; the last for registries that know others. */
const accept = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  '*/*',
].join(', ');

/** What we say of trouble ourselves. The words of other errors are not shown: those of JSON and of headers repeat secrets. */
class Trouble extends Error {}

/** `configFile`: Docker's, with credentials; read each time, for `docker login` rewrites it. Never rejects, and ends in time. */
export async function askRegistry(name: ImageName, configFile: string): Promise<Answer> {
  const signal = AbortSignal.timeout(withinMs);
  const url = manifestUrl(name);
  let headers: Record<string, string> = { accept };
  const ask = (method: 'HEAD' | 'GET'): Promise<Response> => fetch(url, { method, headers, signal });
  try {
    // Docker Hub counts a GET as a pull, and a HEAD as none.
    let answer = await ask('HEAD');
    if (answer.status === 401) {
      headers = { accept, authorization: await authorization(answer, name, configFile, signal) };
      answer = await ask('HEAD');
    }
    if (answer.status !== 404) return judge(answer.status, null);
    // Only now is a body needed, which has the reason.
    answer = await ask('GET');
    return judge(answer.status, await jsonOf(answer));
  } catch (error) {
    return { kind: 'unknown', why: whyOf(error, signal) };
  }
}

/** The header that a 401 wants. Throws where we have none to give. */
async function authorization(
  refusal: Response,
  name: ImageName,
  configFile: string,
  signal: AbortSignal,
): Promise<string> {
  const asked = new URL(manifestUrl(name));
  // Our credentials are for the registry of the image, not for where it sends us.
  if (new URL(refusal.url).origin !== asked.origin) throw new Trouble('status 401 after a redirect');
  const challenge = challengeFrom(refusal.headers.get('www-authenticate'));
  const credentials = credentialsFor(await readConfig(configFile, signal), name.registry);
  if (challenge === null || (challenge.kind === 'basic' && credentials === null)) throw new Trouble('status 401');
  if (challenge.kind === 'basic') return `Basic ${credentials ?? ''}`;
  const realm = URL.canParse(challenge.realm) ? new URL(challenge.realm) : null;
  if (realm === null || !['https:', asked.protocol].includes(realm.protocol)) throw new Trouble('token realm unusable');
  if (challenge.service !== null) realm.searchParams.set('service', challenge.service);
  realm.searchParams.set('scope', `repository:${name.repository}:pull`);
  const headers = credentials === null ? {} : { authorization: `Basic ${credentials}` };
  const answer = await fetch(realm, { headers, signal });
  const body = await jsonOf(answer);
  const token = fieldOf(body, 'token') ?? fieldOf(body, 'access_token');
  if (!answer.ok || typeof token !== 'string') throw new Trouble(`no token: status ${answer.status}`);
  return `Bearer ${token}`;
}

/** Null where there is no such file. */
async function readConfig(file: string, signal: AbortSignal): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, { encoding: 'utf8', signal }));
  } catch (error) {
    if (fieldOf(error, 'code') === 'ENOENT') return null;
    throw new Trouble('docker_auth cannot be read, or is no JSON');
  }
}

/** Null where it is no JSON, or too long. */
async function jsonOf({ body }: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (body === null) return null;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBodyBytes) return null;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    return null;
  }
}

function whyOf(error: unknown, signal: AbortSignal): string {
  if (error instanceof Trouble) return error.message;
  if (signal.aborted) return `no answer within ${withinMs / 1000} s`;
  const code = fieldOf(fieldOf(error, 'cause'), 'code');
  if (typeof code === 'string') return code;
  return types.isNativeError(error) ? error.name : 'unknown error';
}
