/** Who we are to a registry: what `docker login` has left in Docker's configuration file. */
import { dockerHub } from './name';

/** Docker Hub's names in such files; the first is what `docker login` writes. */
const dockerHubNames = ['index.docker.io', dockerHub, 'registry-1.docker.io'];

/**
 * The credentials of HTTP's Basic scheme; null where the file has none for this registry. Credential helpers are programs, and
 * identity tokens another protocol: neither is known here.
 */
export function credentialsFor(file: unknown, registry: string): string | null {
  const names = registry === dockerHub ? dockerHubNames : [registry];
  const entries = Object.entries(fieldOf(file, 'auths') ?? {});
  // The plain name first: other keys of the same host may be meant for a path of it.
  const keyed = entries.find(([key]) => key === registry) ?? entries.find(([key]) => names.includes(hostOf(key)));
  const entry = keyed?.[1] as unknown;
  const auth = fieldOf(entry, 'auth');
  const username = fieldOf(entry, 'username');
  const password = fieldOf(entry, 'password');
  if (typeof auth === 'string' && auth !== '') return basic(Buffer.from(auth, 'base64').toString('utf8'));
  return typeof username === 'string' && typeof password === 'string' ? basic(`${username}:${password}`) : null;
}

/** `https://host/v1/` as `host`. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

function basic(pair: string): string | null {
  const [, username = '', password = ''] = /^([^:]+):([^\0]+)/.exec(pair) ?? [];
  return username === '' || password === '' ? null : Buffer.from(`${username}:${password}`).toString('base64');
}

export function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
