/** Which columns a table has room for: pure, from how wide each is. */
import type { ColumnName } from './columns';

/** What is said elsewhere, too, or seldom looked for, goes first; of two times that one which rows are not sorted by. */
export function fitting(
  names: readonly ColumnName[],
  widthOf: (name: ColumnName) => number,
  room: number,
  sortedBy: string,
): ColumnName[] {
  let shown = [...names];
  const time = sortedBy === 'queued_at' ? 'started' : 'queued';
  for (const name of ['attempts', time, 'owner', 'duration', 'place']) {
    if (shown.reduce((sum, one) => sum + widthOf(one), 0) <= room) break;
    shown = shown.filter((one) => one !== name);
  }
  return shown;
}
