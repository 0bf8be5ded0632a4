/** The web UI's files, as they were built: one page for all of its addresses, and what that page loads. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Middleware } from 'koa';

const encodings = ['br', 'gzip'] as const;
const suffixes = { br: '.br', gzip: '.gz' } as const;
/** Their names hold their content's hash. */
const hashed = '/assets/';

type File = { body: Buffer; tag: string; br: Buffer | null; gzip: Buffer | null };

/** Read once, whole: an update beneath a running process would else mix two of them. */
function filesOf(folder: string): Map<string, File> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length));
  const all = new Map(paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(folder, path))]));
  return new Map(
    [...all]
      .filter(([path]) => !Object.values(suffixes).some((suffix) => path.endsWith(suffix)))
      .map(([path, body]) => {
        const tag = `"${createHash('sha256').update(body).digest('base64url')}"`;
        return [path, { body, tag, br: all.get(`${path}.br`) ?? null, gzip: all.get(`${path}.gz`) ?? null }];
      }),
  );
}

/** Of the page: what is not said here is forbidden. Style elements that components make carry the nonce; frames may not hold it. */
function policy(scripts: string, nonce: string, imagesFrom: string): string {
  return [
    "default-src 'none'",
    `script-src 'self'${scripts}`,
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' data:${imagesFrom}`,
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Templates show an image of their own from wherever they say. */
const avatarsFrom = ' https:';

/** What the policy says of the scripts that are in the page itself: these very ones may run. Browsers read each end of a line as `\n`. */
function scriptsOf(page: string): string {
  return [...page.matchAll(/<script>([^]*?)<\/script>/g)]
    .map(
      ([, script = '']) => ` 'sha256-${createHash('sha256').update(script.replaceAll('\r\n', '\n')).digest('base64')}'`,
    )
    .join('');
}

/** Which build the folder holds; null where that is not told. The page's meta tag says the same. */
export function buildOf(folder: string): string | null {
  const file = join(folder, 'made-from.txt');
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/** `folder`: what the build has made, with an `index.html`. */
export function serveUi(folder: string): Middleware {
  const files = filesOf(folder);
  const page = files.get('/index.html')?.body.toString() ?? '';
  const scripts = scriptsOf(page);

  return async (ctx, next) => {
    const isRead = ctx.method === 'GET' || ctx.method === 'HEAD';
    if (!isRead || ctx.path === '/api' || ctx.path.startsWith('/api/')) {
      await next();
      return;
    }
    const file = ctx.path === '/index.html' ? undefined : files.get(ctx.path);
    if (file !== undefined) {
      ctx.type = extname(ctx.path);
      ctx.set('Cache-Control', ctx.path.startsWith(hashed) ? 'public, max-age=31536000, immutable' : 'no-cache');
      ctx.set('ETag', file.tag);
      ctx.vary('Accept-Encoding');
      const encoding = encodings.find((one) => file[one] !== null && ctx.acceptsEncodings(one) === one);
      if (encoding !== undefined) ctx.set('Content-Encoding', encoding);
      ctx.status = 200;
      if (ctx.fresh) ctx.status = 304;
      else ctx.body = encoding === undefined ? file.body : file[encoding];
      return;
    }
    // A person's browser asks for a page; a script that is gone, and a program, are told that there is none.
    if (!ctx.get('Accept').includes('text/html')) {
      await next();
      return;
    }
    const nonce = randomBytes(16).toString('base64');
    ctx.set('Content-Security-Policy', policy(scripts, nonce, avatarsFrom));
    ctx.set('Cache-Control', 'no-store');
    ctx.type = 'html';
    ctx.body = page.replace('__NONCE__', nonce);
  };
}
