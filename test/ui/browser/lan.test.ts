/** The UI by plain http from another machine, where a browser gives pages no locks and no clipboard: all works, window by window. */
import type { BrowserContext, Page } from 'playwright-core';
import { heldJob, logLine, showsStatus, slowMs } from './acts';
import { hasBrowser, startBed, type Bed } from './bed';
import { tell } from './job';

const suite = hasBrowser ? describe : describe.skip;

suite('by plain http from another machine', () => {
  let bed: Bed;
  let context: BrowserContext;
  beforeAll(async () => {
    bed = await startBed();
  }, 180_000);
  afterAll(() => bed.close(), 60_000);
  beforeEach(async () => {
    context = await bed.person();
  });
  afterEach(async () => {
    await context.close();
    expect(bed.complaints()).toEqual([]);
  });

  const open = async (path: string): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(bed.lanUrl + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    return page;
  };
  const connection = (page: Page, text: string): Promise<void> =>
    page.getByRole('banner').getByRole('status').getByText(text, { exact: true }).waitFor({ timeout: slowMs });

  test('a run and its log go on as they happen, and texts are copied', async () => {
    const runId = await bed.stack.execute(await bed.stack.define(heldJob));
    const page = await open(`/runs/${runId}?rt=l`);
    expect(await page.evaluate(() => [isSecureContext, 'locks' in navigator, 'clipboard' in navigator])).toEqual([
      ...[false, false, false],
    ]);
    await connection(page, 'Live');
    await logLine(page, 'before').waitFor({ timeout: slowMs });
    await tell(bed.stack, runId, 'go');
    await showsStatus(page, 'Succeeded');
    await logLine(page, 'after').waitFor({ timeout: slowMs });

    const paste = async (): Promise<string> => {
      const field = page.getByRole('textbox', { name: 'Find a run by its id' });
      await field.fill('');
      await field.press('ControlOrMeta+v');
      return field.inputValue();
    };
    const copy = page.getByRole('button', { name: 'Copy run id' }).first();
    await copy.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    // Whoever works by keys is where they were.
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Copied');
    expect(await paste()).toBe(runId);
    await page.getByRole('button', { name: 'Copy all' }).click();
    await page.getByText('Copied 2 lines').waitFor();
    expect(await paste()).toMatch(/^before\s*after$/);
  });

  test('a browser that lets nothing be copied is told so', async () => {
    const page = await open(`/tasks/${await bed.stack.define('true')}`);
    await page.evaluate(() => {
      Object.assign(document, { execCommand: () => false });
    });
    await page.getByRole('button', { name: 'Copy task id' }).click();
    await page.getByRole('button', { name: 'Could not copy' }).waitFor();
    await page.getByRole('button', { name: 'Copy task id' }).waitFor();
  });

  test('two windows hear each by its own stream: one that has none does not tell the other so', async () => {
    const runId = await bed.stack.execute(await bed.stack.define(heldJob));
    await bed.stack.reaches(runId, ['RUNNING']);
    const one = await open(`/runs/${runId}?rt=md`);
    await connection(one, 'Live');
    const other = await context.newPage();
    await other.route('**/api/v6/stream', (route) => route.fulfill({ status: 503, json: { error: 'None is free' } }));
    await other.goto(`${bed.lanUrl}/runs/${runId}?rt=md`);
    await connection(other, 'Polling every 10 s');
    await connection(one, 'Live');
    await tell(bed.stack, runId, 'go');
    for (const page of [one, other]) await showsStatus(page, 'Succeeded');
    await connection(one, 'Live');
    await connection(other, 'Polling every 10 s');
  });
});
