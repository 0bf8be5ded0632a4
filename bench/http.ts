/** (c) Requests per second that the API answers, asked by another process. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startApi } from '../bin/serve-api';
import { settle } from '../db/run';
import { classify } from '../domain/outcome';
import { define, insert } from './accept';
import { byName, type Bed } from './bed';
import type { Measured } from './figure';
import { createSimulatedEngine, simulatedCluster } from './simulated-engine';

const rows = 300;
const connections = 10;
const seconds = 4;
const warmUpSeconds = 1;
const engineName = 'simulated';
const maxOutputBytes = 10 * 1024 * 1024;
const exec = promisify(execFile);

export async function http(bed: Bed): Promise<Measured[]> {
  const definitionId = await fill(bed);
  const { engine } = createSimulatedEngine(engineName, 'ends');
  const api = await startApi(bed.config, { ...bed, engines: byName([engine]) }, 0);
  try {
    const measured: Measured[] = [];
    for (const [name, path] of [
      ['GET definition', `/task/${definitionId}`],
      ['GET definitions list', '/task'],
      ['GET history list', '/history'],
    ] as const) {
      const url = `${api.url}/api/v6${path}`;
      await fire(url, warmUpSeconds);
      measured.push({ name, value: await fire(url, seconds), unit: 'requests/s' });
    }
    return measured;
  } finally {
    await api.stop();
  }
}

/** Definitions and stopped runs. Returns the id of one of the definitions. */
async function fill(bed: Bed): Promise<string> {
  let last = '';
  for (let n = 0; n < rows; n += 1) {
    const definition = await define(bed, `bench-http-${n}`);
    last = definition.definitionId;
    const { runId } = await insert(bed, definition, engineName, simulatedCluster);
    const verdict = classify({ kind: 'exited', code: 0 }, 1);
    const now = new Date();
    await settle(bed.db, runId, { attempt: 1, verdict, startedAt: now, finishedAt: now, seenExitCode: 0 });
  }
  await bed.db.query('analyze');
  return last;
}

/** In a process of its own, so that the API keeps its thread. Returns requests per second. */
async function fire(url: string, forSeconds: number): Promise<number> {
  const args = ['--json', '-c', String(connections), '-d', String(forSeconds), url];
  const { stdout } = await exec(process.execPath, [require.resolve('autocannon/autocannon.js'), ...args], {
    maxBuffer: maxOutputBytes,
  });
  const { '2xx': good, non2xx, errors, duration } = JSON.parse(stdout) as Record<string, unknown>;
  if (non2xx !== 0 || errors !== 0) throw new Error(`${url}: ${String(non2xx)} bad answers, ${String(errors)} errors`);
  return Number(good) / Number(duration);
}
