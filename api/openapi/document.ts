/** The OpenAPI document, made from the table of operations and the schemas that check requests. */
import { errorAnswer, text, type JsonSchema } from '../wire/answer';
import { clusterAnswer, clusterChange, newCluster } from '../wire/cluster';
import { dryStopAnswer, stopAnswer, stopBody } from '../wire/bulk-stop';
import { definitionAnswer, definitionBody, definitionChange, envVar, listedAnswer } from '../wire/definition';
import { explainAnswer } from '../wire/explain';
import { infoAnswer } from '../wire/info';
import { readyAnswer } from '../wire/ready';
import { reportBody } from '../wire/report';
import { differenceAnswer, revisionAnswer } from '../wire/revision';
import { launchBody } from '../wire/run';
import {
  dryRunAnswer,
  eventAnswer,
  runAnswer,
  runDetailAnswer,
  statusAnswer,
  transitionAnswer,
} from '../wire/run-answer';
import { templateAnswer, templateBody, templateLaunchBody } from '../wire/template';
import { newWebhookAnswer, webhookAnswer, webhookBody } from '../wire/webhook';
import { workerAnswer, workerBody, workersBody } from '../wire/worker';
import { pathParameters, refusals, tags, type Operation, type Parameter, type Refusal, type Route } from './operation';
import { operations } from './operations';

/** Wherever one of these stands, the document refers to it by its name. */
const named: Readonly<Record<string, JsonSchema>> = {
  Error: errorAnswer,
  Definition: definitionAnswer,
  ListedDefinition: listedAnswer,
  NewDefinition: definitionBody,
  DefinitionChange: definitionChange,
  EnvVar: envVar,
  Revision: revisionAnswer,
  Difference: differenceAnswer,
  Launch: launchBody.v4,
  LaunchV2: launchBody.v2,
  LaunchV1: launchBody.v1,
  Run: runAnswer,
  RunDetail: runDetailAnswer,
  RunStatus: statusAnswer,
  Transition: transitionAnswer,
  BackendEvent: eventAnswer,
  Report: reportBody,
  Explanation: explainAnswer,
  StopRequest: stopBody,
  Stop: stopAnswer,
  StopCount: dryStopAnswer,
  Template: templateAnswer,
  NewTemplate: templateBody,
  TemplateLaunch: templateLaunchBody,
  TemplateRun: dryRunAnswer,
  Webhook: webhookAnswer,
  NewWebhook: webhookBody,
  CreatedWebhook: newWebhookAnswer,
  Cluster: clusterAnswer,
  NewCluster: newCluster,
  ClusterChange: clusterChange,
  Info: infoAnswer,
  Readiness: readyAnswer,
  Worker: workerAnswer,
  WorkerCount: workerBody,
  WorkerCounts: workersBody,
};
const names = new Map(Object.entries(named).map(([name, schema]) => [schema, name]));

/** Any request may be refused so: what it sends may be broken, late or too long; our insides or the database's may be broken. */
const everywhere: readonly Refusal[] = [400, 408, 431, 500, 503];
const requestId = { 'X-Request-Id': { description: 'Names the request in the log', required: true, schema: text } };

type Paths = Record<string, Record<string, JsonSchema>>;

export const document = {
  openapi: '3.1.0',
  info: {
    title: 'Flotilla',
    version: 'v6',
    description:
      'Defines and runs containerised jobs. A definition is saved once and executed often; each execution is a run.\n\n' +
      'Bodies are read as JSON whatever their content type says; names of fields match in any case, null means left out, and ' +
      'unknown fields are ignored, except where a schema says that there are none. Each refusal is `{"error": …}`, except of `/ready`, whose 503 is its answer.',
    license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: '/' }],
  tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
  paths: pathsOf(operations),
  components: {
    schemas: Object.fromEntries(Object.entries(named).map(([name, schema]) => [name, insideOf(schema)])),
    responses: Object.fromEntries(
      Object.entries(refusals).map(([status, description]) => [
        `Refused${status}`,
        { description, headers: requestId, content: { 'application/json': { schema: referring(errorAnswer) } } },
      ]),
    ),
    parameters: Object.fromEntries(
      Object.entries(pathParameters).map(([name, of]) => [name, { name, in: 'path', required: true, ...of }]),
    ),
  },
};

/** The names of a path template's parameters. */
export function parametersOf(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}

function pathsOf(routes: readonly Route[]): Paths {
  const paths: Paths = {};
  for (const route of routes) {
    for (const version of route.versions) {
      const newest = newestOf(route);
      const path = (paths[`/api/${version}${route.path}`] ??= {});
      path[route.method.toLowerCase()] = {
        ...operationOf(route),
        ...(version === newest
          ? {}
          : { ...deprecated(route, newest), operationId: `${route.id}${version.toUpperCase()}` }),
      };
    }
  }
  return paths;
}

function newestOf({ method, path }: Route): string {
  const served = operations.filter((one) => one.method === method && one.path === path).flatMap((one) => one.versions);
  return served.sort().at(-1) ?? '';
}

function deprecated({ method, path, description = '' }: Route, newest: string): JsonSchema {
  return { deprecated: true, description: `Use ${method} /api/${newest}${path}. ${description}`.trim() };
}

function operationOf(of: Route): JsonSchema {
  const own = [
    ...(of.refusals ?? []),
    ...(of.method === 'GET' ? [] : [403 as const]),
    ...(of.body === undefined ? [] : [413 as const]),
  ];
  const refused = [...everywhere, ...own].map((status) => [
    status,
    { $ref: `#/components/responses/Refused${status}` },
  ]);
  const parameters = [
    ...parametersOf(of.path).map((name) => ({ $ref: `#/components/parameters/${name}` })),
    ...Object.entries(of.query ?? {}).map(([name, one]) => ({ name, in: 'query', ...referringIn(one) })),
    ...Object.entries(of.headers ?? {}).map(([name, one]) => ({ name, in: 'header', ...referringIn(one) })),
  ];
  return {
    operationId: of.id,
    tags: [of.tag],
    summary: of.summary,
    ...(of.description === undefined ? {} : { description: of.description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(of.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: referring(of.body), ...exampleOf(of.body) } },
          },
        }),
    responses: { ...Object.fromEntries(refused), ...answersOf(of) },
  };
}

function answersOf({
  answer,
  answerHeaders = {},
  rareHeaders = {},
  hasTag,
  hasEnd,
  toldWith,
}: Operation): Record<string, JsonSchema> {
  const own = Object.entries(answerHeaders).map(([name, of]) => [name, { ...of, required: true }] as const);
  const headers = { ...requestId, ...Object.fromEntries(own), ...rareHeaders };
  return {
    200: { description: 'Done', headers, content: contentOf(answer) },
    ...(toldWith === undefined
      ? {}
      : { [toldWith]: { description: refusals[toldWith], headers, content: contentOf(answer) } }),
    ...(hasEnd === true ? { 204: { description: 'All is told: do not come back', headers: requestId } } : {}),
    ...(hasTag === true ? { 304: { description: 'As it was', headers } } : {}),
  };
}

function contentOf(content: Operation['answer']): JsonSchema {
  return Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema: referring(schema) }]));
}

/** Pages would make one up of patterns. */
function exampleOf({ examples }: JsonSchema): JsonSchema {
  return Array.isArray(examples) ? { example: examples[0] as unknown } : {};
}

function referringIn({ description, schema }: Parameter): JsonSchema {
  return { description, schema: referring(schema) };
}

function referring(value: unknown): unknown {
  const name = names.get(value as JsonSchema);
  return name === undefined ? insideOf(value) : { $ref: `#/components/schemas/${name}` };
}

function insideOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(referring);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, referring(child)]));
}
