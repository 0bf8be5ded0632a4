/** Finds a browser, or gets one: a configured one, one of the machine, Debian's, the driver's own; and how it is started. */
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { run } from '../../../bin/dev/command';
import { findOnPath } from '../../../bin/dev/program';

/** Without them it asks the Internet for this and that, for minutes where there is none. */
export const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Returns the program's path. Throws with what was tried. */
export async function findBrowser(): Promise<string> {
  const configured = process.env['FLOTILLA_TEST_BROWSER'];
  if (configured !== undefined && configured !== '') return configured;
  const found = await installed();
  if (found !== null) return found;
  const failures: string[] = [];
  for (const install of [byDebian, byDriver]) {
    try {
      console.log('\nNo browser is here: installing one, once…');
      await install();
      const now = await installed();
      if (now !== null) return now;
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(
    `There is no Chromium or Chrome: install one, or name it by FLOTILLA_TEST_BROWSER.\n${failures.join('\n')}`,
  );
}

async function installed(): Promise<string | null> {
  for (const name of programs) {
    const path = await findOnPath(name);
    if (path !== null) return path;
  }
  const own = chromium.executablePath();
  return access(own).then(
    () => own,
    () => null,
  );
}

/** Its download; fails in closed networks. */
function byDriver(): Promise<void> {
  const cli = join(dirname(require.resolve('playwright-core/package.json')), 'cli.js');
  return run(process.execPath, [cli, 'install', 'chromium-headless-shell'], { signal: AbortSignal.timeout(120_000) });
}

async function byDebian(): Promise<void> {
  if (process.getuid?.() !== 0 || (await findOnPath('apt-get')) === null)
    throw new Error('No apt-get, or no right to it');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env });
}
