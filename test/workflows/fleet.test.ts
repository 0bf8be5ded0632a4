/** The workflows that are there once in the fleet, or once for a stop of many: they go on for as long as it takes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { startTemporal, type TemporalServer } from '../../bin/dev/temporal-server';
import { mainTaskQueue, workflowTypes } from '../../workflows/contract';
import { Stage } from './fake-backend';
import { saveHistory } from './save-history';

/** Low: a workflow continues as new after a few activities. */
const continueEarly = 'limit.historyCount.suggestContinueAsNew=20';

let folder: string;
let server: TemporalServer;
let client: Client;
let worker: Worker;
let done: Promise<void>;
let native: NativeConnection;
const answers = { stopSome: [] as number[], deliver: [] as boolean[] };
const asked = { stopSome: [] as string[], deliver: 0 };

beforeAll(async () => {
  Stage.quiet();
  folder = await mkdtemp(join(tmpdir(), 'flotilla-fleet-'));
  server = await startTemporal({ folder, port: 0, uiPort: 0, settings: [continueEarly] });
  const address = `127.0.0.1:${server.port}`;
  client = new Client({ connection: await Connection.connect({ address }) });
  native = await NativeConnection.connect({ address });
  worker = await Worker.create({
    connection: native,
    taskQueue: mainTaskQueue,
    workflowsPath: require.resolve('../../workflows'),
    activities: {
      stopSome: (stopId: string) => {
        asked.stopSome.push(stopId);
        return Promise.resolve(answers.stopSome.shift() ?? 0);
      },
      deliver: () => {
        asked.deliver += 1;
        return Promise.resolve(answers.deliver.shift() ?? false);
      },
    },
  });
  done = worker.run();
}, 120_000);
afterAll(async () => {
  worker.shutdown();
  await done;
  await native.close();
  await client.connection.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

async function start(type: string, ...args: unknown[]): Promise<{ whole: WorkflowHandle; first: WorkflowHandle }> {
  const whole = await client.workflow.start(type, { workflowId: `test-${type}`, taskQueue: mainTaskQueue, args });
  return { whole, first: client.workflow.getHandle(whole.workflowId, whole.firstExecutionRunId) };
}

async function continuedAsNew(handle: WorkflowHandle): Promise<boolean> {
  const { events } = await handle.fetchHistory();
  return (events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes ?? null) !== null;
}

test('a stop of any number of runs goes on, some at a time and in one history after the other, until all are told', async () => {
  answers.stopSome = Array.from({ length: 30 }, () => 500);
  const { whole, first } = await start(workflowTypes.stopRuns, 'of-many');
  await whole.result();
  expect(asked.stopSome).toEqual(Array.from({ length: 31 }, () => 'of-many'));
  expect(await continuedAsNew(first)).toBe(true);
  await saveHistory(first, 'stop-of-many');
});

test('webhooks are delivered for as long as there are any', async () => {
  answers.deliver = Array.from({ length: 12 }, () => true);
  const { whole, first } = await start(workflowTypes.deliver);
  await whole.result();
  expect(asked.deliver).toBe(13);
  expect(await continuedAsNew(first)).toBe(true);
  await saveHistory(first, 'delivery-goes-on');
});
