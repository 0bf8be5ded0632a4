/** What an installation is: for clients that want to know before they ask for anything else (ui.md C12). See `infoAnswer`. */
import type Router from '@koa/router';
import { staleClusters } from '../db/cluster_health';
import type { ApiDeps } from './deps';
import { pageBytes } from './logs';
import { inTime } from './ready';
import { buildOf } from './ui';
import { maxRuns } from './wire/bulk-stop';
import { present } from './wire/definition';
import { defaultLimit, maxLimit, maxValuesPerFilter } from './wire/list';

export function infoRoutes(router: Router, { db, engines, streams, settings }: ApiDeps): void {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const uiBuild = settings.uiFolder === null ? null : buildOf(settings.uiFolder);

  router.get('/info', async (ctx) => {
    // All else is known without the database.
    const stale = await inTime(() => staleClusters(db)).catch(() => []);
    const blindOf = (engine: string): string | null =>
      stale
        .filter((one) => one.engine === engine)
        .map(({ cluster, why }) => `${engine}/${cluster} cannot be seen: ${why}`)
        .join('; ') || null;
    ctx.body = {
      version: settings.version,
      mode: settings.mode,
      engines: [...engines.values()].map(({ name, clusters, warning, minimum }) => ({
        name,
        clusters,
        is_default: name === settings.defaultEngine,
        ...present('warning', warning ?? blindOf(name)),
        ...(minimum === undefined ? {} : { minimum: { cpu: minimum.cpu, memory: minimum.memoryMb } }),
      })),
      // Where the server stands: all times in answers are UTC.
      time_zone: timeZone,
      now: new Date(),
      limits: {
        body_bytes: settings.maxBodyBytes,
        list_rows: maxLimit,
        list_rows_default: defaultLimit,
        filter_values: maxValuesPerFilter,
        log_page_bytes: pageBytes,
        stop_runs: maxRuns,
        streams: streams.most,
        deadline_seconds_default: settings.deadlineSeconds,
        stop_grace_seconds: settings.stopGraceSeconds,
      },
      ...present('temporal_ui_url', settings.workflowsUrl),
      ...present('ui_build', uiBuild),
    };
  });
}
