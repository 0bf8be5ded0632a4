/** The examples of the original's README, typed as they stand there: scripts that people have must go on to work. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startStack, type Stack } from '../stack';

const root = join(__dirname, '../..');

let stack: Stack;
beforeAll(async () => {
  stack = await startStack('process');
  stack.startWorker();
  await stack.startApi();
}, 120_000);
afterAll(() => stack.close(), 60_000);

/** As typed, but for the port. curl says nothing of JSON by itself: its content type is that of a form. */
async function type(line: string): Promise<Record<string, unknown>> {
  const command = line.replaceAll('localhost:5000', new URL(stack.apiUrl).host);
  const { stdout } = await promisify(execFile)('bash', ['-c', `${command} -s --fail`], { cwd: root });
  return JSON.parse(stdout) as Record<string, unknown>;
}

test('a task is listed, defined, run, looked at and its log read', async () => {
  expect(await type('curl http://localhost:5000/api/v6/task')).toMatchObject({ total: 0, definitions: [] });

  const task = await type('curl -XPOST localhost:5000/api/v6/task --data @examples/hello-world.json');
  const env = [{ name: 'USERNAME', value: '_fill_me_in_' }];
  expect(task).toMatchObject({
    ...{ alias: 'hello-flotilla', group_name: 'examples', image: 'ubuntu:latest', memory: 512, env },
    definition_id: expect.stringMatching(/^examples-/) as unknown,
  });
  expect(await type('curl http://localhost:5000/api/v6/task')).toMatchObject({ total: 1, definitions: [task] });

  const launched = await type(`curl -XPUT localhost:5000/api/v6/task/alias/hello-flotilla/execute -d '{
    "cluster": "default",
    "env": [
      {"name":"USERNAME","value":"yourusername"}
    ],
    "run_tags":{"owner_id":"youruser"}
  }'`);
  const runId = String(launched['run_id']);
  const run = {
    ...{ run_id: runId, definition_id: task['definition_id'], alias: 'hello-flotilla', image: 'ubuntu:latest' },
    cluster: 'default',
    instance: { dns_name: expect.any(String) as unknown, instance_id: expect.any(String) as unknown },
    env: expect.arrayContaining([
      { name: 'FLOTILLA_RUN_OWNER_ID', value: 'youruser' },
      { name: 'FLOTILLA_SERVER_MODE', value: 'dev' },
      { name: 'FLOTILLA_RUN_ID', value: runId },
      { name: 'USERNAME', value: 'yourusername' },
    ]) as unknown,
  };
  expect(launched).toMatchObject({ ...run, status: 'QUEUED' });
  expect(await type(`curl -XGET localhost:5000/api/v6/history/${runId}`)).toMatchObject(run);

  await stack.reaches(runId, ['STOPPED']);
  expect(await type(`curl -XGET localhost:5000/api/v6/history/${runId}`)).toMatchObject({ ...run, exit_code: 0 });
  const { log } = await type(`curl -XGET localhost:5000/api/v6/${runId}/logs`);
  expect(log).toContain("+ echo 'hello yourusername'\nhello yourusername");
});
