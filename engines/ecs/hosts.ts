/** The machines that tasks run on: a container instance's EC2 instance and its private name never change, and are asked for once. */
import { DescribeInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { DescribeContainerInstancesCommand, type ECSClient } from '@aws-sdk/client-ecs';
import { LRUCache } from 'lru-cache';
import type { Whereabouts } from '../engine';
import { Gather } from './gather';

const perDescribe = 100;
const gatherMs = 200;
const remembered = 10_000;
/** What could not be asked for is asked for again after that. */
const againMs = 60_000;

/** `isNamed`: its private name could be asked for. */
type Host = { where: Whereabouts; isNamed: boolean };

export class Hosts {
  /** By the ARN of the container instance; within a cluster. Who asks while it is asked for waits for the same answer. */
  private readonly known = new LRUCache<string, Whereabouts, string>({
    max: remembered,
    fetchMethod: async (arn, _, { options, context: cluster }) => {
      const host = await this.asking.ask(cluster, arn);
      if (host?.isNamed === false) options.ttl = againMs;
      return host?.where;
    },
  });
  private readonly asking = new Gather<Host>(gatherMs, (cluster, arns) => this.ask(cluster, [...arns]));
  private silentUntil = 0;
  private readonly clients: { ecs: ECSClient; ec2: EC2Client };
  private readonly warn: (text: string, error: unknown) => void;

  constructor(clients: { ecs: ECSClient; ec2: EC2Client }, warn: (text: string, error: unknown) => void) {
    this.clients = clients;
    this.warn = warn;
  }

  /** What was found out before. */
  recall(arn: string | null): Whereabouts | undefined {
    return arn === null ? undefined : this.known.get(arn);
  }

  /** Null where AWS does not tell; that is no trouble of the run's. */
  async find(cluster: string, arn: string): Promise<Whereabouts | null> {
    if (Date.now() < this.silentUntil) return this.known.get(arn) ?? null;
    try {
      return (await this.known.fetch(arn, { context: cluster })) ?? null;
    } catch (error) {
      if (Date.now() >= this.silentUntil) this.warn(`the machines of cluster ${cluster} cannot be asked for`, error);
      this.silentUntil = Date.now() + againMs;
      return null;
    }
  }

  private async ask(cluster: string, arns: string[]): Promise<Map<string, Host>> {
    const found = new Map<string, Host>();
    for (let from = 0; from < arns.length; from += perDescribe) {
      const containerInstances = arns.slice(from, from + perDescribe);
      const asked = new DescribeContainerInstancesCommand({ cluster, containerInstances });
      const shown = (await this.clients.ecs.send(asked)).containerInstances ?? [];
      const names = await this.namesOf(shown.map(({ ec2InstanceId }) => ec2InstanceId ?? ''));
      for (const { containerInstanceArn: arn, ec2InstanceId: instanceId } of shown) {
        if (arn === undefined || instanceId === undefined) continue;
        const where = { podName: null, node: names?.get(instanceId) ?? null, instanceId };
        found.set(arn, { where, isNamed: names !== null });
      }
    }
    return found;
  }

  /** Private DNS names by instance; null where they cannot be asked for. Machines outside EC2 (mi-…) have none. */
  private async namesOf(ids: string[]): Promise<Map<string, string> | null> {
    const Values = ids.filter((id) => id.startsWith('i-'));
    const names = new Map<string, string>();
    if (Values.length === 0) return names;
    try {
      // A filter, for of a list of ids a single one that is gone would be an error.
      const asked = new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values }] });
      const { Reservations = [] } = await this.clients.ec2.send(asked);
      for (const { InstanceId, PrivateDnsName } of Reservations.flatMap(({ Instances = [] }) => Instances)) {
        if (InstanceId !== undefined && PrivateDnsName !== undefined && PrivateDnsName !== '') {
          names.set(InstanceId, PrivateDnsName);
        }
      }
      return names;
    } catch (error) {
      this.warn('names of EC2 instances cannot be asked for: runs show their ids only', error);
      return null;
    }
  }
}
