/** What of a printed line is shown: no codes but those of colours, and of progress bars only the last state. */
import ansiRegex from 'ansi-regex';

const codes = ansiRegex();
const colours = /^\x1b\[[\d;]*m$/;
const colourCodes = /\x1b\[[\d;]*m/g;
const mayHaveCodes = /[\x1b\x80-\x9f]/;
/** What is left of codes that are not whole. */
const strayEscape = /\x1b(?!\[[\d;]*m)/g;

/** `hasTime`: it begins with its time and a blank, which no carriage return hides. */
export function shownOf(printed: string, hasTime = false): string {
  const text = mayHaveCodes.test(printed) ? withoutCodes(printed) : printed;
  if (!text.includes('\r')) return text;
  const textAt = hasTime ? text.indexOf(' ') + 1 : 0;
  return text.slice(0, textAt) + lastState(text.slice(textAt));
}

/** As shown, without its colours: what is searched, selected and copied. */
export function plainOf(printed: string, hasTime = false): string {
  const shown = shownOf(printed, hasTime);
  return shown.includes('\x1b') ? shown.replace(colourCodes, '') : shown;
}

/** Where a line that is too long is cut: not between the two halves of a character. */
export function foldAt(plain: string, limit: number): number {
  return /[\ud800-\udbff]/.test(plain.charAt(limit - 1)) ? limit - 1 : limit;
}

function withoutCodes(text: string): string {
  return text.replace(codes, (code) => (colours.test(code) ? code : '')).replace(strayEscape, '\u241b');
}

/** `\r` at the end belongs to the line's end; what stands before another one has been written over. */
function lastState(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\r') end -= 1;
  return text.slice(text.lastIndexOf('\r', end - 1) + 1, end);
}
