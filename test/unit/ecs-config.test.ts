/** An installation's configuration makes an engine, or says in one line what is wrong with it. */
import { pino } from 'pino';
import { ecsEngine } from '../../bin/ecs-engine';
import { ConfigError, loadConfig } from '../../conf/load';
import type { Engine } from '../../engines/engine';
import { sizeOf } from '../../engines/ecs/task-definition';
import { job, key, settings } from './ecs-objects';

const unused = { query: () => Promise.reject(new Error('nobody asks')) };

function engineOf(environment: Record<string, string>): Engine {
  const { config } = loadConfig(
    { ENGINES: 'ecs', ECS_CLUSTERS: 'main gpu', AWS_DEFAULT_REGION: 'us-east-1', ...environment },
    null,
  );
  return ecsEngine(config, unused, pino({ level: 'silent' }));
}

test('clusters, network, roles and log options reach the requests', () => {
  const engine = engineOf({
    FLOTILLA_MODE: 'prod',
    ECS_LAUNCH_TYPE: 'FARGATE',
    ECS_NETWORK_MODE: 'awsvpc',
    ECS_SUBNETS: 'subnet-1, subnet-2',
    ECS_SECURITY_GROUPS: 'sg-1',
    ECS_EXECUTION_ROLE_ARN: 'arn:aws:iam::1:role/execution',
    ECS_ENGINE_TASK_ROLE_ARN: 'arn:aws:iam::1:role/task',
    ECS_LOG_NAMESPACE: 'logs',
    ECS_LOG_DRIVER_OPTIONS: '{"awslogs-stream-prefix": "job"}',
    RUN_STOP_GRACE_SECONDS: '300',
  });
  expect(engine.clusters).toEqual(['main', 'gpu']);
  expect(engine.manifest('gpu', key, job)).toMatchObject({
    taskDefinition: {
      executionRoleArn: 'arn:aws:iam::1:role/execution',
      taskRoleArn: 'arn:aws:iam::1:role/task',
      containerDefinitions: [
        {
          stopTimeout: 120,
          logConfiguration: { options: { 'awslogs-group': 'logs', 'awslogs-stream-prefix': 'job' } },
        },
      ],
    },
    runTask: {
      cluster: 'gpu',
      startedBy: `flotilla-prod/${key.runId}/2`,
      launchType: 'FARGATE',
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: ['subnet-1', 'subnet-2'],
          securityGroups: ['sg-1'],
          assignPublicIp: 'DISABLED',
        },
      },
    },
  });
});

test('the smallest size of Fargate is told; of instances there is none', () => {
  const fargate = {
    ...{ ECS_LAUNCH_TYPE: 'FARGATE', ECS_NETWORK_MODE: 'awsvpc', ECS_SUBNETS: 'subnet-1' },
    ECS_EXECUTION_ROLE_ARN: 'arn:aws:iam::1:role/execution',
  };
  const smallest = { cpu: 256, memoryMb: 512 };
  expect(engineOf(fargate).minimum).toEqual(smallest);
  expect(sizeOf({ ...job, cpu: 1, memoryMb: 4 }, { ...settings, launch: { kind: 'type', type: 'FARGATE' } })).toEqual(
    smallest,
  );
  expect(engineOf({}).minimum).toBeUndefined();
});

test('capacity providers take the place of a launch type', () => {
  const engine = engineOf({
    ECS_LAUNCH_TYPE: 'EC2',
    ECS_CAPACITY_PROVIDERS_SPOT: 'cheap',
    ECS_CAPACITY_PROVIDERS_ONDEMAND: 'sure',
  });
  const manifest = engine.manifest('main', key, job) as { runTask: object };
  expect(manifest.runTask).toMatchObject({ capacityProviderStrategy: [{ capacityProvider: 'cheap', weight: 1 }] });
  expect(manifest.runTask).not.toHaveProperty('launchType');
});

test.each([
  ['no clusters', { ECS_CLUSTERS: '' }, 'ecs.clusters must name a cluster where engines has ecs'],
  ['no region', { AWS_DEFAULT_REGION: '' }, 'aws_default_region must be set where engines has ecs'],
  ['Fargate on the host’s network', { ECS_LAUNCH_TYPE: 'FARGATE' }, 'Fargate needs ecs.network_mode awsvpc'],
])('%s', (_, environment, sentence) => {
  expect(() => engineOf(environment)).toThrow(new ConfigError(sentence));
});
