/** Where a run goes: which engine, and which of its clusters. */
import { candidates, leastLoaded } from '../db/cluster';
import type { Definition } from '../domain/job';
import { choose, type Candidate } from '../domain/place';
import type { Engine } from '../engines/engine';
import type { ApiDeps } from './deps';
import { engineWith, requireEngine } from './engine';
import { RequestError } from './errors';
import type { Launch } from './wire/run';

const toldClusters = 5;
const noPrivileges = new Set(['eks']);

/** Throws RequestError: 400 where there is no such engine or cluster or the job may not run there, 503 where all are closed. */
export async function placeOf(
  { db, engines, settings }: ApiDeps,
  definition: Definition,
  launch: Launch,
): Promise<{ engine: Engine; cluster: string }> {
  const { targetCluster: target } = definition;
  // Where only the definition names a cluster, it names its engine, too.
  const targeted = launch.cluster === null && target !== null ? engineWith(engines, target) : null;
  const engine = requireEngine(engines, launch.engine ?? targeted ?? settings.defaultEngine);
  const { name } = engine;
  const wish = { cluster: launch.cluster, tier: launch.tier, target };
  const choice = choose(await candidates(db, name, engine.clusters), wish);
  switch (choice.do) {
    case 'refuse-unknown':
      throw new RequestError(
        400,
        `${choice.name} was not found in the list of valid clusters: [${engine.clusters.join(' ')}]`,
        'cluster',
      );
    case 'refuse-closed': {
      const { name: cluster } = choice.closed;
      const why = statusOf(choice.closed);
      throw new RequestError(400, `cluster [${cluster}] takes no runs now, its status is ${why}`, 'cluster');
    }
    case 'refuse-all-closed':
      throw new RequestError(503, `No cluster of engine ${name} takes runs now; try again: ${allOf(choice.closed)}`);
    case 'place':
  }
  if (definition.privileged && noPrivileges.has(name)) {
    throw new RequestError(400, `${name} cannot run containers with privileged mode`);
  }
  const [first, ...others] = choice.among;
  const cluster = others.length === 0 ? first : ((await leastLoaded(db, name, choice.among)) ?? first);
  return { engine, cluster };
}

function statusOf({ status, statusReason }: Candidate): string {
  return statusReason === '' ? status : `${status}: ${statusReason}`;
}

/** Of many clusters, the first ones. */
function allOf(closed: readonly Candidate[]): string {
  const told = closed.slice(0, toldClusters).map((one) => `cluster [${one.name}] is in status ${statusOf(one)}`);
  return [...told, ...(closed.length > toldClusters ? ['…'] : [])].join('; ');
}
