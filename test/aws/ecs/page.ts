/** Pages of the List operations. */
import { invalidParameter } from './errors';

const maxPageSize = 100;

export type PageInput = { maxResults?: number; nextToken?: string };

export function pageOf(all: string[], input: PageInput): { items: string[]; next: { nextToken?: string } } {
  const size = input.maxResults ?? maxPageSize;
  if (size < 1 || size > maxPageSize) throw invalidParameter('maxResults must be between 1 and 100.');
  const from = input.nextToken === undefined ? 0 : Number(Buffer.from(input.nextToken, 'base64').toString());
  if (Number.isNaN(from)) throw invalidParameter('Invalid token');
  const isMore = from + size < all.length;
  return {
    items: all.slice(from, from + size),
    next: isMore ? { nextToken: Buffer.from(String(from + size)).toString('base64') } : {},
  };
}
