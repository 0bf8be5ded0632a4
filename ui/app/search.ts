/** The query of an address, as the original's bookmarks have it: a repeated key is an array, everything is text, nothing is JSON. */

export type Search = Readonly<Record<string, string | readonly string[] | undefined>>;

/** An empty value says nothing, but its key was said: a query is more than none. */
export function parseSearch(text: string): Record<string, string | string[] | undefined> {
  // Any name may be a key, also one that all objects have.
  const found = new Map<string, string | string[] | undefined>();
  for (const [key, value] of new URLSearchParams(text)) {
    const before = found.get(key);
    if (value === '') found.set(key, before);
    else found.set(key, before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value]);
  }
  return Object.fromEntries(found);
}

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean') {
        if (one !== '') params.append(key, String(one));
      }
    }
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** The last of a key that is said more than once; undefined where it is not said. */
export function one(search: Search, key: string): string | undefined {
  const value = search[key];
  return typeof value === 'string' || value === undefined ? value : value.at(-1);
}

export function many(search: Search, key: string): readonly string[] {
  const value = search[key];
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}
