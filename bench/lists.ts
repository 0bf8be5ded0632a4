/** (i) The UI's lists over a million runs and 20,000 definitions: how long they take, by which plans, and what it costs to write. */
import { startApi } from '../bin/serve-api';
import { definitionById } from '../db/definition';
import { settle } from '../db/run';
import { classify } from '../domain/outcome';
import { insert } from './accept';
import { byName, type Bed } from './bed';
import { percentile, say, type Measured } from './figure';
import { definitions, fillLists } from './fill-lists';
import { listening, timeLists } from './list-timing';
import { createSimulatedEngine, simulatedCluster } from './simulated-engine';

const warmUps = 5;
const writes = 200;
const engineName = 'eks';

export async function lists(bed: Bed, runs: number): Promise<Measured[]> {
  const began = performance.now();
  await fillLists(bed.db, runs);
  say(
    `${runs} runs and ${definitions} definitions were written in ${Math.round((performance.now() - began) / 1000)} s`,
  );
  const { db, statements } = listening(bed.db);
  const { engine } = createSimulatedEngine(engineName, 'stays');
  const api = await startApi(bed.config, { ...bed, db, engines: byName([engine]) }, 0);
  try {
    return [...(await timeLists(bed.db, statements, api.url)), ...(await writing(bed))];
  } finally {
    await api.stop();
  }
}

/** What accepting and ending a run costs among so many: all indexes and tallies are written, too. */
async function writing(bed: Bed): Promise<Measured[]> {
  const definition = await definitionById(bed.db, 'def-0');
  if (definition === null) throw new Error('there is no definition def-0');
  const ms: number[] = [];
  for (let n = 0; n < warmUps + writes; n += 1) {
    const from = performance.now();
    const { runId } = await insert(bed, definition, engineName, simulatedCluster);
    const now = new Date();
    const verdict = classify({ kind: 'exited', code: 0 }, 1);
    await settle(bed.db, runId, { attempt: 1, verdict, startedAt: now, finishedAt: now, seenExitCode: 0 });
    if (n >= warmUps) ms.push(performance.now() - from);
  }
  return [
    { name: 'rows of one run written among a million, p50', value: percentile(ms, 0.5), unit: 'ms' },
    { name: 'rows of one run written among a million, p95', value: percentile(ms, 0.95), unit: 'ms' },
  ];
}
