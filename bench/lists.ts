/** (i) The UI's lists over a million runs and 20,000 definitions: how long they take, and by which plans. */
import type { Pool, QueryResult, QueryResultRow } from 'pg';
import { startApi } from '../bin/serve-api';
import { definitionById } from '../db/definition';
import { settle } from '../db/run';
import { outcomeClasses, classify } from '../domain/outcome';
import { insert } from './accept';
import { byName, type Bed } from './bed';
import { percentile, say, type Measured } from './figure';
import { createSimulatedEngine, simulatedCluster } from './simulated-engine';
import { definitions, fillLists, owners, runs } from './fill-lists';

const warmUps = 5;
const times = 60;
const writes = 200;
const planWidth = 150;
const hourMs = 3_600_000;
const engineName = 'eks';

type Query = { name: string; path: (n: number) => string };
type Statement = { text: string; values: unknown[] };

const failed = outcomeClasses.filter((one) => one !== 'SUCCESS' && one !== 'CANCELLED');
const isFailed = failed.map((one) => `outcome=${one}`).join('&');
const newest = 'sort_by=queued_at&order=desc&limit=20';
const newestStarted = 'sort_by=started_at&order=desc&limit=20';
const ago = (hours: number): string => new Date(Date.now() - hours * hourMs).toISOString();
/** The same numbers each time, all over the range. */
const any = (n: number, of: number): number => (n * 7919) % of;
const owner = (n: number): string => `owner-${any(n, owners)}@example.com`;

/** What the UI asks for (its chips, filters, bookmarks), with other values each time. */
const queries: Query[] = [
  { name: 'all', path: () => `/history?${newest}` },
  { name: 'active', path: () => `/history?status=PENDING&status=QUEUED&status=RUNNING&${newestStarted}` },
  { name: 'failed', path: () => `/history?${isFailed}&${newest}` },
  { name: 'succeeded', path: () => `/history?outcome=SUCCESS&${newest}` },
  { name: 'cancelled', path: () => `/history?outcome=CANCELLED&${newest}` },
  { name: 'stopped, by start', path: () => `/history?status=STOPPED&${newestStarted}` },
  { name: 'of an owner', path: (n) => `/history?owner=${owner(n)}&${newest}` },
  { name: 'of an owner, failed', path: (n) => `/history?owner=${owner(n)}&${isFailed}&${newest}` },
  { name: 'alias, a rare part', path: (n) => `/history?alias=orders-${100 + any(n, 900)}&${newest}` },
  { name: 'alias, a common part', path: () => `/history?alias=etl&${newest}` },
  { name: 'alias, a common part, failed', path: () => `/history?alias=etl&${isFailed}&${newest}` },
  { name: 'without an alias', path: () => `/history?alias_not=etl&${newest}` },
  { name: 'of a definition', path: (n) => `/task/def-${any(n, definitions)}/history?${newestStarted}` },
  { name: 'of the busiest definition', path: () => `/task/def-0/history?${newestStarted}` },
  { name: 'of the busiest definition, failed', path: () => `/task/def-0/history?${isFailed}&${newest}` },
  { name: 'of a group', path: (n) => `/history?group_name=group-${any(n, 200)}&${newest}` },
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
  { name: 'with a variable', path: (n) => `/history?env=TICKET|${any(n, 100_000)}&${newest}` },
  { name: 'definitions by alias', path: (n) => `/task?sort_by=alias&limit=20&offset=${(n % 5) * 20}` },
  { name: 'definitions, alias', path: (n) => `/task?alias=orders-${100 + any(n, 900)}&sort_by=alias&limit=20` },
  { name: 'definitions, group', path: (n) => `/task?group_name=group-${any(n, 200)}&sort_by=group_name&limit=20` },
  { name: 'definitions, image', path: (n) => `/task?image=app-${any(n, 700)}&sort_by=image&limit=20` },
  { name: 'definitions, tag', path: (n) => `/task?tags=team-${any(n, 50)}&sort_by=alias&limit=20` },
];

export async function lists(bed: Bed): Promise<Measured[]> {
  const began = performance.now();
  await fillLists(bed.db);
  say(
    `${runs} runs and ${definitions} definitions were written in ${Math.round((performance.now() - began) / 1000)} s`,
  );
  const { db, statements } = listening(bed.db);
  const { engine } = createSimulatedEngine(engineName, 'stays');
  const api = await startApi(bed.config, { ...bed, db, engines: byName([engine]) }, 0);
  try {
    const measured: Measured[] = [];
    const ask = (path: string): Promise<{ total: number; next?: string }> => get(`${api.url}/api/v6${path}`);
    const deep = (await ask(`/history?${newest.replace('limit=20', 'limit=10000')}`)).next ?? '';
    const beyond = { name: 'beyond the 10,000th, by cursor', path: () => `/history?${newest}&after=${deep}` };
    for (const { name, path } of [...queries, beyond]) {
      const ms: number[] = [];
      for (let n = 0; n < warmUps + times; n += 1) {
        const from = performance.now();
        await ask(path(n));
        if (n >= warmUps) ms.push(performance.now() - from);
      }
      statements.length = 0;
      const { total } = await ask(path(0));
      const [p50, p95] = [percentile(ms, 0.5), percentile(ms, 0.95)];
      say(`\n${name}: p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, total ${total}\n  ${path(0)}`);
      for (const statement of [...statements]) say(await planOf(bed.db, statement));
      measured.push(
        { name: `list: ${name}, p50`, value: p50, unit: 'ms' },
        { name: `list: ${name}, p95`, value: p95, unit: 'ms' },
      );
    }
    return [...measured, ...(await writing(bed))];
  } finally {
    await api.stop();
  }
}

/** What accepting and ending a run costs among so many: all indexes and tallies are written, too. */
async function writing(bed: Bed): Promise<Measured[]> {
  const definition = await definitionById(bed.db, 'def-0');
  if (definition === null) throw new Error('there is no definition def-0');
  const ms: number[] = [];
  for (let n = 0; n < warmUps + writes; n += 1) {
    const from = performance.now();
    const { runId } = await insert(bed, definition, engineName, simulatedCluster);
    const now = new Date();
    const verdict = classify({ kind: 'exited', code: 0 }, 1);
    await settle(bed.db, runId, { attempt: 1, verdict, startedAt: now, finishedAt: now, seenExitCode: 0 });
    if (n >= warmUps) ms.push(performance.now() - from);
  }
  return [
    { name: 'rows of one run written among a million, p50', value: percentile(ms, 0.5), unit: 'ms' },
    { name: 'rows of one run written among a million, p95', value: percentile(ms, 0.95), unit: 'ms' },
  ];
}

async function get(url: string): Promise<{ total: number; next?: string }> {
  const response = await fetch(url);
  const body = (await response.json()) as { total: number; next?: string };
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${JSON.stringify(body)}`);
  return body;
}

/** The pool, and what it was asked. */
function listening(pool: Pool): { db: Pool; statements: Statement[] } {
  const statements: Statement[] = [];
  const query = (text: string, values: unknown[] = []): Promise<QueryResult<QueryResultRow>> => {
    statements.push({ text, values });
    return pool.query(text, values);
  };
  return { db: Object.create(pool, { query: { value: query } }) as Pool, statements };
}

/** Only which ways were taken, and what they took. */
async function planOf(db: Pool, { text, values }: Statement): Promise<string> {
  const { rows } = await db.query<{ 'QUERY PLAN': string }>(
    `explain (analyze, costs off, buffers off, summary off) ${text}`,
    values,
  );
  const steps = rows.map((row) => row['QUERY PLAN']).filter((line) => /actual|never executed|Index Cond/.test(line));
  return steps.map((line) => `    ${line.slice(0, planWidth)}`).join('\n');
}
