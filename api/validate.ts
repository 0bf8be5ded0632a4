/** Checks input by JSON Schema and says in sentences what to change. */
import Ajv, { type ErrorObject, type Schema } from 'ajv';
import { RequestError, type FieldFault } from './errors';

const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true, verbose: true });

/** A checker that returns its input as `T` or throws RequestError 400 with a line per fault. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as with ajv's own compile: the schema stands for T
export function checker<T>(schema: Schema): (input: unknown) => T {
  const validate = ajv.compile<T>(schema);
  return (input) => {
    if (validate(input)) return input;
    // A name's own fault is told; that its object therefore has a wrong name is not, too.
    const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'propertyNames');
    const faults = errors.map((error): FieldFault => ({ field: fieldOf(error), message: sentence(error) }));
    const messages = [...new Set(faults.map(({ message }) => message))];
    // Of the body as a whole no field is wrong.
    throw new RequestError(400, messages.join('\n'), distinct(faults.filter(({ field }) => field !== '')));
  };
}

function distinct(faults: FieldFault[]): FieldFault[] {
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
}

function fieldOf({ instancePath, keyword, params, propertyName }: ErrorObject): string {
  const unknown = keyword === 'additionalProperties' ? String(params['additionalProperty']) : (propertyName ?? '');
  const named = keyword === 'required' ? String(params['missingProperty']) : unknown;
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return [...path, ...(named === '' ? [] : [named])].join('.');
}

function sentence(error: ErrorObject): string {
  const path = error.instancePath.slice(1).replaceAll('/', '.');
  // Beside a pattern, the description is the rule in words.
  const rule = error.parentSchema as { description?: string; pattern?: string } | undefined;
  const own = rule?.pattern === undefined ? undefined : rule.description;
  switch (error.keyword) {
    case 'required': {
      const name = String(error.params['missingProperty']);
      const of = error.parentSchema as { properties?: Record<string, { type?: string }> };
      const field = path === '' ? name : `${path}.${name}`;
      const type = of.properties?.[name]?.type;
      if (type === 'object') return `${field} must be specified`;
      return `${type === 'integer' ? 'int' : 'string'} [${field}] must be specified`;
    }
    case 'minProperties':
    case 'minItems':
      return `${path} must not be empty`;
    case 'minLength':
      return `string [${path}] must be specified`;
    case 'type':
      return path === ''
        ? 'The body must be a JSON object'
        : `${path} must be ${article([error.params['type'] as string | string[]].flat().join(' or '))}`;
    case 'pattern':
      return own ?? `${path} has characters that are not allowed`;
    case 'maxLength':
      return own ?? `${path} must have ${String(error.params['limit'])} characters or less`;
    case 'enum':
      return `${path} must be one of [${(error.params['allowedValues'] as unknown[]).join(', ')}]`;
    case 'additionalProperties': {
      const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {});
      return `Unknown field [${fieldOf(error)}], must be one of [${known.join(', ')}]`;
    }
    case 'uniqueItems':
      return `${path} must not name anything twice`;
    default:
      return `${path} ${error.message ?? 'is invalid'}`;
  }
}

function article(type: string): string {
  return /^[aeio]/.test(type) ? `an ${type}` : `a ${type}`;
}
