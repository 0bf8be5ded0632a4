/** How long the API takes for each of the UI's lists, beside a list of nothing, and by which plans. */
import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import type { Pool, QueryResult, QueryResultRow } from 'pg';
import { percentile, say, type Measured } from './figure';
import { newest, queries, type Query } from './list-queries';

const warmUps = 5;
const times = 60;
const planFile = 'bench/out/list-plans.txt';
const planWidth = 180;
/** What any list costs that finds nothing: asked in turn with each, since how busy the machine is changes. */
const nothing = '/history?run_id=none';

type Statement = { text: string; values: unknown[] };
type Answer = { total: number; next?: string };

/** The pool, and what it was asked. */
export function listening(pool: Pool): { db: Pool; statements: Statement[] } {
  const statements: Statement[] = [];
  const query = (text: string, values: unknown[] = []): Promise<QueryResult<QueryResultRow>> => {
    statements.push({ text, values });
    return pool.query(text, values);
  };
  return { db: Object.create(pool, { query: { value: query } }) as Pool, statements };
}

/** `heard`: of the pool that the API at `url` has. The plans are written to a file. */
export async function timeLists(pool: Pool, heard: Statement[], url: string): Promise<Measured[]> {
  const ask = (path: string): Promise<Answer> => get(`${url}/api/v6${path}`);
  const deep = (await ask(`/history?${newest.replace('limit=20', 'limit=10000')}`)).next ?? '';
  const beyond = { name: 'beyond the 10,000th, by cursor', path: () => `/history?${newest}&after=${deep}` };
  const measured: Measured[] = [];
  const plans: string[] = [];
  const idle: number[] = [];
  for (const query of [...queries, beyond]) {
    const { ms, idleMs } = await timesOf(ask, query);
    idle.push(...idleMs);
    heard.length = 0;
    const { total } = await ask(query.path(0));
    const [p50, p95] = [percentile(ms, 0.5), percentile(ms, 0.95)];
    const line =
      `${query.name}: p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, total ${total} ` +
      `(a list of nothing: p50 ${percentile(idleMs, 0.5).toFixed(1)} ms, p95 ${percentile(idleMs, 0.95).toFixed(1)} ms, load ${load()})`;
    say(line);
    plans.push(`${line}\n  ${query.path(0)}`);
    for (const statement of [...heard]) plans.push(await planOf(pool, statement));
    plans.push('');
    measured.push(
      { name: `list: ${query.name}, p50`, value: p50, unit: 'ms' },
      { name: `list: ${query.name}, p95`, value: p95, unit: 'ms' },
    );
  }
  const file = join(__dirname, '..', planFile);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, plans.join('\n'));
  say(`The plans are in ${planFile}`);
  return [
    ...measured,
    { name: 'list: nothing, p50', value: percentile(idle, 0.5), unit: 'ms' },
    { name: 'list: nothing, p95', value: percentile(idle, 0.95), unit: 'ms' },
  ];
}

async function timesOf(
  ask: (path: string) => Promise<Answer>,
  { path }: Query,
): Promise<{ ms: number[]; idleMs: number[] }> {
  const [ms, idleMs]: [number[], number[]] = [[], []];
  for (let n = 0; n < warmUps + times; n += 1) {
    const took = await msOf(() => ask(path(n)));
    const idleTook = await msOf(() => ask(nothing));
    if (n < warmUps) continue;
    ms.push(took);
    idleMs.push(idleTook);
  }
  return { ms, idleMs };
}

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

function load(): string {
  return (loadavg()[0] ?? NaN).toFixed(1);
}

async function get(url: string): Promise<Answer> {
  const response = await fetch(url);
  const body = (await response.json()) as Answer;
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${JSON.stringify(body)}`);
  return body;
}

/** Which ways were taken, over how many pages of 8 KB, and what that took. */
async function planOf(db: Pool, { text, values }: Statement): Promise<string> {
  const { rows } = await db.query<{ 'QUERY PLAN': string }>(
    `explain (analyze, buffers, costs off, timing off) ${text}`,
    values,
  );
  const telling = /actual|never executed|Cond:|Filter|Buffers|Execution Time/;
  const steps = rows.map((row) => row['QUERY PLAN']).filter((line) => telling.test(line));
  return steps.map((line) => `    ${line.slice(0, planWidth)}`).join('\n');
}
