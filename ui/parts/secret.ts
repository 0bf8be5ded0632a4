/**
 * Which values are hidden until somebody asks for them. The server's rule (domain/secret.ts) leads: what it masks never comes here.
 * This one hides at least as much (a unit test compares them), and more: from onlookers.
 */

/** As the server writes what it keeps to itself. */
export const mask = '********';
/** What stands for a hidden value, however long that is. */
export const dots = '••••••••';
export const revealSeconds = 30;

/** `absent`: the server keeps it to itself. `hidden`: it is here, and shown to whoever asks. */
export type Secrecy = 'absent' | 'hidden' | 'plain';

const hiddenName =
  /PASS|SECRET|TOKEN|KEY|CREDENTIAL|AUTH|COOKIE|DSN|PRIVATE|WEBHOOK[_.-]?URL|(^|[_.-])(PWD|CREDS?)($|[_.-])/i;

const hiddenValues = [
  /-----BEGIN [A-Z0-9 ]+-----/, // PEM
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*/, // JWT
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/, // key of AWS
  /\b(gh[pousr]_[A-Za-z0-9]{16}|github_pat_[A-Za-z0-9_]{16}|xox[abprs]-[A-Za-z0-9-]{8})/, // token of GitHub, Slack
  /:\/\/[\w-]{32,500}@/, // URL whose user is one
  /:\/\/[^\s/?#:@]{0,500}:[^\s/?#@]{1,500}@/, // URL with a password
  /(^|[\s;,&?])(password|pwd|accountkey|sharedaccesskey) ?= ?[^\s;,&]/i, // connection string with one
  /\/\/hooks\.slack\.com\/(services|workflows|triggers)\/\S/, // whoever has it may post
];

export function secrecyOf(name: string, value: string): Secrecy {
  if (value === mask) return 'absent';
  if (value === '') return 'plain';
  return hiddenName.test(name) || looksSecretValue(value) ? 'hidden' : 'plain';
}

function looksSecretValue(value: string): boolean {
  return hiddenValues.some((pattern) => pattern.test(value));
}

/** A copy of something of the API for raw views: values of variables, and texts that look like secrets, as dots. */
export function withoutSecrets(data: unknown, name = ''): unknown {
  if (typeof data === 'string') return secrecyOf(name, data) === 'plain' ? data : dots;
  if (Array.isArray(data)) return data.map((one) => withoutSecrets(one, name));
  if (typeof data !== 'object' || data === null) return data;
  const entries = Object.entries(data);
  const { name: variable, value } = data as { name?: unknown; value?: unknown };
  if (typeof variable === 'string' && typeof value === 'string' && secrecyOf(variable, value) !== 'plain') {
    return { ...data, value: dots };
  }
  return Object.fromEntries(entries.map(([key, one]) => [key, withoutSecrets(one, publicKeys.has(key) ? '' : key)]));
}

/** Fields of the API whose names look like those of secrets, and are none. */
const publicKeys = new Set(['idempotence_key']);
