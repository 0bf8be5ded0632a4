/** Cuts a template into tokens by the rules of Go's text/template/parse. */
import { TemplateError } from './value';

export type Token = {
  kind:
    | 'text'
    | 'open'
    | 'close'
    | 'word'
    | 'field'
    | 'dot'
    | 'variable'
    | 'string'
    | 'char'
    | 'number'
    | 'punctuation'
    | 'end';
  /** As written; of a string, what it means. */
  text: string;
  line: number;
  /** Whether white space stands before it, inside an action. */
  spaced: boolean;
};

const word = /[\p{L}\p{Nd}_]+/uy;
const number =
  /[+-]?(?:0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]*)?|0[oO][0-7_]*|0[bB][01_]*|[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]*)?)/uy;
const quoted = /"(?:[^"\\\n]|\\[^\n])*"/uy;
const raw = /`[^`]*`/uy;
const char = /'(?:[^'\\\n]|\\[^\n])*'/uy;
/** What may follow a name without a blank between. */
const terminator = /[ \t\r\n.,|:()]|$|\}\}/uy;

export function lex(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  let spaced = false;
  let isInside = false as boolean;

  const fail = (why: string): never => {
    throw new TemplateError(`line ${line}: ${why}`);
  };
  const push = (kind: Token['kind'], text: string, length: number): void => {
    tokens.push({ kind, text, line, spaced });
    spaced = false;
    pass(length);
  };
  const pass = (length: number): void => {
    for (let n = at; n < at + length; n += 1) if (source[n] === '\n') line += 1;
    at += length;
  };
  const match = (pattern: RegExp, from = at): string | null => {
    pattern.lastIndex = from;
    return pattern.exec(source)?.[0] ?? null;
  };

  /** The text up to the next action, without the white space that its `{{-` trims. Returns whether there is one. */
  function text(): boolean {
    const open = source.indexOf('{{', at);
    const whole = source.slice(at, open === -1 ? source.length : open);
    const isTrimmed = open !== -1 && /^-[ \t\r\n]/.test(source.slice(open + 2, open + 4));
    const kept = isTrimmed ? whole.replace(/[ \t\r\n]+$/, '') : whole;
    if (kept !== '') tokens.push({ kind: 'text', text: kept, line, spaced: false });
    pass(whole.length);
    if (open === -1) return false;
    const length = isTrimmed ? 4 : 2;
    if (source.startsWith('/*', at + length)) comment(at + length);
    else push('open', '{{', isTrimmed ? 3 : 2);
    isInside = tokens.at(-1)?.kind === 'open';
    return true;
  }

  function comment(from: number): void {
    const end = source.indexOf('*/', from + 2);
    if (end === -1) fail('unclosed comment');
    pass(end + 2 - at);
    if (!close(false)) fail('comment ends before closing delimiter');
  }

  /** `}}`, or ` -}}` with the white space that follows. */
  function close(isToken: boolean): boolean {
    const end = match(/[ \t\r\n]-\}\}[ \t\r\n]*|\}\}/uy);
    if (end === null) return false;
    isInside = false;
    if (isToken) push('close', '}}', end.length);
    else pass(end.length);
    return true;
  }

  function name(kind: 'word' | 'field' | 'variable', prefix: string): void {
    const found = prefix + (match(word, at + prefix.length) ?? '');
    if (match(terminator, at + found.length) === null) fail(`bad character after ${found}`);
    push(found === '.' ? 'dot' : kind, found, found.length);
  }

  function inside(): void {
    const spaces = match(/[ \t\r\n]+(?!-\}\})/uy) ?? '';
    // The last blank before `-}}` belongs to the delimiter.
    if (spaces !== '' && !close(true)) {
      pass(spaces.length);
      spaced = true;
    }
    if (!isInside || close(true)) return;
    const next = source[at];
    if (next === undefined) fail('unclosed action');
    else if (next === '"') string(quoted, 'string', 'unterminated quoted string');
    else if (next === '`') string(raw, 'string', 'unterminated raw quoted string');
    else if (next === "'") string(char, 'char', 'unterminated character constant');
    else if (next === '$') name('variable', '$');
    else if (next === '.' && !/\d/.test(source[at + 1] ?? '')) name('field', '.');
    else if (/[+\-.\d]/.test(next)) numeral();
    else if (source.startsWith(':=', at)) push('punctuation', ':=', 2);
    else if ('=|(),'.includes(next)) push('punctuation', next, 1);
    else if (match(word) !== null) name('word', '');
    else fail(`unexpected ${JSON.stringify(String.fromCodePoint(source.codePointAt(at) ?? 0))} in an action`);
  }

  function string(pattern: RegExp, kind: 'string' | 'char', why: string): void {
    const found = match(pattern) ?? fail(why);
    push(kind, unquote(found, fail), found.length);
  }

  function numeral(): void {
    const found = match(number) ?? '';
    if (!/\d/.test(found) || match(/[\p{L}\p{Nd}_]/uy, at + found.length) !== null) fail(`bad number syntax: ${found}`);
    push('number', found, found.length);
  }

  let more = true;
  while (more) {
    if (isInside) inside();
    else more = text();
  }
  tokens.push({ kind: 'end', text: 'EOF', line, spaced: false });
  return tokens;
}

const escapes: Record<string, string> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
  ...{ '\\': '\\', "'": "'", '"': '"' },
};

function unquote(text: string, fail: (why: string) => never): string {
  if (text.startsWith('`')) return text.slice(1, -1).replaceAll('\r', '');
  const inner = text.slice(1, -1);
  const bytes: Buffer[] = [];
  const pattern = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|(.))|([^\\]+)/gsu;
  for (const [, hex, short, long, octal, simple, plain] of inner.matchAll(pattern)) {
    const byte = hex ?? octal;
    const point = short ?? long;
    if (byte !== undefined) bytes.push(Buffer.of(parseInt(byte, hex === undefined ? 8 : 16)));
    else if (point !== undefined) bytes.push(Buffer.from(codePoint(parseInt(point, 16), fail)));
    else if (simple !== undefined) bytes.push(Buffer.from(escapes[simple] ?? fail(`invalid escape \\${simple}`)));
    else bytes.push(Buffer.from(plain ?? ''));
  }
  return Buffer.concat(bytes).toString();
}

function codePoint(point: number, fail: (why: string) => never): string {
  if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) fail('invalid character in a string');
  return String.fromCodePoint(point);
}
