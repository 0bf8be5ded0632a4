/** Who changes something, as far as this browser knows: a proxy in front that knows better says so by an email, which counts more. */
import { settings } from '../settings/settings';

/** Headers hold plain letters only: other names are told in the form of RFC 8187. */
export function callerHeaders(): { 'X-User-Name'?: string } {
  // Half a character cannot be encoded.
  const name = settings()
    .owner.replace(/\p{Surrogate}/gu, '')
    .trim();
  if (name === '') return {};
  return { 'X-User-Name': /^[\x20-\x7e]+$/.test(name) ? name : `UTF-8''${encodeURIComponent(name)}` };
}
