/** Capacity providers: runs that may be interrupted go to one list, the others to the other, and a last chance is a safe one. */
import { DescribeTasksCommand } from '@aws-sdk/client-ecs';
import { startEcsStack, type EcsStack } from './stack';

const cluster = 'fargate';
let bed: EcsStack;

beforeAll(async () => {
  bed = await startEcsStack({
    ECS_CLUSTERS: cluster,
    ECS_CAPACITY_PROVIDERS_SPOT: 'FARGATE_SPOT',
    ECS_CAPACITY_PROVIDERS_ONDEMAND: 'FARGATE',
    ECS_NETWORK_MODE: 'awsvpc',
    ECS_SUBNETS: 'subnet-1',
    ECS_EXECUTION_ROLE_ARN: 'arn:aws:iam::123456789012:role/execution',
    RUN_RETRY_INFRA_LOST_ATTEMPTS: '2',
  });
  await bed.addCluster(cluster, { capacityProviders: ['FARGATE', 'FARGATE_SPOT'] });
  bed.stack.startWorker();
  await bed.stack.startApi();
});
afterAll(() => bed.close());

/** Of each attempt. */
async function providers(runId: string): Promise<(string | undefined)[]> {
  const tasks = bed.tasks(runId).map(({ taskArn }) => taskArn);
  const shown = (await bed.ecs.send(new DescribeTasksCommand({ cluster, tasks }))).tasks ?? [];
  return tasks.map((arn) => shown.find(({ taskArn }) => taskArn === arn)?.capacityProviderName);
}

test.concurrent.each([
  ['spot', 'FARGATE_SPOT'],
  ['ondemand', 'FARGATE'],
])('a run that says %s is started by %s', async (lifecycle, provider) => {
  const runId = await bed.script('exit:3', { node_lifecycle: lifecycle });
  expect(await bed.stack.reaches(runId, ['STOPPED'])).toMatchObject({ exit_code: 3, node_lifecycle: lifecycle });
  expect(await providers(runId)).toEqual([provider]);
});

test.concurrent('the last attempt after an interruption is where none is to be feared', async () => {
  const runId = await bed.script('exit:4;run:3s;spot:500ms', { node_lifecycle: 'spot', retry_on_interruption: true });
  await bed.stack.reaches(runId, ['STOPPED']);
  expect(await providers(runId)).toEqual(['FARGATE_SPOT', 'FARGATE']);
});
