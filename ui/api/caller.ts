/** Who asks for a stop, as far as this browser knows: a proxy in front that knows better says so by an email, which counts more. */
import { settings } from '../settings/settings';

/** Headers hold no more than this: other names stay unsaid. */
export function callerHeaders(): { 'X-User-Name'?: string } {
  const { owner } = settings();
  return /^[\x20-\x7e\xa0-\xff]+$/.test(owner) ? { 'X-User-Name': owner } : {};
}
