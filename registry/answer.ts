/** What a registry's answers mean. Pure. */
import { fieldOf } from './credentials';

export type Answer =
  | { kind: 'found' }
  /** The registry lets us look, and there is no such image. */
  | { kind: 'missing' }
  /** Nobody can tell. `why` is for the log: no secret is ever in it. */
  | { kind: 'unknown'; why: string };

/** Who may not look is told 401 or 403 instead (distribution specification, "Error Codes"). */
const missing = new Set<unknown>(['MANIFEST_UNKNOWN', 'NAME_UNKNOWN']);

/** A 404 may also come from a proxy, or from what is no registry at all: only the specified code tells that there is no image. */
export function judge(status: number, body: unknown): Answer {
  if (status === 200) return { kind: 'found' };
  const errors = fieldOf(body, 'errors');
  const codes = Array.isArray(errors) ? errors.map((error) => fieldOf(error, 'code')) : [];
  if (status === 404 && codes.some((code) => missing.has(code))) return { kind: 'missing' };
  return { kind: 'unknown', why: `status ${status}` };
}

/** What a 401 wants: the credentials themselves, or a token for them from elsewhere. */
export type Challenge = { kind: 'basic' } | { kind: 'bearer'; realm: string; service: string | null };

/** Null where the header wants anything else. A token is preferred. */
export function challengeFrom(header: string | null): Challenge | null {
  const [, bearer] = /(?:^|,)\s*Bearer\s+(.*)$/i.exec(header ?? '') ?? [];
  if (bearer === undefined) return /(?:^|,)\s*Basic(?:\s|$)/i.test(header ?? '') ? { kind: 'basic' } : null;
  const parameter = (name: string): string | null => {
    const [, quoted, plain] = new RegExp(`(?:^|[\\s,])${name}=(?:"([^"]*)"|([^\\s,"]+))`, 'i').exec(bearer) ?? [];
    return quoted ?? plain ?? null;
  };
  const realm = parameter('realm');
  return realm === null ? null : { kind: 'bearer', realm, service: parameter('service') };
}
