/** The README's walk-through, run as it stands there: once on a new installation, once where all of it exists. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startStack, type Stack } from '../stack';

const root = join(__dirname, '../..');

let stack: Stack;
beforeAll(async () => {
  stack = await startStack('process');
  stack.startWorker();
  await stack.startApi();
}, 120_000);
afterAll(() => stack.close(), 60_000);

async function walkThrough(): Promise<string> {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const part = /<!-- walk-through -->(.*)<!-- \/walk-through -->/s.exec(readme)?.[1] ?? '';
  const blocks = [...part.matchAll(/^```bash\n(.*?)^```$/gms)].map(([, block]) => block ?? '');
  expect(blocks.length).toBeGreaterThan(0);
  return blocks.join('\n').replaceAll('localhost:5000', new URL(stack.apiUrl).host);
}

test.each(['first', 'second'])('the walk-through works the %s time', async () => {
  // Rejects, with the output, where bash does not end with 0.
  const { stdout } = await promisify(execFile)('bash', ['-e', '-c', await walkThrough()], { cwd: root });
  expect(stdout.split('\n')).toContain('hello yourusername');
  // curl ends no line of its own: the answer to the DELETE stands before it.
  expect(stdout).toContain('Task terminated by - me@example.com\n');
});
