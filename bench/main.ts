/** `npm run bench [-- --only a,b]`: measures, prints one table, writes bench/out/latest.json. Leaves nothing running. */
import { parseArgs } from 'node:util';
import { openBed, type Bed } from './bed';
import { compare, say, table, write, type Measured } from './figure';
import { http } from './http';
import { idle } from './idle';
import { latency } from './latency';
import { throughput } from './throughput';

type Part = { key: string; title: string; measure: (bed: Bed) => Promise<Measured[]> };

/** In this order each finds the database as it expects it: lists with few rows, open runs last. */
const parts: Part[] = [
  { key: 'c', title: 'requests/s of the API', measure: http },
  { key: 'a', title: 'latency of a no-op job', measure: latency },
  { key: 'b', title: 'runs/s beside a bare workflow', measure: throughput },
  { key: 'd', title: 'the cost of open runs', measure: idle },
];

async function bench(chosen: Part[]): Promise<void> {
  const bed = await openBed();
  let aborted = false;
  // Whatever breaks or comes again while we stop (workers lose their server, npm repeats the signal) must not cut it short.
  const abort = (why: unknown): void => {
    if (aborted) return;
    aborted = true;
    console.error(why);
    void bed.stop().finally(() => process.exit(1));
  };
  for (const event of ['SIGINT', 'SIGTERM', 'uncaughtException'] as const) process.on(event, abort);
  const measured = new Map<string, Measured[]>();
  try {
    for (const { key, title, measure } of chosen) {
      say(`(${key}) ${title}…`);
      measured.set(key, await measure(bed));
    }
  } finally {
    await bed.stop();
  }
  const figures = compare([...measured].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, of]) => of));
  console.log(table(figures));
  say(`\nWritten to ${await write(figures)}`);
}

function chosenParts(): Part[] {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const keys = values.only?.split(',') ?? parts.map(({ key }) => key);
  const unknown = keys.find((key) => !parts.some((part) => part.key === key));
  if (unknown !== undefined) throw new Error(`There is no part ${unknown}: ${parts.map(({ key }) => key).join(', ')}`);
  return parts.filter(({ key }) => keys.includes(key));
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
