/** Files of the page that do not come: a network that changes cuts them, an update takes them away (ui.md C13: 22). */
import type { BrowserContext, Page } from 'playwright-core';
import { until } from '../../stack';
import { documentOf } from './acts';
import { inaccessible } from './axe';
import { goTo, hasBrowser, startBed, type Bed } from './bed';
import { quietly } from './job';

/** Machines are shared; what takes longer fails. */
const longMs = 60_000;

const suite = hasBrowser ? describe : describe.skip;

suite('the files of a page', () => {
  let bed: Bed;
  beforeAll(async () => {
    bed = await startBed();
  }, 180_000);
  afterAll(() => bed.close(), 60_000);
  afterEach(() => {
    expect(bed.complaints()).toEqual([]);
  });

  describe('a file that a network which changes has cut', () => {
    const first = /\/assets\/index-[^/]*\.js$/;
    const cut = async (context: BrowserContext, file: RegExp, times: number): Promise<() => number> => {
      let asked = 0;
      await context.route(file, (route) => {
        asked += 1;
        return asked <= times ? route.abort('connectionaborted') : route.continue();
      });
      return () => asked;
    };

    test.each<[string, RegExp, number]>([
      ['the first script', first, 1],
      // It is asked for ahead, and then in earnest.
      ['a script of that', /\/assets\/Button-[^/]*\.js$/, 2],
      ['the styles', /\/assets\/index-[^/]*\.css$/, 1],
      ["a page's script", /\/assets\/RunListPage-[^/]*\.js$/, 1],
      ["a page's styles", /\/assets\/RunList-[^/]*\.css$/, 1],
    ])('is asked for again by itself: %s', async (_, file, times) => {
      const context = await bed.person();
      const asked = await cut(context, file, times);
      const page = await bed.open('/runs', context);
      // It may be loaded anew in between.
      for (const name of ['index', 'RunList']) {
        await page.waitForFunction(
          (start) =>
            [...document.styleSheets].some(({ href }) => href !== null && new URL(href).pathname.startsWith(start)),
          `/assets/${name}-`,
        );
      }
      expect(asked()).toBeGreaterThan(times);
      await context.close();
    });

    test('is done without where the page can be: notices', async () => {
      const context = await bed.person();
      const asked = await cut(context, /\/assets\/esm-[^/]*\.js$/, Infinity);
      const page = await bed.open('/tasks', context);
      await until('no more is tried', () => Promise.resolve(asked() === 3 ? true : null));
      // What failed is drawn, or not, by then.
      await page.waitForTimeout(500);
      expect(asked()).toBe(3);
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      await context.close();
    });

    test('is asked for again on the spot, where somebody works: no page is lost', async () => {
      const context = await bed.person();
      const page = await bed.open('/tasks', context);
      await page.waitForLoadState('load');
      const loadedAt = await documentOf(page);
      const asked = await cut(context, /\/assets\/ShortcutList-[^/]*\.js$/, 2);
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      expect(asked()).toBeGreaterThanOrEqual(3);
      expect(await documentOf(page)).toBe(loadedAt);
      await context.close();
    });

    const told = (page: Page) => page.getByRole('heading', { level: 1, name: 'This page did not load' });

    test('and that stays away is said; the page comes when it does', async () => {
      const context = await bed.person();
      let isCut = true;
      await context.route(first, (route) => (isCut ? route.abort('connectionaborted') : route.continue()));
      const page = await context.newPage();
      await goTo(page, `${bed.url}/tasks`);
      await told(page).waitFor();
      await page.getByRole('button', { name: 'Load it again' }).waitFor();
      expect(await inaccessible(page)).toEqual([]);
      isCut = false;
      await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
      expect(await told(page).count()).toBe(0);
      await context.close();
    });

    test.each<[string, number, () => void]>([
      ['and goes on failing though it is there: then the page is loaded three times', 4 * 3, () => undefined],
      ['where the browser lets nothing be kept: nobody knows how often it was loaded', 3, forbidStorage],
    ])('is not asked for without end: %s', async (_, times, prepare) => {
      const context = await bed.person();
      await context.addInitScript(prepare);
      let asked = 0;
      await context.route(first, (route) => {
        if (route.request().resourceType() !== 'script') return route.continue();
        asked += 1;
        return route.abort('connectionaborted');
      });
      const page = await context.newPage();
      await goTo(page, `${bed.url}/tasks`);
      await until('nothing more is tried', () => Promise.resolve(asked === times ? true : null));
      await page.waitForTimeout(1500);
      expect(await told(page).count()).toBe(1);
      expect(asked).toBe(times);
      await context.close();
    });

    test('and is none of the page: what an extension adds is left alone', async () => {
      const context = await bed.person();
      const page = await bed.open('/tasks', context);
      await page.evaluate(() => {
        const script = document.createElement('script');
        script.src = 'http://127.0.0.1:9/extension.js';
        document.head.append(script);
      });
      await page.waitForTimeout(500);
      await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
      expect(await page.locator('script[src$="extension.js"]').count()).toBe(1);
      expect(bed.complaints()).toEqual([expect.stringContaining('127.0.0.1:9')]);
      await context.close();
    });
  });

  describe('a file of an older page that is gone after an update', () => {
    /** The server says that it has another UI, as long as `isSo`. */
    const updated = (context: BrowserContext, isSo: () => boolean): Promise<unknown> =>
      context.route('**/api/v6/info', async (route) => {
        const response = await route.fetch();
        const info = (await response.json()) as object;
        await route.fulfill({ response, json: isSo() ? { ...info, ui_build: 'another' } : info });
      });
    const loadsOf = (page: Page): (() => number) => {
      let loads = 0;
      page.on('load', () => (loads += 1));
      return () => loads;
    };

    test.each<[string, string, RegExp, (page: Page) => Promise<void>]>([
      [
        'of another page',
        '/tasks',
        /\/assets\/OperationsPage-[^/]*\.js$/,
        async (page) => {
          await page.getByRole('banner').getByRole('link', { name: 'Operations' }).first().click();
          await page.getByRole('heading', { level: 1, name: 'Operations' }).waitFor();
          await page.getByRole('region', { name: 'Engines' }).waitFor();
        },
      ],
      [
        'of a part of it',
        '/runs/RUN?rt=md',
        /\/assets\/LogTab-[^/]*\.js$/,
        async (page) => {
          await page.getByRole('tab', { name: 'Logs' }).click();
          await page.getByText('The command printed nothing').waitFor({ timeout: longMs });
        },
      ],
    ])('brings the new page, once: %s', async (_, path, file, goThere) => {
      const runId = await bed.stack.execute(await bed.stack.define(quietly));
      await bed.stack.reaches(runId, ['STOPPED']);
      const context = await bed.person();
      let loads = (): number => 0;
      // Before the page is opened: some parts are asked for before they are shown.
      await context.route(file, (route) => (loads() === 0 ? route.fulfill({ status: 404 }) : route.continue()));
      await updated(context, () => loads() === 0);
      const page = await bed.open(path.replace('RUN', runId), context);
      await page.waitForLoadState('load');
      loads = loadsOf(page);
      await goThere(page);
      expect(loads()).toBe(1);
      await context.close();
    });

    test('is said, where the browser lets nothing be kept: nobody knows whether the page was loaded anew', async () => {
      const runId = await bed.stack.execute(await bed.stack.define(quietly));
      const context = await bed.person();
      await context.addInitScript(forbidStorage);
      await updated(context, () => true);
      await context.route(/\/assets\/LogTab-[^/]*\.js$/, (route) => route.fulfill({ status: 404 }));
      const page = await bed.open(`/runs/${runId}?rt=md`, context);
      await page.waitForLoadState('load');
      const loads = loadsOf(page);
      await page.getByRole('tab', { name: 'Logs' }).click();
      await page.getByRole('heading', { level: 1, name: 'This page cannot be shown' }).waitFor();
      await page
        .getByRole('alert')
        .getByText(/dynamically imported module/)
        .waitFor();
      await page.getByRole('banner').waitFor();
      expect(loads()).toBe(0);
      await context.close();
    });

    test('and stays away is said, not waited for by loading again and again', async () => {
      const context = await bed.person();
      await updated(context, () => true);
      const page = await bed.open('/tasks', context);
      await page.waitForLoadState('load');
      const loads = loadsOf(page);
      await page.route(/\/assets\/OperationsPage-[^/]*\.js$/, (route) => route.fulfill({ status: 404 }));
      await page.getByRole('banner').getByRole('link', { name: 'Operations' }).first().click();
      const heading = page.getByRole('heading', { level: 1, name: 'This page cannot be shown' });
      await heading.waitFor();
      let [calm, seen] = [0, loads()];
      await until('it stays as it is', async () => {
        calm = (await heading.isVisible()) && loads() === seen ? calm + 1 : 0;
        seen = loads();
        return calm > 20 ? true : null;
      });
      await page.getByRole('button', { name: 'Load the page again' }).waitFor();
      // By the router once, and by the page of the trouble once: each before the one before it was whole, or not.
      expect([1, 2]).toContain(loads());
      await context.close();
    });
  });
});

/** Runs in the page. */
function forbidStorage(): void {
  Object.defineProperty(window, 'sessionStorage', {
    get: () => {
      throw new DOMException('Access is denied', 'SecurityError');
    },
  });
}
