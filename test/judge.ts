/** Judges the API's answers by its own document: a status, a type of content or a field that it does not tell of is a fault. */
import Ajv, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { document } from '../api/openapi/document';

type Answers = Record<
  string,
  { $ref?: string; headers?: Record<string, { required?: boolean }>; content?: Record<string, { schema: object }> }
>;
type Described = { method: string; path: string; answers: Answers };

/** What has been found so far. */
export const verdicts: string[] = [];

const ajv = addFormats(new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }));
for (const [name, schema] of Object.entries(document.components.schemas)) ajv.addSchema(closed(schema), name);

const answers = { ...document.components.responses } as Answers;
const described: Described[] = Object.entries(document.paths)
  .flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { responses }]) => ({
      method: method.toUpperCase(),
      path,
      answers: responses as Answers,
    })),
  )
  .sort((a, b) => byFixedFirst(a.path, b.path));
/** Of what no operation stands for. */
const nowhere: Answers = { 403: { $ref: 'Refused403' }, 404: { $ref: 'Refused404' }, 405: { $ref: 'Refused404' } };

const compiled = new Map<object, ValidateFunction>();

/** As fetch; throws where the answer is not as it is described. */
export async function fetchJudged(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const request = input instanceof Request ? input : new Request(input, init);
  const { method } = request;
  const { pathname } = new URL(request.url);
  // Not the copy: a signal forgets a request that nothing holds, and aborts it no more.
  const response = await fetch(input, init);
  if (method === 'OPTIONS') return response;
  // A stream may never end: its text is not read.
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const text = isStream ? '' : await response.clone().text();
  const fault = faultOf(method, pathname, response, text);
  if (fault === null) return response;
  const verdict = `${method} ${pathname} answers ${response.status} against its document: ${fault}`;
  verdicts.push(verdict);
  throw new Error(verdict);
}

function faultOf(method: string, path: string, response: Response, text: string): string | null {
  const operation = described.find((one) => one.method === method && matches(one.path, path));
  const told = (operation?.answers ?? nowhere)[response.status];
  if (told === undefined) return 'no such status';
  const { headers = {}, content = {} } =
    told.$ref === undefined ? told : (answers[told.$ref.split('/').at(-1) ?? ''] ?? {});
  const required = Object.entries(headers).filter(([, { required: isRequired }]) => isRequired === true);
  const missing = required.find(([name]) => !response.headers.has(name))?.[0];
  if (missing !== undefined) return `no header ${missing}`;
  const type = response.headers.get('content-type')?.split(';')[0] ?? null;
  if (type === null) return Object.keys(content).length === 0 ? null : 'no content type';
  const schema = content[type]?.schema;
  if (schema === undefined) return `no such content type: ${type}`;
  const validate = validatorOf(schema);
  return validate(type === 'application/json' ? JSON.parse(text) : text)
    ? null
    : `${ajv.errorsText(validate.errors)} in ${text}`;
}

function validatorOf(schema: object): ValidateFunction {
  const known = compiled.get(schema) ?? ajv.compile(closed(schema));
  compiled.set(schema, known);
  return known;
}

/** Objects have no fields but those that are told; references are those of schemas by name. */
function closed(schema: unknown): object {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (key === '$ref') return String(value).replace('#/components/schemas/', '');
    const isOpen =
      typeof value === 'object' && value !== null && 'properties' in value && !('additionalProperties' in value);
    return isOpen ? { ...value, additionalProperties: false } : value;
  }) as object;
}

function matches(template: string, path: string): boolean {
  const [expected, given] = [template.split('/'), path.split('/')];
  return expected.length === given.length && expected.every((part, n) => part.startsWith('{') || part === given[n]);
}

/** A fixed segment is meant before a parameter in its place, from the left, as the routes are put up. */
function byFixedFirst(a: string, b: string): number {
  const rank = (path: string): string => path.replace(/\{\w+\}/g, '\uffff');
  return rank(a) < rank(b) ? -1 : 1;
}
