/**
 * The worker killed (kill -9) again and again on a bad day at AWS: no run is lost, doubled or judged wrongly. A start that is slow
 * at AWS outlives the worker that asked for it. FLOTILLA_TEST_LONG=1: more runs, and more kills.
 */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../stack';
import { counting, plainCodes, violations, wrongRuns, type Ends } from './judge';
import { open, startEcsStack, startObserved, type EcsStack } from './stack';
import { badCalls, badEvents, chance } from './trouble';

const isLong = process.env['FLOTILLA_TEST_LONG'] === '1';
const runs = isLong ? 400 : 40;
const kills = isLong ? 40 : 5;
/** Every so manieth run is a real container. */
const realEvery = 8;
const lookEveryMs = 5;
/** A kill by the clock comes at most so late after the worker's first call to AWS. */
const withinMs = 2000;
/** One at a call comes at most after so many starts. */
const withinStarts = 12;
const slowMs = 300;

let bed: EcsStack;
let worker: ChildProcess;
let random: () => number;

beforeAll(async () => {
  bed = await startEcsStack({ ECS_SWEEP_SECONDS_WITH_EVENTS: '5' });
  const { seed, random: given } = chance('durability');
  random = given;
  bed.aws.control.seed(seed);
  bed.aws.control.config(badEvents);
  bed.aws.control.faults([...badCalls, { kind: 'delay', operation: 'RunTask', chance: 0.4, delayMs: slowMs }]);
  worker = await startObserved(bed);
  await bed.stack.startApi();
});

afterAll(() => bed.close());

test('each run has its own exit code, and each attempt was started once', async () => {
  const definitions = await Promise.all([0, 1, 2].map((code) => bed.define(counting(code))));
  const ends: Ends = new Map();
  async function start(n: number): Promise<void> {
    const isReal = n % realEvery === 0;
    const code = n % (isReal ? definitions.length : plainCodes);
    const runId = isReal
      ? await bed.stack.execute(definitions[code] ?? '')
      : await bed.script(`exit:${code};run:${Math.floor(random() * 5000)}ms`);
    ends.set(runId, { code, isReal });
  }
  for (let kill = 0; kill < kills; kill += 1) {
    const [from, to] = [kill, kill + 1].map((part) => Math.floor((runs * part) / kills));
    const starts = Promise.all(Array.from({ length: (to ?? 0) - (from ?? 0) }, (_, n) => start((from ?? 0) + n)));
    await (kill % 2 === 0 ? atStart() : atSomeTime());
    await bed.stack.kill(worker);
    worker = bed.stack.startWorker();
    await starts;
  }
  await until('all runs have stopped', async () => ((await open(bed)) === 0 ? true : null), 600);
  expect(await wrongRuns(bed, ends)).toEqual([]);
  expect(ends.size).toBe(runs);
  expect(violations(bed)).toEqual([]);
}, 720_000);

/** In the middle of a start, as soon as AWS has been asked for it; or without one after a while, where none is left to be made. */
async function atStart(): Promise<void> {
  const asked = (): number => bed.aws.control.calls()['ecs.RunTask'] ?? 0;
  const after = asked() + 1 + Math.floor(random() * withinStarts);
  for (const until = Date.now() + 10_000; asked() < after && Date.now() < until;) await sleep(lookEveryMs);
  await sleep(random() * slowMs);
}

async function atSomeTime(): Promise<void> {
  const all = (): number => Object.values(bed.aws.control.calls()).reduce((sum, count) => sum + count, 0);
  const before = all();
  for (const until = Date.now() + 10_000; all() === before && Date.now() < until;) await sleep(lookEveryMs);
  await sleep(random() * withinMs);
}
