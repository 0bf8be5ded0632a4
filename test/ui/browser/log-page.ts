/** A log as the browser shows it: which of its lines are in view, and how much the page holds for it. */
import type { CDPSession, Locator, Page } from 'playwright-core';
import { until } from '../../stack';

export type View = { first: number; last: number; rows: number; scrollTop: number };

export const logOf = (page: Page): Locator => page.getByRole('region', { name: 'Log', exact: true });

/** The text of a line. */
export const lineOf = (page: Page, line: number): Locator => logOf(page).locator(`[data-line="${line}"] .log-line`);

/** `first` and `last`: of the lines that are to be seen, whole or in part; 0 where there are none. */
export function viewOf(page: Page): Promise<View> {
  return logOf(page).evaluate((region) => {
    const box = region.getBoundingClientRect();
    const rows = [...region.querySelectorAll('[data-line]')];
    const seen = rows.flatMap((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      return bottom > box.top + 1 && top < box.bottom - 1 ? [Number(row.getAttribute('data-line'))] : [];
    });
    const [first, last] = seen.length === 0 ? [0, 0] : [Math.min(...seen), Math.max(...seen)];
    return { first, last, rows: rows.length, scrollTop: region.scrollTop };
  });
}

/** Waits until the view is as `isSo` has it. */
export function sees(page: Page, what: string, isSo: (view: View) => boolean): Promise<View> {
  let view: View | null = null;
  return until(what, async () => {
    view = await viewOf(page);
    return isSo(view) ? view : null;
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${JSON.stringify(view)}`);
  });
}

/** The view after keys, when nothing moves any more. */
export function rests(page: Page): Promise<View> {
  let before = -1;
  return until('it rests', async () => {
    const view = await viewOf(page);
    const isSame = view.scrollTop === before;
    before = view.scrollTop;
    return isSame ? view : null;
  });
}

/** What is alive of the page's memory, in MB: objects, and buffers beside them. */
export async function heapMb(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage');
  const usage: { usedSize: number; backingStorageSize?: number } = await cdp.send('Runtime.getHeapUsage');
  return (usage.usedSize + (usage.backingStorageSize ?? 0)) / 1e6;
}
