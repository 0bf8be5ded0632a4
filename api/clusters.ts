/** Routes of clusters: their names, and what operators say of each. */
import type Router from '@koa/router';
import { clusterById, deleteCluster, insertCluster, listClusters, updateCluster } from '../db/cluster';
import { readBody } from './body';
import type { ApiDeps } from './deps';
import { engineWith, requireEngine } from './engine';
import { RequestError } from './errors';
import { clusterChanges, clusterFromWire, clusterToWire, noCluster } from './wire/cluster';
import { flag } from './wire/query';

/** Names, as the original's UI wants them; `?detail=true` asks for the rows. */
export function clusterListRoutes(router: Router, { db, engines }: ApiDeps): void {
  const configured = [...engines.values()].flatMap(({ name: engine, clusters }) =>
    clusters.map((name) => ({ engine, name })),
  );

  router.get('/clusters', async (ctx) => {
    if (flag('detail', ctx.query)) {
      ctx.body = { clusters: (await listClusters(db, configured)).map(clusterToWire) };
      return;
    }
    ctx.body = { clusters: [...new Set(configured.map(({ name }) => name))] };
  });
}

export function clusterRoutes(router: Router, { db, engines, settings }: ApiDeps): void {
  router.post('/clusters', async (ctx) => {
    const draft = clusterFromWire(await readBody(ctx, settings.maxBodyBytes), engineOf);
    requireEngine(engines, draft.engine);
    const created = await insertCluster(db, draft);
    if (created === null) throw taken(draft.name);
    ctx.body = { created: true, ...clusterToWire(created) };
  });

  router.get('/clusters/:cluster_id', async (ctx) => {
    const clusterId = ctx.params['cluster_id'] ?? '';
    const found = await clusterById(db, clusterId);
    if (found === null) throw noCluster(clusterId);
    ctx.body = clusterToWire(found);
  });

  router.put('/clusters/:cluster_id', async (ctx) => {
    const clusterId = ctx.params['cluster_id'] ?? '';
    const changes = clusterChanges(await readBody(ctx, settings.maxBodyBytes));
    if (changes.engine !== undefined) requireEngine(engines, changes.engine);
    const updated = await updateCluster(db, clusterId, changes);
    if (updated === null) throw noCluster(clusterId);
    if (updated === 'taken') throw taken(changes.name);
    ctx.body = { updated: true, ...clusterToWire(updated) };
  });

  router.delete('/clusters/:cluster_id', async (ctx) => {
    const clusterId = ctx.params['cluster_id'] ?? '';
    if (!(await deleteCluster(db, clusterId))) throw noCluster(clusterId);
    ctx.body = { deleted: true };
  });

  function engineOf(name: string): string {
    return engineWith(engines, name) ?? settings.defaultEngine;
  }
}

/** No name: it was to move to an engine that has one of its name. */
function taken(name = 'of this name'): RequestError {
  return new RequestError(409, `cluster with name [${name}] already exists for this engine`, 'name');
}
