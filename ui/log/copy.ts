/** Puts lines on the clipboard, and says in words how that went. */
import { copyText } from '../parts/copy';
import { textBetween, type Selected } from './range';
import type { LogStore } from './store';

const tooLarge = 'More than 5 MiB: use “Plain text” to download it';

export async function copyLines(
  store: LogStore,
  selected: Selected,
  hasTimes: boolean,
  lines?: readonly number[],
): Promise<string> {
  const text = textBetween(store, selected, hasTimes, lines);
  if (text === null) return tooLarge;
  if (!(await copyText(text))) return 'The browser does not let the page copy';
  const count = text.split('\n').length;
  return `Copied ${count.toLocaleString('en')} ${count === 1 ? 'line' : 'lines'}`;
}
