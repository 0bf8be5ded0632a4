/** What goes wrong around the pages (ui.md C13: 9, 10, 21, 22): a server that is gone or fails, no network, an update. */
import type { BrowserContext, Page } from 'playwright-core';
import { until } from '../../stack';
import { documentOf } from './acts';
import { inaccessible } from './axe';
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
    bed.api = await bed.stack.startApi();

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

  const sentence = 'The database cannot be reached now; try again';
  /** The API refuses all, until what is returned is called. */
  const wreck = async (context: BrowserContext): Promise<() => void> => {
    let isWrecked = true;
    await context.route(/\/api\/v\d+\/(?!stream|health)/, (route) =>
      isWrecked
        ? route.fulfill({ status: 503, json: { error: sentence }, headers: { 'X-Request-Id': 'wrecked-1' } })
        : route.continue(),
    );
    return () => {
      isWrecked = false;
    };
  };
  /** Somebody looks at it again. */
  const lookAgain = (page: Page): Promise<boolean> =>
    page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));

  test('a server that fails is told on each page by its own sentence, and asked again by a button', async () => {
    const definitionId = await bed.stack.define('true');
    const runId = await bed.stack.execute(definitionId);
    const { body: definition } = await bed.stack.call('GET', `/task/${definitionId}`);
    const { alias } = definition as { alias: string };
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
      [`/tasks/alias/${alias}`]: alias,
      [`/tasks/alias/${alias}/execute`]: `Run ${alias}`,
      '/templates': 'Templates',
      [`/templates/${templateId}`]: 'wrecked',
      [`/templates/${templateId}/history`]: 'Runs of wrecked',
      [`/templates/${templateId}/execute`]: 'Run wrecked',
      '/runs': 'Runs',
      [`/runs/${runId}`]: 'test-',
      '/operations': 'Operations',
    };
    const context = await bed.person();
    const mend = await wreck(context);
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
    mend();
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

  test('a server that fails while somebody types on Operations takes nothing away: what is shown stays, and how old it is is said', async () => {
    const context = await bed.person();
    const page = await bed.open('/operations', context);
    const clusters = page.getByRole('region', { name: 'Clusters' });
    await clusters
      .getByRole('button', { name: /^Maintenance of / })
      .first()
      .click();
    const reason = page.getByRole('dialog').getByLabel('Reason');
    await reason.fill('new disks');
    // What is younger is not asked for again.
    await page.waitForTimeout(5500);
    const mend = await wreck(context);
    await lookAgain(page);
    for (const name of ['Clusters', 'Engines', 'Health', 'Queue']) {
      const region = page.locator(`section[aria-label="${name}"]`);
      await region.getByText(sentence).waitFor({ timeout: longMs });
      await region.getByText(/^as of /).waitFor();
    }
    expect(await reason.inputValue()).toBe('new disks');
    mend();
    await lookAgain(page);
    await page
      .locator('section[aria-label="Clusters"]')
      .getByText(sentence)
      .waitFor({ state: 'hidden', timeout: longMs });
    expect(await reason.inputValue()).toBe('new disks');
    await context.close();
  });

  test('lists say of when they are while the browser has no network, and only then', async () => {
    const context = await bed.person();
    const pages = await Promise.all(
      ['/tasks', '/runs?status=STOPPED', '/templates'].map((path) => bed.open(path, context)),
    );
    const connection = (page: Page, text: RegExp): Promise<void> =>
      page.getByRole('banner').getByRole('status').getByText(text).waitFor({ timeout: longMs });
    for (const page of pages) {
      await connection(page, /^Live$/);
      expect(await page.getByText(/^as of /).count()).toBe(0);
    }
    await context.setOffline(true);
    for (const page of pages) await page.getByText(/^as of \d+ \w+ \d{4}, \d\d:\d\d:\d\d$/).waitFor();
    await context.setOffline(false);
    for (const page of pages) {
      await connection(page, /^Live$/);
      await page.getByText(/^as of /).waitFor({ state: 'hidden' });
    }
    await context.close();
  });

  test('an answer that takes its time takes the focus from nobody who types', async () => {
    const context = await bed.person();
    const definitionId = await bed.stack.define('true');
    let goOn = (): void => undefined;
    const isAwaited = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await context.route(`**/api/v6/task/${definitionId}`, async (route) => {
      await isAwaited;
      await route.continue();
    });
    const page = await bed.open(`/tasks/${definitionId}`, context);
    await page.keyboard.press('/');
    await page.keyboard.type('ab');
    goOn();
    await page.getByRole('tab', { name: 'Runs' }).waitFor();
    await page.keyboard.type('n');
    expect(await page.getByPlaceholder('Run id or alias').inputValue()).toBe('abn');
    expect(new URL(page.url()).pathname).toBe(`/tasks/${definitionId}`);
    await context.close();
  });

  test('a search that fails says so where it was asked, and one that is late moves nobody who has gone elsewhere', async () => {
    const context = await bed.person();
    const page = await bed.open('/tasks', context);
    const field = page.getByPlaceholder('Run id or alias');
    const mend = await wreck(context);
    await field.fill('local-1');
    await field.press('Enter');
    await page.getByRole('search').getByRole('alert').getByText(sentence).waitFor();
    expect([new URL(page.url()).search, await field.inputValue()]).toEqual(['', 'local-1']);
    mend();
    let goOn = (): void => undefined;
    const isAwaited = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const asked = page.waitForResponse(/\/history\/local-1$/);
    await page.route('**/api/v6/history/local-1', async (route) => {
      await isAwaited;
      await route.continue();
    });
    await field.press('Enter');
    await page.getByRole('banner').getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    goOn();
    await asked;
    await page.waitForTimeout(500);
    expect(new URL(page.url()).pathname).toBe('/settings');
    await field.press('Enter');
    await page.waitForURL('**/tasks?alias=local-1');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    await context.close();
  });

  test('a newer UI on the server is told to those who have an older one open, and loaded when they say so', async () => {
    const page = await bed.open('/tasks');
    const notice = page.getByText('A newer version is here');
    await page.getByRole('banner').getByText('Live', { exact: true }).waitFor();
    expect(await notice.count()).toBe(0);
    const loadedAt = await documentOf(page);
    await page.route('**/api/v6/info', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...((await response.json()) as object), ui_build: 'another' } });
    });
    // A server that is replaced ends its streams.
    await bed.stack.kill(bed.api);
    bed.api = await bed.stack.startApi();
    await notice.waitFor({ timeout: longMs });
    expect(await inaccessible(page)).toEqual([]);
    await page.unroute('**/api/v6/info');
    await page.getByRole('button', { name: 'Reload' }).click();
    await until('the page is loaded anew', async () => ((await documentOf(page)) > loadedAt ? true : null));
    await page.getByRole('heading', { level: 1, name: 'Tasks' }).waitFor();
    expect(await notice.count()).toBe(0);
  });
});

const template = {
  template_name: 'wrecked',
  schema: { type: 'object', properties: { who: { type: 'string' } } },
  command_template: 'echo {{.who}}',
  ...{ image: 'busybox:1', memory: 64 },
};
