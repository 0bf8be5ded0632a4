/** Who asks: a proxy in front says it in a header (rest-and-data.md §2.4). */
import type { Context } from 'koa';

const maxLength = 255;

/** From a header whose name contains `part`, the first by name; null where none says anything. */
export function callerOf(ctx: Context, part: '-email' | '-name'): string | null {
  const headers = Object.entries(ctx.headers).sort(([a], [b]) => (a < b ? -1 : 1));
  const value = headers.find(([name]) => name.includes(part))?.[1];
  const text =
    [value ?? '']
      .flat()[0]
      ?.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '')
      .trim() ?? '';
  return text === '' ? null : text.slice(0, maxLength);
}
