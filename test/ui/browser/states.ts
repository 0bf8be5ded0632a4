/** How pages, dialogs and menus can be, and how to get there: a new page is a line here, and is looked at in every way. */
import type { Locator, Page } from 'playwright-core';
import { commandField, logLine } from './acts';
import type { Bed } from './bed';
import type { Ids } from './full';

export type State = {
  name: string;
  /** `{task}` and the like stand for ids. */
  at: string;
  /** What is there once it is as it is to be looked at. */
  sees: (page: Page) => Locator;
  /** What is done on the page before. */
  act?: (page: Page, bed: Bed, ids: Ids) => Promise<unknown>;
  /** Only where there is no room. */
  isNarrow?: true;
  /** One of the README's pictures: docs/ui-NAME.png. */
  picture?: string;
};

const text = (what: string | RegExp) => (page: Page) => page.getByRole('main').getByText(what).first();
const dialog = (name: string | RegExp) => (page: Page) => page.getByRole('dialog', { name });
const region = (name: string) => (page: Page) => page.getByRole('region', { name, exact: true });
const rows = (page: Page): Locator => page.locator('[data-row]').first();
const form = (page: Page): Locator => page.getByText('Esc, then Tab, leaves the field');
const click = (name: string | RegExp, role: 'button' | 'tab' | 'radio' | 'checkbox' = 'button') => {
  const exact = typeof name === 'string';
  return (page: Page): Promise<void> => page.getByRole('main').getByRole(role, { name, exact }).first().click();
};
const press = (key: string) => (page: Page) => page.keyboard.press(key);
const alert = (page: Page): Locator => page.getByRole('main').getByRole('alert').first();

/** Of an installation in which nothing was done yet. */
export const emptyStates: State[] = [
  { name: 'tasks, none', at: '/tasks', sees: text('No task yet.') },
  { name: 'templates, none', at: '/templates', sees: text('No templates.') },
  { name: 'runs, none active', at: '/runs', sees: text('Nothing is active.') },
  { name: 'runs, none', at: '/runs?sort_by=queued_at', sees: text('No run yet.') },
  { name: 'operations, nothing waits', at: '/operations', sees: text('Nothing waits.') },
];

const tasks: State[] = [
  { name: 'tasks', at: '/tasks', sees: rows },
  {
    ...{ name: 'tasks, filters in a drawer', at: '/tasks', sees: dialog('Filters'), isNarrow: true },
    act: click(/^Filters/),
  },
  { name: 'tasks, none match', at: '/tasks?alias=nothing-like-it', sees: text('No tasks match.') },
  { name: 'tasks, no such page', at: '/tasks?page=99', sees: text('There is no page 99.') },
  { name: 'new task', at: '/tasks/create', sees: form },
  {
    ...{ name: 'new task, not filled', at: '/tasks/create', sees: alert },
    act: async (page) => {
      await commandField(page);
      await click('Create task')(page);
    },
  },
  { name: 'new task, lines pasted', at: '/tasks/create', sees: dialog('Paste variables'), act: click(/^Paste/) },
  {
    ...{ name: 'new task, left', at: '/tasks/create', sees: dialog('Leave without saving?') },
    act: async (page) => {
      await page.getByRole('textbox', { name: 'Alias', exact: true }).fill('unsaved');
      await page.getByRole('navigation', { name: 'Breadcrumbs' }).getByRole('link', { name: 'Tasks' }).click();
    },
  },
  { name: 'edit task', at: '/tasks/{task}/update', sees: form },
  { name: 'duplicate task', at: '/tasks/{task}/copy', sees: form },
  { name: 'task, runs', at: '/tasks/{task}', sees: rows },
  { name: 'task, runs as a table', at: '/tasks/{task}', sees: text('Show as chart'), act: click('Show as table') },
  { name: 'task, no runs', at: '/tasks/{unrun}', sees: text('No run yet.') },
  { name: 'task, revisions', at: '/tasks/{task}?tab=revisions', sees: text('Revision 2 (now)') },
  {
    ...{ name: 'task, roll back', at: '/tasks/{task}?tab=revisions', sees: dialog('Roll back to revision 1?') },
    act: click(/^Roll back/),
  },
  { name: 'task, details', at: '/tasks/{task}?tab=details', sees: text('LOG_LEVEL') },
  { name: 'task, delete', at: '/tasks/{task}', sees: dialog(/^Delete /), act: click('Delete') },
  { name: 'revisions', at: '/tasks/{task}/revisions/1..2', sees: region('Memory') },
  { name: 'revisions, the same', at: '/tasks/{task}/revisions/2..2', sees: text('They are the same.') },
];

const launches: State[] = [
  { name: 'launch', at: '/tasks/{unrun}/execute?env=DAYS%7C30', sees: form, picture: 'launch' },
  {
    ...{ name: 'launch, as a command', at: '/tasks/{task}/execute' },
    sees: (page) => page.getByLabel('curl command'),
    act: (page) => page.getByText('The same as a command (curl)').click(),
  },
  {
    ...{ name: 'launch, not filled', at: '/tasks/{task}/execute', sees: alert },
    act: async (page) => {
      await commandField(page);
      await page.getByLabel('Owner').fill('');
      await click('Add variable')(page);
      await page.getByLabel(/^Value of variable/).fill('of no name');
      await page.getByLabel('Memory').first().fill('-1');
      await click('Run')(page);
    },
  },
  { name: 'launch with changes', at: '/tasks/{task}/execute?run={failed}', sees: form },
  { name: 'launch of a template', at: '/templates/{template}/execute', sees: text('What will run') },
  {
    ...{ name: 'launch of a template, as JSON', at: '/templates/{template}/execute' },
    sees: (page) => page.getByRole('textbox', { name: 'Payload (JSON)' }),
    act: (page) => page.getByRole('radiogroup', { name: 'Payload as' }).getByText('JSON').click(),
  },
  {
    ...{ name: 'launch of a template, not filled', at: '/templates/{template}/execute', sees: alert },
    act: async (page) => {
      await page.getByRole('textbox', { name: /^Table/ }).fill('');
      await click('Run')(page);
    },
  },
  { name: 'templates', at: '/templates', sees: text('export') },
  { name: 'template, runs', at: '/templates/{template}', sees: rows },
  { name: 'template, no runs', at: '/templates/{older}', sees: text('No run yet.') },
  { name: 'template, versions', at: '/templates/{template}?tab=versions', sees: text('(this one)') },
  { name: 'template, details', at: '/templates/{template}?tab=details', sees: region('Schema') },
  { name: 'runs of a template', at: '/templates/{template}/history', sees: rows },
];

const lists: State[] = [
  { name: 'runs', at: '/runs?sort_by=queued_at&order=desc', sees: rows, picture: 'runs' },
  { name: 'runs, none match', at: '/runs?alias=nothing-like-it', sees: text('No runs match.') },
  { name: 'runs, filters', at: '/runs?owner=ann', sees: text('Custom'), act: click(/^Filters/) },
  {
    ...{ name: 'runs, filters in a drawer', at: '/runs?owner=ann', sees: dialog('Filters'), isNarrow: true },
    act: click(/^Filters/),
  },
  {
    ...{ name: 'runs, saved filters', at: '/runs?owner=ann', sees: dialog('Saved filters') },
    act: async (page) => {
      await click('Saved filters')(page);
      await page.getByLabel('Save these filters as').fill('what ann runs');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'what ann runs', exact: true }).waitFor();
    },
  },
  { name: 'runs, columns', at: '/runs?owner=ann', sees: dialog('Columns'), act: click('Columns') },
  {
    ...{ name: 'runs, selected', at: '/runs?owner=ann' },
    sees: (page) => page.getByRole('group', { name: 'Selected runs' }),
    act: (page) => page.locator('[data-row]').getByRole('checkbox').first().check(),
  },
  {
    ...{
      name: 'runs, stop',
      at: '/runs?sort_by=queued_at',
      sees: (page) => page.getByRole('table', { name: 'By alias' }),
    },
    act: async (page) => {
      await page.locator('[data-row]').getByRole('checkbox').first().check();
      await click(/^Stop all/)(page);
    },
  },
];

const runs: State[] = [
  { name: 'run, failed', at: '/runs/{failed}', sees: (page) => logLine(page, 'cannot read the input'), picture: 'run' },
  {
    ...{ name: 'run, attempts as a table', at: '/runs/{failed}', act: click('As a table') },
    sees: (page) => page.getByRole('table', { name: 'Attempts' }),
  },
  {
    ...{ name: 'run, log searched', at: '/runs/{done}#L2', sees: text(/^\d of 2$/) },
    act: async (page) => {
      const field = page.getByRole('searchbox', { name: 'Search the log' });
      await field.fill('table');
      await field.press('Enter');
    },
  },
  { name: 'run, running', at: '/runs/{running}', sees: (page) => logLine(page, 'before') },
  { name: 'run, cancelled', at: '/runs/{cancelled}', sees: text(/^Cancelled by maximiliane/) },
  {
    name: 'run, of a template',
    at: '/runs/{exported}',
    sees: (page) => page.getByRole('link', { name: 'export', exact: true }),
  },
  { name: 'run, no output', at: '/runs/{silent}', sees: text('The command printed nothing') },
  { name: 'run, events', at: '/runs/{failed}?rt=e', sees: (page) => page.getByRole('tabpanel', { name: 'Events' }) },
  { name: 'run, env', at: '/runs/{done}?rt=v', sees: (page) => page.getByRole('table', { name: 'Variables' }) },
  { name: 'run, details', at: '/runs/{done}?rt=md', sees: (page) => page.getByRole('tabpanel', { name: 'Details' }) },
  { name: 'run, children', at: '/runs/{running}?rt=c', sees: text('silent') },
  { name: 'run, no children', at: '/runs/{done}?rt=c', sees: text('Its job has started no other runs.') },
  { name: 'run, stop', at: '/runs/{running}', sees: dialog('Stop the run'), act: click('Stop') },
  { name: 'run again', at: '/runs/{failed}', sees: dialog('Run again'), act: click('Run again') },
  {
    name: 'run of a template',
    at: '/runs/{exported}',
    sees: (page) => page.getByText(/^exporting orders id total as csv/),
  },
];

const others: State[] = [
  { name: 'operations', at: '/operations', sees: region('Clusters') },
  { name: 'operations, pause', at: '/operations', sees: dialog(/^Pause /), act: click(/^Pause pickup/) },
  { name: 'operations, maintenance', at: '/operations', sees: dialog(/^Take /), act: click(/^Maintenance of/) },
  { name: 'settings', at: '/settings', sees: text('Owner') },
  { name: 'no such page', at: '/nowhere/at/all', sees: text('There is no such page') },
  { name: 'keys', at: '/settings', sees: (page) => page.getByRole('dialog').getByText('Go to tasks'), act: press('?') },
  {
    ...{ name: 'menu', at: '/settings', isNarrow: true },
    sees: (page) => page.getByRole('banner').getByRole('link', { name: 'Operations' }),
    act: (page) => page.getByRole('button', { name: 'Menu', exact: true }).click(),
  },
  {
    ...{ name: 'a moment, in all forms', at: '/runs/{done}?rt=md', sees: (page) => page.getByRole('tooltip') },
    act: (page) => page.getByRole('main').getByRole('time').first().focus(),
  },
  {
    ...{ name: 'a notice', at: '/tasks/{unrun}/update', sees: (page) => page.getByText('Saved', { exact: true }) },
    act: async (page) => {
      await commandField(page);
      await click('Save')(page);
    },
  },
];

const halt = ({ stack }: Bed) => stack.call('PUT', '/../v5/worker/submit', { count_per_instance: 0 });

/** What an operator has switched off; the last, as it stays so. */
const halted: State[] = [
  {
    ...{ name: 'operations, all is off', at: '/operations', sees: text('Paused') },
    act: async (page, bed) => {
      await halt(bed);
      await page.reload();
    },
  },
  { name: 'operations, resume', at: '/operations', sees: dialog(/^Resume /), act: click(/^Resume pickup/) },
  {
    ...{ name: 'run, queued', at: '/tasks/{unrun}', sees: text('Queued') },
    act: async (page, bed, { unrun }) => {
      await halt(bed);
      await page.goto(`${bed.url}/runs/${await bed.stack.execute(unrun)}`);
    },
  },
];

export const fullStates: State[] = [...tasks, ...launches, ...lists, ...runs, ...others, ...halted];

/** Where the API fails, in all or in a part. */
export const brokenStates: { name: string; at: string; part?: RegExp; sees?: (page: Page) => Locator }[] = [
  { name: 'tasks', at: '/tasks' },
  { name: 'new task', at: '/tasks/create', sees: form },
  { name: 'task', at: '/tasks/{task}' },
  { name: 'runs of a task', at: '/tasks/{task}', part: /\/history/ },
  { name: 'revisions of a task', at: '/tasks/{task}?tab=revisions', part: /\/revisions/ },
  { name: 'edit task', at: '/tasks/{task}/update' },
  { name: 'revisions', at: '/tasks/{task}/revisions/1..2' },
  { name: 'launch', at: '/tasks/{task}/execute' },
  { name: 'places of a launch', at: '/tasks/{task}/execute', part: /\/(clusters|info)/, sees: form },
  { name: 'templates', at: '/templates' },
  { name: 'template', at: '/templates/{template}' },
  { name: 'launch of a template', at: '/templates/{template}/execute' },
  { name: 'versions of a template', at: '/templates/{template}?tab=versions', part: /\/template\?/ },
  { name: 'runs', at: '/runs' },
  { name: 'run', at: '/runs/{done}' },
  { name: 'log of a run', at: '/runs/{done}', part: /\/logs/, sees: text('Log service does not answer') },
  { name: 'events of a run', at: '/runs/{done}?rt=e', part: /\/events/ },
  { name: 'children of a run', at: '/runs/{running}?rt=c', part: /\/history\?.*run_id=/ },
  { name: 'operations', at: '/operations' },
];
