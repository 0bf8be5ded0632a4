/** What several scenarios do on pages. */
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { Bed } from './bed';
import { quietly, untilTold } from './job';

/** What a job runs that says `before`, waits until it is told to `go`, and says `after`. */
export const heldJob = `${quietly}; echo before; ${untilTold('go')}; echo after`;

/** A browser that knows who uses it, as after a first launch. */
export const known = (bed: Bed, owner: string): BrowserContextOptions => {
  const localStorage = [{ name: 'flotilla-settings', value: JSON.stringify({ owner }) }];
  return { storageState: { cookies: [], origins: [{ origin: bed.url, localStorage }] } };
};

export const heading = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('heading', { level: 1, name, exact: true });

/** What workers do, on a machine that does other things as well. */
export const slowMs = 60_000;

/** What the page of a run says it is. */
const badge = (page: Page): Locator => page.locator('main header').getByRole('status');

export const showsStatus = (page: Page, text: string | RegExp): Promise<void> =>
  badge(page).filter({ hasText: text }).waitFor({ timeout: slowMs });

/** Another one after the page was loaded anew. */
export const documentOf = (page: Page): Promise<number> => page.evaluate(() => performance.timeOrigin);

/** Once the editor has taken the place of the text area that is there before it. */
export async function commandField(page: Page): Promise<Locator> {
  await page.getByText('Esc, then Tab, leaves the field').waitFor();
  return page.getByRole('textbox', { name: 'Command' });
}

/** Typed over what is there. */
export async function writeCommand(page: Page, text: string): Promise<void> {
  await (await commandField(page)).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
}

export const logLine = (page: Page, text: string): Locator =>
  page.getByRole('region', { name: 'Log', exact: true }).getByText(text, { exact: true });

const mostTabs = 80;

/** By the Tab key alone. Throws where the element cannot be reached so, or where nobody sees that it is. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let n = 0; n < mostTabs; n += 1) {
    const at = await page.evaluate(() => document.activeElement?.closest('.cm-content') !== null);
    // There, Tab indents.
    if (at) await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    const found = await target.evaluate((element) =>
      element !== document.activeElement ? null : element.matches(':focus-visible'),
    );
    if (found === false) throw new Error(`${target.toString()} does not show that it has the focus`);
    if (found === true) return;
  }
  throw new Error(`${target.toString()} is not reached by ${mostTabs} tabs`);
}
