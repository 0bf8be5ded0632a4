/** Sprig's functions on texts, by its version 2.22: what counts bytes there counts bytes here. */
import { createHash } from 'node:crypto';
import { quote, show } from '../print';
import { byteLength, byteSlice, requireItems, requireText, runes, TemplateError, type Value } from '../value';
import { camelCase, lowerCase } from './case';
import { define, variadic, type Functions } from './define';

export const strings: Functions = {
  hello: define([], () => 'Hello!'),
  trim: define(['string'], (text) => text.trim()),
  upper: define(['string'], (text) => text.toUpperCase()),
  lower: define(['string'], (text) => text.toLowerCase()),
  title: define(['string'], (text) =>
    text.replace(/(?<![\p{L}\p{Nd}_]|[^\x00-\x7f\s])\p{L}/gu, (char) => char.toUpperCase()),
  ),
  untitle: define(['string'], (text) => text.replace(/(?<!\S)\S/gu, (char) => char.toLowerCase())),
  swapcase: define(['string'], (text) =>
    runes(text)
      .map((char) => (isUpper(char) ? char.toLowerCase() : char.toUpperCase()))
      .join(''),
  ),
  snakecase: define(['string'], (text) => lowerCase(text, '_')),
  kebabcase: define(['string'], (text) => lowerCase(text, '-')),
  camelcase: define(['string'], camelCase),
  nospace: define(['string'], (text) => text.replace(/\s/gu, '')),
  initials: define(['string'], (text) => (text.match(/(?<!\S)\S/gu) ?? []).join('')),
  trimAll: define(['string', 'string'], (chars, text) => trimChars(text, chars)),
  trimall: define(['string', 'string'], (chars, text) => trimChars(text, chars)),
  trimPrefix: define(['string', 'string'], (prefix, text) =>
    text.startsWith(prefix) ? text.slice(prefix.length) : text,
  ),
  trimSuffix: define(['string', 'string'], (suffix, text) =>
    suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text,
  ),
  contains: define(['string', 'string'], (part, text) => text.includes(part)),
  hasPrefix: define(['string', 'string'], (prefix, text) => text.startsWith(prefix)),
  hasSuffix: define(['string', 'string'], (suffix, text) => text.endsWith(suffix)),
  replace: define(['string', 'string', 'string'], (old, by, text) => replaceAll(text, old, by)),
  repeat: define(['int', 'string'], (count, text) => {
    if (count < 0) throw new TemplateError('negative Repeat count');
    requireText(count * text.length);
    return text.repeat(count);
  }),
  substr: define(['int', 'int', 'string'], (start, end, text) => {
    const length = byteLength(text);
    if (start < 0) return byteSlice(text, 0, within(end, length));
    const to = end < 0 || end > length ? length : end;
    return byteSlice(text, within(start, to), to);
  }),
  trunc: define(['int', 'string'], (count, text) =>
    byteLength(text) <= count ? text : byteSlice(text, 0, within(count, byteLength(text))),
  ),
  abbrev: define(['int', 'string'], (width, text) => abbreviate(text, 0, width)),
  abbrevboth: define(['int', 'int', 'string'], (left, right, text) =>
    right < 4 || (left > 0 && right < 7) ? text : abbreviate(text, left, right),
  ),
  wrap: define(['int', 'string'], (width, text) => wrap(text, width, '\n', false)),
  wrapWith: define(['int', 'string', 'string'], (width, by, text) => wrap(text, width, by === '' ? '\n' : by, true)),
  indent: define(['int', 'string'], indent),
  nindent: define(['int', 'string'], (spaces, text) => `\n${indent(spaces, text)}`),
  plural: define(['string', 'string', 'int'], (one, many, count) => (count === 1 ? one : many)),
  quote: variadic([], 'any', (...values) =>
    present(values)
      .map((value) => quote(toText(value)))
      .join(' '),
  ),
  squote: variadic([], 'any', (...values) =>
    present(values)
      .map((value) => `'${show(value)}'`)
      .join(' '),
  ),
  cat: variadic([], 'any', (...values) => present(values).map(show).join(' ')),
  toString: define(['any'], toText),
  toStrings: define(['any'], toTexts),
  join: define(['string', 'any'], (by, values) => {
    const texts = toTexts(values);
    requireText(texts.length * by.length);
    return texts.join(by);
  }),
  split: define(['string', 'string'], (by, text) => numbered(splitText(text, by))),
  splitList: define(['string', 'string'], (by, text) => splitText(text, by)),
  splitn: define(['string', 'int', 'string'], (by, count, text) => {
    const parts = splitText(text, by);
    if (count < 0 || parts.length <= count) return numbered(parts);
    return numbered(count === 0 ? [] : [...parts.slice(0, count - 1), parts.slice(count - 1).join(by)]);
  }),
  b64enc: define(['string'], (text) => Buffer.from(text).toString('base64')),
  b64dec: define(['string'], decode64),
  b32enc: define(['string'], encode32),
  b32dec: define(['string'], decode32),
  sha1sum: define(['string'], (text) => createHash('sha1').update(text).digest('hex')),
  sha256sum: define(['string'], (text) => createHash('sha256').update(text).digest('hex')),
  adler32sum: define(['string'], adler32),
  fail: define(['string'], (why) => {
    throw new TemplateError(why);
  }),
};

/** As sprig's strval. Of null, `%v`. */
export function toText(value: Value): string {
  return show(value);
}

/** As sprig's strslice: the items that are not null; of one value, a list of it. */
export function toTexts(values: Value): string[] {
  if (values === null) return [];
  return (Array.isArray(values) ? present(values) : [values]).map(toText);
}

function present(values: Value[]): Value[] {
  return values.filter((value) => value !== null);
}

function isUpper(char: string): boolean {
  return /\p{Lu}|\p{Lt}/u.test(char);
}

/** Go ends the whole template where a slice is out of range. */
function within(index: number, length: number): number {
  if (index >= 0 && index <= length) return index;
  throw new TemplateError(`slice bounds out of range [${index}] with length ${length}`);
}

function trimChars(text: string, chars: string): string {
  const set = new Set(chars);
  const points = runes(text);
  const isKept = (char: string): boolean => !set.has(char);
  const from = points.findIndex(isKept);
  return from === -1 ? '' : points.slice(from, points.findLastIndex(isKept) + 1).join('');
}

function replaceAll(text: string, old: string, by: string): string {
  const parts = old === '' ? ['', ...runes(text), ''] : text.split(old);
  requireText(text.length + parts.length * by.length);
  return parts.join(by);
}

function splitText(text: string, by: string): string[] {
  const parts = by === '' ? runes(text) : text.split(by);
  requireItems(parts.length);
  return parts;
}

function numbered(parts: string[]): Map<string, Value> {
  return new Map(parts.map((part, n) => [`_${n}`, part]));
}

function indent(spaces: number, text: string): string {
  if (spaces < 0) throw new TemplateError('negative Repeat count');
  const lines = text.split('\n');
  requireText(text.length + lines.length * spaces);
  const blank = ' '.repeat(spaces);
  return lines.map((line) => blank + line).join('\n');
}

/** As goutils.AbbreviateFull. */
function abbreviate(text: string, left: number, width: number): string {
  const length = byteLength(text);
  if (width < 4 || length <= width) return width < 4 && left > 0 ? '' : text;
  const offset = Math.max(Math.min(left, length), 0);
  const from = length - offset < width - 3 ? length - (width - 3) : offset;
  if (from <= 4) return `${byteSlice(text, 0, width - 3)}...`;
  if (width < 7) return '';
  if (from + width - 3 < length) return `...${abbreviate(byteSlice(text, from, length), 0, width - 3)}`;
  return `...${byteSlice(text, length - (width - 3), length)}`;
}

/** As goutils.WrapCustom: by bytes, at blanks; long words are broken or left. */
function wrap(text: string, asked: number, by: string, breaksWords: boolean): string {
  const width = Math.max(1, asked);
  const bytes = Buffer.from(text);
  const lines: Buffer[] = [];
  let at = 0;
  while (bytes.length - at > width) {
    if (bytes[at] === 0x20) {
      at += 1;
      continue;
    }
    const blank = bytes.subarray(at, at + width + 1).lastIndexOf(0x20);
    const later = bytes.indexOf(0x20, at + width);
    if (blank !== -1) {
      lines.push(bytes.subarray(at, at + blank));
      at += blank + 1;
    } else if (breaksWords) {
      lines.push(bytes.subarray(at, at + width));
      at += width;
    } else if (later === -1) {
      lines.push(bytes.subarray(at));
      return joinLines(lines, by);
    } else {
      lines.push(bytes.subarray(at, later));
      at = later + 1;
    }
  }
  lines.push(bytes.subarray(at));
  return joinLines(lines, by);
}

function joinLines(lines: Buffer[], by: string): string {
  requireText(lines.length * by.length);
  return lines.map((line) => line.toString()).join(by);
}

/** What is no base64 is answered by Go's error as a text. */
function decode64(text: string): string {
  const plain = text.replace(/[\r\n]/g, '');
  const valid = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?/.exec(plain)?.[0] ?? '';
  if (valid.length === plain.length) return Buffer.from(plain, 'base64').toString();
  const wrong = /^[A-Za-z\d+/]*/.exec(plain.slice(valid.length))?.[0].length ?? 0;
  const at = valid.length + wrong;
  return `illegal base64 data at input byte ${at === plain.length ? valid.length : at}`;
}

const alphabet32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function encode32(text: string): string {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const chars = (bits.match(/.{1,5}/g) ?? []).map((group) => alphabet32[parseInt(group.padEnd(5, '0'), 2)] ?? '');
  return chars.join('').padEnd(Math.ceil(chars.length / 8) * 8, '=');
}

function decode32(text: string): string {
  const plain = text.replace(/[\r\n]/g, '');
  const [chars = ''] = /^[A-Z2-7]*/.exec(plain) ?? [];
  const isPadded = plain.length % 8 === 0 && /^[A-Z2-7]*={0,6}$/.test(plain);
  // Of a group that is not complete, its beginning is told.
  const at = chars.length === plain.length ? plain.length - (plain.length % 8) : chars.length;
  if (!isPadded) return `illegal base32 data at input byte ${at}`;
  const bits = runes(chars)
    .map((char) => alphabet32.indexOf(char).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2))).toString();
}

function adler32(text: string): string {
  let [a, b] = [1, 0];
  for (const byte of Buffer.from(text)) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return String(b * 65536 + a);
}
