/** Prints values as Go's package fmt does: `%v`, and the verbs of printf. */
import { isDict, isOpaque, requireText, runes, sortedEntries, TemplateError, typeOf, type Value } from './value';

/** Wider fields are refused, as Go refuses them. */
const maxWidth = 1_000_000;

type Flags = { minus: boolean; plus: boolean; sharp: boolean; zero: boolean; space: boolean };
type Spec = { verb: string; flags: Flags; width: number | null; precision: number | null };

const none: Flags = { minus: false, plus: false, sharp: false, zero: false, space: false };

/** `%v`. */
export function show(value: Value): string {
  return format(value, { verb: 'v', flags: none, width: null, precision: null });
}

/** As fmt.Sprint: a blank between two operands of which neither is a text. */
export function sprint(values: Value[]): string {
  return values.reduce<string>((before, value, n) => {
    const needsBlank = n > 0 && typeof value !== 'string' && typeof values[n - 1] !== 'string';
    return before + (needsBlank ? ' ' : '') + show(value);
  }, '');
}

export function sprintf(text: string, values: Value[]): string {
  let used = 0;
  let reordered = false;
  const take = (): Value | undefined => (used < values.length ? values[used++] : undefined);
  const pattern = /%([-+# 0]*)(\[\d+\])?(\*|\d+)?(?:(\.)(\*|\d+)?)?(\[\d+\])?(.)?|([^%]+)/gsu;
  let out = '';
  for (const [, marks, early, width, dot, precision, late, verb, plain] of text.matchAll(pattern)) {
    if (plain !== undefined) {
      out += plain;
      continue;
    }
    const index = /\d+/.exec(late ?? early ?? '');
    if (index !== null) {
      reordered = true;
      used = Number(index[0]) - 1;
    }
    const wide = width === '*' ? take() : width === undefined ? null : BigInt(width);
    const exact = precision === '*' ? take() : dot === undefined ? null : BigInt(precision ?? 0);
    if (verb === undefined) out += '%!(NOVERB)';
    else if (verb === '%') out += '%';
    else if (!isSize(wide)) out += '%!(BADWIDTH)';
    else if (!isSize(exact)) out += '%!(BADPREC)';
    else {
      const value = take();
      const flags = flagsOf(marks ?? '', wide);
      const spec = { verb, flags, width: magnitude(wide), precision: exact === null ? null : Number(exact) };
      out += value === undefined ? `%!${verb}(${index === null ? 'MISSING' : 'BADINDEX'})` : format(value, spec);
    }
    requireText(out.length);
  }
  const extra = reordered ? [] : values.slice(used);
  if (extra.length === 0) return out;
  const told = extra.map((value) => (value === null ? '<nil>' : `${typeOf(value)}=${show(value)}`));
  return `${out}%!(EXTRA ${told.join(', ')})`;
}

function isSize(value: Value | undefined): value is bigint | null {
  return value === null || (typeof value === 'bigint' && value <= maxWidth && value >= -maxWidth);
}

function magnitude(width: bigint | null): number | null {
  return width === null ? null : Math.abs(Number(width));
}

function flagsOf(marks: string, width: bigint | null): Flags {
  const minus = marks.includes('-') || (width !== null && width < 0);
  return {
    minus,
    plus: marks.includes('+'),
    sharp: marks.includes('#'),
    zero: marks.includes('0') && !minus,
    space: marks.includes(' '),
  };
}

function format(value: Value, spec: Spec): string {
  if (spec.verb === 'T') return pad(typeOf(value), spec);
  if (value === null) return spec.verb === 'v' ? pad('<nil>', spec) : `%!${spec.verb}(<nil>)`;
  if (Array.isArray(value)) return `[${value.map((item) => formatItem(item, spec)).join(' ')}]`;
  if (isDict(value)) {
    const entries = sortedEntries(value).map(([key, item]) => `${format(key, spec)}:${formatItem(item, spec)}`);
    return `map[${entries.join(' ')}]`;
  }
  if (isOpaque(value)) return formatText(value.text, spec);
  if (typeof value === 'string') return formatText(value, spec);
  if (typeof value === 'bigint') return formatInt(value, spec);
  if (typeof value === 'number') return formatFloat(value, spec);
  return 'vt'.includes(spec.verb) ? pad(String(value), spec) : wrong(value, spec);
}

function formatItem(item: Value, spec: Spec): string {
  return item === null && spec.verb !== 'T' ? pad('<nil>', spec) : format(item, spec);
}

/** A verb that is not for this type: the value is shown, as wide and as exact as was asked for. */
function wrong(value: Value, spec: Spec): string {
  return `%!${spec.verb}(${typeOf(value)}=${format(value, { ...spec, verb: 'v', flags: { ...spec.flags, sharp: false } })})`;
}

function pad(text: string, { width, flags }: Spec): string {
  const missing = (width ?? 0) - runes(text).length;
  if (missing <= 0) return text;
  requireText(missing);
  return flags.minus ? text + ' '.repeat(missing) : (flags.zero ? '0' : ' ').repeat(missing) + text;
}

/** Zeros go between the sign and the digits. */
function padNumber(sign: string, digits: string, spec: Spec, mayZero = true): string {
  const missing = (spec.width ?? 0) - sign.length - digits.length;
  if (!spec.flags.zero || !mayZero || missing <= 0) {
    return pad(sign + digits, { ...spec, flags: { ...spec.flags, zero: false } });
  }
  requireText(missing);
  return sign + '0'.repeat(missing) + digits;
}

function formatText(text: string, spec: Spec): string {
  const points = runes(text);
  const cut = spec.precision === null ? text : points.slice(0, spec.precision).join('');
  switch (spec.verb) {
    case 'v':
      return pad(spec.flags.sharp ? quote(cut) : cut, spec);
    case 's':
      return pad(cut, spec);
    case 'q':
      return pad(spec.flags.sharp && !/[`\p{Cc}]/u.test(cut) ? `\`${cut}\`` : quote(cut, spec.flags.plus), spec);
    case 'x':
    case 'X': {
      const bytes = Buffer.from(text).subarray(0, spec.precision ?? undefined);
      const separator = spec.flags.space ? ' ' : '';
      const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(separator);
      return pad((spec.flags.sharp ? '0x' : '') + (spec.verb === 'X' ? hex.toUpperCase() : hex), spec);
    }
    default:
      return wrong(text, spec);
  }
}

const bases: Record<string, { radix: number; prefix: string }> = {
  b: { radix: 2, prefix: '0b' },
  o: { radix: 8, prefix: '0' },
  O: { radix: 8, prefix: '' },
  d: { radix: 10, prefix: '' },
  v: { radix: 10, prefix: '' },
  x: { radix: 16, prefix: '0x' },
  X: { radix: 16, prefix: '0X' },
};

function formatInt(value: bigint, spec: Spec): string {
  const { verb, flags, precision } = spec;
  if (verb === 'c') return pad(runeOf(value), spec);
  if (verb === 'q') return pad(quoteRune(runeOf(value)), spec);
  if (verb === 'U') return pad(`U+${value.toString(16).toUpperCase().padStart(4, '0')}`, spec);
  const base = bases[verb];
  if (base === undefined) return wrong(value, spec);
  // To no digits at all, zero is nothing.
  if (precision === 0 && value === 0n) return pad('', spec);
  const digits = (value < 0n ? -value : value).toString(base.radix).padStart(precision ?? 0, '0');
  const prefix = verb === 'O' ? '0o' : flags.sharp ? base.prefix : '';
  const whole = prefix + (verb === 'X' ? digits.toUpperCase() : digits);
  return padNumber(signOf(value < 0n, flags), whole, spec, precision === null);
}

function signOf(isNegative: boolean, flags: Flags): string {
  return isNegative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
}

function runeOf(value: bigint): string {
  const isValid = value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn);
  return isValid ? String.fromCodePoint(Number(value)) : '\ufffd';
}

function formatFloat(value: number, spec: Spec): string {
  const { verb, flags, precision } = spec;
  if (!'vgGeEfF'.includes(verb)) return wrong(value, spec);
  const sign = signOf(value < 0 || Object.is(value, -0), flags);
  if (!Number.isFinite(value)) {
    return pad(Number.isNaN(value) ? 'NaN' : value < 0 ? '-Inf' : '+Inf', spec);
  }
  const size = Math.abs(value);
  const lower = verb.toLowerCase();
  const digits =
    lower === 'e'
      ? exponential(size, precision ?? 6)
      : lower === 'f'
        ? fixed(size, precision ?? 6)
        : general(size, precision);
  return padNumber(sign, 'GE'.includes(verb) ? digits.toUpperCase() : digits, spec);
}

/** As many as JavaScript writes. Each double that lies between two decimals of fewer places is told exactly by so many. */
const maxPlaces = 100;

function requirePlaces(places: number): void {
  if (places > maxPlaces) throw new TemplateError(`a number may have ${maxPlaces} decimal places at most`);
}

/** JavaScript writes large numbers with an exponent, and rounds halves up where Go rounds them to even. */
function fixed(size: number, places: number): string {
  requirePlaces(places);
  if (size >= 1e21) return BigInt(size).toString() + (places === 0 ? '' : `.${'0'.repeat(places)}`);
  return evenOf(size.toFixed(maxPlaces), places) ?? size.toFixed(places);
}

function exponential(size: number, places: number | null): string {
  if (places !== null) requirePlaces(places);
  const [digits = '', exponent = ''] = size.toExponential(places ?? undefined).split('e');
  const even = places === null ? null : evenOf(size.toExponential(maxPlaces).split('e')[0] ?? '', places);
  return `${even ?? digits}e${exponent[0] ?? '+'}${exponent.slice(1).padStart(2, '0')}`;
}

/** Of what lies in the middle between two decimals the even one, where that is the lower; else null. */
function evenOf(exact: string, places: number): string | null {
  const end = exact.indexOf('.') + 1 + places;
  if (!/^50*$/.test(exact.slice(end))) return null;
  const lower = exact.slice(0, places === 0 ? end - 1 : end);
  return /[02468]$/.test(lower) ? lower : null;
}

/** `%g`: with an exponent where that is below -4, or as large as the digits (6 where they are as many as needed). */
function general(size: number, precision: number | null): string {
  const places = precision === null ? null : Math.max(precision, 1) - 1;
  const text = exponential(size, places);
  const [mantissa = '', exponentText = ''] = text.split('e');
  const digits = (precision === null ? mantissa : mantissa.replace(/\.?0+$/, '')).replace('.', '');
  const exponent = Number(exponentText);
  const threshold =
    precision === null
      ? 6
      : precision > digits.length && digits.length >= exponent + 1
        ? digits.length
        : (places ?? 0) + 1;
  if (exponent < -4 || exponent >= threshold) {
    return `${digits.slice(0, 1)}${digits.length > 1 ? `.${digits.slice(1)}` : ''}e${exponentText}`;
  }
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

const short: Record<string, string> = {
  ...{ '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '\\': '\\\\' },
};

/** As strconv.Quote. */
export function quote(text: string, asciiOnly = false): string {
  return `"${runes(text)
    .map((char) => (char === '"' ? '\\"' : escape(char, asciiOnly)))
    .join('')}"`;
}

function quoteRune(char: string): string {
  return `'${char === "'" ? "\\'" : escape(char, false)}'`;
}

function escape(char: string, asciiOnly: boolean): string {
  const known = short[char];
  if (known !== undefined) return known;
  const point = char.codePointAt(0) ?? 0;
  if (isPrintable(char) && (point < 0x80 || !asciiOnly)) return char;
  if (point < 0x80) return `\\x${point.toString(16).padStart(2, '0')}`;
  return point > 0xffff ? `\\U${point.toString(16).padStart(8, '0')}` : `\\u${point.toString(16).padStart(4, '0')}`;
}

/** As unicode.IsPrint: of the blanks only that of ASCII. */
export function isPrintable(char: string): boolean {
  return char === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char);
}
