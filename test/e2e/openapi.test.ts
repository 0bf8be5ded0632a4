/**
 * Requests made up from the document, good and bad ones, find no answer outside it and none of 500. They execute whatever comes
 * to mind, so nothing here may run it: this installation has no worker, its runs stay QUEUED. FLOTILLA_FUZZ_EXAMPLES: how many
 * for each operation and phase, at random; without it they are few, and the same each time.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonWith } from '../python';
import { startStack, type Stack } from '../stack';

const schemathesis = 'schemathesis==4.32.5';
const without = 'requests made up from the document need python3 (3.10 or newer, with venv)';
const asked = process.env['FLOTILLA_FUZZ_EXAMPLES'];
/** They need not end: other tests read them. */
const streams = '/stream$';
/** What is deprecated is the same, in older versions. */
const examples =
  asked === undefined ? ['--max-examples', '5', '--seed', '1', '--exclude-deprecated'] : ['--max-examples', asked];
const withinMs = asked === undefined ? 600_000 : 6 * 3_600_000;
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];

const template = {
  template_name: 'fuzzed',
  schema: { type: 'object' },
  command_template: 'echo {{.name}}',
  image: 'ubuntu:latest',
  defaults: { name: 'nobody' },
};
const cluster = { name: 'fuzzed', status: 'active' };
/** Without a worker, nobody is told anything. */
const webhook = { url: 'https://fuzzed.example/' };

/** A request that closes the only cluster to new runs comes to mind, too: then 503 is the true answer to an execution. */
const always = `
[[operations]]
include-path-regex = "/execute$"
[operations.checks]
not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "503"]
`;

/**
 * Its scenarios put names that we have answered, of any characters, into headers: without this its client cannot send them, and
 * the scenario ends as an error of its own.
 */
const sendable = `
import re
import schemathesis

@schemathesis.hook
def before_call(context, case, kwargs):
    for name, value in list((case.headers or {}).items()):
        case.headers[name] = re.sub("[^ -~\\x80-\\xff]", "?", str(value)).strip()
`;

let python: string;
let stack: Stack;
beforeAll(async () => {
  python = await pythonWith(schemathesis.replace('==', '-'), [schemathesis], without);
  stack = await startStack('process');
  await stack.startApi();
}, 420_000);
afterAll(() => stack.close(), 60_000);

test(
  'whatever is asked, the answer is one that the document tells of',
  async () => {
    const found = await fuzz('');
    expect(found).toBe('');
    await expectNothingBegun();
  },
  withinMs,
);

test(
  'nor is it otherwise where what is asked for is there',
  async () => {
    const definition = await stack.define('true', { alias: 'fuzzed' });
    const { body } = await stack.call('POST', '/../v7/template', template);
    const { body: hook } = await stack.call('POST', '/webhook', webhook);
    const runId = await stack.execute(definition);
    const { body: stop } = await stack.call('POST', '/history/stop', { run_ids: [runId] });
    const ids = {
      definition_id: definition,
      revision: '1',
      webhook_id: (hook as { webhook_id: string }).webhook_id,
      stop_id: (stop as { stop_id: string }).stop_id,
      alias: 'fuzzed',
      run_id: runId,
      template_id: (body as { template: { template_id: string } }).template.template_id,
      template_name: template.template_name,
      template_version: '1',
      cluster_id: ((await stack.call('POST', '/clusters', cluster)).body as { id: string }).id,
    };
    const lines = Object.entries(ids).map(([name, id]) => `"path.${name}" = ${JSON.stringify(id)}`);
    const found = await fuzz(['[parameters]', ...lines].join('\n'), ['--phases', 'fuzzing']);
    expect(found).toBe('');
    await expectNothingBegun();
  },
  withinMs,
);

async function expectNothingBegun(): Promise<void> {
  const { rows } = await stack.db.query<{ attempts: number; runs: number }>(
    'select (select count(*) from attempt)::int as attempts, count(*)::int as runs from run',
  );
  expect(rows[0]?.attempts).toBe(0);
  expect(rows[0]?.runs).toBeGreaterThan(0);
}

/** What was found, empty for nothing. `config`: of schemathesis, in TOML. */
async function fuzz(config: string, more: string[] = []): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-fuzz-'));
  await writeFile(join(folder, 'sendable.py'), sendable);
  await writeFile(join(folder, 'schemathesis.toml'), `hooks = "sendable.py"\n${config}${always}`);
  const args = [
    ...['run', `${stack.apiUrl}/openapi.json`, '--checks', checks.join(','), ...examples, ...more],
    // NUL is refused wherever it stands, and would stand in most texts.
    ...['--generation-allow-x00', 'false'],
    ...['--exclude-path-regex', streams],
    ...['--generation-database', 'none', '--suppress-health-check', 'all'],
    ...['--request-timeout', '30', '--continue-on-failure'],
  ];
  const child = spawn(python, ['-m', 'schemathesis.cli', ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  await rm(folder, { recursive: true, force: true });
  if (asked !== undefined) console.log(output.slice(-20_000));
  return code === 0 ? '' : output.slice(-20_000);
}
