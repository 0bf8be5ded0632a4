/** The client's types are those of the document as it is. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '..', '..');

test('the types are what `npm run client` makes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-client-'));
  try {
    const made = join(folder, 'types.ts');
    await promisify(execFile)(process.execPath, ['bin/bootstrap.mjs', 'client/generate.ts', made], { cwd: root });
    expect(await readFile(join(root, 'client', 'types.ts'), 'utf8')).toBe(await readFile(made, 'utf8'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
