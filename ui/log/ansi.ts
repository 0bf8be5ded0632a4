/** A shown line as pieces, each with the look that its codes ask for. */
import Anser from 'anser';
import type { Rgb } from './colour';

/** The sixteen that the style sheet has a text and a ground for. */
export const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
type Named = (typeof names)[number] | `bright-${(typeof names)[number]}`;

export type Look = {
  text?: Named | Rgb;
  ground?: Named | Rgb;
  isBold?: true;
  isDim?: true;
  isItalic?: true;
  isUnderlined?: true;
  isStruck?: true;
  /** Not by a code: the time that the line begins with. */
  isTime?: true;
};
export type Piece = { text: string; look: Look | null };

/** `shown`: as `shownOf` gives it, with no codes but those of colours. */
export function piecesOf(shown: string): Piece[] {
  if (!shown.includes('\x1b')) return shown === '' ? [] : [{ text: shown, look: null }];
  const told = Anser.ansiToJson(shown, { json: true, use_classes: true, remove_empty: true });
  return told.filter(({ content }) => content !== '').map((token) => ({ text: token.content, look: lookOf(token) }));
}

type Token = Anser.AnserJsonEntry & { isInverted?: boolean };

function lookOf(token: Token): Look | null {
  const look: Look = {};
  const [text, ground] = [colourOf(token.fg, token.fg_truecolor), colourOf(token.bg, token.bg_truecolor)];
  if (text !== null) look.text = text;
  if (ground !== null) look.ground = ground;
  for (const decoration of token.decorations) {
    if (decoration === 'bold') look.isBold = true;
    // Hidden text is shown: a log hides nothing from its reader.
    if (decoration === 'dim' || decoration === 'hidden') look.isDim = true;
    if (decoration === 'italic') look.isItalic = true;
    if (decoration === 'underline') look.isUnderlined = true;
    if (decoration === 'strikethrough') look.isStruck = true;
  }
  return Object.keys(look).length === 0 ? null : look;
}

/** The library's types say text where it tells null. */
function colourOf(name: string | null, truecolour: string | null): Named | Rgb | null {
  if (name === null) return null;
  if (name === 'ansi-truecolor') return truecolour === null ? null : rgbOf(truecolour);
  const [, palette] = /^ansi-palette-(\d+)$/.exec(name) ?? [];
  return palette === undefined ? namedOf(name.replace(/^ansi-/, '')) : paletteColour(Number(palette));
}

function namedOf(name: string): Named | null {
  const plain = name.replace(/^bright-/, '');
  return names.some((one) => one === plain) ? (name as Named) : null;
}

function rgbOf(text: string): Rgb | null {
  const parts = text.split(',').map(Number);
  const [red = NaN, green = NaN, blue = NaN] = parts;
  return [red, green, blue].every((part) => part >= 0 && part <= 255) ? [red, green, blue] : null;
}

/** Numbers 16 to 255: a cube of 6 × 6 × 6, then greys. */
function paletteColour(number: number): Rgb | Named | null {
  if (number < 0 || number > 255) return null;
  if (number < 16) return `${number > 7 ? 'bright-' : ''}${names[number % 8] ?? 'white'}`;
  if (number > 231) {
    const grey = 8 + (number - 232) * 10;
    return [grey, grey, grey];
  }
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
  const at = number - 16;
  return [level(Math.floor(at / 36)), level(Math.floor(at / 6) % 6), level(at % 6)];
}
