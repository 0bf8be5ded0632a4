/** (h) How long after the event of its task's end a run on ECS is STOPPED in the API: with events, and with sweeps alone. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openEngines } from '../bin/engines';
import { startApi } from '../bin/serve-api';
import type { Config } from '../conf/schema';
import { cluster, credentials } from '../test/ecs/bed';
import { until } from '../test/stack';
import { define, execute } from './accept';
import type { AwsTold } from './aws';
import { withWorker, type Bed } from './bed';
import { percentile, say, type Measured } from './figure';
import { helper } from './rig';

/** Of starts, runs a second: below what one process of everything can do on a small machine (part b). */
const rates = (process.env['BENCH_ECS_RATES'] ?? '5,10,20').split(',').map(Number);
const seconds = 15;
const warmUps = 20;
const lookEveryMs = 5;
const giveUpSeconds = 300;
const region = 'us-east-1';
const size = { cpu: 64, memoryMb: 64 };

/** By run, ms since the epoch. */
type Times = Map<string, number>;

export async function ecs(bed: Bed): Promise<Measured[]> {
  const told: Times = new Map();
  const endpoint = await startAws(bed, told);
  process.env['AWS_ENDPOINT_URL'] = endpoint;
  process.env['AWS_ACCESS_KEY_ID'] = credentials.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = credentials.secretAccessKey;
  const alone: Config = {
    ...bed.config,
    engines: ['ecs'],
    aws_default_region: region,
    ecs: { ...bed.config.ecs, clusters: [cluster] },
    queue: { ...bed.config.queue, status: '' },
  };
  const withEvents = { ...alone, queue: { ...alone.queue, status: 'bench' } };
  const figures: Measured[] = [];
  for (const rate of rates) {
    const lags = await lagsAt(bed, withEvents, rate, told);
    const of = `ECS, ${rate} runs/s: event of its end to STOPPED in the API`;
    figures.push(...spread(of, lags));
  }
  const sweepMs = alone.ecs.sweep_seconds.alone * 1000;
  const lags = await lagsAt(bed, alone, rates[0] ?? 1, told);
  const of = `ECS without events, asked every ${sweepMs / 1000} s: end to STOPPED in the API`;
  figures.push(...spread(of, lags), { name: `${of}, max`, value: Math.max(...lags), unit: 'ms' });
  return figures;
}

function spread(of: string, lags: number[]): Measured[] {
  return [
    { name: `${of}, p50`, value: percentile(lags, 0.5), unit: 'ms' },
    { name: `${of}, p95`, value: percentile(lags, 0.95), unit: 'ms' },
  ];
}

/** In a process of its own. Returns its endpoint. */
async function startAws(bed: Bed, told: Times): Promise<string> {
  let endpoint: string | null = null;
  await helper(bed, require.resolve('./aws'), [bed.config.dev.data_folder], (message) => {
    const news = message as AwsTold;
    if ('endpoint' in news) endpoint = news.endpoint;
    else told.set(news.runId, news.at);
  });
  return until('the test AWS is there', () => Promise.resolve(endpoint));
}

/** From the event to the API's STOPPED, of each run but the first ones. */
async function lagsAt(bed: Bed, config: Config, rate: number, told: Times): Promise<number[]> {
  const { engines } = await openEngines(config, bed.db, bed.log);
  const definition = await define(bed, `bench-ecs-${Date.now()}`, 'none', size);
  return withWorker(bed, [...engines.values()], async () => {
    const api = await startApi(config, { ...bed, engines }, 0);
    const done = new AbortController();
    try {
      const start = (): Promise<string> =>
        execute(api.url, definition, [{ name: 'SCENARIO', value: `exit:0;run:${Math.floor(Math.random() * 500)}ms` }]);
      const stopped: Times = new Map();
      const watch = follow(bed, definition.definitionId, api.url, stopped, done.signal);
      // Alone at first: by then the observer is at work.
      const all = [await start()];
      await until('a first run has stopped', () => Promise.resolve(stopped.size === 1 ? true : null), giveUpSeconds);
      const began = Date.now();
      const count = warmUps + rate * seconds;
      await Promise.all(
        Array.from({ length: count }, async (_, n) => {
          await sleep((n * 1000) / rate);
          all.push(await start());
        }),
      );
      say(`${count} runs are accepted after ${((Date.now() - began) / 1000).toFixed(1)} s`);
      await until('all have stopped', () => Promise.resolve(stopped.size === all.length ? true : null), giveUpSeconds);
      done.abort();
      await watch;
      const lags = all.slice(1 + warmUps).map((runId) => (stopped.get(runId) ?? NaN) - (told.get(runId) ?? NaN));
      say(`p50 ${percentile(lags, 0.5)} ms, p95 ${percentile(lags, 0.95)} ms`);
      return lags;
    } finally {
      done.abort();
      await api.stop();
    }
  });
}

/** Asks the API for each run that may have stopped; what it answers counts, when it has answered. */
async function follow(
  bed: Bed,
  definitionId: string,
  apiUrl: string,
  stopped: Times,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { rows } = await bed.db.query<{ runId: string }>(
      `select run_id as "runId" from run where phase = 'STOPPED' and executable_id = $1 and run_id <> all ($2)`,
      [definitionId, [...stopped.keys()]],
    );
    await Promise.all(
      rows.map(async ({ runId }) => {
        const run = (await (await fetch(`${apiUrl}/api/v6/history/${runId}`)).json()) as Record<string, unknown>;
        const isGood = run['status'] === 'STOPPED' && run['exit_code'] === 0 && run['attempt_count'] === 1;
        if (!isGood) throw new Error(`${runId} has failed: ${JSON.stringify(run)}`);
        stopped.set(runId, Date.now());
      }),
    );
    await sleep(lookEveryMs);
  }
}
