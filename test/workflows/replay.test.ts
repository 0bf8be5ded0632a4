/** Saved histories still replay: a change of workflow code that breaks one needs a patch marker. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';

const folder = join(__dirname, '../histories');
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

beforeAll(() => {
  Runtime.install({ shutdownSignals: [], logger: new DefaultLogger('ERROR') });
});

test('there are histories', () => {
  expect(names.length).toBeGreaterThanOrEqual(8);
});

test.each(names)(
  '%s',
  async (name) => {
    const history: unknown = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    await Worker.runReplayHistory({ workflowsPath: require.resolve('../../workflows') }, history);
  },
  60_000,
);
