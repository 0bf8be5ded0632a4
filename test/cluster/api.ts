/** Asks a cluster's API server past all of our code: the judge of tests. */
import { readFile } from 'node:fs/promises';
import { request, type RequestOptions } from 'node:https';
import { parse } from 'yaml';

const timeoutMs = 10_000;

/** Of a kubeconfig, as far as it is needed: names are ignored, its first cluster and user count. */
type Kubeconfig = {
  clusters: { cluster: { server: string; 'certificate-authority-data'?: string } }[];
  users: { user: { token?: string; 'client-certificate-data'?: string; 'client-key-data'?: string } }[];
};

/** PATCH: a merge patch (RFC 7386). */
export type ClusterApi = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) => Promise<unknown>;

/** Answers are JSON, but for logs, which are text. Throws where the answer is no success, with its text. */
export async function clusterApi(kubeconfig: string): Promise<ClusterApi> {
  const { server, options } = await accessBy(kubeconfig);
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const headers = {
        ...options.headers,
        'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      };
      const given = { ...options, timeout: timeoutMs, method, headers };
      const asked = request(new URL(path, server), given, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const isJson = response.headers['content-type']?.startsWith('application/json') === true;
          if ((response.statusCode ?? 0) < 300) resolve(isJson ? JSON.parse(text) : text);
          else reject(new Error(`${method} ${path}: ${response.statusCode ?? 'no status'} ${text}`));
        });
      });
      asked.on('timeout', () => asked.destroy(new Error(`${method} ${path}: no answer in ${timeoutMs} ms`)));
      asked.on('error', reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
}

type Access = { server: string; options: RequestOptions & { headers: Record<string, string> } };

/** What a request needs to be let in. */
export async function accessBy(kubeconfig: string): Promise<Access> {
  const { clusters, users } = parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig;
  const cluster = clusters[0]?.cluster;
  const user = users[0]?.user ?? {};
  if (cluster === undefined) throw new Error(`${kubeconfig} names no cluster`);
  const options = {
    ca: decode(cluster['certificate-authority-data']),
    cert: decode(user['client-certificate-data']),
    key: decode(user['client-key-data']),
    headers: user.token === undefined ? {} : { authorization: `Bearer ${user.token}` },
  };
  return { server: cluster.server, options };
}

function decode(data: string | undefined): Buffer | undefined {
  return data === undefined ? undefined : Buffer.from(data, 'base64');
}
