/** Lines that an address names: `#L120`, `#L120-L140`. */

export type Lines = { from: number; to: number };

/** `hash`: without its `#`; null where it names no lines. */
export function linesOf(hash: string): Lines | null {
  const [, one, other] = /^L(\d{1,9})(?:-L?(\d{1,9}))?$/.exec(hash) ?? [];
  if (one === undefined) return null;
  const [from = 0, to = 0] = [Number(one), Number(other ?? one)].sort((a, b) => a - b);
  return from === 0 ? null : { from, to };
}

export function hashOf({ from, to }: Lines): string {
  return from === to ? `L${from}` : `L${from}-L${to}`;
}

/** What a click on a number names; with shift, all from the line that was named before. */
export function clicked(line: number, before: Lines | null, isShift: boolean): Lines {
  if (!isShift || before === null) return { from: line, to: line };
  return { from: Math.min(before.from, line), to: Math.max(before.from, line) };
}
