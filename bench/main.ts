/** `npm run bench [-- --only a,b] [--runs 50000]`: measures, prints one table, writes bench/out/latest.json. Leaves nothing running. */
import { parseArgs } from 'node:util';
import { openBed, type Bed } from './bed';
import { stopMany } from './bulk-stop';
import { burst } from './burst';
import { ecs } from './ecs';
import { compare, say, table, write, type Measured } from './figure';
import { flatCost } from './flat-cost';
import { http } from './http';
import { idle } from './idle';
import { kubernetes } from './kubernetes';
import { latency } from './latency';
import { lists } from './lists';
import { pages } from './pages';
import { throughput } from './throughput';

type Part = { key: string; title: string; measure: (bed: Bed, listedRuns: number) => Promise<Measured[]> };

const manyRuns = 1_000_000;

/** Each has a bed of its own: what one leaves behind (rows, open runs) does not weigh on the next. */
const parts: Part[] = [
  { key: 'a', title: 'latency of a no-op job', measure: latency },
  { key: 'b', title: 'runs/s beside a bare workflow', measure: throughput },
  { key: 'c', title: 'requests/s of the API', measure: http },
  { key: 'd', title: 'the cost of open runs', measure: idle },
  { key: 'e', title: 'latency of a no-op job on Kubernetes', measure: kubernetes },
  { key: 'f', title: 'a burst on Kubernetes', measure: burst },
  { key: 'g', title: 'the cost of running pods', measure: flatCost },
  { key: 'h', title: 'from the end of an ECS task to STOPPED', measure: ecs },
  { key: 'i', title: 'lists over a million runs', measure: lists },
  { key: 'j', title: 'a stop of many runs', measure: stopMany },
  { key: 'k', title: 'pages of the web UI', measure: pages },
];

/** `listedRuns`: over how many runs lists are measured. */
type Chosen = { chosen: Part[]; listedRuns: number };

async function bench({ chosen, listedRuns }: Chosen): Promise<void> {
  let bed: Bed | null = null;
  let aborted = false;
  // Whatever breaks or comes again while we stop (workers lose their server, npm repeats the signal) must not cut it short.
  const abort = (why: unknown): void => {
    if (aborted) return;
    aborted = true;
    console.error(why);
    void Promise.resolve(bed?.stop()).finally(() => process.exit(1));
  };
  for (const event of ['SIGINT', 'SIGTERM', 'uncaughtException'] as const) process.on(event, abort);
  const measured: Measured[] = [];
  for (const { key, title, measure } of chosen) {
    say(`(${key}) ${title}…`);
    bed = await openBed();
    try {
      measured.push(...(await measure(bed, listedRuns)));
    } finally {
      await bed.stop();
    }
  }
  const figures = compare(measured);
  console.log(table(figures));
  say(`\nWritten to ${await write(figures)}`);
}

function chosenParts(): Chosen {
  const { values } = parseArgs({ options: { only: { type: 'string' }, runs: { type: 'string' } } });
  const listedRuns = Number(values.runs ?? manyRuns);
  if (!Number.isInteger(listedRuns)) throw new Error(`--runs must be a whole number, was ${values.runs ?? ''}`);
  const keys = values.only?.split(',') ?? parts.map(({ key }) => key);
  const unknown = keys.find((key) => !parts.some((part) => part.key === key));
  if (unknown !== undefined) throw new Error(`There is no part ${unknown}: ${parts.map(({ key }) => key).join(', ')}`);
  return { chosen: parts.filter(({ key }) => keys.includes(key)), listedRuns };
}

void (async () => {
  try {
    await bench(chosenParts());
    process.exit(0);
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
})();
