/** (i) The UI's lists over a million runs and 20,000 definitions: how long they take, by which plans, and what it costs to write. */
import type { Pool } from 'pg';
import { startApi } from '../bin/serve-api';
import { definitionById } from '../db/definition';
import { settle } from '../db/run';
import type { Definition } from '../domain/job';
import { classify } from '../domain/outcome';
import { insert } from './accept';
import { byName, type Bed } from './bed';
import { percentile, say, type Measured } from './figure';
import { definitions, fillLists } from './fill-lists';
import { listening, timeLists } from './list-timing';
import { createSimulatedEngine, simulatedCluster } from './simulated-engine';

const warmUps = 5;
const writes = 25;
const rounds = 8;
const engineName = 'eks';

const tallies = ['run_1_named', 'run_1_renamed', 'run_2_tallied', 'run_2_tallied_again'];
const events = ['run_version', 'run_accepted', 'run_changed'];
const variants = [
  { name: '', without: [] },
  { name: ', no tallies', without: tallies },
  { name: ', no events', without: events },
  { name: ', neither', without: [...tallies, ...events] },
];

type Taken = { ms: number[]; walBytes: number[] };

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

/**
 * What accepting and ending a run costs among so many: all indexes, tallies and events are written, too. Blocks with and without the
 * triggers take turns, since how busy the machine is changes.
 */
async function writing(bed: Bed): Promise<Measured[]> {
  const { db } = bed;
  const definition = await definitionById(db, 'def-0');
  if (definition === null) throw new Error('there is no definition def-0');
  const taken = variants.map((): Taken => ({ ms: [], walBytes: [] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const [n, { without }] of variants.entries()) {
      for (const trigger of without) await db.query(`alter table run disable trigger ${trigger}`);
      for (let write = 0; write < warmUps + writes; write += 1) {
        const [before, from] = [await walBytes(db), performance.now()];
        await writeRun(bed, definition);
        const ms = performance.now() - from;
        if (write < warmUps) continue;
        taken[n]?.ms.push(ms);
        taken[n]?.walBytes.push((await walBytes(db)) - before);
      }
      for (const trigger of without) await db.query(`alter table run enable trigger ${trigger}`);
    }
  }
  return variants.flatMap(({ name }, n) => {
    const { ms, walBytes: bytes } = taken[n] ?? { ms: [], walBytes: [] };
    return [
      { name: `rows of one run written among many${name}, p50`, value: percentile(ms, 0.5), unit: 'ms' },
      { name: `rows of one run written among many${name}, p95`, value: percentile(ms, 0.95), unit: 'ms' },
      { name: `WAL of one run written among many${name}, p50`, value: percentile(bytes, 0.5), unit: 'bytes' },
    ];
  });
}

async function writeRun(bed: Bed, definition: Definition): Promise<void> {
  const { runId } = await insert(bed, definition, engineName, simulatedCluster);
  const now = new Date();
  const verdict = classify({ kind: 'exited', code: 0 }, 1);
  await settle(bed.db, runId, { attempt: 1, verdict, startedAt: now, finishedAt: now, seenExitCode: 0 });
}

async function walBytes(db: Pool): Promise<number> {
  const { rows } = await db.query<{ bytes: string }>(
    `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as bytes`,
  );
  return Number(rows[0]?.bytes);
}
