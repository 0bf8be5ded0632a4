/** Operations on runs, of definitions and of templates. */
import { anyObject, count, shape, text } from '../wire/answer';
import { runListRules } from '../wire/lists';
import { reportBody } from '../wire/report';
import { eventAnswer, payloadAnswer, runAnswer, runDetailAnswer, statusAnswer } from '../wire/run-answer';
import { listAnswer, listParameters } from './list';
import { callerHeaders, json, route, type Operation, type Route } from './operation';

const both = ['v6', 'v1'] as const;

const list = (of: { id: string; summary: string; forced?: readonly string[] }): Operation => ({
  id: of.id,
  tag: 'runs',
  summary: of.summary,
  query: listParameters(runListRules, of.forced),
  refusesUndeclared: true,
  refusals: [404],
  answer: listAnswer('history', runAnswer, runListRules),
});

const get = (id: string): Operation => ({
  id,
  tag: 'runs',
  summary: 'A run, with the way that it has gone',
  refusals: [404],
  answer: json(runDetailAnswer),
});

const stop = (id: string): Operation => ({
  id,
  tag: 'runs',
  summary: 'Stops a run, and what its job has started',
  description: 'Answers before it is stopped. A run that is over stays as it is.',
  headers: callerHeaders ?? {},
  refusals: [404],
  answer: json(shape({ terminated: { const: true } })),
});

const manifest = (id: string): Operation => ({
  id,
  tag: 'runs',
  summary: "What the run's backend was asked to create",
  description:
    'In the words of the backend, without the values of variables. 404 where an engine has no such document.',
  refusals: [404],
  answer: json(anyObject),
});

export const runOperations: readonly Route[] = [
  route('GET', '/history', both, list({ id: 'listRuns', summary: 'Lists runs' })),
  route(
    'GET',
    '/task/{definition_id}/history',
    both,
    list({ id: 'listRunsOfDefinition', summary: 'Lists the runs of a definition', forced: ['definition_id'] }),
  ),
  route(
    'GET',
    '/template/{template_id}/history',
    ['v7'],
    list({ id: 'listRunsOfTemplate', summary: 'Lists the runs of a template', forced: ['executable_id'] }),
  ),
  route('GET', '/history/{run_id}', both, get('getRun')),
  route('GET', '/task/history/{run_id}', both, get('getTaskRun')),
  route('GET', '/task/{definition_id}/history/{run_id}', both, get('getRunOfDefinition')),
  route('GET', '/template/history/{run_id}', ['v7'], get('getTemplateRun')),
  route('GET', '/template/{template_id}/history/{run_id}', ['v7'], get('getRunOfTemplate')),
  route('DELETE', '/task/{definition_id}/history/{run_id}', both, stop('stopRun')),
  route('DELETE', '/template/{template_id}/history/{run_id}', ['v7'], stop('stopRunOfTemplate')),
  route('GET', '/history/{run_id}/payload', ['v6'], {
    id: 'getPayload',
    tag: 'runs',
    summary: "What a template's run was filled with",
    description: 'Jobs find its address in FLOTILLA_RUN_PAYLOAD_URI.',
    refusals: [404],
    answer: json(payloadAnswer),
  }),
  route('GET', '/history/{run_id}/manifest', ['v6'], manifest('getManifest')),
  route('GET', '/task/{definition_id}/history/{run_id}/manifest', ['v6'], manifest('getManifestOfDefinition')),
  route('GET', '/{run_id}/status', ['v6'], {
    id: 'getStatus',
    tag: 'runs',
    summary: 'The status of a run, to be asked for often',
    headers: { 'If-None-Match': { description: 'The ETag of an earlier answer: 304 while it holds', schema: text } },
    refusals: [404],
    answer: json(statusAnswer),
    answerHeaders: {
      ETag: { description: '`"<status>-<exit code>"`', schema: { ...text, examples: ['"RUNNING-unknown"'] } },
      'Cache-Control': {
        description: 'For how many seconds it may be kept',
        schema: { ...text, examples: ['max-age=5'] },
      },
    },
    hasTag: true,
  }),
  route('PUT', '/{run_id}/status', both, {
    id: 'reportStatus',
    tag: 'runs',
    summary: 'Tells how a run ended',
    description: 'By whoever knows better. Its container is stopped then. A run that is over stays as it is: 409.',
    body: reportBody,
    refusals: [404, 409],
    answer: json(shape({ updated: { type: 'boolean', description: 'Whether the body said anything that counts' } })),
  }),
  route('GET', '/{run_id}/logs', both, {
    id: 'getLogs',
    tag: 'runs',
    summary: 'The output of a run',
    description: 'Of all its attempts, one after the other: by pages, or whole.',
    query: {
      last_seen: {
        description: 'As the page before told it; the same comes back while there is nothing new',
        schema: text,
      },
      raw_text: { description: 'Whole, as text', schema: { enum: ['true', 'false'], default: 'false' } },
    },
    refusals: [404],
    answer: {
      ...json(shape({ last_seen: { type: 'string', description: 'Where the next page begins' }, log: text })),
      'text/plain': text,
    },
  }),
  route('GET', '/{run_id}/events', both, {
    id: 'getEvents',
    tag: 'runs',
    summary: 'What its backend reported about a run',
    refusals: [404],
    answer: json(
      shape({
        total: count,
        pod_events: { type: ['array', 'null'], items: eventAnswer, description: 'Null for none' },
      }),
    ),
  }),
];
