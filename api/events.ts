/** What the backend reported about a run's attempts. */
import type Router from '@koa/router';
import { eventsOf } from '../db/event';
import type { ApiDeps } from './deps';
import { requireRun } from './history';

export function eventRoutes(router: Router, { db }: ApiDeps): void {
  router.get('/:run_id/events', async (ctx) => {
    const run = await requireRun(db, ctx.params['run_id'] ?? '');
    const events = await eventsOf(db, run.runId);
    const podEvents = events.map(({ at, type, reason, source, message, attempt }) => ({
      timestamp: at,
      event_type: type,
      reason,
      source_object: source,
      message,
      attempt,
    }));
    // Null for none: the original's UI tells an empty list by it (rest-and-data.md §2.5).
    ctx.body = { total: podEvents.length, pod_events: podEvents.length === 0 ? null : podEvents };
  });
}
