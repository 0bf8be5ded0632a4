/** Values of a template, with Go's types: a JavaScript number is a float64, as all numbers of JSON are; a bigint is an int. */

export type Value = null | boolean | string | number | bigint | Value[] | Dict | Opaque;
export type Dict = Map<string, Value>;

/** A value of another type of Go, such as a time: it prints itself and has methods without arguments, or with them. */
export type Opaque = {
  type: string;
  text: string;
  methods: ReadonlyMap<string, (...args: Value[]) => Value>;
  /** A time, in milliseconds since 1970. */
  ms?: number;
};

/** What the author of a template, or of its payload, can mend. */
export class TemplateError extends Error {}

/** A list or dictionary that a template builds may have so many items, and a text so many characters. */
const maxItems = 100_000;
const maxText = 1 << 20;

/** Throws TemplateError where a list would get more items than is allowed. */
export function requireItems(count: number): void {
  if (count > maxItems) throw new TemplateError(`a list may have ${maxItems} items at most`);
}

/** Throws TemplateError where a text would get longer than is allowed. */
export function requireText(length: number): void {
  if (length > maxText) throw new TemplateError(`a text may have ${maxText} characters at most`);
}

/** JSON as a template sees it. Keys are those of the document and no others: nothing of JavaScript is to be seen. */
export function fromJson(json: unknown): Value {
  if (Array.isArray(json)) return json.map(fromJson);
  if (typeof json === 'object' && json !== null) {
    return new Map(Object.entries(json).map(([key, value]) => [key, fromJson(value)]));
  }
  return typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean' ? json : null;
}

export function isDict(value: Value): value is Dict {
  return value instanceof Map;
}

export function isOpaque(value: Value): value is Opaque {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isDict(value);
}

/** In the order of their bytes, as Go sorts them. */
export function sortedEntries(dict: Dict): [string, Value][] {
  return [...dict].sort(([a], [b]) => byBytes(a, b));
}

export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Go's name of the type; `%T`. */
export function typeOf(value: Value): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (isDict(value)) return 'map[string]interface {}';
  if (isOpaque(value)) return value.type;
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'number' ? 'float64' : 'int';
}

export function kindOf(value: Value): string {
  if (value === null) return 'invalid';
  if (Array.isArray(value)) return 'slice';
  if (isDict(value)) return 'map';
  if (isOpaque(value)) return value.type.startsWith('*') ? 'ptr' : 'struct';
  return typeOf(value);
}

/** What `if`, `and` and their kin take for true: everything but the empty values. */
export function isTrue(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isDict(value)) return value.size > 0;
  return typeof value === 'number' ? value !== 0 : Boolean(value);
}

/** As reflect.DeepEqual: an int never equals a float64. */
export function deepEqual(a: Value, b: Value): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, n) => deepEqual(item, b[n] ?? null));
  }
  if (isOpaque(a) && isOpaque(b)) return a.type === b.type && a.text === b.text;
  if (a === null || b === null || !isDict(a) || !isDict(b)) return a === b;
  return a.size === b.size && [...a].every(([key, value]) => b.has(key) && deepEqual(value, b.get(key) ?? null));
}

export function deepCopy(value: Value): Value {
  if (Array.isArray(value)) return value.map(deepCopy);
  if (value !== null && isDict(value)) return new Map([...value].map(([key, item]) => [key, deepCopy(item)]));
  return value;
}

/** The text's characters, as Go's range over it has them. */
export function runes(text: string): string[] {
  return Array.from(text);
}

/** Cuts by bytes, as Go does; half a character becomes U+FFFD. */
export function byteSlice(text: string, from: number, to: number): string {
  return Buffer.from(text).subarray(from, to).toString();
}

export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}
