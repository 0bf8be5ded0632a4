/** Routes that stop many runs, by filter or by name, and tell how far that is (ui.md C3). */
import { randomUUID } from 'node:crypto';
import type Router from '@koa/router';
import { bulkStop, countMatching, insertBulkStop, unknownOf, type Matching } from '../db/bulk_stop';
import { readBody } from './body';
import { cancellerOf } from './caller';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';
import { startStop } from './stop';
import { maxRuns, matchedToWire, stopFromWire, stopToWire, type WireFilter } from './wire/bulk-stop';
import { listFromWire } from './wire/list';
import { runListRules } from './wire/lists';

const maxGroups = 20;

export function bulkStopRoutes(router: Router, deps: ApiDeps): void {
  const { db, settings } = deps;

  router.post('/history/stop', async (ctx) => {
    const { filter, run_ids: runIds, dry_run: isDry } = stopFromWire(await readBody(ctx, settings.maxBodyBytes));
    const matching = runIds === undefined ? matchingFrom(filter ?? {}) : { filters: [], env: [], runIds };
    // Of ids only how many: progress is asked for often, and they may be thousands.
    const echoed =
      runIds === undefined ? { filter } : { named: new Set(runIds).size, unknown: await unknownOf(db, runIds) };
    if (isDry === true) {
      ctx.body = { ...matchedToWire(await countMatching(db, matching, maxGroups)), ...echoed };
      return;
    }
    const stopId = randomUUID();
    const total = await insertBulkStop(db, { stopId, askedBy: cancellerOf(ctx), filter: echoed }, matching, maxRuns);
    if (total === null) throw new RequestError(400, `More than ${maxRuns} runs match: narrow the filter`);
    await startStop(deps, stopId);
    const kept = await bulkStop(db, stopId);
    ctx.body = kept === null ? {} : stopToWire(kept);
  });

  router.get('/history/stop/:stop_id', async (ctx) => {
    const stopId = ctx.params['stop_id'] ?? '';
    const found = await bulkStop(db, stopId);
    if (found === null) throw new RequestError(404, `Stop with id ${stopId} not found`);
    ctx.body = stopToWire(found);
  });
}

/** The names and values of a list's query (rest-and-data.md §1.5), of which a stop drops none: it would stop more than was meant. */
export function matchingFrom(filter: WireFilter): Matching {
  const parts = Object.entries(filter).map(([name, value]) => {
    const values = [value].flat().map(String);
    const { filters, env } = listFromWire({ [name]: values }, runListRules, ['env']);
    const taken = env.length + filters.flatMap((one) => one.values).length;
    if (taken === values.length) return { filters, env };
    const field = `filter.${name}`;
    throw new RequestError(400, `${field} has a value that filters nothing: mend it, or leave it out`, field);
  });
  return { filters: parts.flatMap(({ filters }) => filters), env: parts.flatMap(({ env }) => env), runIds: null };
}
