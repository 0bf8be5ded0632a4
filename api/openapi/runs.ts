/** Operations on runs, of definitions and of templates. */
import { anyObject, count, shape, text } from '../wire/answer';
import { dryStopAnswer, stopAnswer, stopBody } from '../wire/bulk-stop';
import { explainAnswer } from '../wire/explain';
import { runListRules } from '../wire/lists';
import { reportBody } from '../wire/report';
import { eventAnswer, payloadAnswer, runAnswer, runDetailAnswer, statusAnswer } from '../wire/run-answer';
import { listAnswer, listParameters } from './list';
import { callerHeaders, headerText, json, route, type Operation, type Route } from './operation';

const both = ['v6', 'v1'] as const;

const list = (of: { id: string; summary: string; forced?: readonly string[] }): Operation => ({
  id: of.id,
  tag: 'runs',
  summary: of.summary,
  query: listParameters(runListRules, of.forced),
  refusesUndeclared: true,
  refusals: [404],
  answer: listAnswer('history', runAnswer, runListRules, {
    engine: { type: 'array', items: text, description: 'The filter, else all that there are' },
  }),
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
  headers: callerHeaders,
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
  route('POST', '/history/stop', ['v6'], {
    id: 'stopRuns',
    tag: 'runs',
    summary: 'Stops many runs, and what their jobs have started',
    description: 'Those that match when it is asked for. Answers before they are stopped.',
    headers: callerHeaders,
    body: stopBody,
    answer: json({ anyOf: [stopAnswer, dryStopAnswer] }),
  }),
  route('GET', '/history/stop/{stop_id}', ['v6'], {
    id: 'getStop',
    tag: 'runs',
    summary: 'How far a stop of many runs is',
    description: 'Kept for some days.',
    refusals: [404],
    answer: json(stopAnswer),
  }),
  route('GET', '/history/{run_id}/explain', ['v6'], {
    id: 'explainRun',
    tag: 'runs',
    summary: 'Why a run is where it is, and what to do',
    refusals: [404],
    answer: json(explainAnswer),
  }),
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
    headers: {
      'If-None-Match': { description: 'The ETag of an earlier answer: 304 while it holds', schema: headerText },
    },
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
