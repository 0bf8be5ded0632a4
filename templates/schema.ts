/** Checks a payload by the JSON Schema of its template. `$schema` says which draft; nothing is ever fetched. */
import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import Ajv2019 from 'ajv/dist/2019';
import Ajv2020 from 'ajv/dist/2020';
import Ajv04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { TemplateError } from './value';

/** So many faults are told. */
const maxFaults = 20;

const drafts = {
  'draft-04': Ajv04,
  'draft-07': Ajv,
  '2019-09': Ajv2019,
  '2020-12': Ajv2020,
} as const;
type Draft = keyof typeof drafts;

type Check = (payload: unknown) => string[];

/** To compile a schema takes a hundred times as long as to use it: those of late are kept, unless they are large. */
const kept = new Map<string, Check>();
const maxKept = 200;
const maxKeptLength = 16 * 1024;

/** Returns a check that tells the faults of a payload. Both throw TemplateError where the schema itself is none. */
export function compileSchema(schema: Record<string, unknown>): Check {
  const text = JSON.stringify(schema);
  // A word of ajv's alone: its answer would be a promise, wherever it stands, and a promise is no answer.
  if (text.includes('"$async":')) throw new TemplateError('schema: $async is not supported');
  const check = kept.get(text) ?? checkBy(compile(schema));
  kept.delete(text);
  if (text.length <= maxKeptLength) kept.set(text, check);
  const [oldest] = kept.keys();
  if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
  return check;
}

function checkBy(validate: ValidateFunction): Check {
  return (payload) => {
    try {
      if (validate(payload)) return [];
    } catch (error) {
      // The call stack: it refers to itself without end.
      if (error instanceof RangeError) throw new TemplateError(`schema: ${error.message}`);
      throw error;
    }
    return [...new Set((validate.errors ?? []).map(sentence))].slice(0, maxFaults);
  };
}

function compile({ $schema, ...rest }: Record<string, unknown>): ValidateFunction {
  let refusal: unknown;
  for (const draft of candidates($schema)) {
    try {
      const ajv = new drafts[draft]({ strict: false, allErrors: true, verbose: true, logger: false });
      addFormats(ajv);
      return ajv.compile(rest);
    } catch (error) {
      refusal ??= error;
    }
  }
  throw new TemplateError(`schema: ${refusal instanceof Error ? refusal.message : String(refusal)}`);
}

/** Without a draft, the original took keywords of 4, 6 and 7 for what they mean there. */
function candidates($schema: unknown): Draft[] {
  const named = /draft-04|2019-09|2020-12|draft-0[67]/.exec(typeof $schema === 'string' ? $schema : '')?.[0];
  if (named === undefined) return ['draft-07', 'draft-04'];
  return [named in drafts ? (named as Draft) : 'draft-07'];
}

/** In the original's words: `field: what is wrong with it`. */
function sentence({ keyword, instancePath, params, message, data }: ErrorObject): string {
  const path = instancePath.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');
  const field = path === '' ? '(root)' : path;
  const limit = String(params['limit']);
  switch (keyword) {
    case 'required': {
      const missing = `${path === '' ? '' : `${path}.`}${String(params['missingProperty'])}`;
      return `${missing}: ${missing} is required`;
    }
    case 'type':
      return `${field}: Invalid type. Expected: ${String(params['type'])}, given: ${typeOfJson(data)}`;
    case 'additionalProperties':
      return `${field}: Additional property ${String(params['additionalProperty'])} is not allowed`;
    case 'enum': {
      const allowed = (params['allowedValues'] as unknown[]).map((value) => JSON.stringify(value));
      return `${field}: ${field} must be one of the following: ${allowed.join(', ')}`;
    }
    case 'minLength':
      return `${field}: String length must be greater than or equal to ${limit}`;
    case 'maxLength':
      return `${field}: String length must be less than or equal to ${limit}`;
    case 'pattern':
      return `${field}: Does not match pattern '${String(params['pattern'])}'`;
    case 'format':
      return `${field}: Does not match format '${String(params['format'])}'`;
    default:
      return `${field}: ${message ?? 'is invalid'}`;
  }
}

function typeOfJson(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}
