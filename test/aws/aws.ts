/** The AWS that the tests use: ECS by an emulator of ours, the other services by moto behind it, at one endpoint. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { defaultConfig, type Config } from './ecs/config';
import { createEcs, type TaskRecord } from './ecs/index';
import { dockerRunner } from './ecs/runner-docker';
import { processRunner } from './ecs/runner-process';
import { createGateway } from './gateway';
import { readModel, type ServiceModel } from './model';
import { serviceModels, startMoto } from './moto';
import { seeded } from './random';
import { createTrouble, type Fault } from './trouble';
import { createUpstream } from './upstream';

/** Of EC2 and STS the requests, of the others the answers, too. */
const checkedServices = ['ecs', 'sqs', 'logs', 'events', 'ec2', 'sts'];

export type AwsOptions = {
  /** What runs the containers whose end is not scripted: the Docker engine that DOCKER_HOST names, or this machine. */
  runner: 'docker' | 'process';
  config?: Partial<Config>;
};

type AwsControl = {
  config: (change: Partial<Config>) => void;
  /** In place of those before. */
  faults: (faults: Fault[]) => void;
  /** AWS's own limits of the rate of calls to ECS. */
  limits: (areOn: boolean) => void;
  /** What happens by chance is the same for the same seed. */
  seed: (seed: number) => void;
  /** By `service.Operation`; what came of it stands behind a space: `ecs.RunTask lost`. */
  calls: () => Record<string, number>;
  /** Requests and answers that AWS's service models do not allow, and trouble of the test AWS itself. */
  violations: () => string[];
  /** Every task that ever was. */
  tasks: () => TaskRecord[];
  /** Interrupts a task as EC2 Spot does. */
  spot: (taskArn: string) => void;
  killHost: (instanceId: string) => void;
  /** Cuts the agent of a host off, or lets it come back. */
  agent: (instanceId: string, isConnected: boolean) => void;
  /** No more trouble, counts of zero, the config of the start. */
  calm: () => void;
};

export type TestAws = {
  endpoint: string;
  control: AwsControl;
  /** Ends its containers and servers. Repeatable. */
  stop: () => Promise<void>;
};

/** In this process, moto as its child; `folder` gets moto's log. Throws with the reason where it cannot be. */
export async function startAws(folder: string, options: AwsOptions): Promise<TestAws> {
  const runner = options.runner === 'docker' ? dockerRunner() : processRunner();
  await runner.sweep();
  const moto = await startMoto(folder);
  const modelOf = await readModels();
  const upstream = createUpstream(moto.endpoint);
  const calls = new Map<string, number>();
  const violations: string[] = [];
  const report = (trouble: string): void => {
    violations.push(trouble);
  };
  const ecs = createEcs({ runner, upstream, report });
  const trouble = createTrouble(ecs.random);
  const server = createGateway({ ecs, upstream, modelOf, trouble, calls, violations });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const initial = { ...defaultConfig, ...options.config };
  ecs.configure(initial);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    control: {
      config: ecs.configure,
      faults: trouble.setFaults,
      limits: trouble.setLimits,
      seed(seed) {
        ecs.setRandom(seeded(seed));
      },
      calls: () => Object.fromEntries(calls),
      violations: () => [...violations],
      tasks: ecs.records,
      spot: ecs.interrupt,
      killHost: ecs.loseHost,
      agent: ecs.connectAgent,
      calm() {
        ecs.configure(initial);
        trouble.setFaults([]);
        trouble.setLimits(false);
        calls.clear();
        violations.length = 0;
      },
    },
    async stop() {
      await ecs.end();
      server.close();
      server.closeAllConnections();
      upstream.close();
      await moto.stop();
    },
  };
}

/** Each is read when it is needed: that of EC2 is large. */
async function readModels(): Promise<(service: string) => Promise<ServiceModel | null>> {
  const folder = await serviceModels();
  const models = new Map<string, Promise<ServiceModel>>();
  return (service) => {
    if (!checkedServices.includes(service)) return Promise.resolve(null);
    const model = models.get(service) ?? readModel(folder, service);
    models.set(service, model);
    return model;
  };
}
