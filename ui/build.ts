/** `npm run ui`: makes the browser's files, where their sources have changed since they were made. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { weights } from './budget';

const ui = __dirname;
const root = join(ui, '..');
const made = join(ui, 'dist');
const stampFile = 'made-from.txt';
/** Smaller ones gain nothing. */
const compressedFromBytes = 1024;

void build();

async function build(): Promise<void> {
  const stamp = stampOf();
  const before = join(made, stampFile);
  if (existsSync(before) && readFileSync(before, 'utf8') === stamp) return;
  // Beside it, and put in its place when it is whole: others may be building, or serving, at this moment.
  const fresh = join(ui, `dist.${process.pid}`);
  // Of libraries, what is for developers stays out, whoever asks: under Jest, this says `test`.
  process.env['NODE_ENV'] = 'production';
  const { build: bundle } = await import('vite');
  await bundle({ configFile: join(ui, 'vite.config.mts'), logLevel: 'warn', build: { outDir: fresh } });
  weigh(fresh);
  mark(join(fresh, 'index.html'), stamp);
  compress(join(fresh, 'assets'));
  writeFileSync(join(fresh, stampFile), stamp);
  const old = join(ui, `dist.${process.pid}.old`);
  if (existsSync(made)) renameSync(made, old);
  renameSync(fresh, made);
  rmSync(old, { recursive: true, force: true });
}

/** Throws where a browser would have to load too much. */
function weigh(folder: string): void {
  const all = weights(folder);
  for (const { name, kB, limit } of all) console.log(`${name}: ${kB.toFixed(1)} of ${limit} kB gzip`);
  const heavy = all.filter(({ kB, limit }) => kB > limit);
  rmSync(join(folder, '.vite'), { recursive: true });
  if (heavy.length > 0) throw new Error(`Too heavy: ${heavy.map(({ name }) => name).join(', ')}`);
}

/** Of all that the files are made of. */
function stampOf(): string {
  const hash = createHash('sha256');
  const sources = readdirSync(ui, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.slice(ui.length).startsWith('/dist'));
  // The UI takes what it needs of the domain: all of it counts, so that nothing is forgotten.
  const domain = readdirSync(join(root, 'domain')).map((name) => `domain/${name}`);
  const others = ['client/index.ts', 'client/types.ts', 'package-lock.json', ...domain].map((path) => join(root, path));
  for (const path of [...sources, ...others].sort()) hash.update(path.slice(root.length)).update(readFileSync(path));
  return hash.digest('hex');
}

/** So that a page that is open knows when the server serves another build (`ui_build` of /info). */
function mark(page: string, stamp: string): void {
  const meta = `  <meta name="flotilla-build" content="${stamp}" />\n  </head>`;
  writeFileSync(page, readFileSync(page, 'utf8').replace('</head>', meta));
}

function compress(folder: string): void {
  for (const name of readdirSync(folder)) {
    const body = readFileSync(join(folder, name));
    if (body.length < compressedFromBytes) continue;
    writeFileSync(join(folder, `${name}.gz`), gzipSync(body, { level: 9 }));
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: body.length };
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(body, { params }));
  }
}
