/** (j) How long it takes to stop thousands of running runs by one request. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startApi } from '../bin/serve-api';
import { define, openRuns } from './accept';
import { byName, withWorker, type Bed } from './bed';
import { say, type Measured } from './figure';
import { createSimulatedEngine } from './simulated-engine';

const runs = Number(process.env['BENCH_STOP_RUNS'] ?? 10_000);
const alias = 'bench-stop';
const engineName = 'simulated-stop';
const stepMs = 250;
const giveUpMs = 900_000;

type Stop = { stop_id: string; status: string; total: number; requested: number; stopped: number };

export async function stopMany(bed: Bed): Promise<Measured[]> {
  const { engine, calls } = createSimulatedEngine(engineName, 'stays');
  const definition = await define(bed, alias);
  return withWorker(bed, [engine], async () => {
    await openRuns(bed, definition, { name: engineName, calls }, runs);
    const api = await startApi(bed.config, { ...bed, engines: byName([engine]) }, 0);
    try {
      const began = performance.now();
      const seconds = (): number => (performance.now() - began) / 1000;
      const body = JSON.stringify({ filter: { alias } });
      let stop = await ask(`${api.url}/api/v6/history/stop`, { method: 'POST', body });
      const answered = seconds();
      let requested: number | null = null;
      while (stop.status !== 'DONE') {
        if (seconds() * 1000 > giveUpMs) throw new Error(`only ${stop.stopped} of ${stop.total} runs are stopped`);
        await sleep(stepMs);
        stop = await ask(`${api.url}/api/v6/history/stop/${stop.stop_id}`);
        if (stop.requested === stop.total) requested ??= seconds();
      }
      const whole = seconds();
      const { rows } = await bed.db.query<{ n: number }>(
        `select count(*)::int as n from run where engine = $1 and outcome_class = 'CANCELLED'`,
        [engineName],
      );
      if (rows[0]?.n !== runs) throw new Error(`${rows[0]?.n ?? 0} of ${runs} runs are CANCELLED`);
      say(`calls to the engine: ${JSON.stringify(calls)}`);
      const of = `stop of ${runs} running runs`;
      return [
        { name: `${of}: answered`, value: answered, unit: 's' },
        { name: `${of}: all told`, value: requested ?? whole, unit: 's' },
        { name: `${of}: all over`, value: whole, unit: 's' },
      ];
    } finally {
      await api.stop();
    }
  });
}

async function ask(url: string, init: RequestInit = {}): Promise<Stop> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text}`);
  return JSON.parse(text) as Stop;
}
