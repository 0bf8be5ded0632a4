/** Who asks: headers say it (rest-and-data.md §2.4). An author is whoever they name; secrets are for whom a proxy vouches. */
import type { Context } from 'koa';
import { unnamedCanceller } from '../domain/outcome';

const maxLength = 255;
const loneHalves = /\p{Surrogate}/gu;
/** What turns the direction of texts, or breaks lines: a name would read as another. */
const turning = /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Their email, else their name; null where no header says either. */
export function callerOf(ctx: Context): string | null {
  return headerOf(ctx, '-email') ?? headerOf(ctx, '-name');
}

/** By the one header that the proxy in front sets and takes from nobody; null where none is configured (`''`), or it says nothing. */
export function provenCaller(ctx: Context, header: string): string | null {
  const caller = header === '' ? '' : ctx.get(header);
  return caller === '' ? null : caller;
}

export function cancellerOf(ctx: Context): string {
  return callerOf(ctx) ?? unnamedCanceller;
}

/** From a header whose name contains `part`, the first by name; null where none says anything. */
function headerOf(ctx: Context, part: '-email' | '-name'): string | null {
  const headers = Object.entries(ctx.headers).sort(([a], [b]) => (a < b ? -1 : 1));
  const [value = ''] = [headers.find(([name]) => name.includes(part))?.[1] ?? ''].flat();
  const text = decoded(value.trim())
    .replace(/[^\x20-\x7e\u00a0-\uffff]/g, '')
    .replace(turning, '')
    .trim();
  return text === '' ? null : text.slice(0, maxLength).replace(loneHalves, '');
}

/** Headers hold Latin-1; RFC 8187 writes all else as `UTF-8''J%C3%BCrgen`. Whatever is not that is as it stands. */
function decoded(text: string): string {
  const [, encoded] = /^utf-8'[^']*'(.*)$/i.exec(text) ?? [];
  if (encoded === undefined) return text;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return text;
  }
}
