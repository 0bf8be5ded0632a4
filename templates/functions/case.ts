/** snakecase, kebabcase and camelcase, by the rules of the library that the original used (github.com/huandu/xstrings 1.3.0). */

import { runes } from '../value';

const connector = /[-_\s]/u;
const upper = /\p{Lu}/u;
const number = /\p{N}/u;

/** Leading connectors stay; of several in a row, one is left out. */
export function camelCase(text: string): string {
  const [, lead = '', first = '', rest = ''] = /^([-_\s]*)(.?)(.*)$/su.exec(text) ?? [];
  let out = lead;
  let last = first.toUpperCase();
  for (const char of rest) {
    const before = last;
    if (connector.test(char) && connector.test(before)) {
      last = char;
      out += before;
    } else if (connector.test(before)) {
      last = char.toUpperCase();
    } else {
      last = char.toLowerCase();
      out += before;
    }
  }
  return out + last;
}

/** A connector before each capital and each number; several capitals are one word, but for the last, whose word goes on. */
export function lowerCase(text: string, by: string): string {
  const chars = runes(text);
  let out = '';
  let before = by;
  for (let n = 0; n < chars.length; n += 1) {
    let char = chars[n] ?? '';
    const isWordStart = before !== by && !number.test(before);
    if (upper.test(char)) {
      out += (isWordStart ? by : '') + char.toLowerCase();
      const run = capitals(chars, n + 1, by);
      out += run.text;
      n += run.taken;
      char = run.last ?? char;
    } else if (number.test(char)) out += (isWordStart ? by : '') + char;
    else {
      if (connector.test(char)) char = by;
      out += char;
    }
    before = char;
  }
  return out;
}

/** What follows a capital: one character of its own word, or more capitals up to the first character of the next word. */
function capitals(chars: string[], from: number, by: string): { text: string; taken: number; last: string | null } {
  const first = chars[from];
  if (first === undefined) return { text: '', taken: 0, last: null };
  // The one behind a single capital stays as it is, whatever it is.
  if (!upper.test(first)) return { text: first, taken: 1, last: first };
  let text = '';
  let last = first;
  let at = from + 1;
  for (; at < chars.length; at += 1) {
    const before = last.toLowerCase();
    last = chars[at] ?? '';
    if (upper.test(last)) {
      text += before;
      continue;
    }
    at += 1;
    if (connector.test(last)) {
      last = by;
      text += before;
    } else if (number.test(last)) text += before + by + last;
    else text += by + before + last;
    break;
  }
  if (at >= chars.length || last === by) text += last.toLowerCase();
  return { text, taken: at - from, last };
}
