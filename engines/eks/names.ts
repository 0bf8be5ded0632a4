/** What Kubernetes takes as labels and as names of variables; what it would refuse is mended or left out. Pure. */
import type { EnvVar } from '../../domain/job';

const maxLabelChars = 63;
const maxPrefixChars = 253;
const dnsName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** Printable ASCII without space and `=`: what Kubernetes 1.34 takes, and each version since 1.32 by default. */
const variableName = /^[!-<>-~]+$/;

/** Of a Job's controller: with a value of ours the API refuses the Job. */
const controllersOwn = /^(job-name|controller-uid|batch\.kubernetes\.io\/.*)$/;

/** As the original wrote values (engine-behaviour.md §2.3), but legal at both ends, where it let the API refuse them. */
export function labelValue(text: string): string {
  return word(text).toLowerCase();
}

/** `own`, then the caller's labels, mended; one whose key cannot be mended or is not the caller's to set is left out. */
export function labels(own: Record<string, string>, callers: Record<string, string>): Record<string, string> {
  const given = Object.entries(callers).map(([key, value]): [string, string] => [key, labelValue(value)]);
  const free = (key: string): string | null => {
    const legal = labelKey(key);
    return legal === null || Object.hasOwn(own, legal) || controllersOwn.test(legal) ? null : legal;
  };
  return { ...own, ...Object.fromEntries(settle(given, free)) };
}

/** The variables under legal names, in order of first appearance. */
export function variables(env: EnvVar[]): EnvVar[] {
  const given = env.map(({ name, value }): [string, string] => [name, value]);
  return [...settle(given, variable)].map(([name, value]) => ({ name, value }));
}

/** An optional DNS name and a slash, then a word; a prefix that is no DNS name becomes a part of the word. */
function labelKey(key: string): string | null {
  const prefix = key.slice(0, Math.max(key.lastIndexOf('/'), 0));
  const prefixed = dnsName.test(prefix) && prefix.length <= maxPrefixChars;
  const name = word(prefixed ? key.slice(prefix.length) : key);
  if (name === '') return null;
  return prefixed ? `${prefix}/${name}` : name;
}

/** As the original mended names: people write `$NAME` for a variable, and spaces beside it. */
function variable(name: string): string | null {
  const mended = name.replaceAll(' ', '').replace(/^\$/, '');
  return variableName.test(mended) ? mended : null;
}

/** Letters, digits, `-`, `_` and `.`, a letter or digit at both ends. */
function word(text: string): string {
  return text
    .replace(/[^-a-zA-Z0-9_.]+/g, '_')
    .replace(/^[-_.]+/, '')
    .slice(0, maxLabelChars)
    .replace(/[-_.]+$/, '');
}

/**
 * One value per legal name. The name as it was given wins over one that had to be mended into it, for nobody can have meant
 * to replace a variable by a misspelt one; of two of a kind the later wins. `mend` answers null for what is left out.
 */
function settle(given: [name: string, value: string][], mend: (name: string) => string | null): Map<string, string> {
  const exact = new Map(given.filter(([name]) => mend(name) === name));
  const settled = new Map<string, string>();
  for (const [name, value] of given) {
    const legal = mend(name);
    if (legal !== null) settled.set(legal, exact.get(legal) ?? value);
  }
  return settled;
}
