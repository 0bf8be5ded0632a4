/** The policies in docs/iam allow what the engine calls, and nothing that it does not. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const engine = join(root, 'engines/ecs');
const services: Record<string, string> = {
  'client-ecs': 'ecs',
  'client-ec2': 'ec2',
  'client-sqs': 'sqs',
  'client-eventbridge': 'events',
  'client-cloudwatch-logs': 'logs',
};
/** Named otherwise than the call; and what goes with a call without being one. */
const actionOf: Record<string, string> = { 'sqs:DeleteMessageBatch': 'sqs:DeleteMessage' };
const withCalls = ['ecs:TagResource', 'iam:PassRole'];
/** What the API's process calls, the worker's or not: logs, and whether there is room. */
const ofApi = [
  'ecs:DescribeClusters',
  'ecs:ListContainerInstances',
  'ecs:DescribeContainerInstances',
  'logs:GetLogEvents',
];
const ofApiAlone = ['ecs:DescribeClusters', 'ecs:ListContainerInstances'];

function called(): string[] {
  const actions = new Set<string>();
  for (const file of readdirSync(engine)) {
    const text = readFileSync(join(engine, file), 'utf8');
    for (const [, names = '', client = ''] of text.matchAll(/import \{([^}]+)\} from '@aws-sdk\/([\w-]+)'/g)) {
      for (const [, asked, paged] of names.matchAll(/\b(?:(\w+)Command|paginate(\w+))\b/g)) {
        const action = `${services[client] ?? client}:${asked ?? paged ?? ''}`;
        actions.add(actionOf[action] ?? action);
      }
    }
  }
  return [...actions].sort();
}

function allowed(process: 'worker' | 'api'): string[] {
  const text = readFileSync(join(root, `docs/iam/ecs-${process}.json`), 'utf8');
  const { Statement } = JSON.parse(text) as { Statement: { Action: string | string[] }[] };
  return Statement.flatMap(({ Action }) => Action).sort();
}

test('the worker may do what it does', () => {
  expect(called().length).toBeGreaterThan(15);
  expect(allowed('worker')).toEqual(
    [...called().filter((action) => !ofApiAlone.includes(action)), ...withCalls].sort(),
  );
});

test('the API may show logs and ask what fits', () => {
  expect(called()).toEqual(expect.arrayContaining(ofApi));
  expect(allowed('api')).toEqual([...ofApi].sort());
});
