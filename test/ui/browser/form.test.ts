/** What forms of definitions and launches must not lose: somebody else's change, what is typed, a click, what is on the screen. */
import type { Page } from 'playwright-core';
import { until } from '../../stack';
import { inaccessible } from './axe';
import { commandField, heading, known, slowMs, writeCommand } from './acts';
import { hasBrowser, startBed, type Bed } from './bed';

const suite = hasBrowser ? describe : describe.skip;

type Definition = { revision: number; command: string; memory: number; env: { name: string; value: string }[] };

const env = [{ name: 'DAY', value: '1' }];
/** Pages ask again what is older than this when they are looked at again. */
const staleMs = 5500;

suite('somebody who fills in a form', () => {
  let bed: Bed;
  beforeAll(async () => {
    bed = await startBed();
  }, 180_000);
  afterAll(() => bed.close(), 60_000);
  afterEach(() => {
    expect(bed.complaints()).toEqual([]);
  });

  const definition = async (id: string): Promise<Definition> =>
    (await bed.stack.call('GET', `/task/${id}`)).body as Definition;
  const memory = (page: Page) => page.getByRole('textbox', { name: 'Memory (MB)', exact: true });
  const save = (page: Page): Promise<void> => page.getByRole('button', { name: 'Save' }).click();
  /** As a tab that one comes back to. */
  const lookAgain = async (page: Page): Promise<void> => {
    await page.waitForTimeout(staleMs);
    await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
  };

  test('sees who has changed the definition meanwhile, says whose value it shall be, and loses nothing of both', async () => {
    const id = await bed.stack.define('true', { alias: 'shared', env });
    const page = await bed.open(`/tasks/${id}/update`);
    await commandField(page);
    await memory(page).fill('128');
    await page.getByRole('button', { name: 'Add variable' }).click();
    await page.getByRole('textbox', { name: 'Name of variable 2' }).fill('MINE');
    await page.getByRole('textbox', { name: 'Value of MINE' }).fill('m');
    const change = { memory: 256, image: 'ubuntu:24.10', env: [...env, { name: 'THEIRS', value: 't' }] };
    await bed.stack.call('PUT', `/task/${id}`, change, { 'X-User-Name': 'ben' });

    await save(page);
    await page.getByRole('alert').getByText('Not saved: somebody else has changed it meanwhile').waitFor();
    const meanwhile = page.getByRole('status').filter({ hasText: 'It was changed meanwhile' });
    await meanwhile.getByText(/Revision 2, .* by ben: .*memory/).waitFor();
    await meanwhile.getByText('Memory is changed by both.').waitFor();
    expect((await definition(id)).revision).toBe(2);
    expect(await page.getByRole('textbox', { name: 'Image' }).inputValue()).toBe('ubuntu:24.10');
    expect(await memory(page).inputValue()).toBe('128');
    expect(await inaccessible(page)).toEqual([]);

    // Undecided, it is not saved.
    await save(page);
    await page
      .getByRole('alert')
      .getByRole('link', { name: /^Memory: Somebody else/ })
      .waitFor();
    expect((await definition(id)).revision).toBe(2);
    await meanwhile.getByRole('button', { name: 'Keep yours' }).click();
    await save(page);
    await heading(page, 'shared').waitFor();
    expect(await definition(id)).toMatchObject({ revision: 3, memory: 128, image: 'ubuntu:24.10' });
    expect((await definition(id)).env).toEqual([...env, { name: 'THEIRS', value: 't' }, { name: 'MINE', value: 'm' }]);
    await page.context().close();
  });

  test('is not told of the own change as of somebody else’s', async () => {
    const id = await bed.stack.define('true', { alias: 'mine' });
    const page = await bed.open(`/tasks/${id}/update`);
    await commandField(page);
    await memory(page).fill('128');
    let isHeld = true;
    await page.route(/\/assets\/TaskPage-/, async (route) => {
      await until('the test goes on', () => Promise.resolve(isHeld ? null : true));
      await route.continue();
    });
    await page.evaluate(() => {
      const seen: string[] = ((window as unknown as { seen: string[] }).seen = []);
      const look = (): void => {
        if (document.body.textContent.includes('changed meanwhile')) seen.push(location.pathname);
      };
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    await save(page);
    await page.getByText('Saved', { exact: true }).waitFor();
    await until('the definition is saved', async () => ((await definition(id)).revision === 2 ? true : null));
    await page.waitForTimeout(500);
    isHeld = false;
    await heading(page, 'mine').waitFor();
    expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual([]);
    await page.context().close();
  });

  test('changes no command by looking at it, however its lines end', async () => {
    const id = await bed.stack.define('echo one\r\necho two', { alias: 'crlf' });
    const page = await bed.open(`/tasks/${id}/update`);
    await commandField(page);
    await page.getByRole('link', { name: 'Cancel' }).click();
    await heading(page, 'crlf').waitFor();
    await page.getByRole('link', { name: 'Run', exact: true }).click();
    await commandField(page);
    expect(await page.getByRole('button', { name: 'Undo: Command' }).count()).toBe(0);
    await page.context().close();
  });

  test('clicks Run once after a secret of many lines, which then is hidden', async () => {
    const id = await bed.stack.define('true', { alias: 'secretive' });
    const page = await bed.open(`/tasks/${id}/execute`, {
      ...known(bed, 'ann'),
      viewport: { width: 1440, height: 2200 },
    });
    await commandField(page);
    await page.getByRole('button', { name: 'Add variable' }).click();
    await page.getByRole('textbox', { name: 'Name of variable 1' }).fill('CERT');
    await page.getByRole('textbox', { name: 'Value of CERT' }).fill(`-----BEGIN PRIVATE KEY-----\n${'x\n'.repeat(8)}`);
    const button = page.getByRole('form', { name: 'Run' }).getByRole('button', { name: 'Run', exact: true });
    const { x, y } = (await button.boundingBox()) ?? { x: 0, y: 0 };
    let isAnswered = false;
    await page.route('**/execute', async (route) => {
      await until('the test has looked', () => Promise.resolve(isAnswered ? true : null));
      await route.continue();
    });
    const [request] = await Promise.all([
      page.waitForRequest((one) => one.method() === 'PUT' && one.url().endsWith('/execute')),
      (async () => {
        await page.mouse.move(x + 20, y + 10);
        await page.mouse.down();
        await page.waitForTimeout(200);
        await page.mouse.up();
      })(),
    ]);
    expect(request.postData()).toContain('PRIVATE KEY');
    await page.getByRole('button', { name: 'Edit the value of CERT' }).waitFor();
    isAnswered = true;
    await page.waitForURL(/\/runs\/[^/?]+$/, { timeout: slowMs });
    await page.context().close();
  });

  test('is asked before a launch that was typed is left, and not after it was sent', async () => {
    const id = await bed.stack.define('true', { alias: 'leaving' });
    const page = await bed.open(`/tasks/${id}/execute`, known(bed, 'ann'));
    await commandField(page);
    const back = page.getByRole('main').getByRole('link', { name: 'leaving', exact: true });
    await back.click();
    await heading(page, 'leaving').waitFor();
    await page.goBack();
    await commandField(page);
    await page.getByRole('textbox', { name: 'Description' }).fill('by hand');
    await back.click();
    const leave = page.getByRole('dialog', { name: 'Leave without running?' });
    await leave.waitFor();
    expect(await inaccessible(page)).toEqual([]);
    await leave.getByRole('button', { name: 'Stay' }).click();
    await leave.waitFor({ state: 'hidden' });
    expect(await page.getByRole('textbox', { name: 'Description' }).inputValue()).toBe('by hand');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.waitForURL(/\/runs\/[^/?]+$/, { timeout: slowMs });
    await page.context().close();
  });

  test('keeps the page of a task as it is while a read in the background fails', async () => {
    const id = await bed.stack.define('true', { alias: 'steady' });
    await bed.stack.execute(id);
    const page = await bed.open(`/tasks/${id}`);
    const row = page.getByRole('row').getByRole('checkbox').last();
    await row.check();
    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete steady?' });
    await dialog.getByText('What stays: 1 run').waitFor();
    let isDown = true;
    await page.route(/\/api\/v\d+\/(?!stream)/, (route) =>
      isDown ? route.fulfill({ status: 503, json: { error: 'The database cannot be reached now' } }) : route.continue(),
    );
    await lookAgain(page);
    const trouble = page.locator('main [role=alert]').filter({ hasText: 'The database cannot be reached now' }).first();
    await trouble.waitFor({ timeout: slowMs });
    expect(await dialog.count()).toBe(1);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await row.isChecked()).toBe(true);
    isDown = false;
    for (let n = await page.getByRole('button', { name: 'Try again' }).count(); n > 0; n -= 1) {
      await page.getByRole('button', { name: 'Try again' }).first().click();
      await page.waitForTimeout(300);
    }
    await page.getByRole('main').getByRole('alert').waitFor({ state: 'hidden' });
    expect(await row.isChecked()).toBe(true);
    await page.context().close();
  });

  test('is told that an address of one revision names no two', async () => {
    const id = await bed.stack.define('true', { alias: 'single' });
    const page = await bed.open(`/tasks/${id}/revisions/5`);
    await heading(page, 'Which two revisions?').waitFor();
    await page.getByRole('link', { name: 'All revisions' }).click();
    await page.getByText('Revision 1 (now)').waitFor();
    await page.context().close();
  });

  test('is told that the chosen cluster has been closed while the form was open', async () => {
    const id = await bed.stack.define('true', { alias: 'placed' });
    const page = await bed.open(`/tasks/${id}/execute`, known(bed, 'ann'));
    const cluster = page.getByRole('combobox', { name: 'Cluster' });
    await cluster.selectOption('default');
    await page.route('**/api/v6/clusters*', async (route) => {
      const response = await route.fetch();
      const { clusters } = (await response.json()) as { clusters: Record<string, unknown>[] };
      const closed = clusters.map((one) => ({ ...one, status: 'maintenance', status_reason: 'disks' }));
      await route.fulfill({ response, json: { clusters: closed } });
    });
    await lookAgain(page);
    await page.getByText('It takes no runs now: in maintenance, disks').waitFor();
    await page.context().close();
  });

  test('is taken to what is wrong with no field, wherever the button is', async () => {
    const id = await bed.stack.define('true', { alias: 'refused' });
    const page = await bed.open(`/tasks/${id}/execute`, known(bed, 'ann'));
    await commandField(page);
    await page.route('**/execute', (route) =>
      route.fulfill({ status: 503, json: { error: 'The database cannot be reached now' } }),
    );
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    const summary = page.getByRole('alert').filter({ hasText: 'The database cannot be reached now' });
    await summary.and(page.locator(':focus')).waitFor();
    await until('the summary is seen', async () =>
      (await summary.evaluate((shown) => shown.getBoundingClientRect().top > 0)) ? true : null,
    );
    expect(await inaccessible(page)).toEqual([]);
    await page.context().close();
  });

  test('types a here-document that ends where its end is typed', async () => {
    const script = 'if true; then\n  cat <<EOF\nhello\nEOF\nfi';
    const id = await bed.stack.define('true', { alias: 'typing' });
    const page = await bed.open(`/tasks/${id}/update`);
    await writeCommand(page, script);
    await save(page);
    await heading(page, 'typing').waitFor();
    expect((await definition(id)).command).toBe(script);
    await page.context().close();
  });

  test('rolls back what the page shows, not what somebody else has made of it meanwhile', async () => {
    const id = await bed.stack.define('echo one', { alias: 'rolling' });
    await bed.stack.call('PUT', `/task/${id}`, { command: 'echo two' });
    const page = await bed.open(`/tasks/${id}?tab=revisions`);
    const ask = page.getByRole('button', { name: 'Roll back to revision 1' });
    await ask.waitFor();
    await bed.stack.call('PUT', `/task/${id}`, { command: 'echo three' }, { 'X-User-Name': 'ben' });
    await ask.click();
    const dialog = page.getByRole('dialog', { name: 'Roll back to revision 1?' });
    const sure = dialog.getByRole('button', { name: 'Roll back' });
    await sure.click();
    await dialog.getByRole('alert').waitFor();
    expect(await definition(id)).toMatchObject({ revision: 3, command: 'echo three' });
    // Who has seen it may go on.
    await page.getByText('Revision 3 (now)').waitFor();
    await sure.click();
    await page.getByText('Revision 4 is like revision 1').waitFor();
    expect(await definition(id)).toMatchObject({ revision: 4, command: 'echo one' });
    await page.context().close();
  });

  test('is told what is wrong with a number until that is changed, not until the field is left', async () => {
    const id = await bed.stack.define('true', { alias: 'numbers' });
    const page = await bed.open(`/tasks/${id}/update`);
    await commandField(page);
    await memory(page).fill('0');
    await save(page);
    const wrong = page.getByRole('alert').getByRole('link', { name: 'Memory: At least 1' });
    await wrong.waitFor();
    expect(await memory(page).evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await wrong.count()).toBe(1);
    await memory(page).fill('64');
    await wrong.waitFor({ state: 'hidden' });
    await page.context().close();
  });
});
