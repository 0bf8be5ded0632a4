/** What a run shows of its task and machine, a definition of its registration, and what is refused before it is accepted. */
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { until } from '../stack';
import { startEcsStack, type EcsStack } from './stack';

let bed: EcsStack;

beforeAll(async () => {
  bed = await startEcsStack({ ECS_CLUSTERS: 'main gone' });
  bed.stack.startWorker();
  await bed.stack.startApi();
});

afterAll(() => bed.close());

const shown = async (runId: string) =>
  (await bed.stack.run(runId)) as unknown as {
    task_arn: string;
    instance: { instance_id: string; dns_name: string };
  };

it('a run shows its task, and the machine that it ran on', async () => {
  const [first, second] = await Promise.all([bed.script('exit:0'), bed.script('exit:0;run:3s')]);
  const { Reservations } = await bed.ec2.send(new DescribeInstancesCommand({ InstanceIds: [bed.host] }));
  for (const runId of [first, second]) {
    await bed.stack.reaches(runId, ['STOPPED']);
    const run = await until('its machine is known', async () => {
      const now = await shown(runId);
      return now.instance.instance_id === '' ? null : now;
    });
    expect(run).toMatchObject({
      task_arn: bed.tasks(runId)[0]?.taskArn,
      instance: { instance_id: bed.host, dns_name: Reservations?.[0]?.Instances?.[0]?.PrivateDnsName },
    });
  }
  const found = await bed.stack.call('GET', `/history?task_arn=${bed.tasks(first)[0]?.taskArn ?? ''}`);
  expect(found.body).toMatchObject({ total: 1, history: [{ run_id: first }] });
  expect(bed.aws.control.calls()).toMatchObject({
    'ecs.DescribeContainerInstances': 2, // one for the API's validation, one for all runs
    'ec2.DescribeInstances': 2, // one of this test
  });
});

it('a definition shows what was registered last', async () => {
  const definitionId = await bed.define('true');
  const arn = async () => ((await bed.stack.call('GET', `/task/${definitionId}`)).body as { arn: string }).arn;
  expect(await arn()).toBe('');
  await bed.stack.reaches(await bed.stack.execute(definitionId), ['STOPPED']);
  expect(await arn()).toMatch(`task-definition/${definitionId}:1`);
  await bed.stack.call('PUT', `/task/${definitionId}`, { memory: 96 });
  await bed.stack.reaches(await bed.stack.execute(definitionId), ['STOPPED']);
  expect(await arn()).toMatch(`task-definition/${definitionId}:2`);
});

it('what no machine could hold is refused, by what the run asks for', async () => {
  const definitionId = await bed.define('true');
  const ask = (more: object) =>
    bed.stack.call('PUT', `/task/${definitionId}/execute`, { run_tags: { owner_id: 'tester' }, ...more });
  expect(await ask({ memory: 300_000 })).toMatchObject({
    status: 400,
    body: {
      error: expect.stringContaining('executable cannot be run on cluster [main]: none of its instances') as string,
    },
  });
  expect((await ask({ memory: 128 })).status).toBe(200);
  expect(await ask({ cluster: 'gone' })).toMatchObject({
    status: 400,
    body: { error: 'cluster gone does not exist at ECS' },
  });
});
