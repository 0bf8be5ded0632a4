/** The client's types are those of the document as it is. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';

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

test("the README's example compiles as it stands, in a file beside it", async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const [, example = ''] = /^```ts\n(.*?)^```$/ms.exec(readme) ?? [];
  expect(example).toContain('createFlotilla');
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const file = join(root, 'example-of-the-readme.ts');
  const host = ts.createCompilerHost(options);
  const read = host.readFile.bind(host);
  const exists = host.fileExists.bind(host);
  host.readFile = (path) => (path === file ? example : read(path));
  host.fileExists = (path) => path === file || exists(path);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (path, ...more) =>
    path === file ? ts.createSourceFile(path, example, ts.ScriptTarget.ES2022) : getSourceFile(path, ...more);
  const faults = ts.getPreEmitDiagnostics(ts.createProgram([file], { ...options, noEmit: true }, host));
  expect(faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual([]);
}, 60_000);
