/** What a template is filled with, as its form has it. */
import type { Schema } from '@cfworker/json-schema';
import { rulesOf, type Fault } from '../form/rules';

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
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
  } catch {
    return null;
  }
}

export const payloadField = 'template_payload';

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
  return typeof properties === 'object' && properties !== null && Object.keys(properties).length > 0;
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
