/** Who asks: headers say it (rest-and-data.md §2.4). An author is whoever they name; secrets are for whom a proxy vouches. */
import type { Context } from 'koa';
import { unnamedCanceller } from '../domain/outcome';

const maxLength = 255;

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
  const value = headers.find(([name]) => name.includes(part))?.[1];
  const text =
    [value ?? '']
      .flat()[0]
      ?.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '')
      .trim() ?? '';
  return text === '' ? null : text.slice(0, maxLength);
}
