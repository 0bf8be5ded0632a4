/** Many runs on a bad day at AWS: none is lost, doubled or judged wrongly, and none fails for it. FLOTILLA_TEST_LONG=1: more of them. */
import { ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { until } from '../stack';
import { credentials, image } from './bed';
import { begun, counting, made, notOnce, plainCodes, violations, wrongRuns, type Ends } from './judge';
import { startNaively } from './naive';
import { open, startEcsStack, startObserved, type EcsStack } from './stack';
import { badCalls, badEvents, chance, shareOf } from './trouble';

const isLong = process.env['FLOTILLA_TEST_LONG'] === '1';
const scripted = isLong ? 500 : 150;
const real = isLong ? 60 : 20;
const naive = 100;
const clients = 20;
/** Lost events are made up for by it; by default it is a minute. */
const sweepSeconds = '5';

/** How far from a share chance takes so many at most: four standard deviations. */
const spread = (share: number, of: number): number => 4 * Math.sqrt((share * (1 - share)) / of);

let bed: EcsStack;
let random: () => number;

beforeAll(async () => {
  bed = await startEcsStack({ ECS_SWEEP_SECONDS_WITH_EVENTS: sweepSeconds });
  const { seed, random: given } = chance('load');
  random = given;
  bed.aws.control.seed(seed);
  bed.aws.control.config(badEvents);
  bed.aws.control.faults(badCalls);
  await startObserved(bed);
  await bed.stack.startApi();
});

afterAll(() => bed.close());

test('each run ends with its own exit code, and each attempt was started once', async () => {
  const definitions = await Promise.all([0, 1, 2].map((code) => bed.define(counting(code))));
  const ends: Ends = new Map();
  const kinds = [...Array<boolean>(scripted).fill(false), ...Array<boolean>(real).fill(true)];
  const todo = kinds.map((isReal, n) => ({ isReal, n, at: random() })).sort((a, b) => a.at - b.at);
  async function start({ isReal, n }: { isReal: boolean; n: number }): Promise<void> {
    const code = n % (isReal ? definitions.length : plainCodes);
    const runId = isReal
      ? await bed.stack.execute(definitions[code] ?? '')
      : await bed.script(`exit:${code};run:${n % 7}00ms`);
    ends.set(runId, { code, isReal });
  }
  const client = async (): Promise<void> => {
    for (let one = todo.pop(); one !== undefined; one = todo.pop()) await start(one);
  };
  await Promise.all(Array.from({ length: clients }, client));
  await until('all runs have stopped', async () => ((await open(bed)) === 0 ? true : null), 600);

  expect(await wrongRuns(bed, ends)).toEqual([]);
  expect(ends.size).toBe(scripted + real);
  const calls = bed.aws.control.calls();
  expect(shareOf(calls, '', ['throttle', 'error'])).toBeCloseTo(0.3, 1);
  const lost = shareOf(calls, 'ecs.RunTask', ['lost']);
  expect(Math.abs(lost - 0.2)).toBeLessThan(spread(0.2, calls['ecs.RunTask'] ?? 0));
  expect(violations(bed)).toEqual([]);
}, 720_000);

test('a start that has no token of its own makes tasks twice, and the judge sees it', async () => {
  const { endpoint, control } = bed.aws;
  const ecs = new ECSClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  control.faults([]);
  const environment = [{ name: 'SCENARIO', value: 'exit:0' }];
  const main = { name: 'main', image, memory: 16, environment };
  await ecs.send(new RegisterTaskDefinitionCommand({ family: 'naive', containerDefinitions: [main] }));
  control.faults(badCalls);
  const attempts = Array.from({ length: naive }, (_, n) => `naive-${n}/1`);
  await Promise.all(attempts.map((startedBy) => startNaively(ecs, 'naive', startedBy)));
  const tasks = (): ReturnType<typeof control.tasks> =>
    control.tasks().filter(({ startedBy }) => startedBy?.startsWith('naive-') === true);
  await until('all have ended', () =>
    Promise.resolve(tasks().every(({ lastStatus }) => lastStatus === 'STOPPED') ? true : null),
  );
  for (const happened of [made(tasks()), begun(tasks())]) {
    expect(notOnce(attempts, happened)).toContainEqual(expect.stringMatching(/: [2-9] times$/));
  }
  ecs.destroy();
});
