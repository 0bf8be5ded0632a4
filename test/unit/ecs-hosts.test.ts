/** Which machine a task runs on: asked for once, many at a time, and never anybody's trouble. */
import type { EC2Client } from '@aws-sdk/client-ec2';
import { Hosts } from '../../engines/ecs/hosts';
import { awsFault, fakeClient } from './ecs-fakes';

const arnOf = (n: number): string => `arn:aws:ecs:us-east-1:1:container-instance/main/${n}`;

function rig(answers: Parameters<typeof fakeClient>[0] = {}) {
  const warnings: string[] = [];
  const fake = fakeClient({
    DescribeContainerInstances: ({ containerInstances }) => ({
      containerInstances: (containerInstances as string[]).map((containerInstanceArn) => ({
        containerInstanceArn,
        ec2InstanceId: `i-${containerInstanceArn.split('/').at(-1) ?? ''}`,
      })),
    }),
    DescribeInstances: ({ Filters }) => ({
      Reservations: (Filters as { Values: string[] }[])[0]?.Values.map((InstanceId) => ({
        Instances: [{ InstanceId, PrivateDnsName: `ip-${InstanceId}.internal` }],
      })),
    }),
    ...answers,
  });
  const ec2 = fake.client as unknown as EC2Client;
  const hosts = new Hosts({ ecs: fake.client, ec2 }, (text) => {
    warnings.push(text);
  });
  return { ...fake, hosts, warnings };
}

const first = { podName: null, node: 'ip-i-1.internal', instanceId: 'i-1' };

test('150 machines are asked for 100 at a time, and remembered', async () => {
  const { hosts, calls } = rig();
  const arns = Array.from({ length: 150 }, (_, n) => arnOf(n));
  const found = await Promise.all(arns.map((arn) => hosts.find('main', arn)));
  expect(found[1]).toEqual(first);
  expect(found.filter((one) => one === null)).toEqual([]);
  expect(calls.map(({ name }) => name)).toEqual([
    ...['DescribeContainerInstances', 'DescribeInstances'],
    ...['DescribeContainerInstances', 'DescribeInstances'],
  ]);
  expect(hosts.recall(arnOf(1))).toEqual(first);
  expect(hosts.recall(arnOf(999))).toBeUndefined();
});

test('who asks while the question is under way waits for its answer', async () => {
  let answer = (): void => undefined;
  let asked = (): void => undefined;
  const isAsked = new Promise<void>((resolve) => (asked = resolve));
  const { hosts, named } = rig({
    DescribeContainerInstances: () =>
      new Promise((resolve) => {
        asked();
        answer = () => {
          resolve({ containerInstances: [{ containerInstanceArn: arnOf(1), ec2InstanceId: 'i-1' }] });
        };
      }),
  });
  const early = hosts.find('main', arnOf(1));
  await isAsked;
  const late = hosts.find('main', arnOf(1));
  answer();
  expect(await Promise.all([early, late])).toEqual([first, first]);
  expect(named('DescribeContainerInstances')).toHaveLength(1);
});

test('a machine outside EC2 has its id alone', async () => {
  const { hosts, named } = rig({
    DescribeContainerInstances: () => ({
      containerInstances: [{ containerInstanceArn: arnOf(1), ec2InstanceId: 'mi-1' }],
    }),
  });
  expect(await hosts.find('main', arnOf(1))).toEqual({ podName: null, node: null, instanceId: 'mi-1' });
  expect(named('DescribeInstances')).toEqual([]);
});

test('without the right to ask EC2 its id is known', async () => {
  const { hosts, warnings } = rig({ DescribeInstances: () => awsFault('UnauthorizedOperation', 'no', 403) });
  expect(await hosts.find('main', arnOf(1))).toEqual({ podName: null, node: null, instanceId: 'i-1' });
  expect(warnings).toEqual(['names of EC2 instances cannot be asked for: runs show their ids only']);
});

test('what cannot be asked for now is told once, and asked for a minute later', async () => {
  const { hosts, warnings, named } = rig({
    DescribeContainerInstances: (_, n) =>
      n === 1
        ? awsFault('ServerException', 'away', 500)
        : { containerInstances: [{ containerInstanceArn: arnOf(1), ec2InstanceId: 'i-1' }] },
  });
  expect(await hosts.find('main', arnOf(1))).toBeNull();
  expect(await hosts.find('main', arnOf(1))).toBeNull();
  expect(warnings).toEqual(['the machines of cluster main cannot be asked for']);
  expect(named('DescribeContainerInstances')).toHaveLength(1);
  const now = Date.now();
  jest.spyOn(Date, 'now').mockReturnValue(now + 61_000);
  expect(await hosts.find('main', arnOf(1))).toEqual(first);
  jest.restoreAllMocks();
});
