/** What an ECS knows. The operations are functions of it, and none waits: calls never interleave. */
import type { Config } from './config';
import type { TaskEvents } from './events';
import type { TaskLogs, LogSink } from './logs';
import type { Running, Runner } from './runner';
import type { Scenario } from './scenario';
import type {
  Attribute,
  CapacityProviderStrategy,
  ContainerDefinition,
  Failure,
  PlacementConstraint,
  Tag,
  TaskDefinition,
  Volume,
  WireTask,
} from './wire';

export type Resources = { cpu: number; memoryMb: number; gpus: number };

export type Cluster = {
  name: string;
  tags: Tag[];
  capacityProviders: string[];
  defaultStrategy: CapacityProviderStrategy;
};

export type Definition = { wire: TaskDefinition; tags: Tag[] };

export type Host = {
  arn: string;
  cluster: string;
  instanceId: string;
  status: string;
  attributes: Attribute[];
  tags: Tag[];
  versionInfo: object;
  registeredAt: number;
  resources: Resources;
  isConnected: boolean;
  /** Resolved while the host's agent is connected: one that is cut off tells nothing. */
  connected: Promise<void>;
  reconnect: () => void;
};

export type Task = {
  wire: WireTask;
  cluster: string;
  isFargate: boolean;
  need: Resources;
  /** Attributes that its host must have. */
  attributes: string[];
  constraints: PlacementConstraint[];
  /** Its containers with the overrides of the run. */
  containers: ContainerDefinition[];
  volumes: Volume[];
  scenario: Scenario;
  host: Host | null;
  isHostLost: boolean;
  running: Running[];
  logs: LogSink[];
  /** How often its first container was really started. */
  starts: number;
  /** Resolved at its end. */
  life: Promise<void>;
  /** Aborted once it is asked to stop. */
  stopped: AbortController;
};

export type Token = { hash: string; arns: string[]; failures: Failure[]; at: number };

export type Ecs = {
  config: Config;
  random: () => number;
  clusters: Map<string, Cluster>;
  /** Revisions of each family. */
  families: Map<string, Definition[]>;
  hosts: Map<string, Host>;
  /** What AWS has not forgotten, by ARN. */
  tasks: Map<string, Task>;
  /** Every task that ever was. */
  history: Task[];
  /** By cluster and token: that is how far a token holds. */
  tokens: Map<string, Token>;
  /** Told when there may be room on a host. */
  waiting: (() => void)[];
  runner: Runner;
  events: TaskEvents;
  logs: TaskLogs;
  /** For what should not happen in here: a test that looks at the violations sees it. */
  report: (trouble: string) => void;
};

/** Lets the tasks that wait for a host look again. */
export function wakeWaiting(ecs: Ecs): void {
  for (const look of ecs.waiting.splice(0)) look();
}
