/** Which variables look like secrets, by their names, and what is shown instead of their values. */
import type { EnvVar } from './job';

export const mask = '********';

const secretName =
  /passw(or)?d|passphrase|secret|credential|(^|[_.-])(tokens?|pwd|auth)($|[_.-])|(api|access|private|encryption|signing)[_.-]?key/i;

export function looksSecret(name: string): boolean {
  return secretName.test(name);
}

/** An empty value hides nothing. */
export function masked(env: readonly EnvVar[]): EnvVar[] {
  return env.map(({ name, value }) => ({ name, value: value !== '' && looksSecret(name) ? mask : value }));
}
