/** What goes wrong around the pages (ui.md C13: 9, 10, 21, 22): a server that is gone or fails, no network, an update. */
import type { BrowserContext, Page, Route } from 'playwright-core';
import { until } from '../../stack';
import { hasBrowser, startBed, type Bed } from './bed';
import { printed, quietly, tell } from './job';

/** Machines are shared; what takes longer fails. */
const longMs = 60_000;
const ticking = `${quietly}
n=0
while [ ! -e end ]; do n=$((n + 1)); echo "tick $n"; sleep 0.1; done
exit 3`;

const suite = hasBrowser ? describe : describe.skip;

suite('trouble', () => {
  let bed: Bed;
  beforeAll(async () => {
    bed = await startBed();
  }, 180_000);
  afterAll(() => bed.close(), 60_000);
  afterEach(() => {
    expect(bed.complaints()).toEqual([]);
  });

  /** All that the badge of a run's page has said, from now on. */
  const statusesOf = (page: Page): Promise<() => Promise<string[]>> =>
    page
      .getByRole('main')
      .evaluate((main) => {
        const said: string[] = [];
        const look = (): void => {
          const text = main.querySelector('header .status')?.textContent ?? '';
          if (text !== '' && said.at(-1) !== text) said.push(text);
        };
        new MutationObserver(look).observe(main, { subtree: true, childList: true, characterData: true });
        look();
        (window as unknown as { said: string[] }).said = said;
      })
      .then(() => () => page.evaluate(() => (window as unknown as { said: string[] }).said));

  test('an API that is killed mid-run and comes back leaves no gap and no double, neither in the status nor in the log', async () => {
    const definitionId = await bed.stack.define(ticking);
    const [goesOn, ends] = [await bed.stack.execute(definitionId), await bed.stack.execute(definitionId)];
    for (const runId of [goesOn, ends]) await bed.stack.reaches(runId, ['RUNNING']);
    const context = await bed.person({ permissions: ['clipboard-read', 'clipboard-write'] });
    const pages: Page[] = [];
    for (const runId of [goesOn, ends]) {
      const page = await bed.open(`/runs/${runId}?rt=l`, context);
      await page.getByText(/^Live · \d+ lines/).waitFor({ timeout: longMs });
      pages.push(page);
    }
    const [page, ended] = pages as [Page, Page];
    const connection = (text: string): Promise<void> =>
      page.getByRole('banner').getByRole('status').getByText(text, { exact: true }).waitFor({ timeout: longMs });
    await connection('Live');
    const told = [await statusesOf(page), await statusesOf(ended)];

    await bed.stack.kill(bed.api);
    await connection('Reconnecting');
    await page.getByText(/^Log service does not answer, /).waitFor({ timeout: longMs });
    const before = (await printed(bed.stack, goesOn)).length;
    await tell(bed.stack, ends, 'end');
    await until('both go their way', async () =>
      (await printed(bed.stack, goesOn)).length > before + 200 ? true : null,
    );
    await until('the other is over', async () => {
      const { rows } = await bed.stack.db.query<{ phase: string }>(`select phase from run where run_id = $1`, [ends]);
      return rows[0]?.phase === 'STOPPED' ? true : null;
    });
    await bed.stack.startApi();

    await connection('Live');
    await ended.getByText(/^End · /).waitFor({ timeout: longMs });
    await tell(bed.stack, goesOn, 'end');
    await page.getByText(/^End · /).waitFor({ timeout: longMs });
    for (const [n, runId] of [goesOn, ends].entries()) {
      const shown = pages[n] as Page;
      await shown.bringToFront();
      await shown.getByRole('main').getByText('Failed · exit 3').first().waitFor({ timeout: longMs });
      expect(await told[n]?.()).toEqual(['Running', 'Failed · exit 3']);
      expect(
        await shown
          .getByRole('region', { name: 'Timeline' })
          .getByText(/^Attempt \d+$/)
          .count(),
      ).toBe(1);
      await shown.getByRole('button', { name: 'Copy all' }).click();
      await shown.getByText(/^Copied /).waitFor();
      const text = await shown.evaluate(() => navigator.clipboard.readText());
      expect(`${text}\n`).toBe((await printed(bed.stack, runId)).toString());
    }
  });

  describe('a launch', () => {
    const open = async (): Promise<{ definitionId: string; context: BrowserContext; page: Page }> => {
      const definitionId = await bed.stack.define('true');
      const context = await bed.person();
      const page = await bed.open(`/tasks/${definitionId}/execute`, context);
      await page.getByLabel('Owner').fill('Ada');
      await page.getByLabel('Description').fill('typed by hand');
      return { definitionId, context, page };
    };
    const runButton = (page: Page) => page.getByRole('form', { name: 'Run' }).getByRole('button', { name: 'Run' });
    const arrived = async (page: Page): Promise<string> => {
      await page.waitForURL(/\/runs\/[^/?]+$/, { timeout: longMs });
      return new URL(page.url()).pathname.split('/').at(-1) ?? '';
    };
    const runsOf = async (definitionId: string): Promise<string[]> => {
      const { body } = await bed.stack.call('GET', `/task/${definitionId}/history`);
      return (body as { history: { run_id: string }[] }).history.map((run) => run.run_id);
    };

    test('that is sent offline loses nothing of what was typed, and starts one run when it is sent again', async () => {
      const { definitionId, context, page } = await open();
      await context.setOffline(true);
      await page
        .getByRole('banner')
        .getByText(/^Offline since /)
        .waitFor();
      await runButton(page).click();
      await page
        .getByRole('alert')
        .getByText(/^Not sent: /)
        .waitFor();
      expect(await page.getByLabel('Owner').inputValue()).toBe('Ada');
      expect(await page.getByLabel('Description').inputValue()).toBe('typed by hand');
      expect(await runsOf(definitionId)).toEqual([]);
      await context.setOffline(false);
      await page.getByRole('banner').getByText('Live', { exact: true }).waitFor({ timeout: longMs });
      await runButton(page).click();
      const runId = await arrived(page);
      expect(await runsOf(definitionId)).toEqual([runId]);
      expect(await bed.stack.run(runId)).toMatchObject({ user: 'Ada', description: 'typed by hand' });
    });

    test('whose answer is lost starts no second run when it is sent again', async () => {
      const { definitionId, page } = await open();
      let asked = 0;
      await page.route('**/execute', async (route) => {
        asked += 1;
        if (asked > 1) return route.continue();
        await route.fetch();
        return route.abort('connectionreset');
      });
      await runButton(page).click();
      await page
        .getByRole('alert')
        .getByText(/^Not sent, or not answered/)
        .waitFor();
      expect(await runsOf(definitionId)).toHaveLength(1);
      await runButton(page).click();
      const runId = await arrived(page);
      expect(await runsOf(definitionId)).toEqual([runId]);
      expect(asked).toBe(2);
    });

    test('whose button is clicked twice starts one run', async () => {
      const { definitionId, page } = await open();
      // An answer that takes its time leaves room for a second click, and a third.
      await page.route('**/execute', async (route) => {
        const response = await route.fetch();
        await until('all clicks are made', () => Promise.resolve(isClicked ? true : null));
        await route.fulfill({ response });
      });
      let isClicked = false;
      await runButton(page).dblclick();
      await page.keyboard.press('Enter');
      isClicked = true;
      const runId = await arrived(page);
      expect(await runsOf(definitionId)).toEqual([runId]);
    });
  });

  test('a server that fails is told on each page by its own sentence, and asked again by a button', async () => {
    const definitionId = await bed.stack.define('true');
    const runId = await bed.stack.execute(definitionId);
    const { body: definition } = await bed.stack.call('GET', `/task/${definitionId}`);
    await bed.stack.call('PUT', `/task/${definitionId}`, { ...(definition as object), memory: 128 });
    const made = await bed.stack.call('POST', '/../v7/template', template);
    expect(made).toMatchObject({ status: 200 });
    const { template_id: templateId } = (made.body as { template: { template_id: string } }).template;
    await bed.stack.reaches(runId, ['STOPPED']);
    const pages: Record<string, string> = {
      '/tasks': 'Tasks',
      [`/tasks/${definitionId}`]: 'test-',
      [`/tasks/${definitionId}/update`]: 'Edit',
      [`/tasks/${definitionId}/copy`]: 'Duplicate',
      [`/tasks/${definitionId}/execute`]: 'Run test-',
      [`/tasks/${definitionId}/revisions/1..2`]: 'What changed',
      '/templates': 'Templates',
      [`/templates/${templateId}`]: 'wrecked',
      [`/templates/${templateId}/execute`]: 'Run wrecked',
      '/runs': 'Runs',
      [`/runs/${runId}`]: 'test-',
      '/operations': 'Operations',
    };
    const context = await bed.person();
    let isWrecked = true;
    const sentence = 'The database cannot be reached now; try again';
    const wreck = (route: Route): Promise<void> =>
      isWrecked
        ? route.fulfill({ status: 503, json: { error: sentence }, headers: { 'X-Request-Id': 'wrecked-1' } })
        : route.continue();
    await context.route(/\/api\/v\d+\/(?!stream|health)/, wreck);
    const opened = await Promise.all(
      Object.entries(pages).map(async ([path, heading]) => {
        const page = await bed.open(path, context);
        const alert = page.getByRole('main').getByRole('alert').first();
        const isTold = await alert
          .getByText(sentence)
          .waitFor({ timeout: longMs })
          .then(() => alert.getByText('Request wrecked-1').waitFor())
          .then(() => alert.getByRole('button', { name: 'Try again' }).waitFor())
          .then(() => 'told', String);
        return { path, heading, page, isTold };
      }),
    );
    expect(opened.filter(({ isTold }) => isTold !== 'told').map(({ path, isTold }) => [path, isTold])).toEqual([]);
    isWrecked = false;
    for (const { path, heading, page } of opened) {
      const alerts = page.getByRole('main').getByRole('alert').filter({ hasText: sentence });
      for (let left = await alerts.count(); left > 0; left = await alerts.count()) {
        // It may be gone by itself meanwhile: some parts are asked for again and again.
        await alerts
          .first()
          .getByRole('button', { name: 'Try again' })
          .click({ timeout: 5000 })
          .catch(() => undefined);
        await until(`less is wrong with ${path}`, async () => ((await alerts.count()) < left ? true : null));
      }
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    }
    await context.close();
  });

  describe('a file of an older page that is gone after an update', () => {
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
      const page = await bed.open(path.replace('RUN', runId));
      await page.waitForLoadState('load');
      const loads = loadsOf(page);
      await page.route(file, (route) => (loads() === 0 ? route.fulfill({ status: 404 }) : route.continue()));
      await goThere(page);
      expect(loads()).toBe(1);
    });

    test('and stays away is said, not waited for by loading again and again', async () => {
      const page = await bed.open('/tasks');
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
      expect(loads()).toBe(1);
    });
  });
});

const template = {
  template_name: 'wrecked',
  schema: { type: 'object', properties: { who: { type: 'string' } } },
  command_template: 'echo {{.who}}',
  ...{ image: 'busybox:1', memory: 64 },
};
