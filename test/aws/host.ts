/** A host for a cluster of a test AWS, as an autoscaling group would bring one. */
import { RunInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { RegisterContainerInstanceCommand, type Attribute, type ECSClient } from '@aws-sdk/client-ecs';

type HostSize = { cpu: number; memoryMb: number; attributes?: Attribute[] };

/** An EC2 instance that has joined the cluster; returns its instance id. Without attributes it has all that a task may need. */
export async function addHost(
  { ecs, ec2 }: { ecs: ECSClient; ec2: EC2Client },
  cluster: string,
  { cpu, memoryMb, attributes = [] }: HostSize,
): Promise<string> {
  const started = await ec2.send(new RunInstancesCommand({ ImageId: 'ami-03cf127a', MinCount: 1, MaxCount: 1 }));
  const instanceId = started.Instances?.[0]?.InstanceId;
  if (instanceId === undefined) throw new Error('EC2 started no instance');
  const joined = new RegisterContainerInstanceCommand({
    cluster,
    instanceIdentityDocument: JSON.stringify({ instanceId }),
    totalResources: [
      { name: 'CPU', type: 'INTEGER', integerValue: cpu },
      { name: 'MEMORY', type: 'INTEGER', integerValue: memoryMb },
    ],
    attributes,
  });
  await ecs.send(joined);
  return instanceId;
}
