/** (k) The web UI in a browser: how long until a page has its heading, a log its first line, a search its answer. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { run } from '../bin/dev/command';
import { openEngines } from '../bin/engines';
import { startApi } from '../bin/serve-api';
import type { Definition } from '../domain/job';
import { impractical } from '../test/ui/browser/axe';
import { findBrowser, quiet } from '../test/ui/browser/chromium';
import { define, execute } from './accept';
import { withWorker, type Bed } from './bed';
import { median, say, type Measured } from './figure';

const times = 7;
const runsListed = 40;
const lines = 200_000;
const giveUpMs = 120_000;
const pollMs = 20;
/** 100 bytes a line. */
const prints = `{ set +x; } 2> /dev/null; seq -f 'line %06.0f of a log that is as long as logs are, with an order of 17 items and its total 42' ${lines}`;
const viewport = { width: 1440, height: 900 };

export async function pages(bed: Bed): Promise<Measured[]> {
  await run(process.execPath, ['bin/bootstrap.mjs', 'ui/build.ts'], { cwd: join(__dirname, '..') });
  const config = { ...bed.config, local: { ...bed.config.local, driver: 'process' as const } };
  const { engines } = await openEngines(config, bed.db, bed.log);
  return withWorker(bed, [...engines.values()], async () => {
    const api = await startApi(config, { ...bed, engines }, 0);
    const browser = await chromium.launch({ executablePath: await findBrowser(), args: quiet });
    try {
      const job = await define(bed, 'nightly-report');
      for (let n = 1; n < runsListed; n += 1) await over(api.url, job, 'echo hello');
      const printed = await over(api.url, job, prints);
      return [
        ...(await headings(browser, api.url)),
        ...(await logs(browser, `${api.url}/runs/${printed}`)),
        await practices(browser, [...paths, `/runs/${printed}`], api.url),
      ];
    } finally {
      await browser.close();
      await api.stop();
    }
  });
}

const paths = ['/tasks', '/tasks/create', '/runs?page=1'];

/** Runs the command to its end; returns the run's id. */
async function over(apiUrl: string, job: Definition, command: string): Promise<string> {
  const runId = await execute(apiUrl, job, [], { command });
  const deadline = Date.now() + giveUpMs;
  while (Date.now() < deadline) {
    const response = await fetch(`${apiUrl}/api/v6/history/${runId}`);
    const { status } = (await response.json()) as { status: string };
    if (status === 'STOPPED') return runId;
    await sleep(pollMs);
  }
  throw new Error(`${runId} has not stopped`);
}

/** From the address to the `h1`: of a browser that was never here, and of one that was. */
async function headings(browser: Browser, url: string): Promise<Measured[]> {
  const figures: Measured[] = [];
  for (const path of paths) {
    const [cold, warm]: [number[], number[]] = [[], []];
    await repeatedly(browser, async (context) => {
      for (const taken of [cold, warm]) {
        const page = await context.newPage();
        taken.push(await until(page, url + path, 'h1'));
        await page.close();
      }
    });
    figures.push(
      { name: `ui: ${path}, h1 of a new browser, median`, value: median(cold), unit: 'ms' },
      { name: `ui: ${path}, h1 of a browser that was here, median`, value: median(warm), unit: 'ms' },
    );
  }
  return figures;
}

async function logs(browser: Browser, url: string): Promise<Measured[]> {
  const [first, search, regex]: [number[], number[], number[]] = [[], [], []];
  await repeatedly(browser, async (context) => {
    const page = await context.newPage();
    first.push(await until(page, url, '[data-line] .log-line'));
    // Once all are there.
    await page
      .getByText(`${lines.toLocaleString('en')} lines`)
      .first()
      .waitFor({ timeout: giveUpMs });
    search.push(await found(page, 'order of 17'));
    await page.getByRole('searchbox', { name: 'Search the log' }).fill('');
    await page.getByRole('button', { name: 'Regular expression' }).click();
    regex.push(await found(page, 'order .. [0-9]+'));
  });
  return [
    { name: 'ui: first line of a log, new browser, median', value: median(first), unit: 'ms' },
    { name: 'ui: search of a log with more than 10,000 hits, median', value: median(search), unit: 'ms' },
    { name: 'ui: the same by a regular expression, median', value: median(regex), unit: 'ms' },
  ];
}

/** Milliseconds until more places are found than are counted. */
async function found(page: Page, text: string): Promise<number> {
  const began = performance.now();
  await page.getByRole('searchbox', { name: 'Search the log' }).fill(text);
  await page
    .getByRole('status', { name: 'Places found' })
    .getByText(/10,000\+/)
    .waitFor();
  return performance.now() - began;
}

/** What axe calls best practice, beyond WCAG: told, and no test's business. */
async function practices(browser: Browser, at: string[], url: string): Promise<Measured> {
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce' });
  let found = 0;
  for (const path of at) {
    const page = await context.newPage();
    await until(page, url + path, 'h1');
    const faults = await impractical(page);
    say([path, ...faults].join('\n  '));
    found += faults.length;
    await page.close();
  }
  await context.close();
  return { name: 'ui: findings of axe beyond WCAG', value: found, unit: '' };
}

async function repeatedly(browser: Browser, work: (context: BrowserContext) => Promise<void>): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    const context = await browser.newContext({ viewport });
    await work(context);
    await context.close();
  }
}

/** Milliseconds from the request of the page until something is drawn there. */
async function until(page: Page, url: string, selector: string): Promise<number> {
  const began = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator(selector).first().waitFor();
  return performance.now() - began;
}
