/** A task definition is registered once by its content, whoever asks and however often. */
import { Definitions } from '../../engines/ecs/register';
import { contentHash, split } from '../../engines/ecs/task-definition';
import { TokenBucket } from '../../engines/ecs/token-bucket';
import { awsFault, fakeClient, lostAnswer, memoryDefinitions } from './ecs-fakes';
import { family, job, settings } from './ecs-objects';

const { definition } = split(job, settings);
const arn = (revision: number): string => `arn:aws:ecs:us-east-1:1:task-definition/etl:${revision}`;
const registered = (_: object, n: number) => ({ taskDefinition: { taskDefinitionArn: arn(n) } });
const notFound = () => awsFault('ClientException', 'Unable to describe task definition.');

function rig(answers: Parameters<typeof fakeClient>[0], store = memoryDefinitions()) {
  const ecs = fakeClient(answers);
  const worker = (): Definitions =>
    new Definitions({ ecs: ecs.client, ecsOnce: ecs.client }, store, () => Promise.resolve());
  return { ...ecs, store, worker };
}

test('500 runs on two workers register it once', async () => {
  const { worker, named } = rig({ RegisterTaskDefinition: registered });
  const [one, other] = [worker(), worker()];
  const arns = await Promise.all(
    Array.from({ length: 500 }, (_, n) => (n % 2 ? one : other).arnOf(definition, family)),
  );
  expect(new Set(arns)).toEqual(new Set([arn(1)]));
  expect(named('RegisterTaskDefinition')).toHaveLength(1);
  expect(named('RegisterTaskDefinition')[0]).toMatchObject({
    tags: [{ key: 'flotilla-content', value: contentHash(definition) }],
  });
});

test('another content is another definition', async () => {
  const { worker, named } = rig({ RegisterTaskDefinition: registered });
  const definitions = worker();
  await definitions.arnOf(definition, family);
  await definitions.arnOf(split({ ...job, image: 'other' }, settings).definition, family);
  expect(named('RegisterTaskDefinition')).toHaveLength(2);
});

test('one that was deregistered is registered anew, by the first who notices', async () => {
  const { worker, named } = rig({ RegisterTaskDefinition: registered, DescribeTaskDefinition: notFound });
  const [one, other] = [worker(), worker()];
  expect(await one.arnOf(definition, family)).toBe(arn(1));
  await one.forget(definition, arn(1));
  expect(await one.arnOf(definition, family)).toBe(arn(2));
  // Its notice comes late: the new one stays.
  await other.forget(definition, arn(1));
  expect(await other.arnOf(definition, family)).toBe(arn(2));
  expect(named('RegisterTaskDefinition')).toHaveLength(2);
});

test('a registration whose answer was lost is found by its tag', async () => {
  const tags = [{ key: 'flotilla-content', value: contentHash(definition) }];
  const { worker, named } = rig({
    RegisterTaskDefinition: lostAnswer,
    DescribeTaskDefinition: () => ({ taskDefinition: { taskDefinitionArn: arn(1), status: 'ACTIVE' }, tags }),
  });
  const definitions = worker();
  await expect(definitions.arnOf(definition, family)).rejects.toThrow('socket hang up');
  expect(await definitions.arnOf(definition, family)).toBe(arn(1));
  expect(named('RegisterTaskDefinition')).toHaveLength(1);
});

test.each([
  ['of another content', 'other', 'ACTIVE'],
  ['that is inactive', contentHash(definition), 'INACTIVE'],
])('the latest of its family %s is not it', async (_, value, status) => {
  const { worker } = rig({
    RegisterTaskDefinition: (input, n) => (n === 1 ? lostAnswer() : registered(input, n)),
    DescribeTaskDefinition: () => ({
      taskDefinition: { taskDefinitionArn: arn(7), status },
      tags: [{ key: 'flotilla-content', value }],
    }),
  });
  const definitions = worker();
  await expect(definitions.arnOf(definition, family)).rejects.toThrow();
  expect(await definitions.arnOf(definition, family)).toBe(arn(2));
});

test('a worker that dies while it registers leaves it to the next', async () => {
  const { worker, store, named } = rig({ RegisterTaskDefinition: registered, DescribeTaskDefinition: notFound });
  await store.claim(contentHash(definition), 'etl', 60);
  const waiting = worker().arnOf(definition, family);
  store.lapsed();
  expect(await waiting).toBe(arn(1));
  expect(named('DescribeTaskDefinition')).toHaveLength(1);
});

describe('a bucket of 10 a second, 3 at once', () => {
  test('lets 3 go, and then one each 100 ms', () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 3 });
    expect(Array.from({ length: 6 }, () => bucket.take(1000))).toEqual([0, 0, 0, 100, 200, 300]);
  });

  test('fills up again, and not above its size', () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 3 });
    for (let n = 0; n < 4; n += 1) bucket.take(1000);
    expect(bucket.take(1300)).toBe(0);
    expect(Array.from({ length: 4 }, () => bucket.take(60_000))).toEqual([0, 0, 0, 100]);
  });
});
