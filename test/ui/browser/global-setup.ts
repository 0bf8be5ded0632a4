/** Once per test run: what the browser's tests need that is not there yet. */
import { join } from 'node:path';
import { run } from '../../../bin/dev/command';
import { temporalBinary } from '../../../bin/dev/temporal-binary';
import { sharedFolder } from '../../shared';
import { findBrowser } from './chromium';

export default async function setup(): Promise<void> {
  await sharedFolder();
  await temporalBinary();
  await run(process.execPath, ['bin/bootstrap.mjs', 'ui/build.ts'], { cwd: join(__dirname, '../../..') });
  try {
    process.env['FLOTILLA_TEST_BROWSER'] = await findBrowser();
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    console.warn(`\nThe tests in a browser are left out: ${error instanceof Error ? error.message : String(error)}`);
  }
}
