/**
 * Every page, dialog and open menu, in light and dark, full, empty and broken (ui.md C13: axe, 17), and where there is little room (19).
 * With FLOTILLA_SHOTS=folder it also takes a picture of each there, and those of the README in docs/.
 */
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { illegible, inaccessible } from './axe';
import { goTo, hasBrowser, startBed, type Bed } from './bed';
import { fill, type Ids } from './full';
import { brokenStates, emptyStates, fullStates, type State } from './states';

const suite = hasBrowser ? describe : describe.skip;
const shots = process.env['FLOTILLA_SHOTS'];
const docs = join(__dirname, '../../../docs');
const wide = { width: 1440, height: 900 };
const narrow = { width: 360, height: 800 };
const settleMs = 3000;
const settleStepMs = 50;
const still = { animations: 'disabled' } as const;
const schemes = ['light', 'dark'] as const;
/** What is lost is tried again at once. */
const settings = { RUN_RETRY_INFRA_LOST_FIRST_SECONDS: '1', RUN_RETRY_INFRA_LOST_MAX_SECONDS: '1' };

suite('everywhere', () => {
  let bed: Bed;
  let person: BrowserContext;
  let ids: Ids | null = null;
  beforeAll(async () => {
    bed = await startBed(settings);
    person = await bed.person();
  }, 180_000);
  afterAll(() => bed.close(), 60_000);
  afterEach(() => {
    expect(bed.complaints()).toEqual([]);
  });

  const named = (path: string): string => path.replace(/\{(\w+)\}/g, (_, key: keyof Ids) => ids?.[key] ?? '');

  /** What is wrong with it, in each scheme and width, by that. */
  const faultsOf = async (page: Page, { name, isNarrow, picture }: Pick<State, 'name' | 'isNarrow' | 'picture'>) => {
    const faults: Record<string, string[]> = {};
    for (const size of isNarrow === true ? [narrow] : [wide, narrow]) {
      await page.setViewportSize(size);
      // Names and colours are the same where there is less room.
      const isWhole = size === wide || isNarrow === true;
      for (const scheme of isWhole || shots !== undefined ? schemes : []) {
        await page.emulateMedia({ colorScheme: scheme });
        await calm(page, scheme);
        if (shots !== undefined) {
          const file = `${name.replace(/\W+/g, '-')}-${size.width}-${scheme}.png`;
          await page.screenshot({ ...still, path: join(shots, file), fullPage: size === narrow && isNarrow !== true });
          if (picture !== undefined && size === wide && scheme === 'light') {
            await page.screenshot({ ...still, path: join(docs, `ui-${picture}.png`) });
          }
        }
        if (isWhole) {
          // What is under an open menu is hit once that is closed. A scheme has no names or sizes of its own.
          const found = (await (scheme === 'light' ? inaccessible : illegible)(page)).filter(
            (one) => !/^target-size:[^]*obscured/.test(one),
          );
          faults[`${size.width} ${scheme}`] = found;
        }
      }
      // After another size it is drawn anew: that may take a moment.
      faults[`room of ${size.width}`] = await stays(() => page.evaluate(misfits, size === narrow), page);
    }
    return Object.fromEntries(Object.entries(faults).filter(([, all]) => all.length > 0));
  };

  const look = async (state: State): Promise<void> => {
    const page = await bed.open(named(state.at), person);
    if (state.isNarrow === true) await page.setViewportSize(narrow);
    await state.act?.(page, bed, ids as Ids);
    await state.sees(page).first().waitFor();
    expect(await faultsOf(page, state)).toEqual({});
    await page.close();
  };

  describe('empty', () => {
    test.each(emptyStates)('$name', look);
  });

  describe('full', () => {
    beforeAll(async () => {
      ids = await fill(bed);
    }, 180_000);
    test.each(fullStates)('$name', look);
  });

  describe('broken', () => {
    const opened = new Map<string, Page>();
    // All at once: reads are tried again for seconds before it is said that they fail.
    beforeAll(async () => {
      ids ??= await fill(bed);
      await Promise.all(
        brokenStates.map(async ({ name, at, part, sees }) => {
          const page = await person.newPage();
          await page.route(/\/api\/v\d+\/(?!stream|health)/, (route) =>
            part === undefined || part.test(route.request().url())
              ? route.fulfill({ status: 500, json: { error: 'Something went wrong here' } })
              : route.continue(),
          );
          await goTo(page, bed.url + named(at));
          const told = sees ?? ((of: Page) => of.getByRole('main').getByText('Something went wrong here'));
          await told(page).first().waitFor({ timeout: 60_000 });
          opened.set(name, page);
        }),
      );
    }, 180_000);

    test.each(brokenStates)('$name', async ({ name }) => {
      const page = opened.get(name) as Page;
      expect(await faultsOf(page, { name: `broken ${name}` })).toEqual({});
      await page.close();
    });
  });
});

/** What comes by and by is there, and colours that change have changed. */
async function calm(page: Page, scheme: string): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      document.documentElement.getAttribute('data-mantine-color-scheme') === wanted &&
      document.querySelector('.mantine-Skeleton-root') === null,
    scheme,
  );
  await page.evaluate(() => {
    for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish();
  });
}

/** The faults that are still there after a while. */
async function stays(look: () => Promise<string[]>, page: Page): Promise<string[]> {
  for (const deadline = Date.now() + settleMs; ;) {
    const faults = await look();
    if (faults.length === 0 || Date.now() > deadline) return faults;
    await page.waitForTimeout(settleStepMs);
  }
}

/** Runs in the page: what does not fit, and more where there is little room. */
function misfits(isNarrow: boolean): string[] {
  const told = (element: Element): string => element.outerHTML.slice(0, 200);
  const isSeen = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const faults: string[] = [];
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > room) {
    const over = [...document.querySelectorAll('body *')].filter(
      (element) => isSeen(element) && element.getBoundingClientRect().right > room + 1,
    );
    faults.push(`scrolls sideways: ${document.documentElement.scrollWidth} px`, ...over.slice(0, 5).map(told));
  }
  if (!isNarrow) return faults;
  for (const target of document.querySelectorAll('button, input, select, textarea, summary, [role="tab"]')) {
    // The arrows of numbers are there for the eye; links in sentences are as high as their lines.
    if (target.getAttribute('aria-hidden') === 'true') continue;
    // What a label does is as large as both.
    const boxes = [target, ...((target as HTMLInputElement).labels ?? [])].map((one) => one.getBoundingClientRect());
    const least = Math.min(
      Math.max(...boxes.map(({ right }) => right)) - Math.min(...boxes.map(({ left }) => left)),
      Math.max(...boxes.map(({ bottom }) => bottom)) - Math.min(...boxes.map(({ top }) => top)),
    );
    if (isSeen(target) && least > 1 && least < 23.9) faults.push(`a target of ${least} px: ${told(target)}`);
  }
  for (const row of document.querySelectorAll('tbody tr')) {
    const isCard = getComputedStyle(row).display !== 'table-row';
    if (isSeen(row) && !isCard && row.children.length > 2) faults.push(`a row that is no card: ${told(row)}`);
  }
  return faults;
}
