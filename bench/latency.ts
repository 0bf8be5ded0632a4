/** (a) How long a no-op job takes from accept to STOPPED, one after the other, on this machine's engine through the API. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openEngines, startApi } from '../bin/parts';
import { define } from './accept';
import { withWorker, type Bed } from './bed';
import { percentile, say, type Measured } from './figure';

const warmUps = 5;
const times = 40;
const lookEveryMs = 2;
const giveUpMs = 60_000;

type Timed = { ms: number; containerMs: number };

export async function latency(bed: Bed): Promise<Measured[]> {
  const config = { ...bed.config, local: { ...bed.config.local, keep_seconds: 1 } }; // leaves no containers behind
  const { engines, driver } = await openEngines(config);
  say(`engine local, driver ${driver}`);
  const definition = await define(bed, 'bench-latency');
  const timed = await withWorker(bed, [...engines.values()], async () => {
    const api = await startApi(config, { ...bed, engines }, 0);
    try {
      const url = `${api.url}/api/v6/task/${definition.definitionId}/execute`;
      const all: Timed[] = [];
      for (let n = 0; n < warmUps + times; n += 1) all.push(await time(bed, url));
      return all.slice(warmUps);
    } finally {
      await api.stop();
    }
  });
  const ms = timed.map((one) => one.ms);
  const overhead = timed.map((one) => one.ms - one.containerMs);
  return [
    { name: 'accept to STOPPED, p50', value: percentile(ms, 0.5), unit: 'ms' },
    { name: 'accept to STOPPED, p99', value: percentile(ms, 0.99), unit: 'ms' },
    { name: "accept to STOPPED over the container's time, p50", value: percentile(overhead, 0.5), unit: 'ms' },
  ];
}

async function time(bed: Bed, url: string): Promise<Timed> {
  const began = performance.now();
  const response = await fetch(url, { method: 'PUT', body: JSON.stringify({ run_tags: { owner_id: 'bench' } }) });
  const { run_id: runId } = (await response.json()) as { run_id: string };
  if (!response.ok) throw new Error(`execute answers ${response.status}`);
  for (;;) {
    const { rows } = await bed.db.query<{ ms: number; isGood: boolean }>(
      `select extract(epoch from finished_at - started_at)::float8 * 1000 as ms, exit_code is not distinct from 0 as "isGood"
       from run where run_id = $1 and phase = 'STOPPED'`,
      [runId],
    );
    const ms = performance.now() - began;
    const row = rows[0];
    if (row?.isGood === false) throw new Error(`${runId} has failed`);
    if (row !== undefined) return { ms, containerMs: row.ms };
    if (ms > giveUpMs) throw new Error(`${runId} has not stopped`);
    await sleep(lookEveryMs);
  }
}
