/** What is selected, as places in the log rather than in what is drawn of it: the text of it is the lines' own. */
import { plainOf } from './lines';
import type { LogStore } from './store';

/** `column`: in the line as it is shown. */
export type Place = { line: number; column: number };
export type Selected = { from: Place; to: Place };

/** More than that is downloaded. */
const copyChars = 5 * 1024 * 1024;

export function between(anchor: Place, focus: Place): Selected {
  const isForward = anchor.line < focus.line || (anchor.line === focus.line && anchor.column <= focus.column);
  return isForward ? { from: anchor, to: focus } : { from: focus, to: anchor };
}

export function isNothing({ from, to }: Selected): boolean {
  return from.line === to.line && from.column === to.column;
}

export function wholeOf(store: LogStore): Selected {
  return { from: { line: store.first, column: 0 }, to: { line: store.last, column: Infinity } };
}

/** Lines joined by `\n`, whatever is drawn of them; null where that is more than a clipboard is asked to take. */
export function textBetween(
  store: LogStore,
  { from, to }: Selected,
  hasTimes: boolean,
  lines?: readonly number[],
): string | null {
  const texts: string[] = [];
  let chars = 0;
  for (const line of lines ?? counted(Math.max(from.line, store.first), Math.min(to.line, store.last))) {
    if (line < from.line || line > to.line) continue;
    const text = plainOf(store.line(line) ?? '', hasTimes);
    const part = text.slice(line === from.line ? from.column : 0, line === to.line ? to.column : text.length);
    chars += part.length + 1;
    if (chars > copyChars) return null;
    texts.push(part);
  }
  return texts.join('\n');
}

function* counted(from: number, to: number): Generator<number> {
  for (let line = from; line <= to; line += 1) yield line;
}
