/** Sprig's semver and semverCompare, by the rules of the library that it uses (github.com/Masterminds/semver 1.5). */
import { TemplateError, type Opaque, type Value } from '../value';
import { define, type Functions } from './define';

type Version = { parts: [number, number, number]; pre: string; metadata: string; original: string };
/** Which parts a constraint leaves open. `any`: one of them at least. */
type Constraint = { operator: string; to: Version; anyMinor: boolean; anyPatch: boolean; any: boolean };

export const semver: Functions = {
  semver: define(['string'], (text) => toValue(versionOf(text))),
  semverCompare: define(['string', 'string'], (text, version) => {
    const alternatives = constraintsOf(text);
    const of = versionOf(version);
    return alternatives.some((all) => all.every((constraint) => check(of, constraint)));
  }),
};

const suffix = /(?:-([\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*))?(?:\+([\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*))?/.source;
const versionPattern = new RegExp(`^v?(\\d+)(?:\\.(\\d+))?(?:\\.(\\d+))?${suffix}$`);
const loose = `v?([\\d|xX*]+)(\\.[\\d|xX*]+)?(\\.[\\d|xX*]+)?${suffix}`;
const constraintPattern = new RegExp(`^\\s*(|=|!=|>|<|>=|=>|<=|=<|~|~>|\\^)\\s*(${loose})\\s*$`);
const rangePattern = new RegExp(`\\s*(${loose})\\s+-\\s+(${loose})\\s*`, 'g');

function versionOf(text: string): Version {
  const match = versionPattern.exec(text);
  if (match === null) throw new TemplateError('Invalid Semantic Version');
  const [, major, minor, patch, pre = '', metadata = ''] = match;
  return { parts: [Number(major), Number(minor ?? 0), Number(patch ?? 0)], pre, metadata, original: text };
}

function toValue(of: Version): Opaque {
  const text = textOf(of);
  const [major, minor, patch] = of.parts;
  const methods: Record<string, Value> = {
    ...{ Major: BigInt(major), Minor: BigInt(minor), Patch: BigInt(patch) },
    ...{ Prerelease: of.pre, Metadata: of.metadata, Original: of.original, String: text },
  };
  return {
    type: '*semver.Version',
    text,
    methods: new Map(Object.entries(methods).map(([name, value]) => [name, () => value])),
  };
}

function textOf({ parts, pre, metadata }: Version): string {
  return `${parts.join('.')}${pre === '' ? '' : `-${pre}`}${metadata === '' ? '' : `+${metadata}`}`;
}

/** Alternatives, each of constraints that must all hold. */
function constraintsOf(text: string): Constraint[][] {
  const plain = text.replace(rangePattern, (_, ...groups: string[]) => `>= ${groups[0] ?? ''}, <= ${groups[6] ?? ''}`);
  return plain.split('||').map((all) => all.split(',').map(constraintOf));
}

function constraintOf(text: string): Constraint {
  const match = constraintPattern.exec(text);
  if (match === null) throw new TemplateError(`improper constraint: ${text}`);
  const [, operator = '', whole = '', major = '', minor = '', patch = '', pre] = match;
  const isOpen = (part: string): boolean => /^\.?[xX*]$/.test(part);
  const tail = pre === undefined ? '' : `-${pre}`;
  if (isOpen(major)) return { operator, to: versionOf('0.0.0'), anyMinor: false, anyPatch: false, any: true };
  if (minor === '' || isOpen(minor)) {
    return { operator, to: versionOf(`${major}.0.0${tail}`), anyMinor: true, anyPatch: false, any: true };
  }
  if (isOpen(patch))
    return { operator, to: versionOf(`${major}${minor}.0${tail}`), anyMinor: false, anyPatch: true, any: true };
  return { operator, to: versionOf(whole), anyMinor: false, anyPatch: false, any: false };
}

function check(of: Version, { operator, to, anyMinor, anyPatch, any }: Constraint): boolean {
  const order = compare(of, to);
  const isNotEqual = operator === '!=';
  // Who does not ask for a version before its release does not get one.
  if (of.pre !== '' && to.pre === '' && (!isNotEqual || any)) return false;
  const sameMajor = of.parts[0] === to.parts[0];
  const sameMinor = of.parts[1] === to.parts[1] || anyMinor;
  const isAtMost = of.parts[0] <= to.parts[0] && (of.parts[1] <= to.parts[1] || anyMinor);
  const isAnything = to.parts.every((part) => part === 0) && !anyMinor && !anyPatch;
  const isNear = order >= 0 && (isAnything || (sameMajor && sameMinor));
  switch (operator) {
    case '!=':
      return any ? !(sameMajor && sameMinor) : order !== 0;
    case '>':
      return order > 0;
    case '>=':
    case '=>':
      return order >= 0;
    case '<':
      return any ? isAtMost : order < 0;
    case '<=':
    case '=<':
      return any ? isAtMost : order <= 0;
    case '~':
    case '~>':
      return isNear;
    case '^':
      return order >= 0 && sameMajor;
    default:
      return any ? isNear : order === 0;
  }
}

function compare(a: Version, b: Version): number {
  for (const [n, part] of a.parts.entries()) {
    const other = b.parts[n] ?? 0;
    if (part !== other) return part < other ? -1 : 1;
  }
  if (a.pre === b.pre) return 0;
  if (a.pre === '' || b.pre === '') return a.pre === '' ? 1 : -1;
  return comparePre(a.pre.split('.'), b.pre.split('.'));
}

/** Numbers before words, the shorter first. */
function comparePre(a: string[], b: string[]): number {
  for (let n = 0; n < Math.max(a.length, b.length); n += 1) {
    const [one, other] = [a[n], b[n]];
    if (one === other) continue;
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
    const [isNumber, otherIsNumber] = [/^\d+$/.test(one), /^\d+$/.test(other)];
    if (isNumber && otherIsNumber) return Number(one) < Number(other) ? -1 : 1;
    if (isNumber !== otherIsNumber) return isNumber ? -1 : 1;
    return one < other ? -1 : 1;
  }
  return 0;
}
