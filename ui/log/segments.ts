/** A line as it is drawn: cut where its look, a found place or an address of the web begins or ends. */
import type { Look, Piece } from './ansi';

export type Range = readonly [from: number, to: number];
export type Segment = {
  text: string;
  look: Look | null;
  /** The number of the found place in the line, from 0. */
  mark: number | null;
  href: string | null;
  /** Of a character that is shown by its name: it would turn the order of what is read. */
  code: string | null;
};

/** They turn the direction of text, or have no width: with them, a line may read as what it is not. */
const hidden = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const addresses = /https?:\/\/[^\s<>"'`\u0000-\u001f]+/g;
const control = /[\x00-\x08\x0b-\x1f\x7f]/g;

/** All texts together are as long as the pieces' are: a place in them is a place in the line. */
export function segmentsOf(pieces: Piece[], marks: readonly Range[]): Segment[] {
  const plain = pieces.map(({ text }) => text).join('');
  const links = linksIn(plain);
  const codes = [...plain.matchAll(hidden)].map(({ index }): Range => [index, index + 1]);
  const cuts = new Set<number>();
  for (const [from, to] of [...links, ...codes, ...marks]) cuts.add(from).add(to);
  const found: Segment[] = [];
  let [at, link, code, mark] = [0, 0, 0, 0];
  for (const { text, look } of pieces) {
    const end = at + text.length;
    const inside = [...cuts].filter((cut) => cut > at && cut < end).sort((a, b) => a - b);
    for (const to of [...inside, end]) {
      while (link < links.length && (links[link]?.[1] ?? 0) <= at) link += 1;
      while (code < codes.length && (codes[code]?.[1] ?? 0) <= at) code += 1;
      while (mark < marks.length && (marks[mark]?.[1] ?? 0) <= at) mark += 1;
      const [address, sign] = [rangeAt(links[link], at), rangeAt(codes[code], at)];
      found.push({
        text: plain.slice(at, to).replace(control, pictureOf),
        look,
        mark: rangeAt(marks[mark], at) === null ? null : mark,
        href: address === null ? null : plain.slice(...address),
        code: sign === null ? null : nameOf(plain.charCodeAt(at)),
      });
      at = to;
    }
  }
  return found;
}

function rangeAt(range: Range | undefined, at: number): Range | null {
  return range !== undefined && range[0] <= at && at < range[1] ? range : null;
}

/** Sentences end behind an address as behind a word. */
function linksIn(plain: string): Range[] {
  return [...plain.matchAll(addresses)].flatMap(({ 0: text, index }): Range[] => {
    let address = text.replace(/[.,;:!?]+$/, '');
    if (address.endsWith(')') && !address.includes('(')) address = address.slice(0, -1);
    if (address.endsWith(']') && !address.includes('[')) address = address.slice(0, -1);
    return URL.canParse(address) ? [[index, index + address.length]] : [];
  });
}

function nameOf(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

function pictureOf(character: string): string {
  const code = character.charCodeAt(0);
  return code === 0x7f ? '\u2421' : String.fromCharCode(0x2400 + code);
}
