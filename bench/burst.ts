/** (f) Hundreds of runs at once on one Kubernetes node, which takes 110 pods: the others wait. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startApi } from '../bin/serve-api';
import { runLabel } from '../engines/eks/manifest';
import type { Engine } from '../engines/engine';
import type { RunClient } from '../workflows/client';
import { define, execute, inLanes } from './accept';
import { withWorker, type Bed } from './bed';
import { percentile, say, type Measured } from './figure';
import { spell, sum } from './frontend';
import type { PodTold } from './pod-watcher';
import { helper, openRig, requestsByUs, type Pod, type Rig } from './rig';

const runs = Number(process.env['BENCH_BURST'] ?? 300);
const atOnce = 20;
/** So that CPU and memory let 110 of them onto a node of two CPUs. */
const size = { cpu: 15, memoryMb: 32 };
/** In earnest the node is another machine: here it must not keep ours from its turn. */
const cpuShares = 512;
const lookEveryMs = 10;
const sampleEveryMs = 5000;
const giveUpMs = 900_000;

export async function burst(bed: Bed): Promise<Measured[]> {
  const rig = await openRig(bed, {}, { cpuShares });
  if (rig === null) return [];
  const definition = await define(bed, 'bench-burst', rig.cluster.image, size);
  const pods = new Map<string, Set<string>>();
  const ended = new Map<string, number>();
  await helper(bed, require.resolve('./pod-watcher'), [rig.cluster.judgeKubeconfig, rig.namespace], (message) => {
    const { runId, uid, what, at } = message as PodTold;
    pods.set(runId, (pods.get(runId) ?? new Set()).add(uid));
    if (what === 'ended') ended.set(runId, at);
  });
  const hops = new Hops(bed.runs);
  return withWorker(
    { ...bed, runs: hops.runs },
    [...rig.engines.values()].map((engine) => hops.seenBy(engine)),
    async () => {
      const api = await startApi(rig.config, { ...bed, engines: rig.engines }, 0);
      const sampler = setInterval(() => void sample(bed, definition.definitionId).catch(say), sampleEveryMs);
      try {
        const began = Date.now();
        const ids: string[] = [];
        const stopped = untilStopped(bed, ended, began + giveUpMs);
        await inLanes(runs, atOnce, async () => {
          ids.push(await execute(api.url, definition));
        });
        say(`${runs} runs are accepted after ${((Date.now() - began) / 1000).toFixed(1)} s`);
        const stoppedAt = await stopped;
        const over = Date.now();
        const requests = await requestsByUs(rig, began, over);
        if (requests !== null) say(`our requests to the API server, ${runs} runs: ${spell(requests)}`);
        await requireOnePodEach(rig, ids, pods);
        hops.say(ended, stoppedAt);
        const told = [...stoppedAt].map(([runId, at]) => at - (ended.get(runId) ?? NaN));
        const of = `burst of ${runs} on Kubernetes`;
        return [
          { name: `${of}: until all are STOPPED`, value: (over - began) / 1000, unit: 's' },
          { name: `${of}: end seen to STOPPED, p50`, value: percentile(told, 0.5), unit: 'ms' },
          { name: `${of}: end seen to STOPPED, p95`, value: percentile(told, 0.95), unit: 'ms' },
          ...(requests === null
            ? []
            : [{ name: `${of}: requests to the API server`, value: sum(requests) / runs, unit: 'a run' }]),
        ];
      } finally {
        clearInterval(sampler);
        await api.stop();
      }
    },
  );
}

/** When each was first seen STOPPED with exit code 0, ms since the epoch. */
async function untilStopped(bed: Bed, ended: Map<string, number>, deadline: number): Promise<Map<string, number>> {
  const stopped = new Map<string, number>();
  while (stopped.size < runs) {
    const open = [...ended.keys()].filter((runId) => !stopped.has(runId));
    if (open.length > 0) {
      const { rows } = await bed.db.query<{ runId: string; isGood: boolean }>(
        `select run_id as "runId", exit_code is not distinct from 0 as "isGood" from run
         where run_id = any($1) and phase = 'STOPPED'`,
        [open],
      );
      for (const { runId, isGood } of rows) {
        if (!isGood) throw new Error(`${runId} has failed`);
        stopped.set(runId, Date.now());
      }
    }
    if (Date.now() > deadline) throw new Error(`only ${stopped.size} of ${runs} runs have stopped`);
    await sleep(lookEveryMs);
  }
  return stopped;
}

/** What waiting runs show as their reason. */
async function sample(bed: Bed, definitionId: string): Promise<void> {
  const { rows } = await bed.db.query<{ phase: string; note: string | null; runs: number }>(
    `select phase, note, count(*)::int as runs from run where definition_id = $1 and phase <> 'STOPPED'
     group by phase, note order by runs desc`,
    [definitionId],
  );
  say(
    rows.map((row) => `${row.runs} ${row.phase}${row.note === null ? '' : ` (${row.note})`}`).join(', ') ||
      'none is open',
  );
}

/** By what the cluster shows, then and now. */
async function requireOnePodEach(rig: Rig, ids: string[], seen: Map<string, Set<string>>): Promise<void> {
  const { items } = (await rig.judge('GET', `/api/v1/namespaces/${rig.namespace}/pods`)) as { items: Pod[] };
  for (const runId of ids) {
    const pods = items.filter(({ metadata }) => metadata.labels?.[runLabel] === runId);
    const codes = pods.map(({ status }) => status.containerStatuses?.[0]?.state.terminated?.exitCode);
    if (seen.get(runId)?.size !== 1 || pods.length !== 1 || codes[0] !== 0) {
      throw new Error(`${runId}: ${seen.get(runId)?.size ?? 0} pods were seen, exit codes ${codes.join(', ')}`);
    }
  }
  if (seen.size !== ids.length) throw new Error(`${seen.size} runs have pods, and ${ids.length} were started`);
  say(`each of ${ids.length} runs has had one pod, which exited with 0`);
}

/** Where the time from an end to STOPPED goes: when our observer sees it, tells Temporal, has told it. */
class Hops {
  readonly runs: RunClient;
  private readonly seen = new Map<string, number>();
  private readonly telling = new Map<string, number>();
  private readonly told = new Map<string, number>();

  constructor(runs: RunClient) {
    this.runs = {
      ...runs,
      ended: async (key, end) => {
        this.telling.set(key.runId, Date.now());
        const answer = await runs.ended(key, end);
        this.told.set(key.runId, Date.now());
        return answer;
      },
    };
  }

  seenBy(engine: Engine): Engine {
    return {
      ...engine,
      observe: (cluster, see, signal) =>
        engine.observe(
          cluster,
          (sightings) => {
            for (const { key, sight } of sightings) if (sight?.kind === 'ended') this.seen.set(key.runId, Date.now());
            return see(sightings);
          },
          signal,
        ),
    };
  }

  say(ended: Map<string, number>, stopped: Map<string, number>): void {
    const hop = (name: string, from: Map<string, number>, to: Map<string, number>): string => {
      const all = [...to].map(([runId, at]) => at - (from.get(runId) ?? NaN)).filter((ms) => !Number.isNaN(ms));
      return `${name} ${percentile(all, 0.5)} (p95 ${percentile(all, 0.95)})`;
    };
    const hops = [
      hop('seen by the observer', ended, this.seen),
      hop('its turn', this.seen, this.telling),
      hop('signal answered', this.telling, this.told),
      hop('STOPPED', this.told, stopped),
    ];
    say(`from the end as the judge sees it, p50 in ms: ${hops.join(', ')}`);
  }
}
