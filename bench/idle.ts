/** (d) What thousands of open runs cost while nothing happens to them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { define, openRuns } from './accept';
import { withWorker, type Bed } from './bed';
import { say, type Measured } from './figure';
import { difference, requestsByOperation, spell, sum } from './frontend';
import { createSimulatedEngine } from './simulated-engine';

const runs = Number(process.env['BENCH_OPEN_RUNS'] ?? 5000);
const measureSeconds = 60;
/** For what the last start still sets in motion. */
const calmSeconds = 10;
const engineName = 'simulated-idle';

export async function idle(bed: Bed): Promise<Measured[]> {
  const { engine, calls } = createSimulatedEngine(engineName, 'stays');
  const definition = await define(bed, 'bench-idle');
  return withWorker(bed, [engine], async () => {
    await openRuns(bed, definition, { name: engineName, calls }, runs);
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

    say(`requests to Temporal in a minute with ${runs} open runs: ${spell(requests)}`);
    say(`calls to the engine: ${spell(engineCalls)}`);
    const of = `${runs} open runs`;
    return [
      { name: `${of}: requests to Temporal`, value: sum(requests) / minutes / 60, unit: 'requests/s' },
      { name: `${of}: calls to the engine`, value: sum(engineCalls) / minutes, unit: 'calls/min' },
      { name: `${of}: CPU of api and worker`, value: (cpu.user + cpu.system) / 1e6 / minutes, unit: 's/min' },
    ];
  });
}
