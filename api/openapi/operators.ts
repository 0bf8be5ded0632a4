/** Operations for operators, and on the service itself. */
import { anyObject, count, shape, text, type JsonSchema } from '../wire/answer';
import { clusterAnswer, clusterChange, newCluster } from '../wire/cluster';
import { infoAnswer } from '../wire/info';
import { readyAnswer } from '../wire/ready';
import { workerAnswer, workerBody, workersBody } from '../wire/worker';
import { json, route, type Operation, type Route } from './operation';

const array = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
const workers = json(shape({ total: count, workers: array(workerAnswer) }));

const done = (verb: 'created' | 'updated'): Operation['answer'] =>
  json(shape({ [verb]: { const: true }, ...clusterAnswer.properties }));

export const operatorOperations: readonly Route[] = [
  route('GET', '/clusters', ['v6', 'v1'], {
    id: 'listClusters',
    tag: 'clusters',
    summary: 'Lists clusters',
    description: 'The names that runs may ask for, or with `detail` what is known of each.',
    query: { detail: { description: 'Whether to answer more than names', schema: { enum: ['true', 'false'] } } },
    answer: json(shape({ clusters: { anyOf: [array(text), array(clusterAnswer)] } })),
  }),
  route('POST', '/clusters', ['v6'], {
    id: 'createCluster',
    tag: 'clusters',
    summary: 'Says something of a cluster',
    description: 'Runs go to it only where the configuration of its engine names it, too.',
    body: newCluster,
    refusals: [409],
    answer: done('created'),
  }),
  route('GET', '/clusters/{cluster_id}', ['v6'], {
    id: 'getCluster',
    tag: 'clusters',
    summary: 'A cluster',
    refusals: [404],
    answer: json(clusterAnswer),
  }),
  route('PUT', '/clusters/{cluster_id}', ['v6'], {
    id: 'updateCluster',
    tag: 'clusters',
    summary: 'Says something else of a cluster',
    description: 'What the body leaves out stays.',
    body: clusterChange,
    refusals: [404, 409],
    answer: done('updated'),
  }),
  route('DELETE', '/clusters/{cluster_id}', ['v6'], {
    id: 'deleteCluster',
    tag: 'clusters',
    summary: 'Forgets what was said of a cluster',
    refusals: [404],
    answer: json(shape({ deleted: { const: true } })),
  }),
  route('GET', '/worker', ['v5'], {
    id: 'listWorkers',
    tag: 'workers',
    summary: 'Lists the kinds of work, by engine',
    answer: workers,
  }),
  route('PUT', '/worker', ['v5'], {
    id: 'setWorkers',
    tag: 'workers',
    summary: 'Says how many there shall be of several kinds',
    body: workersBody,
    answer: workers,
  }),
  route('GET', '/worker/{worker_type}', ['v5'], {
    id: 'getWorker',
    tag: 'workers',
    summary: 'A kind of work of one engine',
    query: { engine: { description: 'Left out: the default', schema: text } },
    answer: json(workerAnswer),
  }),
  route('PUT', '/worker/{worker_type}', ['v5'], {
    id: 'setWorker',
    tag: 'workers',
    summary: 'Says how many there shall be of a kind',
    description: 'Of one engine, or of all. 0 for `submit` pauses pickup; other kinds cannot be switched off.',
    body: workerBody,
    answer: json(workerAnswer),
  }),
  route('GET', '/health', ['v6'], {
    id: 'getHealth',
    tag: 'service',
    summary: 'Whether the API answers',
    answer: json(shape({ message: text, status: { const: 'healthy' } })),
  }),
  route('GET', '/ready', ['v6'], {
    id: 'getReadiness',
    tag: 'service',
    summary: 'Whether what the API needs answers now',
    description: 'Postgres and Temporal: else 503, within seconds. What workers say of clusters is told beside them.',
    answer: json(readyAnswer),
    toldWith: 503,
  }),
  route('GET', '/info', ['v6'], {
    id: 'getInfo',
    tag: 'service',
    summary: 'What this installation is, and its limits',
    answer: json(infoAnswer),
  }),
  route('GET', '/openapi.json', ['v6'], {
    id: 'getDocument',
    tag: 'service',
    summary: 'This document',
    answer: json(anyObject),
  }),
];
