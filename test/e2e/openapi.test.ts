/**
 * Requests made up from the document, good and bad ones, find no answer outside it and none of 500. They execute whatever comes
 * to mind, so nothing here may run it: this installation has no worker, its runs stay QUEUED. FLOTILLA_FUZZ_EXAMPLES: how many
 * for each operation and phase, at random; without it they are few, and the same each time.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonWith } from '../python';
import { startStack, type Stack } from '../stack';

const schemathesis = 'schemathesis==4.32.5';
const without = 'requests made up from the document need python3 (3.10 or newer, with venv)';
const asked = process.env['FLOTILLA_FUZZ_EXAMPLES'];
/** What is deprecated is the same, in older versions. */
const examples =
  asked === undefined ? ['--max-examples', '5', '--seed', '1', '--exclude-deprecated'] : ['--max-examples', asked];
const withinMs = asked === undefined ? 300_000 : 6 * 3_600_000;
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];

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
    const { code, output } = await fuzz();
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
    if (asked !== undefined) console.log(output.slice(-2000));
    // Nothing of all that was executed has been begun.
    const { rows } = await stack.db.query(
      'select (select count(*) from attempt)::int as attempts, count(*)::int as runs from run',
    );
    expect(rows[0]).toEqual({ attempts: 0, runs: expect.any(Number) as unknown });
    expect((rows[0] as { runs: number }).runs).toBeGreaterThan(0);
  },
  withinMs,
);

async function fuzz(): Promise<{ code: number | null; output: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-fuzz-'));
  const args = [
    ...['run', `${stack.apiUrl}/openapi.json`, '--checks', checks.join(','), ...examples],
    ...[
      '--generation-database',
      'none',
      '--suppress-health-check',
      'all',
      '--request-timeout',
      '30',
      '--continue-on-failure',
    ],
  ];
  const child = spawn(python, ['-m', 'schemathesis.cli', ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  await rm(folder, { recursive: true, force: true });
  return { code, output };
}
