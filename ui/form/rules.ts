/** What is wrong with a body, by the rules of the API's own document: the browser says it sooner, the API has the last word. */
import { Validator, type OutputUnit, type Schema } from '@cfworker/json-schema';

/** `field`: its path in the body, such as `env.0.name`, as the API names it. */
export type Fault = { field: string; message: string };
export type Rules = (body: unknown) => Fault[];

/** `name`: of the schema, such as `NewDefinition`. Throws where the document has no such schema. */
export function rulesFrom(document: unknown, name: string): Rules {
  const { components } = document as { components?: { schemas?: Record<string, Schema> } };
  const schema = components?.schemas?.[name];
  if (schema === undefined) throw new Error(`The API's document has no rules for ${name}`);
  return rulesOf({ ...schema, components });
}

export function rulesOf(schema: Schema): Rules {
  const validator = new Validator(schema, '2020-12', false);
  return (body) => {
    const found = validator.validate(body).errors.flatMap((unit) => faultOf(unit, schema));
    // One sentence a field is enough to go on.
    return [...new Map(found.reverse().map((fault) => [fault.field, fault])).values()].reverse();
  };
}

/** Errors that only say that there are others below them. */
const wrappers = new Set(['properties', 'items', '$ref', 'allOf', 'anyOf', 'oneOf', 'additionalProperties']);

function faultOf({ keyword, keywordLocation, instanceLocation, error }: OutputUnit, root: Schema): Fault[] {
  if (wrappers.has(keyword)) return [];
  const path = partsOf(instanceLocation);
  if (keyword === 'required') path.push(/"(.*)"/.exec(error)?.[1] ?? '');
  const rule = at(root, partsOf(keywordLocation).slice(0, -1));
  return [{ field: path.join('.'), message: sentence(keyword, rule) ?? error }];
}

/** Null: none of ours. Where a rule has a pattern, its description is the rule in words. */
function sentence(keyword: string, rule: Schema): string | null {
  const own = rule.pattern === undefined ? undefined : (rule['description'] as string | undefined);
  switch (keyword) {
    case 'required':
      return 'Required';
    case 'minLength':
      return rule.minLength === 1 ? 'Required' : `At least ${rule.minLength ?? 0} characters`;
    case 'type':
      return typeSentences[String(rule.type)] ?? null;
    case 'minimum':
      return `At least ${rule.minimum ?? 0}`;
    case 'maximum':
      return `At most ${rule.maximum ?? 0}`;
    case 'pattern':
      return own ?? `Not of the form ${rule.pattern ?? ''}`;
    case 'maxLength':
      return own ?? `${rule.maxLength ?? 0} characters or fewer`;
    case 'enum':
      return `One of ${(rule.enum ?? []).join(', ')}`;
    case 'uniqueItems':
      return 'Each only once';
    case 'exclusiveMinimum':
      return `More than ${Number(rule.exclusiveMinimum)}`;
    case 'exclusiveMaximum':
      return `Less than ${Number(rule.exclusiveMaximum)}`;
    case 'multipleOf':
      return `A multiple of ${rule.multipleOf ?? 1}`;
    case 'minItems':
      return `At least ${rule.minItems ?? 0} of them`;
    case 'maxItems':
      return `At most ${rule.maxItems ?? 0} of them`;
    case 'const':
      return `Only ${JSON.stringify(rule.const)}`;
    case 'format':
      return `Not of the form ${rule.format ?? ''}`;
    case 'false':
      return 'Not known here';
    default:
      return null;
  }
}

const typeSentences: Record<string, string> = {
  integer: 'A whole number',
  number: 'A number',
  string: 'A text',
  boolean: 'Yes or no',
  object: 'A JSON object',
  array: 'A list',
};

/** References are part of the place where an error was found: it is told from where the reference leads to. */
function at(root: Schema, path: string[]): Schema {
  let here: unknown = root;
  for (const part of path) {
    if (part === '$ref') {
      const { $ref } = here as Schema;
      here = $ref === undefined ? {} : at(root, partsOf($ref));
    } else {
      here = (here as Record<string, unknown> | undefined)?.[part];
    }
  }
  return typeof here === 'object' && here !== null ? here : {};
}

function partsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'));
}

export function messageAt(faults: readonly Fault[], field: string): string | undefined {
  return faults.find((fault) => fault.field === field)?.message;
}

/** Of a list: what is wrong with any of it. */
export function messageUnder(faults: readonly Fault[], field: string): string | undefined {
  return faults.find((fault) => fault.field === field || fault.field.startsWith(`${field}.`))?.message;
}

/** Without those of fields that have been changed since. */
export function without(faults: readonly Fault[], fields: readonly string[]): Fault[] {
  return faults.filter((fault) => !fields.some((one) => fault.field === one || fault.field.startsWith(`${one}.`)));
}

/** What the API refused: what belongs to fields of the form, and the sentences that do not. */
export function refusal(
  { message, fields }: { message: string; fields: readonly Fault[] },
  isShown: (field: string) => boolean,
): { faults: Fault[]; rest: string[] } {
  const faults = fields.filter(({ field }) => isShown(field));
  const told = new Set(faults.map((fault) => fault.message));
  return { faults, rest: message.split('\n').filter((line) => line !== '' && !told.has(line)) };
}
