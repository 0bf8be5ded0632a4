/** Sends a webhook's request: only to a public address, or to a host that the operator allows, and wherever it sends us nothing more. */
import { lookup as lookUp } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, request } from 'undici';
import { messageOf } from './attempt';

const answerWithinMs = 10_000;
/** Of the answer's body, which says nothing to us: more of it costs the connection. */
const readBytes = 64 * 1024;

/** Null where it was taken, else why not. Redirects are not followed. */
export type Post = (
  url: string,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
) => Promise<string | null>;

/** `allowedHosts`: names and addresses that are reached wherever they are, as they stand in a URL. */
export function createPost(allowedHosts: readonly string[]): Post {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase().replace(/^\[(.*)\]$/, '$1')));
  const agent = new Agent({ connect: { lookup: publicOnly(allowed) } });
  return async (url, headers, body, signal) => {
    const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
    // An address is connected to without a look-up.
    if (isIP(host) !== 0 && !allowed.has(host) && !isPublic(host)) return refusalOf(host);
    try {
      const answer = await request(url, {
        ...{ method: 'POST', headers, body, dispatcher: agent },
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
      });
      await answer.body.dump({ limit: readBytes });
      return answer.statusCode >= 200 && answer.statusCode < 300 ? null : `answered ${answer.statusCode}`;
    } catch (error) {
      // Of several addresses that all failed, only the code tells why.
      return messageOf(error) || String((error as { code?: unknown }).code);
    }
  };
}

/** Looks names up; one that leads to an address that is not public leads nowhere. What was checked is what is connected to. */
function publicOnly(allowed: ReadonlySet<string>): LookupFunction {
  return (host, options, callback) => {
    lookUp(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, '');
        return;
      }
      const [first] = addresses;
      if (first === undefined) callback(new Error(`${host} has no address`), '');
      else if (!allowed.has(host) && !addresses.every(({ address }) => isPublic(address))) {
        callback(new Error(refusalOf(host)), '');
      } else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

/** An IPv4 address within an IPv6 one counts as what it is. */
function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

function refusalOf(host: string): string {
  return `${host} is not a public address, nor one of webhook.allowed_hosts`;
}
