/** (e) What we add to a no-op Job on Kubernetes: through the API, beside the same Job created directly, in turns. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startApi } from '../bin/serve-api';
import { managedByLabel, runLabel } from '../engines/eks/manifest';
import { watchCluster } from '../test/cluster/watch';
import { define, execute } from './accept';
import { withWorker, type Bed } from './bed';
import { median, say, type Measured } from './figure';
import { spell } from './frontend';
import { openRig, requestsByUs, type Pod, type Rig } from './rig';

const warmUps = 3;
const pairs = 20;
const lookEveryMs = 5;
const giveUpMs = 60_000;
/** Enough for a shell: a container of a few milli-CPU is throttled from its first moment. */
const size = { cpu: 500, memoryMb: 64 };

type Job = { metadata: Metadata; spec: { template: { metadata: Metadata } } };
type Metadata = { name: string; labels: Record<string, string> };
/** By the name of their Job, ms since the epoch. */
type Seen = { there: Map<string, number>; ended: Map<string, number> };
/** `around`: what it took before its Job was there and after its container was seen terminated. */
type Ours = { runId: string; ms: number; around: number };

export async function kubernetes(bed: Bed): Promise<Measured[]> {
  const rig = await openRig(bed);
  if (rig === null) return [];
  const definition = await define(bed, 'bench-kubernetes', rig.cluster.image, size);
  return withWorker(bed, [...rig.engines.values()], async () => {
    const api = await startApi(rig.config, { ...bed, engines: rig.engines }, 0);
    const done = new AbortController();
    try {
      const seen = follow(rig, done.signal);
      const start = (): Promise<string> => execute(api.url, definition);
      let last = await ours(bed, seen, start);
      const manifest = await fetch(`${api.url}/api/v6/history/${last.runId}/manifest`);
      const same = (await manifest.json()) as Job;
      const timed: { ours: Ours; direct: number }[] = [];
      let began = Date.now();
      for (let n = 0; n < warmUps + pairs; n += 1) {
        if (n === warmUps) began = Date.now();
        // Each comes first as often as the other.
        const before = n % 2 === 0 ? await directly(rig, seen, same, n) : null;
        last = await ours(bed, seen, start);
        const direct = before ?? (await directly(rig, seen, same, n));
        if (n >= warmUps) timed.push({ ours: last, direct });
      }
      const requests = await requestsByUs(rig, began, Date.now());
      if (requests !== null) say(`our requests to the API server, ${pairs} runs: ${spell(requests)}`);
      const added = timed.map((pair) => pair.ours.ms - pair.direct);
      say(`over the same Job, each pair: ${added.map((ms) => ms.toFixed(0)).join(' ')} ms`);
      const all = timed.map((pair) => pair.ours.ms);
      const direct = timed.map((pair) => pair.direct);
      const around = timed.map((pair) => pair.ours.around);
      return [
        { name: 'kubernetes: accept to STOPPED, p50', value: median(all), unit: 'ms' },
        { name: 'kubernetes: the same Job without Flotilla, p50', value: median(direct), unit: 'ms' },
        { name: 'kubernetes: over the same Job without Flotilla, p50 of pairs', value: median(added), unit: 'ms' },
        // The kubelet looks once a second when a container has ended: that chance is not in it.
        {
          name: 'kubernetes: before its Job is there and after its end is seen, p50',
          value: median(around),
          unit: 'ms',
        },
      ];
    } finally {
      done.abort();
      await api.stop();
    }
  });
}

/** Sees Jobs and the ends of their containers past our code. */
function follow({ cluster, namespace }: Rig, signal: AbortSignal): Seen {
  const seen: Seen = { there: new Map(), ended: new Map() };
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const first = (times: Map<string, number>, name: string): void => {
    if (!times.has(name)) times.set(name, Date.now());
  };
  const seeJob = (_: string, job: unknown): void => {
    const { metadata } = job as Job;
    first(seen.there, metadata.name);
  };
  const seePod = (_: string, pod: unknown): void => {
    const { metadata, status } = pod as Pod;
    if (status.containerStatuses?.[0]?.state.terminated === undefined) return;
    first(seen.ended, metadata.labels?.['job-name'] ?? '');
  };
  void watchCluster(cluster.judgeKubeconfig, jobs, seeJob, signal);
  void watchCluster(cluster.judgeKubeconfig, pods, seePod, signal);
  return seen;
}

async function ours(bed: Bed, seen: Seen, start: () => Promise<string>): Promise<Ours> {
  const began = Date.now();
  const runId = await start();
  const stopped = async (): Promise<number | null> => {
    const { rows } = await bed.db.query<{ isGood: boolean }>(
      `select exit_code is not distinct from 0 as "isGood" from run where run_id = $1 and phase = 'STOPPED'`,
      [runId],
    );
    if (rows[0]?.isGood === false) throw new Error(`${runId} has failed`);
    return rows.length === 0 ? null : Date.now();
  };
  const at = await soon(`${runId} has stopped`, stopped);
  const there = await soon(`the Job of ${runId} is seen`, () => seen.there.get(runId) ?? null);
  const ended = await soon(`the end of ${runId} is seen`, () => seen.ended.get(runId) ?? null);
  return { runId, ms: at - began, around: there - began + (at - ended) };
}

/** In ms, from the create to the container's end as a watch tells it. */
async function directly({ judge, namespace }: Rig, seen: Seen, same: Job, n: number): Promise<number> {
  const name = `direct-${n}`;
  // Not ours by its labels: our observer must not see it.
  const named = ({ labels, ...metadata }: Metadata): object => ({
    ...metadata,
    labels: Object.fromEntries(Object.entries(labels).filter(([key]) => key !== managedByLabel && key !== runLabel)),
  });
  const template = { ...same.spec.template, metadata: named(same.spec.template.metadata) };
  const body = { ...same, metadata: { ...named(same.metadata), name }, spec: { ...same.spec, template } };
  const began = Date.now();
  await judge('POST', `/apis/batch/v1/namespaces/${namespace}/jobs`, body);
  return (await soon(`the end of ${name} is seen`, () => seen.ended.get(name) ?? null)) - began;
}

async function soon<T>(what: string, ask: () => Promise<T | null> | T | null): Promise<T> {
  const deadline = Date.now() + giveUpMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${giveUpMs / 1000} s: ${what}`);
    await sleep(lookEveryMs);
  }
}
