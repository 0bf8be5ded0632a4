/** Clusters of AWS EKS: where they are, and the tokens that open them. */
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';

/** A token holds 15 minutes from its signing, whatever its URL says. */
const tokenHoldsMs = 15 * 60_000;
const renewBeforeMs = 3 * 60_000;
/** As the authenticator of EKS demands. */
const urlHoldsSeconds = 60;

const credentials = fromNodeProviderChain();
const tokens = new Map<string, { token: Promise<string>; until: number }>();

/** Source: EKS DescribeCluster. `certificateAuthority` is base64. */
export async function describeCluster(
  name: string,
  region: string,
): Promise<{ endpoint: string; certificateAuthority: string }> {
  const client = new EKSClient({ region });
  try {
    const { cluster } = await client.send(new DescribeClusterCommand({ name }));
    const endpoint = cluster?.endpoint;
    const certificateAuthority = cluster?.certificateAuthority?.data;
    if (endpoint === undefined || certificateAuthority === undefined) {
      throw new Error(`the EKS cluster ${name} has no endpoint yet (${cluster?.status ?? 'no status'})`);
    }
    return { endpoint, certificateAuthority };
  } finally {
    client.destroy();
  }
}

/** A bearer token, kept until shortly before it ends. */
export function tokenFor(name: string, region: string): Promise<string> {
  const key = `${region}/${name}`;
  const kept = tokens.get(key);
  if (kept !== undefined && Date.now() < kept.until) return kept.token;
  const minted = mint(name, region);
  const token = minted.then(({ token: text }) => text);
  const entry = { token, until: Date.now() + tokenHoldsMs - renewBeforeMs };
  tokens.set(key, entry);
  minted.then(
    // A token is as good as the credentials that signed it.
    ({ expiresAt }) => (entry.until = Math.min(entry.until, expiresAt - renewBeforeMs)),
    () => tokens.delete(key),
  );
  return token;
}

/** After a refusal: who we are may have changed. */
export function forgetToken(name: string, region: string): void {
  tokens.delete(`${region}/${name}`);
}

/** A signed request to STS, "who am I": the cluster sends it there and trusts the answer. */
async function mint(name: string, region: string): Promise<{ token: string; expiresAt: number }> {
  const identity = await credentials();
  const hostname = `sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
  const signer = new SignatureV4({ credentials: identity, region, service: 'sts', sha256: Sha256 });
  const signed = await signer.presign(
    new HttpRequest({
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, 'x-k8s-aws-id': name },
    }),
    { expiresIn: urlHoldsSeconds, unsignableHeaders: new Set(['content-type']) },
  );
  const query = new URLSearchParams(signed.query as Record<string, string>);
  const token = `k8s-aws-v1.${Buffer.from(`https://${hostname}/?${query.toString()}`).toString('base64url')}`;
  return { token, expiresAt: identity.expiration?.getTime() ?? Infinity };
}
