/** How runs end that are tasks of ECS, seen for real: worker and API against the test AWS. */
import { startEcsStack, type EcsStack } from './stack';

let bed: EcsStack;

beforeAll(async () => {
  bed = await startEcsStack();
  bed.stack.startWorker();
  await bed.stack.startApi();
});

afterAll(() => bed.close());

it.each([0, 3])('exit code %i', async (code) => {
  const runId = await bed.start(`exit ${code}`);
  const run = await bed.stack.reaches(runId, ['STOPPED']);
  expect(run).toMatchObject({ exit_code: code, attempt_count: 1 });
  expect(bed.tasks(runId)).toHaveLength(1);
});

it('a task whose life is written', async () => {
  const runId = await bed.script('exit:7;run:200ms');
  expect(await bed.stack.reaches(runId, ['STOPPED'])).toMatchObject({ exit_code: 7 });
});
