/** A template is filled by a form, shown as the command that comes of it, mended, run, and run again (ui.md C13: 5). */
import type { Locator, Page, Request } from 'playwright-core';
import { heading, known, logLine, showsStatus, slowMs } from './acts';
import { inaccessible } from './axe';
import { hasBrowser, startBed, type Bed } from './bed';
import { quietly } from './job';

const suite = hasBrowser ? describe : describe.skip;

const greeter = {
  ...{ template_name: 'greeter', image: 'ubuntu:24.04', memory: 64 },
  command_template: `${quietly}; echo {{.greeting}} {{.who | squote}} {{.times}}; echo of {{range .tags}}{{.}} {{end}}`,
  schema: {
    type: 'object',
    required: ['who'],
    properties: {
      who: { type: 'string', title: 'Who', minLength: 2 },
      greeting: { type: 'string', title: 'Greeting', enum: ['hello', 'goodbye'] },
      times: { type: 'integer', title: 'Times', minimum: 1 },
      tags: { type: 'array', title: 'Tags', items: { type: 'string' } },
    },
  },
  defaults: { greeting: 'hello', times: 1, tags: ['one'] },
};

/** What is wrong is told a little after it is typed. */
const pauseMs = 1000;
/** Lists are asked for again when they are older than this. */
const staleMs = 5500;

type Told = {
  command: string;
  user: string;
  from_run?: string;
  execution_request_custom?: { template_payload?: Record<string, unknown> };
};

/** What readers of the screen are told of a field that is wrong; empty where it is not. */
const saidOf = (field: Locator): Promise<string> =>
  field.evaluate((element) => {
    const ids = element.getAttribute('aria-invalid') === 'true' ? element.getAttribute('aria-describedby') : null;
    return (ids ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join(' ');
  });

suite('somebody who has a template', () => {
  let bed: Bed;
  let templateId: string;
  beforeAll(async () => {
    bed = await startBed();
    const { status, body } = await bed.stack.call('POST', '/../v7/template', greeter);
    if (status !== 200) throw new Error(JSON.stringify(body));
    templateId = (body as { template: { template_id: string } }).template.template_id;
  }, 180_000);
  afterAll(() => bed.close(), 60_000);
  afterEach(() => {
    expect(bed.complaints()).toEqual([]);
  });

  const run = async (id: string): Promise<Told> => (await bed.stack.call('GET', `/history/${id}`)).body as Told;
  const idIn = (url: string): string => /\/runs\/([^/?#]+)/.exec(url)?.[1] ?? '';
  const rendered = (page: Page, text: string): Promise<void> =>
    page.getByLabel('Rendered command').getByText(text).waitFor({ timeout: slowMs });
  const launch = (page: Page): Promise<void> => page.getByRole('button', { name: 'Run', exact: true }).click();
  const sent = async (page: Page, act: () => Promise<void>): Promise<Record<string, unknown>> => {
    const isLaunch = (request: Request): boolean =>
      request.method() === 'PUT' && request.url().endsWith('/execute') && !request.postData()?.includes('"dry_run"');
    const [request] = await Promise.all([page.waitForRequest(isLaunch), act()]);
    return request.postDataJSON() as Record<string, unknown>;
  };

  test('fills its form beside the command that comes of it, is told what is wrong at the field, runs it, and again with changes', async () => {
    const page = await bed.open('/templates', known(bed, 'ann'));
    await page.getByRole('link', { name: 'Run greeter', exact: true }).click();
    await heading(page, 'Run greeter').waitFor();
    const who = page.getByRole('textbox', { name: 'Who' });
    const refused = page.getByLabel('Payload').or(page.getByRole('group', { name: 'Command' }));
    await who.waitFor();
    // Of the template's defaults nothing comes, as it requires a name: said, nothing is rendered.
    await refused.getByText('Not rendered yet').waitFor({ timeout: slowMs });
    expect(await page.getByLabel('Rendered command').count()).toBe(0);
    expect(await page.getByRole('main').getByRole('alert').count()).toBe(0);
    await refused.getByText('Who: Required', { exact: true }).waitFor();
    expect(await saidOf(who)).toBe('');

    await who.fill('A');
    await page.locator('[aria-invalid=true]').waitFor();
    expect(await saidOf(who)).toContain('At least 2 characters');
    await refused.getByText('Who: At least 2 characters', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('textbox', { name: 'Tags-2' }).fill('');
    await page.waitForTimeout(pauseMs);
    expect(await page.locator('[aria-invalid=true]').count()).toBe(1);
    await who.fill('Ann Lee');
    await rendered(page, `echo of one `);
    await page.getByRole('button', { name: 'Remove' }).last().click();
    await rendered(page, `echo hello 'Ann Lee' 1`);
    await page
      .getByRole('spinbutton', { name: 'Times' })
      .or(page.getByRole('textbox', { name: 'Times' }))
      .fill('3');
    await rendered(page, `echo hello 'Ann Lee' 3`);
    expect(await inaccessible(page)).toEqual([]);

    // What is wrong is said at its field, nothing is sent, and the last command stays.
    await who.fill('x');
    await page.getByText('Not rendered: this is the last one that was').waitFor({ timeout: slowMs });
    await rendered(page, `echo hello 'Ann Lee' 3`);
    let launches = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/execute') && !request.postData()?.includes('"dry_run"')) launches += 1;
    });
    await launch(page);
    const summary = page.getByRole('main').getByRole('alert');
    await summary.getByRole('link').first().waitFor();
    expect(await page.locator(':focus').getAttribute('id')).toBe(await who.getAttribute('id'));
    expect(await summary.getByRole('link').allInnerTexts()).toEqual(['Who: At least 2 characters']);
    expect(await saidOf(who)).toContain('At least 2 characters');
    expect(launches).toBe(0);
    expect(await inaccessible(page)).toEqual([]);

    await who.fill('world');
    await rendered(page, `echo hello 'world' 3`);
    const asked = await sent(page, () => launch(page));
    expect(asked).toMatchObject({ owner_id: 'ann', template_payload: { who: 'world', times: 3, tags: ['one'] } });
    await showsStatus(page, 'Succeeded');
    await logLine(page, 'hello world 3').waitFor();
    await logLine(page, 'of one').waitFor();
    const first = idIn(page.url());
    expect(await run(first)).toMatchObject({ user: 'ann' });

    // Again from the run: its payload is there, and what is left is the server's to copy.
    await page.locator('main header').getByRole('link', { name: 'With changes' }).click();
    await heading(page, 'Run greeter again with changes').waitFor();
    expect(new URL(page.url()).search).toBe(`?run=${first}`);
    await who.waitFor();
    expect(await who.inputValue()).toBe('world');
    await rendered(page, `echo hello 'world' 3`);
    await page.getByText(`Filled from run ${first}`).waitFor();
    const plain = await sent(page, () => launch(page));
    expect(plain).toEqual({ owner_id: 'ann', from_run: first });
    await page.waitForURL((url) => url.pathname.startsWith('/runs/') && idIn(url.href) !== first);
    await showsStatus(page, 'Succeeded');
    const second = idIn(page.url());
    const [before, after] = [await run(first), await run(second)];
    expect(after).toMatchObject({ command: before.command, from_run: first });
    expect(after.execution_request_custom).toEqual(before.execution_request_custom);

    await page.locator('main header').getByRole('link', { name: 'With changes' }).click();
    await who.waitFor();
    await who.fill('moon');
    await rendered(page, `echo hello 'moon' 3`);
    const changed = await sent(page, () => launch(page));
    expect(changed).toEqual({
      ...{ owner_id: 'ann', from_run: second },
      template_payload: { who: 'moon', greeting: 'hello', times: 3, tags: ['one'] },
    });
    await page.waitForURL((url) => url.pathname.startsWith('/runs/') && ![first, second].includes(idIn(url.href)));
    await logLine(page, 'hello moon 3').waitFor({ timeout: slowMs });
    await page.context().close();
  });

  test('is told by the API, at the field, what the form does not know', async () => {
    const page = await bed.open(`/templates/${templateId}/execute`, known(bed, 'ann'));
    const who = page.getByRole('textbox', { name: 'Who' });
    await who.fill('world');
    await rendered(page, `'world'`);
    const field = { field: 'template_payload.who', message: 'Nobody of that name' };
    await page.route('**/execute', (route) =>
      route.fulfill({ status: 400, json: { error: 'The payload does not fit', fields: [field] } }),
    );
    await launch(page);
    await page
      .getByRole('main')
      .getByRole('alert')
      .getByRole('link', { name: /Nobody of that name/ })
      .waitFor();
    expect(await page.locator(':focus').getAttribute('id')).toBe(await who.getAttribute('id'));
    expect(await saidOf(who)).toContain('Nobody of that name');
    await page.context().close();
  });

  test('keeps what is typed as JSON until the form can show it', async () => {
    const page = await bed.open(`/templates/${templateId}/execute`, known(bed, 'ann'));
    const as = page.getByRole('radiogroup', { name: 'Payload as' });
    await as.getByText('JSON').click();
    const json = page.getByRole('textbox', { name: 'Payload (JSON)' });
    await json.fill('{"who": "half"');
    await page.getByText('Not a JSON object yet').waitFor();
    expect(await as.getByRole('radio', { name: 'Form' }).isDisabled()).toBe(true);
    await as.getByText('Form').click({ force: true });
    expect(await json.inputValue()).toBe('{"who": "half"');
    await json.fill('{"who": "whole"}');
    await as.getByText('Form').click();
    expect(await page.getByRole('textbox', { name: 'Who' }).inputValue()).toBe('whole');
    await page.context().close();
  });

  test('goes from version to version, each a page of its own, and asks for the versions of this template alone', async () => {
    const second = { ...greeter, command_template: `${greeter.command_template} again` };
    const { body } = await bed.stack.call('POST', '/../v7/template', second);
    expect((body as { template: { version: number } }).template.version).toBe(2);
    await bed.stack.call('POST', '/../v7/template', { ...greeter, template_name: 'other' });
    const page = await bed.open(`/templates/${templateId}`);
    const goTo = async (version: string): Promise<string> => {
      const [request] = await Promise.all([
        page.waitForRequest((one) => one.url().includes('latest_only=false')),
        page.getByRole('tab', { name: 'Versions' }).click(),
      ]);
      const versions = page.getByRole('table', { name: 'Versions' });
      await versions.waitFor();
      expect(await versions.getByRole('row').count()).toBe(3);
      await versions.getByRole('link', { name: version, exact: true }).click();
      await page.getByText(`Version ${version} · `).waitFor();
      await heading(page, 'greeter').and(page.locator(':focus')).waitFor();
      return new URL(request.url()).search;
    };
    expect(await goTo('2')).toContain('template_name=greeter');
    // The first one is known by now: its page is there at once.
    await page.waitForTimeout(staleMs);
    await goTo('1');
    await page.context().close();
  });

  test('is told that there is no such page of the list', async () => {
    const page = await bed.open('/templates?page=2');
    await page.getByText('There is no page 2.').waitFor();
    expect(await inaccessible(page)).toEqual([]);
    await page.getByRole('button', { name: 'Go to page 1' }).click();
    await page.getByRole('link', { name: 'greeter', exact: true }).waitFor();
    await page.context().close();
  });
});
