/** Reads a request's body as one JSON value, whatever its content type says (rest-and-data.md §1.3). */
import type { Context } from 'koa';
import getRawBody from 'raw-body';
import { RequestError } from './errors';

const maxDepth = 32;

/** The body's first JSON value. Throws RequestError 400 where there is none, 413 where it is too long. */
export async function readBody(ctx: Context, maxBytes: number): Promise<unknown> {
  let text;
  try {
    text = await getRawBody(ctx.req, {
      limit: maxBytes,
      encoding: 'utf8',
    });
  } catch (error) {
    if (error instanceof Error && 'type' in error) {
      if (error.type === 'entity.too.large') {
        // The rest of the body is on its way: nothing can follow it on this connection.
        ctx.set('Connection', 'close');
        throw new RequestError(413, `The body is too large: at most ${maxBytes / 1024} kB are accepted`);
      }
      throw new RequestError(400, 'The body ended before it was complete');
    }
    throw error;
  }
  const value = parseFirst(text);
  checkText(value, []);
  return value;
}

/** What follows the first value is ignored, as the original did. */
export function parseFirst(text: string): unknown {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  if (trimmed === '') throw new RequestError(400, 'The body is empty: send a JSON object');
  for (const candidate of [trimmed, trimmed.slice(0, endOfFirst(trimmed))]) {
    try {
      return JSON.parse(candidate) as unknown;
    } catch {
      continue;
    }
  }
  throw new RequestError(400, 'The body is not valid JSON');
}

/** Where the object or array that the text begins with ends. */
function endOfFirst(text: string): number {
  let depth = 0;
  let inString = false;
  for (let n = 0; n < text.length; n += 1) {
    const char = text[n];
    if (inString) {
      if (char === '\\') n += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') {
      depth -= 1;
      if (depth === 0) return n + 1;
    }
  }
  return text.length;
}

/** What JSON allows and the database cannot keep. */
function checkText(value: unknown, path: string[]): void {
  if (path.length > maxDepth) throw new RequestError(400, `The body is nested deeper than ${maxDepth} levels`);
  if (typeof value === 'string') requireStorable(value, path.join('.'));
  else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      requireStorable(key);
      checkText(child, [...path, key]);
    }
  }
}

/** Throws RequestError 400 for NUL characters and halves of surrogate pairs. */
export function requireStorable(text: string, field = ''): void {
  if (text.includes('\0') || !isWellFormed(text)) {
    const message = 'NUL characters and broken Unicode cannot be stored';
    throw new RequestError(400, message, field === '' ? [] : field);
  }
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** Field names match whatever their case, the exact name first (the original's UI sends `OWNER_ID`). Null means absent. */
export function foldKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const folded = new Map<string, { value: unknown; exact: boolean }>();
  for (const [key, child] of Object.entries(value)) {
    const name = key.toLowerCase();
    const exact = key === name;
    if (child === null || (folded.get(name)?.exact === true && !exact)) continue;
    folded.set(name, { value: child, exact });
  }
  return Object.fromEntries([...folded].map(([name, { value: child }]) => [name, child]));
}
