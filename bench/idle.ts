/** (d) What thousands of open runs cost while nothing happens to them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { accept, define, inLanes, untilAllTold } from './accept';
import { withWorker, type Bed } from './bed';
import { say, type Measured } from './figure';
import { difference, requestsByOperation, spell, sum } from './frontend';
import { createSimulatedEngine, simulatedCluster } from './simulated-engine';

const openRuns = Number(process.env['BENCH_OPEN_RUNS'] ?? 5000);
const atOnce = 20;
/** Bounds the rate: no more than so many are on their way to RUNNING. */
const maxUnderWay = 100;
const measureSeconds = 60;
/** For what the last start still sets in motion. */
const calmSeconds = 10;
const stepMs = 50;
const progressEveryMs = 10_000;
const giveUpMs = 900_000;
const engineName = 'simulated-idle';

export async function idle(bed: Bed): Promise<Measured[]> {
  const { engine, calls } = createSimulatedEngine(engineName, 'stays');
  const definition = await define(bed, 'bench-idle');
  return withWorker(bed, [engine], async () => {
    let started = 0;
    const deadline = Date.now() + giveUpMs;
    const progress = setInterval(() => {
      say(`open runs: ${started} accepted, ${calls.submit} submitted`);
    }, progressEveryMs);
    try {
      await inLanes(openRuns, atOnce, async () => {
        while (started - calls.submit > maxUnderWay && Date.now() < deadline) await sleep(stepMs);
        started += 1;
        await accept(bed, definition, engineName, simulatedCluster);
      });
      await untilAllTold(bed, engineName, openRuns, deadline);
    } finally {
      clearInterval(progress);
    }
    await sleep(calmSeconds * 1000);

    const callsBefore = { ...calls };
    const requestsBefore = await requestsByOperation(bed.metricsUrl);
    const cpuBefore = process.cpuUsage();
    const began = performance.now();
    await sleep(measureSeconds * 1000);
    const cpu = process.cpuUsage(cpuBefore);
    const requests = difference(await requestsByOperation(bed.metricsUrl), requestsBefore);
    const engineCalls = difference(new Map(Object.entries(calls)), new Map(Object.entries(callsBefore)));
    const minutes = (performance.now() - began) / 60_000;

    say(`requests to Temporal in a minute with ${openRuns} open runs: ${spell(requests)}`);
    say(`calls to the engine: ${spell(engineCalls)}`);
    const of = `${openRuns} open runs`;
    return [
      { name: `${of}: requests to Temporal`, value: sum(requests) / minutes / 60, unit: 'requests/s' },
      { name: `${of}: calls to the engine`, value: sum(engineCalls) / minutes, unit: 'calls/min' },
      { name: `${of}: CPU of api and worker`, value: (cpu.user + cpu.system) / 1e6 / minutes, unit: 's/min' },
    ];
  });
}
