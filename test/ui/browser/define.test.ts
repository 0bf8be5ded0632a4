/** A task is defined, run, watched, mended, changed and rolled back: by mouse, and by keys alone (ui.md C13: 1, 2, 4, 18). */
import { commandField, documentOf, heading, heldJob, logLine, showsStatus, tabTo, writeCommand } from './acts';
import { inaccessible } from './axe';
import { hasBrowser, startBed, type Bed } from './bed';
import { quietly, tell, untilTold } from './job';

const suite = hasBrowser ? describe : describe.skip;

type Definition = {
  definition_id: string;
  alias: string;
  revision: number;
  command: string;
  memory: number;
  env: { name: string; value: string }[];
};
type Run = {
  run_id: string;
  user: string;
  outcome?: string;
  from_run?: string;
  env: { name: string; value: string }[];
};

const greets = `${quietly}; echo "hello $WHO"; ${untilTold('go')}; echo the end`;

suite('somebody who has never seen the API', () => {
  let bed: Bed;
  beforeAll(async () => {
    bed = await startBed();
  }, 120_000);
  afterAll(() => bed.close(), 60_000);
  afterEach(() => {
    expect(bed.complaints()).toEqual([]);
  });

  const definition = async (path: string): Promise<Definition> =>
    (await bed.stack.call('GET', `/task/${path}`)).body as Definition;
  const run = async (id: string): Promise<Run> => (await bed.stack.call('GET', `/history/${id}`)).body as Run;
  const idIn = (url: string): string => /\/runs\/([^/?#]+)/.exec(url)?.[1] ?? '';

  test('defines a task, launches it, watches it live to its end and reads its log, on a page that is loaded once (1)', async () => {
    const page = await bed.open('/');
    const opened = await documentOf(page);
    await page.getByText('No task yet.').waitFor();
    expect(await inaccessible(page)).toEqual([]);

    await page.getByRole('link', { name: 'New task' }).click();
    await heading(page, 'New task').waitFor();
    await page.getByRole('button', { name: 'Create task' }).click();
    await page
      .getByRole('alert')
      .getByRole('link', { name: /^Alias:/ })
      .waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe(
      await page.getByRole('textbox', { name: 'Alias', exact: true }).getAttribute('id'),
    );
    expect(await inaccessible(page)).toEqual([]);
    await page.getByRole('textbox', { name: 'Alias', exact: true }).fill('nightly-report');
    await page.getByRole('combobox', { name: 'Group' }).fill('reports');
    await page.getByRole('textbox', { name: 'Image' }).fill('ubuntu:24.04');
    await writeCommand(page, greets);
    await page.getByRole('button', { name: 'Add variable' }).click();
    await page.getByRole('textbox', { name: 'Name of variable 1' }).fill('WHO');
    await page.getByRole('textbox', { name: 'Value of WHO' }).fill('world');
    expect(await inaccessible(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create task' }).click();

    await heading(page, 'nightly-report').waitFor();
    await page.getByText('No run yet.').waitFor();
    const made = await definition('alias/nightly-report');
    expect(made).toMatchObject({ group_name: 'reports', image: 'ubuntu:24.04', cpu: 512, memory: 1024 });
    expect(made.command).toBe(greets);
    expect(made.env).toEqual([{ name: 'WHO', value: 'world' }]);
    expect(new URL(page.url()).pathname).toBe(`/tasks/${made.definition_id}`);
    expect(await inaccessible(page)).toEqual([]);

    await page.getByRole('link', { name: 'Run', exact: true }).click();
    await heading(page, 'Run nightly-report').waitFor();
    await commandField(page);
    expect(await inaccessible(page)).toEqual([]);
    await page.getByRole('textbox', { name: 'Owner' }).fill('ann');
    await page.getByRole('button', { name: 'Run', exact: true }).click();

    await showsStatus(page, 'Running');
    const id = idIn(page.url());
    expect(await run(id)).toMatchObject({ status: 'RUNNING', user: 'ann', alias: 'nightly-report' });
    await logLine(page, 'hello world').waitFor();
    expect(await page.title()).toBe('● RUNNING · nightly-report · Flotilla');
    await page.getByRole('banner').getByText('Live', { exact: true }).waitFor();
    expect(await inaccessible(page)).toEqual([]);
    expect(await logLine(page, 'the end').count()).toBe(0);

    await tell(bed.stack, id, 'go');
    await showsStatus(page, 'Succeeded');
    await logLine(page, 'the end').waitFor();
    await page.getByText('End · 2 lines').waitFor();
    expect(await page.title()).toBe('✓ SUCCEEDED · nightly-report · Flotilla');
    expect(await run(id)).toMatchObject({ status: 'STOPPED', outcome: 'SUCCESS', exit_code: 0 });
    expect(await bed.stack.log(id)).toBe('hello world\nthe end');
    expect(await inaccessible(page)).toEqual([]);
    expect(await documentOf(page)).toBe(opened);
    await page.context().close();
  });

  test('reads why a run failed, runs it again with one value changed, and it succeeds (2)', async () => {
    const { stack } = bed;
    const command = `${quietly}; if [ "$MODE" = good ]; then echo "fine $LEVEL $OTHER"; else echo "cannot read the input"; exit 2; fi`;
    const env = [
      { name: 'MODE', value: 'bad' },
      { name: 'LEVEL', value: '7' },
    ];
    const failed = await stack.execute(await stack.define(command, { alias: 'picky', env }), {
      env: [{ name: 'OTHER', value: 'stays' }],
    });
    const page = await bed.open(`/runs/${failed}`);
    await showsStatus(page, 'Failed · exit 2');
    const why = page.getByRole('region', { name: 'Why' });
    const { headline, next } = (await stack.call('GET', `/history/${failed}/explain`)).body as {
      headline: string;
      next: string[];
    };
    expect(next.length).toBeGreaterThan(0);
    for (const text of [headline, ...next]) await why.getByText(text).waitFor();
    await logLine(page, 'cannot read the input').waitFor();
    expect(await inaccessible(page)).toEqual([]);

    await page.locator('main header').getByRole('link', { name: 'With changes' }).click();
    await heading(page, 'Run picky again with changes').waitFor();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('alert').getByText('Owner: Say who runs it').waitFor();
    await page.getByRole('textbox', { name: 'Owner' }).fill('ann');
    await page.getByRole('button', { name: 'Replace MODE for this run' }).click();
    const value = page.getByRole('textbox', { name: 'Value of MODE' });
    expect(await value.inputValue()).toBe('bad');
    await value.fill('good');
    await page.getByRole('button', { name: 'Undo: MODE' }).waitFor();
    expect(await inaccessible(page)).toEqual([]);
    await page.getByRole('button', { name: 'Run', exact: true }).click();

    await page.waitForURL((url) => url.pathname.startsWith('/runs/') && idIn(url.href) !== failed);
    await showsStatus(page, 'Succeeded');
    await logLine(page, 'fine 7 stays').waitFor();
    const again = await run(idIn(page.url()));
    expect(again).toMatchObject({ outcome: 'SUCCESS', user: 'ann', from_run: failed });
    expect(again.env.filter(({ name }) => name === 'MODE')).toEqual([{ name: 'MODE', value: 'good' }]);
    await page.getByTitle(failed).click();
    await showsStatus(page, 'Failed · exit 2');
    await page.context().close();
  });

  test('changes a task, sees what differs, and rolls back: to a new revision that is like the first (4)', async () => {
    const id = await bed.stack.define('echo one\necho two', { alias: 'changing' });
    const page = await bed.open(`/tasks/${id}`);
    await page.getByRole('link', { name: 'Edit' }).click();
    await heading(page, 'Edit changing').waitFor();
    await writeCommand(page, 'echo one\necho three');
    await page.getByRole('textbox', { name: 'Memory (MB)', exact: true }).fill('128');
    expect(await inaccessible(page)).toEqual([]);
    // What is not saved is not left without a word.
    await page.getByRole('link', { name: 'Cancel' }).click();
    const leave = page.getByRole('dialog', { name: 'Leave without saving?' });
    await leave.waitFor();
    expect(await inaccessible(page)).toEqual([]);
    await leave.getByRole('button', { name: 'Stay' }).click();
    expect((await definition(id)).revision).toBe(1);
    await page.getByRole('button', { name: 'Save' }).click();
    await heading(page, 'changing').waitFor();
    expect(await definition(id)).toMatchObject({ revision: 2, memory: 128, command: 'echo one\necho three' });

    await page.getByRole('tab', { name: 'Revisions' }).click();
    await page.getByText('Revision 2 (now)').waitFor();
    await page.getByText('Changed: command, memory').waitFor();
    expect(await inaccessible(page)).toEqual([]);
    await page.getByRole('link', { name: 'What changed in revision 2' }).click();
    await heading(page, 'What changed from revision 1 to 2').waitFor();
    const command = page.getByRole('region', { name: 'Command' });
    await command.waitFor();
    expect(await command.getByRole('deletion').allTextContents()).toEqual(['−echo two']);
    expect(await command.getByRole('insertion').allTextContents()).toEqual(['+echo three']);
    const memory = page.getByRole('region', { name: 'Memory' });
    expect(await memory.getByRole('deletion').allTextContents()).toEqual(['−64']);
    expect(await memory.getByRole('insertion').allTextContents()).toEqual(['+128']);
    expect(
      await page
        .getByRole('region')
        .filter({ has: page.locator('ins') })
        .count(),
    ).toBeLessThanOrEqual(3);
    expect(await inaccessible(page)).toEqual([]);

    await page.getByRole('button', { name: 'Roll back to revision 1' }).click();
    const dialog = page.getByRole('dialog', { name: 'Roll back to revision 1?' });
    await dialog.waitFor();
    expect(await inaccessible(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect((await definition(id)).revision).toBe(2);
    await page.getByRole('button', { name: 'Roll back to revision 1' }).click();
    await dialog.getByRole('button', { name: 'Roll back' }).click();
    await page.getByText('Revision 3 (now)').waitFor();
    expect(await definition(id)).toMatchObject({ revision: 3, memory: 64, command: 'echo one\necho two' });
    await page.goto(`${bed.url}/tasks/${id}/revisions/1..3`);
    await page.getByText('They are the same.').waitFor();
    await page.context().close();
  });

  test('does all of that with the keyboard alone (18)', async () => {
    const page = await bed.open('/tasks');
    const { keyboard } = page;
    const type = async (name: string, text: string): Promise<void> => {
      await tabTo(page, page.getByRole(name === 'Group' ? 'combobox' : 'textbox', { name, exact: true }));
      await keyboard.type(text);
    };
    await keyboard.press('n');
    await heading(page, 'New task').and(page.locator(':focus')).waitFor();
    await type('Alias', 'by-keys');
    await type('Group', 'keys');
    await keyboard.press('Escape');
    await type('Image', 'ubuntu:24.04');
    await tabTo(page, await commandField(page));
    await keyboard.type(heldJob);
    await tabTo(page, page.getByRole('button', { name: 'Create task' }));
    await keyboard.press('Enter');
    await heading(page, 'by-keys').and(page.locator(':focus')).waitFor();
    expect((await definition('alias/by-keys')).command).toBe(heldJob);

    await keyboard.press('r');
    await heading(page, 'Run by-keys').and(page.locator(':focus')).waitFor();
    await commandField(page);
    await type('Owner', 'ann');
    await tabTo(page, page.getByRole('button', { name: 'Run', exact: true }));
    await keyboard.press('Enter');
    await showsStatus(page, 'Running');
    await logLine(page, 'before').waitFor();
    await tell(bed.stack, idIn(page.url()), 'go');
    await showsStatus(page, 'Succeeded');
    await logLine(page, 'after').waitFor();
    await tabTo(page, page.getByRole('region', { name: 'Log', exact: true }));
    expect(await run(idIn(page.url()))).toMatchObject({ outcome: 'SUCCESS', user: 'ann' });

    // Also from the lists: its row, and the keys that a reader looks up.
    await keyboard.press('g');
    await keyboard.press('r');
    await page.waitForURL((url) => url.pathname === '/runs');
    await keyboard.press('?');
    await page.getByRole('dialog').getByText('Go to tasks').waitFor();
    expect(await inaccessible(page)).toEqual([]);
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.locator('h1:focus').waitFor();
    await keyboard.press('g');
    await keyboard.press('t');
    await heading(page, 'Tasks').waitFor();
    const link = page.getByRole('row').getByRole('link', { name: 'by-keys', exact: true });
    await link.waitFor();
    await keyboard.press('j');
    expect(await page.evaluate(() => document.activeElement?.closest('[data-row]') !== null)).toBe(true);
    await tabTo(page, link);
    await keyboard.press('Enter');
    await heading(page, 'by-keys').waitFor();
    await page.context().close();
  });
});
