/** Runs are stopped, one or many, and watched: in lists that stay where they are, in many tabs at once (ui.md C13: 3, 11, 12, 13). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page, Request } from 'playwright-core';
import { isGroupAlive } from '../../../engines/local/process-group';
import { until } from '../../stack';
import { documentOf, heading, known, logLine, showsStatus, heldJob, slowMs } from './acts';
import { inaccessible } from './axe';
import { hasBrowser, startBed, type Bed } from './bed';
import { quietly, tell } from './job';

const suite = hasBrowser ? describe : describe.skip;

type Row = { id: string; top: number };
type Told = { status: string; user: string; stop_requested_at?: string; started_at?: string; exit_reason?: string };

suite('somebody who watches runs', () => {
  let bed: Bed;
  beforeAll(async () => {
    bed = await startBed();
  }, 120_000);
  afterAll(() => bed.close(), 60_000);
  afterEach(() => {
    expect(bed.complaints()).toEqual([]);
  });

  const run = async (id: string): Promise<Told> => (await bed.stack.call('GET', `/history/${id}`)).body as Told;
  /** 0: nothing that is queued is picked up. */
  const pickUp = async (count: 0 | 1): Promise<void> => {
    const { status } = await bed.stack.call('PUT', '/../v5/worker/submit', { count_per_instance: count });
    expect(status).toBe(200);
  };
  const live = (page: Page): Promise<void> => page.getByRole('banner').getByText('Live', { exact: true }).waitFor();
  const row = (page: Page, id: string) => page.locator(`tr[data-row="${id}"]`);
  const rowsOf = (page: Page): Promise<Row[]> =>
    page
      .locator('tr[data-row]')
      .evaluateAll((rows) =>
        rows.map((one) => ({ id: one.getAttribute('data-row') ?? '', top: one.getBoundingClientRect().top })),
      );

  test('stops a run that runs: it is Stopping until nothing of it is left (3)', async () => {
    const { stack } = bed;
    // Deaf to TERM, so that there is something to see until it is killed.
    const id = await stack.execute(
      await stack.define(`${quietly}; trap '' TERM; echo up; sleep 300`, { alias: 'deaf' }),
    );
    const page = await bed.open(`/runs/${id}`, known(bed, 'ann'));
    await showsStatus(page, 'Running');
    await logLine(page, 'up').waitFor();
    const [pid, ...birth] = readFileSync(join(stack.folder, 'attempts', id, 'pid'), 'utf8')
      .trim()
      .split(' ');
    const group = { pid: Number(pid), birth: birth.join(' '), since: 0 };
    expect(isGroupAlive(group)).toBe(true);
    const dialog = page.getByRole('dialog', { name: 'Stop the run' });
    const stop = page.locator('main header').getByRole('button', { name: 'Stop' });
    await stop.click();
    await dialog.getByText(/^Stop deaf, run local-.*\? Its container on default ends\.$/).waitFor();
    expect(await inaccessible(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Do not stop' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect((await run(id)).stop_requested_at).toBeUndefined();

    await stop.click();
    await dialog.getByRole('button', { name: 'Stop run' }).click();
    await showsStatus(page, 'Stopping');
    expect((await run(id)).stop_requested_at).toBeDefined();
    await showsStatus(page, 'Cancelled by ann');
    expect(await run(id)).toMatchObject({
      ...{ status: 'STOPPED', outcome: 'CANCELLED', exit_reason: 'Task terminated by - ann' },
    });
    expect(isGroupAlive(group)).toBe(false);
    expect(await stop.count()).toBe(0);
    expect(await inaccessible(page)).toEqual([]);
    await page.context().close();
  });

  test('stops a run that is queued: it never begins (3)', async () => {
    await pickUp(0);
    try {
      const id = await bed.stack.execute(await bed.stack.define('echo begun', { alias: 'unbegun' }));
      const page = await bed.open(`/runs/${id}`, known(bed, 'ann'));
      await showsStatus(page, 'Queued');
      expect(await inaccessible(page)).toEqual([]);
      await page.locator('main header').getByRole('button', { name: 'Stop' }).click();
      const dialog = page.getByRole('dialog', { name: 'Stop the run' });
      await dialog.getByText(/\? It will not be run any more\.$/).waitFor();
      await dialog.getByRole('button', { name: 'Stop run' }).click();
      await showsStatus(page, 'Cancelled by ann');
      const told = await run(id);
      expect([told.status, told.exit_reason, told.started_at]).toEqual([
        ...['STOPPED', 'Task terminated by - ann', undefined],
      ]);
      await page.context().close();
    } finally {
      await pickUp(1);
    }
  });

  test('sees rows change where they are, and new runs only as a bar; what is selected, open and focused stays (12)', async () => {
    const { stack } = bed;
    const definition = await stack.define(heldJob, { alias: 'row-job' });
    const [first, second, third] = [
      await stack.execute(definition),
      await stack.execute(definition),
      await stack.execute(definition),
    ];
    const open = 'status=QUEUED&status=PENDING&status=RUNNING&status=NEEDS_RETRY';
    const page = await bed.open(`/runs?alias=row-job&${open}`);
    await live(page);
    for (const id of [first, second, third]) await row(page, id).getByText('Running').waitFor({ timeout: slowMs });
    const opened = await documentOf(page);
    for (const id of [first, second]) await row(page, id).getByRole('checkbox').check();
    await page.getByRole('group', { name: 'Selected runs' }).getByText('2 selected', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Columns' }).click();
    const menu = page.getByRole('dialog', { name: 'Columns' });
    await menu.getByRole('checkbox', { name: 'Attempts' }).focus();
    expect(await inaccessible(page)).toEqual([]);
    const before = await rowsOf(page);
    expect(before.map(({ id }) => id)).toEqual([third, second, first]);

    await tell(stack, second, 'go');
    await row(page, second).getByText('Succeeded').waitFor({ timeout: slowMs });
    await row(page, second).getByText('No longer matches the filters').waitFor({ state: 'attached' });
    const news = [await stack.execute(definition), await stack.execute(definition)];
    const bar = page.getByRole('button', { name: '2 new runs · Show' });
    await bar.waitFor();
    expect(await rowsOf(page)).toEqual(before);
    expect(await menu.getByRole('checkbox', { name: 'Attempts' }).and(page.locator(':focus')).count()).toBe(1);
    expect(await inaccessible(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
    for (const id of [first, second]) expect(await row(page, id).getByRole('checkbox').isChecked()).toBe(true);
    expect(await row(page, third).getByRole('checkbox').isChecked()).toBe(false);

    await bar.click();
    await row(page, news[1] ?? '').waitFor();
    const after = (await rowsOf(page)).map(({ id }) => id);
    expect(after).toEqual([news[1], news[0], third, first]);
    await page.getByText('4 runs', { exact: true }).waitFor();
    await page.getByText('2 selected', { exact: true }).waitFor();
    expect(await row(page, first).getByRole('checkbox').isChecked()).toBe(true);
    expect(await bar.count()).toBe(0);
    expect(await documentOf(page)).toBe(opened);
    for (const id of after) await tell(stack, id, 'go');
    for (const id of after) await row(page, id).getByText('Succeeded').waitFor({ timeout: slowMs });
    expect((await rowsOf(page)).map(({ id }) => id)).toEqual(after);
    await page.context().close();
  });

  test('finds in filters what is in the address, and nothing that was typed for another', async () => {
    const page = await bed.open('/runs?owner=nobody');
    const search = (): string => new URL(page.url()).search;
    const panel = page.getByRole('region', { name: 'Filters' });
    const alias = panel.getByLabel('Alias', { exact: true }).first();
    const chip = (name: string) =>
      page.getByRole('radiogroup', { name: 'Which runs' }).getByText(name, { exact: true });
    await page.getByRole('button', { name: 'Filters (1)' }).click();
    await chip('Cancelled').click();
    await page.waitForURL(/outcome=CANCELLED/);
    await alias.pressSequentially('abc');
    await page.waitForURL(/alias=abc/);
    await page.goBack();
    await page.waitForURL(`${bed.url}/runs?owner=nobody`);
    expect(await alias.inputValue()).toBe('');
    // Whoever leaves the field, or asks for something else, does not bring it back.
    await alias.focus();
    await heading(page, 'Runs').click();
    expect(search()).toBe('?owner=nobody');
    await chip('Succeeded').click();
    await page.waitForURL(/outcome=SUCCESS/);
    await page.goBack();
    await page.waitForURL(`${bed.url}/runs?owner=nobody`);

    await panel.getByRole('radiogroup', { name: 'Time range' }).getByText('Custom', { exact: true }).click();
    const from = panel.getByLabel('From', { exact: true });
    // A year that is being typed is one of long ago.
    await from.fill('0026-01-02T10:00');
    expect(await from.inputValue()).toBe('0026-01-02T10:00');
    await from.fill('2026-01-02T10:00');
    await from.press('Enter');
    await page.getByRole('button', { name: /^Remove filter: queued after 2 Jan 2026, 10:00:00/ }).click();
    await page.waitForURL((url) => !url.search.includes('queued_at_since'));
    await until('the field is empty', async () => ((await from.inputValue()) === '' ? true : null));
    await page.context().close();
  });

  test('goes through the runs that a run has started by keys; Tab stops at no time in a row', async () => {
    const { stack } = bed;
    const [parent, child] = [
      await stack.execute(await stack.define(heldJob, { alias: 'a-parent' })),
      await stack.define(quietly, { alias: 'a-child' }),
    ];
    await stack.reaches(parent, ['RUNNING']);
    const started = await stack.execute(child, { env: [{ name: 'PARENT_FLOTILLA_RUN_ID', value: parent }] });
    const page = await bed.open(`/runs/${parent}?rt=c`);
    const table = page.getByRole('table', { name: 'Children' });
    await table.getByText('a-child').waitFor();
    expect(await table.locator('time[tabindex="0"]').count()).toBe(0);
    expect(await page.getByRole('region', { name: 'Facts' }).locator('time[tabindex="0"]').count()).not.toBe(0);
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${bed.url}/runs/${started}`);
    await heading(page, 'a-child').waitFor();
    await tell(stack, parent, 'go');
    await page.context().close();
  });

  test('has eight tabs: all load and are live by one stream, and one that is closed leaves it to another (11)', async () => {
    const { stack } = bed;
    const person = await bed.person();
    const [streams, logs] = [new Set<Request>(), new Set<Request>()];
    const most = { streams: 0, logs: 0 };
    person.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname === '/api/v6/stream') streams.add(request);
      if (pathname.endsWith('/logs/stream')) logs.add(request);
      most.streams = Math.max(most.streams, streams.size);
      most.logs = Math.max(most.logs, logs.size);
    });
    const ended = (request: Request): void => {
      streams.delete(request);
      logs.delete(request);
    };
    person.on('requestfinished', ended);
    person.on('requestfailed', ended);
    const definition = await stack.define(heldJob, { alias: 'eight-tabs' });
    const id = await stack.execute(definition);
    await stack.reaches(id, ['RUNNING']);
    const pages: Page[] = [];
    for (const path of [
      ...Array.from({ length: 4 }, () => `/runs/${id}`),
      ...[`/runs/${id}?rt=e`, '/runs?alias=eight-tabs', '/tasks?alias=eight-tabs', `/tasks/${definition}`],
    ]) {
      pages.push(await bed.open(path, person));
    }
    for (const page of pages) {
      await page.locator('.status').getByText('Running').first().waitFor();
      await live(page);
    }
    const logTabs = pages.slice(0, 4);
    for (const page of logTabs) await logLine(page, 'before').waitFor();
    // Two have the live streams of logs, the others ask.
    const readings = async (text: RegExp): Promise<number> =>
      (await Promise.all(logTabs.map((page) => page.getByText(text).count()))).reduce((sum, n) => sum + n, 0);
    await until('the log tabs read', async () =>
      (await readings(/^Live · 1 lines?$/)) === 2 && (await readings(/^Asking every 2 s/)) === 2 ? true : null,
    );
    expect([streams.size, logs.size]).toEqual([1, 2]);

    await tell(stack, id, 'go');
    for (const page of pages) await page.locator('.status').getByText('Succeeded').first().waitFor({ timeout: slowMs });
    for (const page of logTabs) await logLine(page, 'after').waitFor();
    expect(most).toEqual({ streams: 1, logs: 2 });

    const [stream] = streams;
    const leader = stream?.frame().page();
    await leader?.close();
    // Of a page that is gone nobody tells.
    if (stream !== undefined) streams.delete(stream);
    const heir = await until('another tab has the stream', () => Promise.resolve([...streams][0] ?? null));
    expect(heir.frame().page()).not.toBe(leader);
    // It goes on where the other was.
    expect(await heir.headerValue('last-event-id')).toMatch(/\S/);
    const later = await stack.execute(definition);
    await tell(stack, later, 'go');
    await stack.reaches(later, ['STOPPED']);
    const [list, tasks] = [pages[5], pages[6]];
    await list?.getByRole('button', { name: '1 new run · Show' }).waitFor();
    await tasks?.locator(`a[href="/runs/${later}"]`).getByText('Succeeded').waitFor({ timeout: slowMs });
    expect(streams.size).toBe(1);
    await person.close();
  });

  test('stops all that match: what is sent is the filter that the dialog shows, also after Back and a reload (13)', async () => {
    const { stack } = bed;
    await pickUp(0);
    try {
      const [one, other] = [
        await stack.define('sleep 300', { alias: 'bulk-one' }),
        await stack.define('sleep 300', { alias: 'bulk-other' }),
      ];
      const ones = [await stack.execute(one), await stack.execute(one), await stack.execute(one)];
      const others = [await stack.execute(other), await stack.execute(other)];
      const page = await bed.open('/runs', known(bed, 'ann'));
      const sent: unknown[] = [];
      page.on('request', (request) => {
        if (request.method() === 'POST') sent.push(request.postDataJSON());
      });
      const stopAll = page.getByRole('button', { name: /^Stop all/ });
      const dialog = page.getByRole('dialog', { name: 'Stop runs' });
      const select = (id: string): Promise<void> => row(page, id).getByRole('checkbox').check();

      // A filter, another one, and Back to the first.
      await page.getByRole('button', { name: 'Filters', exact: true }).click();
      const alias = page.getByRole('region', { name: 'Filters' }).getByLabel('Alias', { exact: true }).first();
      await alias.fill('bulk-one');
      await alias.press('Enter');
      await page.getByRole('button', { name: 'Remove filter: alias contains “bulk-one”' }).waitFor();
      await row(page, others[0] ?? '').waitFor({ state: 'hidden' });
      expect(await inaccessible(page)).toEqual([]);
      await row(page, ones[0] ?? '')
        .getByRole('link')
        .first()
        .click();
      await heading(page, 'bulk-one').waitFor();
      await page.goBack();
      await row(page, ones[0] ?? '').waitFor();
      await page.reload();
      await row(page, ones[0] ?? '').waitFor();
      expect((await rowsOf(page)).map(({ id }) => id).sort()).toEqual([...ones].sort());

      await select(ones[1] ?? '');
      await stopAll.click();
      await dialog.getByText('3 runs will be stopped.').waitFor();
      expect(await dialog.getByRole('list', { name: 'The filter' }).getByRole('listitem').allInnerTexts()).toEqual([
        ...['is pending, queued, or running', 'alias contains “bulk-one”'],
      ]);
      expect(await dialog.getByRole('table', { name: 'By alias' }).getByRole('row').allInnerTexts()).toEqual([
        ...['Alias\tRuns', 'bulk-one\t3'],
      ]);
      expect(await inaccessible(page)).toEqual([]);
      await dialog.getByRole('button', { name: 'Stop 3 runs' }).click();
      const progress = page.getByText('3 of 3, 0 refused');
      await progress.waitFor({ timeout: slowMs });
      const filter = { alias: ['bulk-one'], status: ['PENDING', 'QUEUED', 'RUNNING'] };
      expect(sent).toEqual([{ filter, dry_run: true }, { filter }]);
      for (const id of ones)
        expect(await run(id)).toMatchObject({ status: 'STOPPED', exit_reason: 'Task terminated by - ann' });
      for (const id of others) expect((await run(id)).status).toBe('QUEUED');
      expect(await inaccessible(page)).toEqual([]);

      // What was said of it survives a reload, and is gone once it was read.
      await page.reload();
      await progress.waitFor();
      await page.getByRole('link', { name: 'Tasks', exact: true }).click();
      await heading(page, 'Tasks').waitFor();
      await page.goBack();
      await page.getByText('0 runs', { exact: true }).waitFor();
      expect(await progress.count()).toBe(0);

      // And ids are sent as ids: no more than those that are selected.
      sent.length = 0;
      await page.getByRole('button', { name: 'Remove filter: alias contains “bulk-one”' }).click();
      await select(others[0] ?? '');
      await page.getByRole('button', { name: 'Stop 1 selected…' }).click();
      await dialog.getByText('The 1 run that you have selected.').waitFor();
      await dialog.getByRole('button', { name: 'Stop 1 run' }).click();
      await until('it is stopped', async () => ((await run(others[0] ?? '')).status === 'STOPPED' ? true : null));
      expect(sent).toEqual([{ run_ids: [others[0]], dry_run: true }, { run_ids: [others[0]] }]);
      expect((await run(others[1] ?? '')).status).toBe('QUEUED');
      await page.context().close();
    } finally {
      await pickUp(1);
      await stack.call('POST', '/history/stop', { filter: { alias: 'bulk-other' } });
    }
  });
});
