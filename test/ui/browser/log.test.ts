/** The log viewer (ui.md C13: 7, 8, 15): very long logs, hostile ones, and none at all. */
import { readFile } from 'node:fs/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { advance } from '../../../db/run';
import { until } from '../../stack';
import { hasBrowser, startBed, type Bed } from './bed';
import { printed, quietly, tell, untilTold } from './job';
import { heapMb, lineOf, logOf, rests, sees, viewOf } from './log-page';

/** Machines are shared; what takes longer fails. */
const longMs = 60_000;
const mostRows = 150;
const mostHeapMb = 80;

const many = 200_000;
/** About 100 characters a line; every thousandth has what is searched for, twice. */
const manyLines = `${quietly}
awk 'BEGIN {
  for (n = 1; n <= ${many}; n += 1)
    printf "%06d the quick brown fox jumps over the lazy dog, again and again, until it is tired %s\\n", n, n % 1000 ? "" : "Needle needle"
}'
${untilTold('more')}
seq -f 'late %.0f' 1 500
${untilTold('still-more')}
seq -f 'later %.0f' 1 500
${untilTold('end')}
echo over`;

const hostile = String.raw`${quietly}
${untilTold('go')}
printf '\033[31mred\033[0m and plain\n'
printf '\033]8;;javascript:window.hacked=1\033\\click me\033]8;;\033\\\n'
printf '<img src=x onerror="window.hacked=1">\n'
printf '10%%\r50%%\r100%% done\n'
printf 'see https://example.com/a?b=1 now\n'
printf 'turned \342\200\256 around\n'
printf '\342\202'
sleep 0.3
printf '\254 whole\n'
awk 'BEGIN { printf "x"; for (n = 0; n < 400000; n += 1) printf "\342\202\254"; print "farend" }'`;

const suite = hasBrowser ? describe : describe.skip;

suite('a log', () => {
  let bed: Bed;
  beforeAll(async () => {
    bed = await startBed();
  }, 180_000);
  afterAll(() => bed.close(), 60_000);
  afterEach(() => {
    expect(bed.complaints()).toEqual([]);
  });

  const says = (page: Page, text: string | RegExp): Promise<void> =>
    page.getByText(text).first().waitFor({ timeout: longMs });
  const isFollowing = async (page: Page): Promise<boolean> =>
    (await page.getByRole('button', { name: 'Follow', exact: true }).getAttribute('aria-pressed')) === 'true';
  const copied = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  const reader = (): Promise<BrowserContext> => bed.person({ permissions: ['clipboard-read', 'clipboard-write'] });

  describe('of 200,000 lines', () => {
    let runId: string;
    let context: BrowserContext;
    let page: Page;
    let lines: string[];
    beforeAll(async () => {
      runId = await bed.stack.execute(await bed.stack.define(manyLines));
      context = await reader();
      page = await bed.open(`/runs/${runId}?rt=md`, context);
    }, 120_000);

    test('is held in few rows and little memory, and its end is followed', async () => {
      const cdp = await context.newCDPSession(page);
      const before = await heapMb(cdp);
      await page.getByRole('tab', { name: 'Logs' }).click();
      await says(page, 'Live · 200,000 lines');
      const view = await sees(page, 'the end', ({ last }) => last === many);
      expect(await isFollowing(page)).toBe(true);
      expect(view.rows).toBeLessThanOrEqual(mostRows);
      expect((await heapMb(cdp)) - before).toBeLessThanOrEqual(mostHeapMb);
      await tell(bed.stack, runId, 'more');
      await sees(page, 'the new end', ({ last }) => last === many + 500);
      lines = (await printed(bed.stack, runId)).toString().split('\n');
    });

    test('stays where its reader has scrolled to, and goes on when they want it to', async () => {
      await logOf(page).hover();
      await page.mouse.wheel(0, -9_000);
      await sees(page, 'lines before the end', ({ last }) => last > 0 && last < many + 100);
      expect(await isFollowing(page)).toBe(false);
      const before = await viewOf(page);
      await tell(bed.stack, runId, 'still-more');
      const jump = page.getByRole('button', { name: '500 new lines · Follow' });
      await jump.waitFor();
      expect(await viewOf(page)).toMatchObject({ first: before.first, last: before.last, scrollTop: before.scrollTop });
      await jump.click();
      await sees(page, 'the end', ({ last }) => last === many + 1000);
      expect(await isFollowing(page)).toBe(true);
    });

    test.each([
      ['Shift and the space bar', (): Promise<void> => page.keyboard.press('Shift+Space')],
      // As its scroll bar does it: of that, a page hears nothing else.
      [
        'a scroll bar',
        (): Promise<void> =>
          logOf(page).evaluate((region) => {
            region.scrollBy({ top: -400 });
          }),
      ],
    ])('is left by %s', async (_, up) => {
      await logOf(page).focus();
      await page.keyboard.press('End');
      await sees(page, 'the end', ({ last }) => last === many + 1000);
      await up();
      await until('nothing is followed', async () => ((await isFollowing(page)) ? null : true));
      expect((await rests(page)).last).toBeLessThan(many + 980);
    });

    test('has the same line on top when its times are shown, and is looked through as before', async () => {
      const other = await bed.open(`/runs/${runId}?rt=l&log_search=n%5Be%5Dedle&log_regex=true&log_case=true`, context);
      const found = other.getByRole('status', { name: 'Places found' });
      await found.getByText(/200$/).waitFor({ timeout: longMs });
      await logOf(other).evaluate((region) => {
        region.scrollTo({ top: 100_000 * 18 });
      });
      await sees(other, 'the middle', ({ first }) => first === 100_001);
      await other.getByRole('button', { name: 'Timestamps' }).click();
      // Engine local knows no times.
      await lineOf(other, 100_001)
        .getByText(/^- 100001 /)
        .waitFor({ timeout: longMs });
      expect((await viewOf(other)).first).toBe(100_001);
      expect(await isFollowing(other)).toBe(false);
      await found.getByText(/200$/).waitFor({ timeout: longMs });
      await other.getByRole('button', { name: 'Match case' }).click();
      await found.getByText(/400$/).waitFor({ timeout: longMs });
      await until('the address says so', () => Promise.resolve(other.url().includes('log_case') ? null : true));
      expect(new URL(other.url()).search).toBe('?rt=l&log_search=n%5Be%5Dedle&log_regex=true');
      await other.getByRole('button', { name: 'Timestamps' }).click();
      await other.close();
    });

    test('is searched whole: each place counts, and is gone to', async () => {
      await logOf(page).focus();
      await page.keyboard.press('Control+f');
      await page.keyboard.type('NEEDLE');
      const found = page.getByRole('status', { name: 'Places found' });
      const at = async (): Promise<number> => {
        const text = await found.textContent();
        const [, number] = /^(\d+) of 400$/.exec(text ?? '') ?? [];
        return Number(number ?? NaN);
      };
      const first = await until('all are counted', async () => ((await at()) > 0 ? at() : null));
      await page.keyboard.press('Enter');
      const next = (first % 400) + 1;
      await until('the next place', async () => ((await at()) === next ? true : null));
      // Two in a line: numbers 1 and 2 are in line 1000.
      const line = Math.ceil(next / 2) * 1000;
      await sees(page, 'its line', ({ first, last }) => first <= line && line <= last);
      await lineOf(page, line).locator('mark[data-current]').waitFor();
      expect((await viewOf(page)).rows).toBeLessThanOrEqual(mostRows);
      await until('the address has it', () =>
        Promise.resolve(new URL(page.url()).searchParams.get('log_search') === 'NEEDLE' ? true : null),
      );
      await page.keyboard.press('Escape');
    });

    test('opens at a line that the address names, which a click on a number changes without scrolling', async () => {
      const other = await bed.open(`/runs/${runId}?rt=l#L123456`, context);
      const view = await sees(other, 'the line', ({ first, last }) => first <= 123_456 && 123_456 <= last);
      expect(await lineOf(other, 123_456).textContent()).toBe(lines[123_455]);
      const marked = (): Promise<string[]> =>
        logOf(other)
          .locator('[data-marked]')
          .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-line') ?? ''));
      expect(await marked()).toEqual(['123456']);
      const number = (line: number) => logOf(other).getByRole('link', { name: `Line ${line}`, exact: true });
      await number(123_458).click();
      await number(123_460).click({ modifiers: ['Shift'] });
      await until('three are marked', async () => ((await marked()).length === 3 ? true : null));
      expect(new URL(other.url()).hash).toBe('#L123458-L123460');
      expect((await viewOf(other)).scrollTop).toBe(view.scrollTop);
      await other.close();
      const early = await bed.open(`/runs/${runId}?rt=l#L300000`, context);
      await says(early, 'Line 300,000 is not written yet');
      await early.close();
    });

    test('is copied across screens as it was printed', async () => {
      const other = await bed.open(`/runs/${runId}?rt=l#L50000`, context);
      await sees(other, 'the line', ({ first, last }) => first <= 50_000 && 50_000 <= last);
      await lineOf(other, 50_000).click({ position: { x: 1, y: 8 } });
      await other.mouse.wheel(0, 30_000);
      await sees(other, 'many screens below', ({ first }) => first > 51_000);
      const to = (await viewOf(other)).first + 10;
      await lineOf(other, to).click({ position: { x: 1, y: 8 }, modifiers: ['Shift'] });
      await other.keyboard.press('Control+c');
      const text = await until('it is copied', async () => (await copied(other)) || null);
      expect(text).toBe(`${lines.slice(49_999, to - 1).join('\n')}\n`);
      // Whoever is quick copies before the browser has told what is selected.
      await lineOf(other, to).click({ position: { x: 1, y: 8 } });
      await sees(other, 'the line', ({ first, last }) => first <= to && to <= last);
      const [quick, shown] = await logOf(other).evaluate((log) => {
        const [first, second] = [...log.querySelectorAll('.log-line')] as [Element, Element];
        document.getSelection()?.setBaseAndExtent(first, 0, second, second.childNodes.length);
        const clipboardData = new DataTransfer();
        second.dispatchEvent(new ClipboardEvent('copy', { bubbles: true, cancelable: true, clipboardData }));
        return [clipboardData.getData('text/plain'), `${first.textContent}\n${second.textContent}`];
      });
      expect(quick).toBe(shown);
      await logOf(other).focus();
      await other.keyboard.press('Control+a');
      await other.keyboard.press('Control+c');
      await says(other, 'More than 5 MiB');
      await other.getByText('Live · 201,000 lines').click();
      await until('all is selected no more', async () =>
        (await logOf(other).getAttribute('data-all')) === null ? true : null,
      );
      await other.close();
    });

    test('is downloaded byte by byte, and says where it ends', async () => {
      await tell(bed.stack, runId, 'end');
      await says(page, 'End · 201,001 lines');
      const [download] = await Promise.all([
        page.waitForEvent('download', { timeout: longMs }),
        page.getByRole('link', { name: 'Plain text' }).click(),
      ]);
      const { alias } = (await bed.stack.run(runId)) as unknown as { alias: string };
      expect(download.suggestedFilename()).toBe(`${alias}-${runId}-1.log`);
      const isEqual = (await printed(bed.stack, runId)).equals(await readFile(await download.path()));
      expect(isEqual).toBe(true);
    });
  });

  test('is in view where an address is of it or of a line, of the run alone what is above it; `l` leads to it', async () => {
    const runId = await bed.stack.execute(await bed.stack.define('seq 500; echo broken; exit 3'));
    await bed.stack.reaches(runId, ['STOPPED']);
    const isAtTop = (page: Page): Promise<boolean> =>
      page.getByRole('tablist', { name: 'More of the run' }).evaluate((tabs) => {
        const { top } = tabs.getBoundingClientRect();
        return top >= 52 && top < 80;
      });
    for (const address of ['#L400', '?rt=l', '?log_search=broken']) {
      const page = await bed.open(`/runs/${runId}${address}`);
      await until(`the log is in view: ${address}`, async () => ((await isAtTop(page)) ? true : null));
      await page.getByRole('heading', { level: 1 }).and(page.locator(':focus')).waitFor();
      await page.close();
    }
    const page = await bed.open(`/runs/${runId}`);
    await logOf(page).waitFor();
    await page.getByText('How it came to that').waitFor();
    expect(await page.evaluate(() => scrollY)).toBe(0);
    await page.keyboard.press('l');
    await until('the log is in view', async () => ((await isAtTop(page)) ? true : null));
  });

  test('that is hostile is text and nothing else, and no character is lost', async () => {
    const runId = await bed.stack.execute(await bed.stack.define(hostile));
    const page = await bed.open(`/runs/${runId}?rt=l`);
    let dialogs = 0;
    page.on('dialog', (dialog) => {
      dialogs += 1;
      void dialog.dismiss();
    });
    await says(page, /^Live · 0 lines/);
    await tell(bed.stack, runId, 'go');
    await says(page, 'End · 8 lines');
    const text = (line: number): Promise<string | null> => lineOf(page, line).textContent();
    expect(await text(1)).toBe('red and plain');
    expect(await lineOf(page, 1).locator('.log-text-red').textContent()).toBe('red');
    expect(await text(2)).toBe('click me');
    expect(await text(3)).toBe('<img src=x onerror="window.hacked=1">');
    expect(await text(4)).toBe('100% done');
    const link = logOf(page).getByRole('link', { name: 'https://example.com/a?b=1' });
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    const sign = lineOf(page, 6).locator('[data-code]');
    expect(await sign.evaluate((one) => getComputedStyle(one, '::before').content)).toContain('U+202E');
    expect(await text(7)).toBe('€ whole');
    await lineOf(page, 2).click();
    const made = await logOf(page).evaluate((region) => ({
      images: region.querySelectorAll('img').length,
      hrefs: [...region.querySelectorAll('[href]')]
        .map((link) => link.getAttribute('href') ?? '')
        .filter((href) => !href.startsWith('#L')),
      isHacked: 'hacked' in window,
    }));
    expect(made).toEqual({ images: 0, hrefs: ['https://example.com/a?b=1'], isHacked: false });
    expect(dialogs).toBe(0);

    // Of a long line the beginning is shown; a search goes to what is folded.
    await page.getByRole('button', { name: '… 390,007 more characters' }).waitFor();
    expect(await text(8)).toBe(`x${'€'.repeat(9_999)}`);
    const field = page.getByRole('searchbox', { name: 'Search the log' });
    await field.fill('�');
    const found = page.getByRole('status', { name: 'Places found' });
    await found.getByText('Not found').waitFor();
    await field.fill('farend');
    await found.getByText('1 of 1').waitFor();
    await lineOf(page, 8).locator('mark[data-current]').waitFor();
    expect((await printed(bed.stack, runId)).toString().split('\n')[7]).toBe(await text(8));
  });

  describe('that is not there says why', () => {
    const open = (runId: string): Promise<Page> => bed.open(`/runs/${runId}?rt=l`);
    const silent = (): Promise<string> => bed.stack.define(quietly);
    /** How many starts of runs the workers do at a time; 0: they wait. */
    const pickUp = async (count: number): Promise<void> => {
      const body = { engine: 'local', count_per_instance: count };
      expect(await bed.stack.call('PUT', '/../v5/worker/submit', body)).toMatchObject({ status: 200 });
    };

    test('where the command printed nothing, and where too much time has passed to be sure of that', async () => {
      const runId = await bed.stack.execute(await silent());
      await bed.stack.reaches(runId, ['STOPPED']);
      await says(await open(runId), /^The command printed nothing$/);
      await bed.stack.db.query(`update run set finished_at = finished_at - interval '8 days' where run_id = $1`, [
        runId,
      ]);
      await says(await open(runId), /^Log no longer kept/);
    });

    test('where it runs and has printed nothing yet, and where the log cannot be asked for', async () => {
      const runId = await bed.stack.execute(await bed.stack.define(`${quietly}\n${untilTold('go')}\necho here`));
      await bed.stack.reaches(runId, ['RUNNING']);
      const page = await open(runId);
      await says(page, 'No output yet: the command has printed nothing');
      const sentence = 'The logs cannot be read from local/default now; try again';
      await page.route(/\/logs\b/, (route) => route.fulfill({ status: 503, json: { error: sentence } }));
      await page.reload();
      await says(page, /^Log service does not answer, next try in \d+ s/);
      await says(page, sentence);
      await page.unroute(/\/logs\b/);
      await tell(bed.stack, runId, 'go');
      await lineOf(page, 1).getByText('here').waitFor({ timeout: longMs });
    });

    test('where it has not begun, and where it never will', async () => {
      await pickUp(0);
      const runId = await bed.stack.execute(await silent());
      const page = await open(runId);
      await says(page, /^No output yet: the run waits in its queue/);
      // Images are pulled by other engines than this test's: what they note is written down for them.
      await advance(bed.stack.db, runId, { attempt: 1, phase: 'PENDING' }, { note: 'Pulling image busybox:1' });
      await says(page, 'No output yet: the container has not started (Pulling image busybox:1)');
      const cancelled = await bed.stack.execute(await silent());
      await bed.stack.cancel(cancelled, 'me@example.com');
      await bed.stack.reaches(cancelled, ['STOPPED']);
      await says(await open(cancelled), 'Never started: Task terminated by - me@example.com');
      await pickUp(1);
    });
  });
});
