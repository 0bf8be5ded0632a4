/** Accepts runs the way that api/execute.ts does, without HTTP. */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { insertDefinition } from '../db/definition';
import { insertRun } from '../db/accept';
import type { Run } from '../db/run';
import { definitionIdFrom } from '../domain/id';
import { anywhere, freeze, type Definition } from '../domain/job';
import { acceptedRun, savedDefinition } from '../test/accepted-run';
import type { Bed } from './bed';
import { say } from './figure';
import { simulatedCluster, type Calls } from './simulated-engine';

const atOnce = 20;
/** Bounds the rate: no more than so many are on their way to RUNNING. */
const maxUnderWay = 100;
const stepMs = 50;
const progressEveryMs = 10_000;
const openWithinMs = 1_800_000;

export async function define(
  bed: Bed,
  alias: string,
  image = 'none',
  size: { cpu: number; memoryMb: number } = { cpu: 128, memoryMb: 128 },
): Promise<Definition> {
  const definition = savedDefinition({
    ...{ definitionId: definitionIdFrom('bench', randomUUID()), alias, groupName: 'bench', image },
    env: [{ name: 'A', value: '1' }],
    ...size,
  });
  if (!(await insertDefinition(bed.db, definition))) throw new Error(`alias ${alias} is taken`);
  return definition;
}

/** Writes the row only. */
export async function insert(bed: Bed, definition: Definition, engine: string, cluster: string): Promise<Run> {
  const run = acceptedRun(definition, {
    ...{ engine, cluster, user: 'bench', nodeLifecycle: 'spot' },
    activeDeadlineSeconds: bed.config.run.deadline_seconds,
    commandHash: createHash('md5').update(definition.command).digest('hex'),
  });
  const placed = { ...anywhere, owner: run.user, deadlineSeconds: run.activeDeadlineSeconds };
  const accepted = await insertRun(bed.db, run, freeze(definition, {}, [], placed));
  if (accepted === null) throw new Error('definition is gone');
  return run;
}

/** Writes the row and starts its workflow. Returns the run's id. */
export async function accept(bed: Bed, definition: Definition, engine: string, cluster: string): Promise<string> {
  const run = await insert(bed, definition, engine, cluster);
  await bed.runs.start(run);
  return run.runId;
}

/** Asks the API for a run; `env`: its variables; `more` of the launch. Returns its id. */
export async function execute(
  apiUrl: string,
  { definitionId }: Definition,
  env: { name: string; value: string }[] = [],
  more: { command?: string } = {},
): Promise<string> {
  const url = `${apiUrl}/api/v6/task/${definitionId}/execute`;
  const body = JSON.stringify({ run_tags: { owner_id: 'bench' }, env, ...more });
  const response = await fetch(url, { method: 'PUT', body });
  const { run_id: runId } = (await response.json()) as { run_id: string };
  if (!response.ok) throw new Error(`execute answers ${response.status}`);
  return runId;
}

/** Until so many runs of the engine run, as their workflows know. */
export async function untilAllTold(bed: Bed, engine: string, runs: number, deadline: number): Promise<void> {
  for (;;) {
    const { rows } = await bed.db.query<{ told: number }>(
      `select count(*)::int as told from run join attempt using (run_id, attempt)
       where engine = $1 and phase = 'RUNNING' and started_told`,
      [engine],
    );
    const told = rows[0]?.told ?? 0;
    if (told >= runs) return;
    if (Date.now() > deadline) throw new Error(`only ${told} of ${runs} runs are RUNNING and told`);
    await sleep(1000);
  }
}

/** Until so many runs of a simulated engine run, for as long as it lets them. */
export async function openRuns(
  bed: Bed,
  definition: Definition,
  { name, calls }: { name: string; calls: Calls },
  runs: number,
): Promise<void> {
  let started = 0;
  const deadline = Date.now() + openWithinMs;
  const progress = setInterval(() => {
    say(`open runs: ${started} accepted, ${calls.submit} submitted`);
  }, progressEveryMs);
  try {
    await inLanes(runs, atOnce, async () => {
      while (started - calls.submit > maxUnderWay && Date.now() < deadline) await sleep(stepMs);
      started += 1;
      await accept(bed, definition, name, simulatedCluster);
    });
    await untilAllTold(bed, name, runs, deadline);
  } finally {
    clearInterval(progress);
  }
}

/** Does `work` so many times, at most `atOnce` of them side by side. */
export async function inLanes(times: number, atOnce: number, work: () => Promise<void>): Promise<void> {
  let left = times;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
