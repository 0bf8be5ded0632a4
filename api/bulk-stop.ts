/** Routes that stop many runs, by filter or by name, and tell how far that is (ui.md C3). */
import { randomUUID } from 'node:crypto';
import type Router from '@koa/router';
import {
  bulkStop,
  countMatching,
  insertBulkStop,
  unknownOf,
  type BulkStop,
  type Counted,
  type Matching,
} from '../db/bulk_stop';
import { runColumns } from '../db/run';
import { foldKeys, readBody } from './body';
import { cancellerOf } from './caller';
import type { ApiDeps } from './deps';
import { RequestError } from './errors';
import { startStop } from './stop';
import { checker } from './validate';
import { listFromWire } from './wire/list';

export const maxRuns = 50_000;
const maxGroups = 20;

const value = { type: ['string', 'integer', 'boolean'] } as const;
const check = checker<{
  filter?: Record<string, Value | Value[]>;
  run_ids?: string[];
  dry_run?: boolean;
}>({
  type: 'object',
  properties: {
    filter: {
      type: 'object',
      minProperties: 1,
      additionalProperties: { anyOf: [value, { type: 'array', items: value, minItems: 1 }] },
    },
    run_ids: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: maxRuns },
    dry_run: { type: 'boolean' },
  },
});
type Value = string | number | boolean;

export function bulkStopRoutes(router: Router, deps: ApiDeps): void {
  const { db, settings } = deps;

  router.post('/history/stop', async (ctx) => {
    const { filter, run_ids: runIds, dry_run: isDry } = check(foldKeys(await readBody(ctx, settings.maxBodyBytes)));
    if ((filter === undefined) === (runIds === undefined)) {
      throw new RequestError(400, 'Say which runs to stop: filter or run_ids');
    }
    const matching = runIds === undefined ? matchingFrom(filter ?? {}) : { filters: [], env: [], runIds };
    // Of ids only how many: progress is asked for often, and they may be thousands.
    const echoed =
      runIds === undefined ? { filter } : { named: new Set(runIds).size, unknown: await unknownOf(db, runIds) };
    if (isDry === true) {
      const { total, spawned, byAlias, byOwner } = await countMatching(db, matching, maxGroups);
      ctx.body = {
        dry_run: true,
        total,
        spawned,
        by_alias: byAlias.map(named('alias')),
        by_owner: byOwner.map(named('owner')),
        ...echoed,
      };
      return;
    }
    const stopId = randomUUID();
    const total = await insertBulkStop(db, { stopId, askedBy: cancellerOf(ctx), filter: echoed }, matching, maxRuns);
    if (total === null) throw new RequestError(400, `More than ${maxRuns} runs match: narrow the filter`);
    await startStop(deps, stopId);
    const kept = await bulkStop(db, stopId);
    ctx.body = kept === null ? {} : toWire(kept);
  });

  router.get('/history/stop/:stop_id', async (ctx) => {
    const stopId = ctx.params['stop_id'] ?? '';
    const found = await bulkStop(db, stopId);
    if (found === null) throw new RequestError(404, `Stop with id ${stopId} not found`);
    ctx.body = toWire(found);
  });
}

/** The names and values of a list's query (rest-and-data.md §1.5), of which a stop drops none: it would stop more than was meant. */
export function matchingFrom(filter: Record<string, Value | Value[]>): Matching {
  const rules = { columns: runColumns, sortable: ['run_id'], defaultSort: 'run_id' } as const;
  const parts = Object.entries(filter).map(([name, value]) => {
    const values = [value].flat().map(String);
    const { filters, env } = listFromWire({ [name]: values }, rules);
    const taken = env.length + filters.flatMap((one) => one.values).length;
    if (taken === values.length) return { filters, env };
    const field = `filter.${name}`;
    throw new RequestError(400, `${field} has a value that filters nothing: mend it, or leave it out`, field);
  });
  return { filters: parts.flatMap(({ filters }) => filters), env: parts.flatMap(({ env }) => env), runIds: null };
}

const named =
  (key: string) =>
  ({ name, runs }: Counted): Record<string, unknown> => ({ [key]: name, runs });

/** `stopped` were cancelled, `refused` ended by themselves before; the others are still to end. */
function toWire(stop: BulkStop): Record<string, unknown> {
  const isOver = stop.stopped + stop.ended === stop.total;
  return {
    stop_id: stop.stopId,
    status: isOver ? 'DONE' : 'STOPPING',
    total: stop.total,
    spawned: stop.spawned,
    requested: stop.told,
    stopped: stop.stopped,
    refused: stop.ended,
    stop_requested_by: stop.askedBy,
    created_at: stop.createdAt,
    ...stop.filter,
  };
}
