/** Every address that people have bookmarked, in the original too: what is seen there, and what the API is asked (ui.md A, C1; C13: 6). */
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { until } from '../../stack';
import { heading } from './acts';
import { inaccessible } from './axe';
import { hasBrowser, startBed, type Bed } from './bed';
import { quietly } from './job';

const suite = hasBrowser ? describe : describe.skip;

/** `{task}`, `{run}`, `{template}` in texts stand for the ids of those. */
type Address = {
  at: string;
  /** Where one comes to, if not there. */
  to?: string;
  h1: string;
  sees: (page: Page, ids: Ids) => Locator;
  /** A question to the API, its query in the order of the alphabet. */
  asks: string;
};
type Ids = { task: string; run: string; template: string };

const tab = (name: string) => (page: Page) => page.getByRole('tab', { name, selected: true });
const link = (name: string) => (page: Page) => page.getByRole('main').getByRole('link', { name, exact: true });
const button = (name: string) => (page: Page) => page.getByRole('main').getByRole('button', { name, exact: true });
const row = (page: Page, { run }: Ids): Locator => page.locator(`tr[data-row="${run}"]`);
const field = (name: string, value: string) => (page: Page) =>
  page
    .getByRole('textbox', { name, exact: true })
    .and(page.locator(`xpath=//*[.=${JSON.stringify(value)} or @value=${JSON.stringify(value)}]`));

const tasks = '/api/v6/task?limit=20&offset=0&order=asc&sort_by=alias';
const newest = 'limit=20&offset=0&order=desc&sort_by=queued_at';
/** Of a bookmark of the original, with all that it could say; and what is asked of the API then. */
const filters =
  'status=RUNNING&status=STOPPED&env=MODE%7Cfull&cluster_name=default&started_at_since=2020-01-01T00:00:00Z&finished_at_until=2099-01-01T00:00:00Z';
const sorting = 'page=1&sort_by=started_at&order=desc';
const asked = (alias: string): string =>
  `${alias}cluster_name=default&env=MODE|full&finished_at_until=2099-01-01T00:00:00Z&limit=20&offset=0&order=desc&sort_by=started_at&started_at_since=2020-01-01T00:00:00Z&status=RUNNING&status=STOPPED`;

const addresses: Address[] = [
  { at: '/', to: '/tasks', h1: 'Tasks', sees: link('etl'), asks: tasks },
  { at: '/tasks', h1: 'Tasks', sees: link('etl'), asks: tasks },
  { at: '/tasks?alias=&foo=bar', h1: 'Tasks', sees: link('etl'), asks: tasks },
  {
    at: '/tasks?page=2&sort_by=memory&order=desc&alias=fill&group_name=filler&image=ubuntu',
    h1: 'Tasks',
    sees: link('filler-0'),
    asks: '/api/v6/task?alias=fill&group_name=filler&image=ubuntu&limit=20&offset=20&order=desc&sort_by=memory',
  },
  { at: '/tasks/create', h1: 'New task', sees: button('Create task'), asks: '/api/v6/groups?limit=1000' },
  { at: '/Tasks/CREATE', h1: 'New task', sees: button('Create task'), asks: '/api/v6/groups?limit=1000' },
  { at: '/tasks/{task}', h1: 'etl', sees: row, asks: `/api/v6/task/{task}/history?${newest}` },
  {
    at: `/tasks/{task}?${sorting}&${filters}`,
    h1: 'etl',
    sees: row,
    asks: `/api/v6/task/{task}/history?${asked('')}`,
  },
  { at: '/tasks/{task}/copy', h1: 'Duplicate etl', sees: field('Alias', 'etl-copy'), asks: '/api/v6/task/{task}' },
  { at: '/tasks/{task}/update', h1: 'Edit etl', sees: button('Save'), asks: '/api/v6/task/{task}' },
  { at: '/tasks/{task}/execute', h1: 'Run etl', sees: button('Run'), asks: '/api/v6/clusters?detail=true' },
  {
    at: '/tasks/{task}/execute?env=MODE%7Chalf',
    h1: 'Run etl',
    sees: field('Value of MODE', 'half'),
    asks: '/api/v6/task/{task}',
  },
  {
    at: '/tasks/{task}/revisions/1..2',
    h1: 'What changed from revision 1 to 2',
    sees: (page) => page.getByRole('region', { name: 'Memory' }),
    asks: '/api/v6/task/{task}/revisions/1..2',
  },
  { at: '/tasks/alias/etl', to: '/tasks/{task}', h1: 'etl', sees: row, asks: '/api/v6/task/alias/etl' },
  {
    at: '/tasks/alias/etl/execute?env=MODE%7Chalf',
    to: '/tasks/{task}/execute?env=MODE%7Chalf',
    h1: 'Run etl',
    sees: field('Value of MODE', 'half'),
    asks: '/api/v6/task/alias/etl',
  },
  {
    at: '/templates',
    h1: 'Templates',
    sees: link('greeter'),
    asks: '/api/v7/template?latest_only=true&limit=20&offset=0&order=asc&sort_by=template_name',
  },
  {
    at: '/templates?page=1&sort_by=template_name&order=desc',
    h1: 'Templates',
    sees: link('greeter'),
    asks: '/api/v7/template?latest_only=true&limit=20&offset=0&order=desc&sort_by=template_name',
  },
  {
    at: '/templates/{template}',
    h1: 'greeter',
    sees: link('Run'),
    asks: `/api/v7/template/{template}/history?${newest}`,
  },
  {
    at: `/templates/{template}?${sorting}&${filters}`,
    h1: 'greeter',
    sees: link('Run'),
    asks: `/api/v7/template/{template}/history?${asked('')}`,
  },
  {
    at: '/templates/{template}/history',
    h1: 'Runs of greeter, version 1',
    sees: link('Run this template'),
    asks: `/api/v7/template/{template}/history?${newest}`,
  },
  { at: '/templates/{template}/execute', h1: 'Run greeter', sees: button('Run'), asks: '/api/v7/template/{template}' },
  {
    at: '/runs',
    to: '/runs?page=1&sort_by=started_at&order=desc&status=PENDING&status=QUEUED&status=RUNNING',
    h1: 'Runs',
    sees: (page) => page.getByText('Nothing is active.'),
    asks: '/api/v6/history?limit=20&offset=0&order=desc&sort_by=started_at&status=PENDING&status=QUEUED&status=RUNNING',
  },
  { at: '/runs?alias=etl', h1: 'Runs', sees: row, asks: `/api/v6/history?alias=etl&${newest}` },
  { at: '/runs?status=', h1: 'Runs', sees: row, asks: `/api/v6/history?${newest}` },
  {
    at: `/runs?${sorting}&alias=etl&alias=other&foo=bar&image=&${filters}`,
    h1: 'Runs',
    sees: row,
    asks: `/api/v6/history?${asked('alias=etl&alias=other&')}`,
  },
  { at: '/runs/{run}', h1: 'etl', sees: tab('Logs'), asks: '/api/v6/history/{run}' },
  {
    at: '/runs/{run}?rt=l#L2',
    h1: 'etl',
    sees: (page) => page.locator('.log-row[data-line="2"][data-marked]').getByText('two'),
    asks: '/api/v6/history/{run}',
  },
  { at: '/runs/{run}?rt=e', h1: 'etl', sees: tab('Events'), asks: '/api/v6/{run}/events' },
  { at: '/runs/{run}?rt=v', h1: 'etl', sees: tab('Env'), asks: '/api/v6/history/{run}' },
  { at: '/runs/{run}?rt=ct', h1: 'etl', sees: tab('Details'), asks: '/api/v6/history/{run}' },
  { at: '/runs/{run}?rt=md', h1: 'etl', sees: tab('Details'), asks: '/api/v6/history/{run}' },
  { at: '/runs/{run}?rt=c', h1: 'etl', sees: tab('Children'), asks: '/api/v6/history/{run}' },
  { at: '/operations', h1: 'Operations', sees: (page) => page.getByText('default').first(), asks: '/api/v5/worker' },
  {
    at: '/settings',
    h1: 'Settings',
    sees: (page) => page.getByRole('textbox', { name: 'Owner' }),
    asks: '/api/v6/history?limit=1&status=NEEDS_RETRY&status=PENDING&status=QUEUED&status=RUNNING',
  },
  {
    at: '/clusters/nowhere',
    h1: 'There is no such page',
    sees: link('Tasks'),
    asks: '/api/v6/history?limit=1&status=NEEDS_RETRY&status=PENDING&status=QUEUED&status=RUNNING',
  },
];

suite('an address', () => {
  let bed: Bed;
  let person: BrowserContext;
  let ids: Ids;
  let questions: string[] = [];
  let orders: string[] = [];
  beforeAll(async () => {
    bed = await startBed();
    ids = await fill(bed);
    person = await bed.person();
    person.on('request', (request) => {
      const { pathname, searchParams } = new URL(request.url());
      if (!pathname.startsWith('/api/')) return;
      const query = [...searchParams].map(([key, value]) => `${key}=${value}`).sort();
      const isRead = request.method() === 'GET' || request.postData()?.includes('"dry_run":true') === true;
      (isRead ? questions : orders).push([pathname, ...(query.length === 0 ? [] : [query.join('&')])].join('?'));
    });
  }, 180_000);
  afterAll(() => bed.close(), 60_000);
  beforeEach(() => {
    questions = [];
    orders = [];
  });
  afterEach(async () => {
    for (const page of person.pages()) await page.close();
    expect(bed.complaints()).toEqual([]);
  });

  const named = (text: string): string => text.replace(/\{(\w+)\}/g, (_, key: keyof Ids) => ids[key]);

  test.each(addresses)('$at', async ({ at, to, h1, sees, asks }) => {
    const page = await bed.open(named(at), person);
    await heading(page, h1).waitFor();
    await sees(page, ids).first().waitFor();
    const url = new URL(page.url());
    expect(url.pathname + url.search + url.hash).toBe(named(to ?? at));
    // A way that replaces: Back leads to where one was before.
    expect(await page.evaluate(() => history.length)).toBe(2);
    expect(questions).toContain(named(asks));
    // Opening a page changes nothing.
    expect(orders).toEqual([]);
    expect(questions.filter((one) => one.includes('foo='))).toEqual([]);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(await inaccessible(page)).toEqual([]);
  });
});

/** A task with a run and two revisions, so many others that there is a second page, a template. */
async function fill({ stack }: Bed): Promise<Ids> {
  const more = { image: 'ubuntu:24.04', group_name: 'fillers' };
  const task = await stack.define(`${quietly}; echo one; echo two`, { alias: 'etl', group_name: 'nightly' });
  const run = await stack.execute(task, { env: [{ name: 'MODE', value: 'full' }] });
  for (let n = 0; n <= 20; n += 1) await stack.define('true', { ...more, alias: `filler-${n}`, memory: 64 + n });
  const draft = {
    ...{ template_name: 'greeter', image: 'ubuntu:24.04', memory: 64, command_template: 'echo {{.who | squote}}' },
    ...{ schema: { type: 'object', properties: { who: { type: 'string' } } }, defaults: { who: 'you' } },
  };
  // Tried out before it is stored, in less time than a busy machine may have.
  const template = await until('the template is made', async () => {
    const { status, body } = await stack.call('POST', '/../v7/template', draft);
    return status === 200 ? (body as { template: { template_id: string } }).template : null;
  });
  await stack.call('PUT', `/task/${task}`, { memory: 96 });
  await stack.reaches(run, ['STOPPED']);
  return { task, run, template: template.template_id };
}
