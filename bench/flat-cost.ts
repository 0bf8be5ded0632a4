/**
 * (g) What running pods cost while nothing happens to them: ten times as many must not cost more. The pods are make-believe.
 * Each run's own backstop (`run.poll`) asks for it after 15 minutes, then ever more seldom: two requests to the API server each,
 * which show where so many start so slowly that the first are that old before the measurement is over.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { accept, define, inLanes, untilAllTold } from './accept';
import { withWorker, type Bed } from './bed';
import type { FakeTold } from './fake-kubelet';
import { say, type Measured } from './figure';
import { difference, requestsByOperation, spell, sum } from './frontend';
import { fakeLabel, helper, openRig, requestsByUs, type Rig } from './rig';

const sizes = (process.env['BENCH_PODS'] ?? '200,2000').split(',').map(Number);
const minutes = Number(process.env['BENCH_MINUTES'] ?? 2);
const atOnce = 10;
/** Bounds the rate: no more than so many are on their way to RUNNING. */
const maxUnderWay = 60;
const stepMs = 50;
const progressEveryMs = 10_000;
/** For what the last start still sets in motion. */
const calmSeconds = 20;
const giveUpMs = 900_000;
const podsPerNode = 500;
const size = { cpu: 10, memoryMb: 32 };

export async function flatCost(bed: Bed): Promise<Measured[]> {
  const rig = await openRig(bed, {
    lifecycle: { label: fakeLabel, spot: ['yes'], ondemand: ['yes'] },
    tolerations: [{ key: fakeLabel, operator: 'Exists' }],
  });
  if (rig === null) return [];
  if (rig.cluster.auditLog === null) {
    say('without running pods by the thousand: nodes of ours do not belong into a cluster that is not ours');
    return [];
  }
  let running = 0;
  const nodes = Math.ceil(Math.max(...sizes) / podsPerNode) + 1;
  await helper(
    bed,
    require.resolve('./fake-kubelet'),
    [rig.cluster.judgeKubeconfig, rig.namespace, String(nodes), String(podsPerNode)],
    (message) => {
      running = (message as FakeTold).running;
    },
  );
  const definition = await define(bed, 'bench-flat-cost', rig.cluster.image, size);
  return withWorker(bed, [...rig.engines.values()], async () => {
    const measured: Measured[] = [];
    let started = 0;
    for (const pods of sizes) {
      const deadline = Date.now() + giveUpMs;
      const progress = setInterval(() => {
        say(`${started} accepted, ${running} pods run`);
      }, progressEveryMs);
      try {
        await inLanes(pods - started, atOnce, async () => {
          while (started - running > maxUnderWay && Date.now() < deadline) await sleep(stepMs);
          started += 1;
          await accept(bed, definition, 'eks', 'bench');
        });
        await untilAllTold(bed, 'eks', pods, deadline);
      } finally {
        clearInterval(progress);
      }
      await sleep(calmSeconds * 1000);
      measured.push(...(await measure(bed, rig, pods, measured)));
    }
    return measured;
  });
}

/** Held against the same of the smallest size. */
async function measure(bed: Bed, rig: Rig, pods: number, earlier: Measured[]): Promise<Measured[]> {
  const began = Date.now();
  const before = await requestsByOperation(bed.metricsUrl);
  const cpuBefore = process.cpuUsage();
  await sleep(minutes * 60_000);
  const cpu = process.cpuUsage(cpuBefore);
  const toTemporal = difference(await requestsByOperation(bed.metricsUrl), before);
  const toCluster = (await requestsByUs(rig, began, Date.now())) ?? new Map<string, number>();
  say(`${pods} running pods for ${minutes} minutes: requests to the API server: ${spell(toCluster)}`);
  say(`requests to Temporal: ${spell(toTemporal)}`);
  const figures = [
    { what: 'requests to the API server', value: sum(toCluster) / minutes, unit: 'requests/min' },
    { what: 'requests to Temporal', value: sum(toTemporal) / minutes, unit: 'requests/min' },
    { what: 'CPU of the worker', value: (cpu.user + cpu.system) / 1e6 / minutes, unit: 's/min' },
  ];
  return figures.map(({ what, value, unit }) => {
    const first = earlier.find(({ name }) => name.endsWith(what));
    return {
      name: `${pods} running pods: ${what}`,
      value,
      unit,
      ...(first === undefined ? {} : { baseline: first.value }),
    };
  });
}
