/** The observer is taken over when its holder dies, and a long run continues as new without losing what it was told. */
import { startStack, until, type Stack } from '../stack';

/** On a busy machine a worker needs that long to come up. */
const startSeconds = 120;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack('process');
  await stack.startApi();
}, 120_000);
afterAll(() => stack.close(), 60_000);

test('the holder killed: another worker observes, and runs go on', async () => {
  const workers = [stack.startWorker(), stack.startWorker()];
  const client = await stack.client();
  const observer = client.workflow.getHandle('observe-local-default');
  const holder = (): Promise<string> =>
    until(
      'somebody observes',
      async () => {
        const { raw } = await observer.describe();
        return (raw.pendingActivities?.[0]?.lastWorkerIdentity ?? '') || null;
      },
      startSeconds,
    );
  const first = await holder();
  const killed = workers.find(({ pid }) => first.startsWith(`${pid}@`));
  expect(killed).toBeDefined();
  const runId = await stack.execute(await stack.define('sleep 3; exit 7'));
  await stack.reaches(runId, ['RUNNING']);
  if (killed !== undefined) await stack.kill(killed);
  expect((await stack.reaches(runId, ['STOPPED'])).exit_code).toBe(7);
  await until('another one observes', async () => ((await holder()) === first ? null : true));
  await client.connection.close();
}, 300_000);

test('a run with a long history continues as new, keeps its cancel and its author', async () => {
  stack.startWorker();
  const runId = await stack.execute(await stack.define('sleep 600'));
  await stack.reaches(runId, ['RUNNING']);
  const client = await stack.client();
  const handle = client.workflow.getHandle(runId);
  const { runId: firstExecution } = await handle.describe();
  const late = { outcome: { kind: 'exited', code: 0 }, startedAt: null, finishedAt: null };
  await until('it continues as new', async () => {
    for (let n = 0; n < 20; n += 1) await handle.signal('ended', 0, late);
    return (await handle.describe()).runId === firstExecution ? null : true;
  });
  expect((await stack.run(runId)).status).toBe('RUNNING');
  await stack.cancel(runId, 'me@example.com');
  const run = await stack.reaches(runId, ['STOPPED']);
  expect([run.exit_reason, run.attempt_count]).toEqual(['Task terminated by - me@example.com', 1]);
  await client.connection.close();
});
