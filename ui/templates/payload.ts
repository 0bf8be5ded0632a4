/** What a template is filled with, as its form has it. */
import type { Schema } from '@cfworker/json-schema';
import { messageAt, rulesOf, type Fault } from '../form/rules';

export type JsonObject = Record<string, unknown>;

/** `text`: as it is typed, where that is no JSON object yet; then `data` is what it was before. */
export type Payload = { data: JsonObject; text: string | null };

/** The run's, else what the template has for what nobody says. */
export function payloadOf(defaults: JsonObject, ran: JsonObject | undefined): Payload {
  return { data: ran ?? defaults, text: null };
}

export function typed(before: Payload, text: string): Payload {
  const data = objectOf(text);
  return data === null ? { data: before.data, text } : { data, text };
}

/** Whether what is typed is no JSON object. */
export function isBroken({ text }: Payload): boolean {
  return text !== null && objectOf(text) === null;
}

/** What the JSON view shows. */
export function textOf({ data, text }: Payload): string {
  return text ?? JSON.stringify(data, null, 2);
}

function objectOf(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export const payloadField = 'template_payload';

export function isOfPayload(field: string): boolean {
  return field === payloadField || field.startsWith(`${payloadField}.`);
}

/** By the template's own schema, as the API sees it: with the defaults. Fields are named as the API names them. */
export function payloadFaults(payload: Payload, schema: JsonObject, defaults: JsonObject): Fault[] {
  if (isBroken(payload)) return [{ field: payloadField, message: 'Not a JSON object' }];
  try {
    // What is emptied is not there: only JSON tells.
    const sent: unknown = JSON.parse(JSON.stringify({ ...defaults, ...payload.data }));
    return rulesOf(schema as Schema)(sent).map(({ field, message }) => ({
      field: field === '' ? payloadField : `${payloadField}.${field}`,
      message,
    }));
  } catch {
    // A schema that this validator does not read: the API says what is wrong.
    return [];
  }
}

/**
 * What is told while somebody types: not what was wrong when the form was opened, nor what may be right when typing pauses. Of
 * the whole the page speaks where it is typed.
 */
export function toldFaults(now: readonly Fault[], atPause: readonly Fault[], atOpening: readonly Fault[]): Fault[] {
  const isIn = (faults: readonly Fault[], { field, message }: Fault): boolean => messageAt(faults, field) === message;
  return now.filter((fault) => fault.field !== payloadField && isIn(atPause, fault) && !isIn(atOpening, fault));
}

/** What a field of the API is called where the form shows it, such as `Tags-1`. */
export function payloadLabel(schema: JsonObject, field: string): string {
  const names: string[] = [];
  let at: unknown = schema;
  for (const part of field.split('.').slice(1)) {
    const isItem = /^\d+$/.test(part);
    at = isItem ? inside(at, 'items') : inside(inside(at, 'properties'), part);
    const title = inside(at, 'title');
    names.push(
      isItem ? `${names.pop() ?? ''}-${Number(part) + 1}` : typeof title === 'string' && title !== '' ? title : part,
    );
  }
  return names.length === 0 ? 'Payload' : names.join(', ');
}

function inside(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const empties: JsonObject = { string: '', integer: 0, number: 0, boolean: false };
/** Where schemas have schemas: by name, and as they are. */
const named = new Set(['properties', 'patternProperties', '$defs', 'definitions']);
const nested = new Set(['items', 'additionalProperties', 'allOf', 'anyOf', 'oneOf', 'then', 'else']);

/** The schema of a form whose lists get empty items, not null. */
export function withEmptyItems(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withEmptyItems);
  if (!isObject(schema)) return schema;
  const all = ([key, value]: [string, unknown]): [string, unknown] => [
    key,
    named.has(key) && isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withEmptyItems(one)]))
      : nested.has(key)
        ? withEmptyItems(value)
        : value,
  ];
  const { items, ...rest } = Object.fromEntries(Object.entries(schema).map(all));
  if (!isObject(items)) return items === undefined ? rest : { ...rest, items };
  const first = Array.isArray(items['enum']) ? (items['enum'] as unknown[])[0] : empties[String(items['type'])];
  return { ...rest, items: first === undefined ? items : { default: first, ...items } };
}

/** A text of a list that is emptied is an empty text: schema forms say null. */
export function withEmptyTexts(now: unknown, before: unknown): unknown {
  if (Array.isArray(now)) {
    const were: unknown[] = Array.isArray(before) ? before : [];
    return now.map((one, n) => (one === null && typeof were[n] === 'string' ? '' : withEmptyTexts(one, were[n])));
  }
  if (!isObject(now)) return now;
  return Object.fromEntries(
    Object.entries(now).map(([name, one]) => [name, withEmptyTexts(one, inside(before, name))]),
  );
}

/** Nested by property, as a schema form wants errors; those of the whole are at the top. */
export type ErrorTree = { __errors?: string[]; [property: string]: ErrorTree | string[] | undefined };

export function errorTree(faults: readonly Fault[]): ErrorTree {
  const root: ErrorTree = {};
  for (const { field, message } of faults) {
    const [top, ...path] = field.split('.');
    if (top !== payloadField) continue;
    let at = root;
    for (const part of path) at = (at[part] ??= {}) as ErrorTree;
    (at.__errors ??= []).push(message);
  }
  return root;
}

/** Whether a form can be made of it: it says what properties a payload has. */
export function hasForm(schema: JsonObject): boolean {
  const { properties } = schema;
  return isObject(properties) && Object.keys(properties).length > 0;
}

export function isSame(one: JsonObject, other: JsonObject): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}
