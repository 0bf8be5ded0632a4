/** (a) How long a no-op job takes from accept to STOPPED, one after the other, through the API, by each driver of the local engine. */
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { openEngines } from '../bin/engines';
import { startApi } from '../bin/serve-api';
import { argv } from '../engines/command';
import { startDocker } from '../test/docker/engine';
import { define, execute } from './accept';
import { withWorker, type Bed } from './bed';
import { percentile, say, type Measured } from './figure';

const warmUps = 5;
const times = 40;
const lookEveryMs = 2;
const giveUpMs = 60_000;

type Timed = { ms: number; containerMs: number };

export async function latency(bed: Bed): Promise<Measured[]> {
  return [...(await byDriver(bed, 'process', 'none')), ...(await byDocker(bed))];
}

async function byDocker(bed: Bed): Promise<Measured[]> {
  const docker = await startDocker(bed.config.dev.data_folder).catch(String);
  if (typeof docker === 'string') {
    say(`without the docker driver: ${docker}`);
    return [];
  }
  try {
    if (docker.host !== null) process.env['DOCKER_HOST'] = docker.host;
    const direct = await directly(docker.image);
    const figures = await byDriver(bed, 'docker', docker.image);
    const ours = figures[0]?.value ?? 0;
    return [
      ...figures,
      { name: 'docker: the same container without Flotilla, p50', value: direct, unit: 'ms' },
      { name: 'docker: over the same container without Flotilla, p50', value: ours - direct, unit: 'ms' },
    ];
  } finally {
    await docker.stop();
  }
}

/** What a container takes by itself: create, start, wait for its end. Median, in ms. */
async function directly(image: string): Promise<number> {
  const docker = new Docker();
  const all: number[] = [];
  for (let n = 0; n < warmUps + times; n += 1) {
    const began = performance.now();
    const container = await docker.createContainer({ Image: image, Entrypoint: argv('true'), Cmd: [] });
    const ended = container.wait({ condition: 'next-exit' });
    await container.start();
    await ended;
    if (n >= warmUps) all.push(performance.now() - began);
    await container.remove();
  }
  return percentile(all, 0.5);
}

async function byDriver(bed: Bed, driver: 'docker' | 'process', image: string): Promise<Measured[]> {
  const config = { ...bed.config, local: { ...bed.config.local, driver, keep_seconds: 1 } }; // leaves no containers behind
  const { engines } = await openEngines(config, bed.db, bed.log);
  const definition = await define(bed, `bench-latency-${driver}`, image);
  const timed = await withWorker(bed, [...engines.values()], async () => {
    const api = await startApi(config, { ...bed, engines }, 0);
    try {
      const all: Timed[] = [];
      for (let n = 0; n < warmUps + times; n += 1) all.push(await time(bed, () => execute(api.url, definition)));
      return all.slice(warmUps);
    } finally {
      await api.stop();
    }
  });
  const ms = timed.map((one) => one.ms);
  const overhead = timed.map((one) => one.ms - one.containerMs);
  return [
    { name: `${driver}: accept to STOPPED, p50`, value: percentile(ms, 0.5), unit: 'ms' },
    { name: `${driver}: accept to STOPPED, p99`, value: percentile(ms, 0.99), unit: 'ms' },
    { name: `${driver}: over the container's own time, p50`, value: percentile(overhead, 0.5), unit: 'ms' },
  ];
}

async function time(bed: Bed, start: () => Promise<string>): Promise<Timed> {
  const began = performance.now();
  const runId = await start();
  for (;;) {
    const { rows } = await bed.db.query<{ ms: number; isGood: boolean; reason: string }>(
      `select extract(epoch from finished_at - started_at)::float8 * 1000 as ms, exit_code is not distinct from 0 as "isGood",
         exit_reason as reason
       from run where run_id = $1 and phase = 'STOPPED'`,
      [runId],
    );
    const ms = performance.now() - began;
    const row = rows[0];
    if (row?.isGood === false) throw new Error(`${runId} has failed: ${row.reason}`);
    if (row !== undefined) return { ms, containerMs: row.ms };
    if (ms > giveUpMs) throw new Error(`${runId} has not stopped`);
    await sleep(lookEveryMs);
  }
}
