/** What the UI asks its lists for: its chips, filters and bookmarks, with other values each time. */
import { outcomeClasses } from '../domain/outcome';
import { definitions, owners } from './fill-lists';

export type Query = { name: string; path: (n: number) => string };

const hourMs = 3_600_000;
const failed = outcomeClasses.filter((one) => one !== 'SUCCESS' && one !== 'CANCELLED');
const isFailed = failed.map((one) => `outcome=${one}`).join('&');
export const newest = 'sort_by=queued_at&order=desc&limit=20';
const newestStarted = 'sort_by=started_at&order=desc&limit=20';
const ago = (hours: number): string => new Date(Date.now() - hours * hourMs).toISOString();
/** The same numbers each time, all over the range. */
const any = (n: number, of: number): number => (n * 7919) % of;
const owner = (n: number): string => `owner-${any(n, owners)}@example.com`;

const busiestOwner = 'owner-7@example.com';

export const queries: Query[] = [
  { name: 'all', path: () => `/history?${newest}` },
  { name: 'active', path: () => `/history?status=PENDING&status=QUEUED&status=RUNNING&${newestStarted}` },
  { name: 'failed', path: () => `/history?${isFailed}&${newest}` },
  { name: 'succeeded', path: () => `/history?outcome=SUCCESS&${newest}` },
  { name: 'cancelled', path: () => `/history?outcome=CANCELLED&${newest}` },
  { name: 'stopped, by start', path: () => `/history?status=STOPPED&${newestStarted}` },
  { name: 'of an owner', path: (n) => `/history?owner=${owner(n)}&${newest}` },
  { name: 'of the busiest owner', path: () => `/history?owner=${busiestOwner}&${newest}` },
  { name: 'of an owner, failed', path: (n) => `/history?owner=${owner(n)}&${isFailed}&${newest}` },
  { name: 'alias, a rare part', path: (n) => `/history?alias=orders-${100 + any(n, 900)}&${newest}` },
  { name: 'alias, a common part', path: () => `/history?alias=etl&${newest}` },
  { name: 'alias, a common part, failed', path: () => `/history?alias=etl&${isFailed}&${newest}` },
  { name: 'alias, a common part, active', path: () => `/history?alias=etl&status=RUNNING&status=PENDING&${newest}` },
  { name: 'alias, nothing', path: () => `/history?alias=no-such-name&${newest}` },
  { name: 'without an alias', path: () => `/history?alias_not=etl&${newest}` },
  { name: 'of a definition', path: (n) => `/task/def-${any(n, definitions)}/history?${newestStarted}` },
  { name: 'of the busiest definition', path: () => `/task/def-0/history?${newestStarted}` },
  { name: 'of the busiest definition, failed', path: () => `/task/def-0/history?${isFailed}&${newest}` },
  { name: 'of the busiest definition, cancelled', path: () => `/task/def-0/history?outcome=CANCELLED&${newest}` },
  {
    name: 'of the busiest definition, the last 7 days',
    path: () => `/task/def-0/history?queued_at_since=${ago(168)}&${newest}`,
  },
  { name: 'of the busiest group', path: () => `/history?group_name=group-0&${newest}` },
  { name: 'of a group', path: (n) => `/history?group_name=group-${any(n, 200)}&${newest}` },
  { name: 'of a group, failed', path: (n) => `/history?group_name=group-${any(n, 200)}&${isFailed}&${newest}` },
  { name: 'of a cluster', path: (n) => `/history?cluster_name=cluster-${n % 4}&${newest}` },
  { name: 'of an engine, failed', path: (n) => `/history?engine=${n % 2 === 0 ? 'eks' : 'ecs'}&${isFailed}&${newest}` },
  { name: 'of the last hour', path: () => `/history?queued_at_since=${ago(1)}&${newest}` },
  { name: 'of the last 24 hours', path: () => `/history?queued_at_since=${ago(24)}&${newest}` },
  { name: 'of the last 7 days', path: () => `/history?queued_at_since=${ago(168)}&${newest}` },
  {
    name: 'started in the last 7 days, failed',
    path: () => `/history?started_at_since=${ago(168)}&${isFailed}&${newestStarted}`,
  },
  {
    name: 'of an owner, the last 7 days',
    path: (n) => `/history?owner=${owner(n)}&queued_at_since=${ago(168)}&${newest}`,
  },
  { name: 'finished in the last 24 hours', path: () => `/history?finished_at_since=${ago(24)}&${newest}` },
  { name: 'failed since half a year', path: () => `/history?queued_at_since=${ago(4000)}&${isFailed}&${newest}` },
  { name: 'by group, as by default', path: () => `/history?limit=20` },
  { name: 'page 500', path: () => `/history?${newest}&offset=10000` },
  { name: 'page 500 of the failed', path: () => `/history?${isFailed}&${newest}&offset=10000` },
  { name: 'with a variable that many have', path: () => `/history?env=FLOTILLA_SERVER_MODE|prod&${newest}` },
  {
    name: 'with a variable of a day',
    path: (n) => `/history?env=DATE|${ago(24 * (3 + (n % 100))).slice(0, 10)}&${newest}`,
  },
  { name: 'with a variable', path: (n) => `/history?env=TICKET|${any(n, 100_000)}&${newest}` },
  { name: 'definitions by alias', path: (n) => `/task?sort_by=alias&limit=20&offset=${(n % 5) * 20}` },
  { name: 'definitions, alias', path: (n) => `/task?alias=orders-${100 + any(n, 900)}&sort_by=alias&limit=20` },
  { name: 'definitions, group', path: (n) => `/task?group_name=group-${any(n, 200)}&sort_by=group_name&limit=20` },
  { name: 'definitions, image', path: (n) => `/task?image=app-${any(n, 700)}&sort_by=image&limit=20` },
  { name: 'definitions, a common part', path: () => `/task?alias=etl&sort_by=alias&limit=20` },
  { name: 'definitions, nothing', path: () => `/task?alias=no-such-name&sort_by=alias&limit=20` },
  { name: 'definitions, image, by alias', path: (n) => `/task?image=app-${any(n, 700)}&sort_by=alias&limit=20` },
  { name: 'definitions by alias, page 900', path: () => `/task?sort_by=alias&limit=20&offset=18000` },
  { name: 'definitions, tag', path: (n) => `/task?tags=team-${any(n, 50)}&sort_by=alias&limit=20` },
];
