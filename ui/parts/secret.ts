/**
 * Which values are hidden until somebody asks for them: those that the server masks for whoever may not see them, and more, from
 * onlookers.
 */
import { isSecret, mask } from '../../domain/secret';

/** What stands for a hidden value, however long that is. */
export const dots = '••••••••';
export const revealSeconds = 30;

/** `absent`: the server keeps it to itself. `hidden`: it is here, and shown to whoever asks. */
export type Secrecy = 'absent' | 'hidden' | 'plain';

const hiddenName = /PASS|SECRET|TOKEN|KEY|CREDENTIAL|AUTH|COOKIE|DSN|PRIVATE/i;

const hiddenValues = [
  /-----BEGIN [A-Z0-9 ]+-----/, // PEM, whatever it holds
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*/, // JWT, however short
];

export function secrecyOf(name: string, value: string): Secrecy {
  if (value === mask) return 'absent';
  if (value === '') return 'plain';
  const isHidden = hiddenName.test(name) || hiddenValues.some((pattern) => pattern.test(value));
  return isHidden || isSecret({ name, value }) ? 'hidden' : 'plain';
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
