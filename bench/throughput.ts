/** (b) Runs per second with an engine that costs nothing, beside a bare workflow on the same server, taking turns. */
import { accept, define, inLanes } from './accept';
import { withBareWorker } from './bare';
import { withWorker, type Bed } from './bed';
import { median, say, type Measured } from './figure';
import { difference, requestsByOperation, spell } from './frontend';
import { createSimulatedEngine, simulatedCluster } from './simulated-engine';

/** Many short turns rather than few long ones: other work on the machine then spoils a turn, not the median. */
const times = 250;
const warmUps = 100;
const atOnce = 50;
const turns = 4;
const engineName = 'simulated';

export async function throughput(bed: Bed): Promise<Measured[]> {
  const { engine } = createSimulatedEngine(engineName, 'ends');
  const definition = await define(bed, 'bench-throughput');
  const startOurs = (): Promise<string> => accept(bed, definition, engineName, simulatedCluster);

  const bareRates: number[] = [];
  const ourRates: number[] = [];
  await withWorker(bed, [engine], () =>
    withBareWorker(bed, async (startBare) => {
      await rate(bed, startBare, warmUps);
      await rate(bed, startOurs, warmUps);
      for (let turn = 0; turn < turns; turn += 1) {
        bareRates.push(await counted(bed, 'bare', startBare));
        ourRates.push(await counted(bed, 'ours', startOurs));
        say(`runs/s: bare ${bareRates.at(-1)?.toFixed(1) ?? ''}, ours ${ourRates.at(-1)?.toFixed(1) ?? ''}`);
      }
    }),
  );
  await requireAllGood(bed, definition.definitionId, warmUps + turns * times);
  const bare = median(bareRates);
  return [
    {
      name: 'no-op runs, simulated engine (baseline: bare workflow)',
      value: median(ourRates),
      unit: 'runs/s',
      baseline: bare,
    },
    { name: 'bare workflow', value: bare, unit: 'runs/s' },
  ];
}

async function counted(bed: Bed, name: string, start: () => Promise<string>): Promise<number> {
  const before = await requestsByOperation(bed.metricsUrl);
  const cpuBefore = process.cpuUsage();
  const runsPerSecond = await rate(bed, start, times);
  const { user, system } = process.cpuUsage(cpuBefore);
  const requests = difference(await requestsByOperation(bed.metricsUrl), before);
  say(
    `${name}: ${((user + system) / 1000 / times).toFixed(1)} ms of this process's CPU a run; requests of ${times}: ${spell(requests)}`,
  );
  return runsPerSecond;
}

/** Both are waited for in the same way: by their workflow's result. */
async function rate(bed: Bed, start: () => Promise<string>, of: number): Promise<number> {
  const began = performance.now();
  await inLanes(of, atOnce, async () => {
    await bed.client.workflow.getHandle(await start()).result();
  });
  return (of / (performance.now() - began)) * 1000;
}

async function requireAllGood(bed: Bed, definitionId: string, expected: number): Promise<void> {
  const { rowCount } = await bed.db.query(
    `select 1 from run where definition_id = $1 and phase = 'STOPPED' and exit_code = 0`,
    [definitionId],
  );
  if (rowCount !== expected) throw new Error(`${rowCount ?? 0} of ${expected} runs stopped with exit code 0`);
}
