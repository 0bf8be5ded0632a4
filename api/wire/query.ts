/** The values of a query, each of whose names may be there several times, or not at all. */
import { RequestError } from '../errors';

export type QueryString = Record<string, string | string[] | undefined>;
type Value = QueryString[string];

export function all(value: Value): string[] {
  return [value ?? []].flat();
}

/** Empty where there is none, which means the same. */
export function first(value: Value): string {
  return all(value)[0] ?? '';
}

/** Of names of our own; what the original takes for true it says at each of its names. Throws RequestError 400. */
export function flag(name: string, query: QueryString): boolean {
  const text = first(query[name]);
  if (!['', 'true', 'false'].includes(text))
    throw new RequestError(400, `${name} must be true or false, was ${text}`, name);
  return text === 'true';
}
