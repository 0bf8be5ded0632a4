/** What the document says of one route. */
import { text, type JsonSchema } from '../wire/answer';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
export type Version = 'v1' | 'v2' | 'v4' | 'v5' | 'v6' | 'v7';
export type Parameter = { description: string; schema: JsonSchema };

export const tags = {
  definitions: 'Saved jobs: image, command, resources, environment',
  runs: 'Executions of definitions and templates: status, logs, end',
  templates: 'Definitions whose command is rendered from a payload',
  names: 'What definitions are grouped by',
  clusters: 'Where runs go, and what operators say of it',
  webhooks: 'Who is told of what happens to runs',
  workers: "An operator's facade: pauses the pickup of an engine",
  service: 'The API itself',
} as const;

/** Why a request is refused, besides what any request may be refused for. */
export const refusals = {
  400: 'The request is wrong: a sentence per fault',
  403: 'Sent by a page of another origin, which may not write',
  404: 'What the path or a filter names is not there',
  408: 'The request was not there in time',
  409: 'In conflict with what is stored',
  412: 'It has changed since: see If-Match',
  413: 'The body is too large',
  422: 'The key was used with another request',
  431: 'The URL and the headers are too long',
  500: 'Our own trouble: see the log by X-Request-Id',
  503: 'Cannot be done now: try again',
} as const;
export type Refusal = keyof typeof refusals;

export type Operation = {
  /** Of the newest version that has it; older ones have it with their version behind. */
  id: string;
  tag: keyof typeof tags;
  summary: string;
  description?: string;
  query?: Readonly<Record<string, Parameter>>;
  /** Query parameters that are not declared are answered with 400. Elsewhere they are ignored. */
  refusesUndeclared?: true;
  headers?: Readonly<Record<string, Parameter>>;
  body?: JsonSchema;
  refusals?: readonly Refusal[];
  /** Of 200, by content type. */
  answer: Readonly<Record<string, JsonSchema>>;
  answerHeaders?: Readonly<Record<string, Parameter>>;
  /** In some answers only. */
  rareHeaders?: Readonly<Record<string, Parameter>>;
  /** A refusal whose body is that of 200. */
  toldWith?: Refusal;
  /** It answers 304 to If-None-Match. */
  hasTag?: true;
  /** It answers 204 to Last-Event-ID where nothing will follow. */
  hasEnd?: true;
};

export type Route = Operation & { method: Method; path: string; versions: readonly Version[] };

/** `versions`: those that serve it in this form, the newest first. */
export function route(method: Method, path: string, versions: readonly Version[], of: Operation): Route {
  return { ...of, method, path, versions };
}

export const json = (schema: JsonSchema): Operation['answer'] => ({ 'application/json': schema });

const id = (description: string): Parameter => ({ description, schema: { ...text, minLength: 1 } });

/** What HTTP lets a header say in any encoding. */
export const headerText = { ...text, pattern: '^([!-~]([ -~]*[!-~])?)?$' } as const;

/** Path parameters mean the same wherever they stand. */
export const pathParameters: Readonly<Record<string, Parameter>> = {
  definition_id: id('Of a definition'),
  alias: id('Of a definition'),
  run_id: id('Of a run'),
  template_id: id('Of one version of a template'),
  template_name: id('Of a template, in all its versions'),
  template_version: id('A number; whatever else it is means the latest'),
  cluster_id: id('Of a cluster, not its name'),
  revision: id('A number, counted from 1; where it is told, two of them with `..` between'),
  stop_id: id('Of a stop of many runs'),
  webhook_id: id('Of a webhook'),
  worker_type: { description: 'What they do', schema: { enum: ['retry', 'submit', 'status'] } },
};

/** Of executions: one that is sent again is not another. */
export const idempotence = {
  headers: {
    'Idempotency-Key': {
      description: 'Sent again with it, the same request gets the same run',
      schema: { ...headerText, minLength: 1, maxLength: 255 },
    },
  },
  rareHeaders: {
    'Idempotent-Replayed': { description: 'The run is that of an earlier request', schema: { const: 'true' } },
  },
} as const;

/** Who asks, as a proxy in front says it. */
export const callerHeaders: Readonly<Record<string, Parameter>> = {
  'X-User-Email': { description: 'Who asks. Any header whose name contains `-email` says it', schema: headerText },
  'X-User-Name': {
    description:
      'Who asks, where no email is told. Any header whose name contains `-name` says it. ' +
      "What is not ASCII may be sent as RFC 8187 has it: `UTF-8''J%C3%BCrgen`",
    schema: headerText,
  },
};

/** Of changes of a definition. */
export const changeHeaders: Readonly<Record<string, Parameter>> = {
  ...callerHeaders,
  'If-Match': {
    description: 'The revision that the change was made from, in quotes: 412 where the definition has another one',
    schema: { ...headerText, examples: ['"3"'] },
  },
};
