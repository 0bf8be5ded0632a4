/** The first thing that a newcomer sees: the example defined, executed, its way and its log shown. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const example = join(__dirname, '../../examples/hello-world.json');
const pollMs = 100;
const giveUpMs = 600_000;

type Run = {
  run_id: string;
  status: string;
  note?: string;
  exit_code?: number;
  exit_reason?: string;
  transitions: { status: string; at: string }[];
};

/** Does so only where there are no definitions yet. Talks to the API as anybody would. */
export async function firstRun(apiUrl: string): Promise<void> {
  const v6 = `${apiUrl}/api/v6`;
  const { total } = (await call(`${v6}/task?limit=1`)) as { total: number };
  if (total > 0) return;
  console.log('\nThe first run: examples/hello-world.json');
  await call(`${v6}/task`, 'POST', await readFile(example, 'utf8'));
  const launch = { env: [{ name: 'USERNAME', value: 'yourusername' }], run_tags: { owner_id: 'youruser' } };
  const { run_id: runId } = (await call(
    `${v6}/task/alias/hello-flotilla/execute`,
    'PUT',
    JSON.stringify(launch),
  )) as Run;
  const run = await follow(v6, runId);
  console.log(`  exit code ${run.exit_code ?? 'none'}: ${run.exit_reason ?? ''}`);
  const { log } = (await call(`${v6}/${runId}/logs`)) as { log: string };
  for (const line of log.split('\n')) console.log(`  | ${line}`);
}

async function follow(v6: string, runId: string): Promise<Run> {
  let shown = 0;
  let note = '';
  const deadline = Date.now() + giveUpMs;
  for (;;) {
    const run = (await call(`${v6}/history/${runId}`)) as Run;
    for (const { status, at } of run.transitions.slice(shown)) console.log(`  ${at}  ${status}`);
    shown = run.transitions.length;
    if (run.note !== undefined && run.note !== note) console.log(`    ${run.note}`);
    note = run.note ?? note;
    if (run.status === 'STOPPED' || Date.now() > deadline) return run;
    await sleep(pollMs);
  }
}

async function call(url: string, method = 'GET', body?: string): Promise<unknown> {
  const response = await fetch(url, { method, ...(body === undefined ? {} : { body }) });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return response.json();
}
