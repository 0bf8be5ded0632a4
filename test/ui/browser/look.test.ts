/** What pages show and what they keep to themselves (ui.md C13: 14, 16, 20): attempts, secrets, times. */
import type { BrowserContext, Page } from 'playwright-core';
import { until } from '../../stack';
import { hasBrowser, startBed, type Bed } from './bed';
import { quietly, tell, untilTold } from './job';

/** Machines are shared; what takes longer fails. */
const longMs = 60_000;
const tries = { RUN_RETRY_INFRA_LOST_FIRST_SECONDS: '1', RUN_RETRY_INFRA_LOST_MAX_SECONDS: '1' };

/** Its first attempt is killed with all of its processes, before anybody could tell how it ended. */
const lostOnce = `${quietly}
if [ ! -e "$HOME/lost-once" ]; then : > "$HOME/lost-once"; echo 'the first words'; kill -KILL 0; fi
echo 'the second words'
exit 3`;

const suite = hasBrowser ? describe : describe.skip;

suite('what is shown', () => {
  let bed: Bed;
  beforeAll(async () => {
    bed = await startBed(tries);
  }, 180_000);
  afterAll(() => bed.close(), 60_000);
  afterEach(() => {
    expect(bed.complaints()).toEqual([]);
  });

  test('of a run that was tried again: each attempt, with its own reason, and its own log', async () => {
    const definitionId = await bed.stack.define(lostOnce, { retry_on_interruption: true });
    const runId = await bed.stack.execute(definitionId);
    const page = await bed.open(`/runs/${runId}`);
    await page.getByRole('main').getByText('Failed · exit 3').first().waitFor({ timeout: longMs });
    const timeline = page.getByRole('region', { name: 'Timeline' });
    const rows = timeline.locator('.timeline-row');
    await until('both attempts are told', async () => ((await rows.count()) === 2 ? true : null));
    const text = async (n: number): Promise<string> => (await rows.nth(n).textContent()) ?? '';
    await until('their ends are told', async () => ((await text(1)).includes('Failed') ? true : null));
    expect(await text(0)).toMatch(/Attempt 1.*Failed · interrupted.*The process vanished without an exit code/);
    expect(await text(0)).toMatch(/waited \d/);
    expect(await text(1)).toMatch(/Attempt 2.*Failed · exit 3.*Command exited with code 3/);
    await timeline.getByRole('button', { name: 'As a table' }).click();
    const table = timeline.getByRole('table', { name: 'Attempts' });
    const cells = await table
      .getByRole('row')
      .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
    expect(cells.slice(1).map((row) => [row[0], ...row.slice(-2)])).toEqual([
      ['1', 'Failed · interrupted', 'The process vanished without an exit code'],
      ['2', 'Failed · exit 3', 'Command exited with code 3'],
    ]);
    const log = page.getByRole('region', { name: 'Log', exact: true });
    await log.getByText('the second words').waitFor();
    await page.getByLabel('Attempt', { exact: true }).selectOption('Attempt 1');
    await log.getByText('the first words').waitFor();
    expect(await log.getByText('the second words').count()).toBe(0);
    expect(new URL(page.url()).searchParams.get('attempt')).toBe('1');
  });

  describe('of secrets', () => {
    /** The server keeps two of them to itself; the third comes to the browser, which hides it from onlookers. */
    const token = 'tok-3f9a2c71';
    const password = 'hunter2-4711';
    const url = `postgres://ada:${password}@db.example/x`;
    const keystore = 'keystore-8842-aa';
    const all = [token, password, keystore];
    const given = { API_TOKEN: token, KEYSTORE: keystore, REPLICA: url };

    /** Whatever of them is anywhere in the page, its address, its title, or what the browser keeps. */
    const leaks = async (page: Page): Promise<string[]> => {
      const places = await page.evaluate(() => ({
        page: document.documentElement.outerHTML,
        fields: [...document.querySelectorAll<HTMLInputElement>('input, textarea, select')].map(({ value }) => value),
        address: location.href,
        title: document.title,
        history: JSON.stringify(history.state),
        kept: JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
      }));
      return Object.entries(places).flatMap(([place, text]) =>
        all.filter((secret) => String(text).includes(secret)).map((secret) => `${secret} in ${place}`),
      );
    };

    let definitionId: string;
    let context: BrowserContext;
    beforeAll(async () => {
      // That the copied value is the right one, the command tells by its length.
      definitionId = await bed.stack.define(`${quietly}\n[ \${#API_TOKEN} = ${token.length} ]`, {
        env: [
          { name: 'DATABASE', value: url },
          { name: 'KEYSTORE', value: keystore },
          { name: 'PLAIN', value: 'to be seen' },
        ],
      });
      context = await bed.person();
    });
    afterAll(() => context.close());

    test('nothing is in the page, the command, the address or the storage, from the launch to the launch again', async () => {
      const page = await bed.open(`/tasks/${definitionId}/execute`, context);
      const form = page.getByRole('form', { name: 'Run' });
      await page.getByLabel('Owner').fill('Ada');
      for (const [n, [name, value]] of Object.entries(given).entries()) {
        await form.getByRole('button', { name: 'Add variable' }).click();
        await form.getByLabel(`Name of variable ${n + 1}`).fill(name);
        await form.getByLabel(`Value of ${name}`, { exact: true }).fill(value);
      }
      await page.getByLabel('Owner').focus();
      await page.getByText('The same as a command (curl)').click();
      const curl = (await page.getByLabel('curl command').textContent()) ?? '';
      expect(curl).toMatch(/"\$API_TOKEN"[^]*"\$KEYSTORE"[^]*"\$REPLICA"/);
      expect(await form.getByRole('table', { name: 'Variables of the definition' }).textContent()).toContain(
        'to be seen',
      );
      expect(await leaks(page)).toEqual([]);
      await form.getByRole('button', { name: 'Run', exact: true }).click();
      await page.waitForURL(/\/runs\/[^/?]+$/, { timeout: longMs });
      const runId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
      await page.getByRole('main').getByText('Succeeded').first().waitFor({ timeout: longMs });

      // By a key: a run that has just ended moves what the mouse would aim at.
      await page.getByRole('tab', { name: 'Env' }).press('Enter');
      const variables = page.getByRole('table', { name: 'Variables' });
      await variables.getByText('REPLICA').waitFor();
      expect(await variables.getByRole('row', { name: /^API_TOKEN/ }).textContent()).toContain('kept by the server');
      expect(await leaks(page)).toEqual([]);
      await page.getByRole('tab', { name: 'Details' }).press('Enter');
      await page.getByRole('region', { name: 'Raw JSON' }).getByText('REPLICA').waitFor();
      expect(await leaks(page)).toEqual([]);

      await page.getByRole('main').getByRole('link', { name: 'With changes' }).first().click();
      await form.getByText('kept from that run').first().waitFor();
      await page.getByText('The same as a command (curl)').click();
      await page.getByLabel('curl command').waitFor();
      expect(await leaks(page)).toEqual([]);
      await form.getByRole('button', { name: 'Run', exact: true }).click();
      await page.waitForURL((to) => /\/runs\/[^/?]+$/.test(to.pathname) && !to.pathname.endsWith(runId), {
        timeout: longMs,
      });
      await page.getByRole('main').getByText('Succeeded').first().waitFor({ timeout: longMs });
      expect(await leaks(page)).toEqual([]);
    });

    test('nothing is in the page of the task, its form, its revisions or their difference', async () => {
      const definition = (await bed.stack.call('GET', `/task/${definitionId}`)).body as { env: object[] };
      const [database, , ...others] = definition.env;
      const changed = { name: 'KEYSTORE', value: `${keystore}-2` };
      const env = [database, changed, ...others, { name: 'API_TOKEN', value: token }];
      expect(await bed.stack.call('PUT', `/task/${definitionId}`, { ...definition, env })).toMatchObject({
        status: 200,
      });
      const page = await bed.open(`/tasks/${definitionId}`, context);
      for (const [path, proof] of Object.entries({
        [`/tasks/${definitionId}?tab=details`]: 'to be seen',
        [`/tasks/${definitionId}/update`]: 'KEYSTORE',
        [`/tasks/${definitionId}/copy`]: 'KEYSTORE',
        [`/tasks/${definitionId}?tab=revisions`]: 'Compare',
        [`/tasks/${definitionId}/revisions/1..2`]: 'KEYSTORE',
      })) {
        await page.goto(bed.url + path);
        await until(`${path} shows ${proof}`, async () => {
          const texts = await page
            .getByRole('main')
            .evaluate((main) => [main.textContent, ...[...main.querySelectorAll('input')].map(({ value }) => value)]);
          return texts.some((text) => text.includes(proof)) ? true : null;
        });
        expect([path, await leaks(page)]).toEqual([path, []]);
      }
    });

    test('one is shown to whoever asks for it, for 30 seconds', async () => {
      const page = await context.newPage();
      await page.clock.install();
      await page.goto(`${bed.url}/tasks/${definitionId}?tab=details`);
      await page.getByRole('button', { name: 'Show KEYSTORE for 30 s' }).first().click();
      await page.getByText(keystore).first().waitFor();
      expect((await leaks(page)).filter((leak) => leak !== `${keystore} in page`)).toEqual([]);
      await page.clock.fastForward(31_000);
      await page.getByRole('button', { name: 'Show KEYSTORE for 30 s' }).first().waitFor();
      expect(await leaks(page)).toEqual([]);
    });
  });

  describe('of times', () => {
    test('the zone is the reader’s, or the one that they chose, said beside it, and right across a change of the clocks', async () => {
      const runId = await bed.stack.execute(await bed.stack.define(quietly));
      await bed.stack.reaches(runId, ['STOPPED']);
      // In New York, 2 o'clock became 3 o'clock in between; in Berlin, nothing happened that day.
      await bed.stack.db.query(
        `update run set queued_at = '2026-03-08T06:20:00Z', started_at = '2026-03-08T06:30:00Z', finished_at = '2026-03-08T07:30:00Z'
         where run_id = $1`,
        [runId],
      );
      const expected: [options: { timezoneId: string; zone: string }, from: string, to: string, name: string][] = [
        [
          { timezoneId: 'America/New_York', zone: 'browser' },
          '8 Mar 2026, 01:20:00',
          '8 Mar 2026, 03:30:00',
          'America/New_York',
        ],
        [
          { timezoneId: 'America/New_York', zone: 'Europe/Berlin' },
          '8 Mar 2026, 07:20:00',
          '8 Mar 2026, 08:30:00',
          'Europe/Berlin',
        ],
        [{ timezoneId: 'Asia/Kathmandu', zone: 'UTC' }, '8 Mar 2026, 06:20:00', '8 Mar 2026, 07:30:00', 'UTC'],
      ];
      for (const [{ timezoneId, zone }, from, to, name] of expected) {
        const settings = { name: 'flotilla-settings', value: JSON.stringify({ zone, times: 'absolute' }) };
        const storageState = { cookies: [], origins: [{ origin: bed.url, localStorage: [settings] }] };
        const context = await bed.person({ timezoneId, locale: 'en-US', storageState });
        await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: bed.url });
        const page = await bed.open(`/runs/${runId}`, context);
        const facts = page.getByRole('region', { name: 'Facts' });
        const fact = (term: string) =>
          facts.locator('dl > div', { has: page.getByText(term, { exact: true }) }).locator('dd');
        await fact('Queued').getByText(from, { exact: true }).waitFor();
        await fact('Finished').getByText(to, { exact: true }).waitFor();
        expect(await fact('Run time').textContent()).toBe('1 h');
        const time = fact('Queued').locator('time');
        expect(await time.getAttribute('datetime')).toMatch(/^2026-03-08T06:20:00(\.000)?Z$/);
        await time.focus();
        const tip = page.getByRole('tooltip');
        await tip.getByText(`(${name})`).waitFor();
        await tip.getByText('2026-03-08T06:20:00').waitFor();
        await page.keyboard.press('Enter');
        await tip.getByText('Copied', { exact: true }).waitFor();
        const copied = () => page.evaluate(() => navigator.clipboard.readText());
        expect(await copied()).toBe(await time.getAttribute('datetime'));
        const finished = fact('Finished').locator('time');
        await finished.click();
        await until('the other is copied', async () =>
          (await copied()).startsWith('2026-03-08T07:30:00') ? true : null,
        );
        await page.goto(
          `${bed.url}/runs?alias=${((await bed.stack.run(runId)) as unknown as { alias: string }).alias}`,
        );
        await page.getByRole('main').getByText(name).first().waitFor();
        await context.close();
      }
    });

    test.each([
      ['ahead', 10],
      ['behind', -10],
    ])('a clock that is ten minutes %s changes no duration and nothing that is so long ago', async (_, minutes) => {
      const runId = await bed.stack.execute(await bed.stack.define(`${quietly}\n${untilTold('end')}`));
      await bed.stack.reaches(runId, ['RUNNING']);
      const context = await bed.person();
      const page = await context.newPage();
      await page.clock.install({ time: Date.now() + minutes * 60_000 });
      await page.goto(`${bed.url}/runs/${runId}`);
      const facts = page.getByRole('region', { name: 'Facts' });
      const runTime = facts.locator('dl > div', { has: page.getByText('Run time', { exact: true }) }).locator('dd');
      await runTime.waitFor();
      const trueSeconds = async (): Promise<number> => {
        const { started_at: startedAt = '' } = await bed.stack.run(runId);
        return (Date.now() - Date.parse(startedAt)) / 1000;
      };
      const shownSeconds = async (): Promise<number> => secondsOf((await runTime.textContent()) ?? '');
      const first = await shownSeconds();
      expect(Math.abs(first - (await trueSeconds()))).toBeLessThan(20);
      // It goes on, and never backwards.
      await until('it ticks', async () => ((await shownSeconds()) > first ? true : null));
      const queued = facts.locator('dl > div', { has: page.getByText('Queued', { exact: true }) }).locator('time');
      expect(secondsOf((await queued.textContent()) ?? '')).toBeLessThan((await trueSeconds()) + 60);
      await tell(bed.stack, runId, 'end');
      await page.getByRole('main').getByText('Succeeded').first().waitFor({ timeout: longMs });
      await context.close();
    });
  });
});

/** Of a duration as it is shown, such as `1 min 4 s ago`. */
function secondsOf(text: string): number {
  const units: Record<string, number> = { s: 1, min: 60, h: 3600, d: 86_400 };
  const parts = [...text.matchAll(/([\d.]+) (s|min|h|d)\b/g)];
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (units[unit ?? ''] ?? NaN), 0);
}
