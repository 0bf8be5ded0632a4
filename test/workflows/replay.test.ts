/** Saved histories still replay: a change of workflow code that breaks one needs a patch marker. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporal } from '@temporalio/proto';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';

const folder = join(__dirname, '../histories');
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

beforeAll(() => {
  Runtime.install({ shutdownSignals: [], logger: new DefaultLogger('ERROR') });
});

test('there are histories', () => {
  expect(names.length).toBeGreaterThanOrEqual(8);
});

test.each(['run', 'deliver', 'stopRuns'])('one of %s is among them', (type) => {
  const typeOf = (name: string): unknown => {
    const history = JSON.parse(readFileSync(join(folder, name), 'utf8')) as temporal.api.history.v1.IHistory;
    return history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name;
  };
  expect(names.map(typeOf)).toContain(type);
});

test.each(names)(
  '%s',
  async (name) => {
    const saved = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>;
    const history = temporal.api.history.v1.History.fromObject(saved);
    await Worker.runReplayHistory({ workflowsPath: require.resolve('../../workflows') }, history);
  },
  60_000,
);
