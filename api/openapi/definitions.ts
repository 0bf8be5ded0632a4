/** Operations on definitions, and on the names that they use. */
import { count, shape, text } from '../wire/answer';
import { definitionListRules } from '../wire/lists';
import { definitionAnswer, definitionBody, definitionChange, listedAnswer } from '../wire/definition';
import { differenceAnswer, revisionAnswer } from '../wire/revision';
import { runAnswer } from '../wire/run-answer';
import { launchBody } from '../wire/run';
import { listAnswer, listParameters, pageParameters } from './list';
import { callerHeaders, changeHeaders, idempotence, json, route, type Operation, type Route } from './operation';

const both = ['v6', 'v1'] as const;

const execute: Omit<Operation, 'id' | 'body'> = {
  tag: 'runs',
  summary: 'Runs a definition',
  description: 'Answers at once, with the run QUEUED. Variables that Flotilla sets itself are refused with 409.',
  query: {
    revision: {
      description: 'Of the definition; left out: the one of `from_run`, else the latest',
      schema: { type: 'integer', minimum: 1, maximum: 999999999 },
    },
  },
  refusesUndeclared: true,
  ...idempotence,
  refusals: [404, 409, 422],
  answer: json(runAnswer),
};

const names = (id: string, key: string): Operation => ({
  id,
  tag: 'names',
  summary: `The ${key} that definitions have, by name`,
  query: { name: { description: 'Contained in them', schema: text }, ...pageParameters },
  answer: json(
    shape({
      [key]: { type: 'array', items: text },
      limit: pageParameters.limit.schema,
      offset: pageParameters.offset.schema,
      total: count,
    }),
  ),
});

export const definitionOperations: readonly Route[] = [
  route('GET', '/task', both, {
    id: 'listDefinitions',
    tag: 'definitions',
    summary: 'Lists definitions',
    query: listParameters(definitionListRules),
    refusesUndeclared: true,
    answer: listAnswer('definitions', listedAnswer, definitionListRules),
  }),
  route('POST', '/task', both, {
    id: 'createDefinition',
    tag: 'definitions',
    summary: 'Saves a definition',
    description: 'Its alias must be free: else 409.',
    headers: callerHeaders,
    body: definitionBody,
    refusals: [409],
    answer: json(definitionAnswer),
  }),
  route('GET', '/task/alias/{alias}', both, {
    id: 'getDefinitionByAlias',
    tag: 'definitions',
    summary: 'A definition by its alias',
    refusals: [404],
    answer: json(definitionAnswer),
  }),
  route('GET', '/task/{definition_id}', both, {
    id: 'getDefinition',
    tag: 'definitions',
    summary: 'A definition',
    refusals: [404],
    answer: json(definitionAnswer),
  }),
  route('PUT', '/task/{definition_id}', both, {
    id: 'updateDefinition',
    tag: 'definitions',
    summary: 'Changes a definition',
    description:
      'What the body leaves out, or has as an empty text, stays. Runs that were accepted before do not change.',
    headers: changeHeaders,
    body: definitionChange,
    refusals: [404, 409, 412],
    answer: json(definitionAnswer),
  }),
  route('DELETE', '/task/{definition_id}', both, {
    id: 'deleteDefinition',
    tag: 'definitions',
    summary: 'Deletes a definition',
    description:
      'Its runs stay. While some of them are not over it is refused with 409, unless they are to be stopped.',
    query: {
      stop_runs: { description: 'Whether to stop those', schema: { enum: ['true', 'false'], default: 'false' } },
    },
    headers: callerHeaders,
    refusals: [404, 409],
    answer: json(
      shape(
        { deleted: { const: true } },
        {
          stop_id: { type: 'string', description: 'How far their stop is, GET /history/stop/{stop_id} tells' },
          stopped_runs: { ...count, description: 'How many are being stopped' },
        },
      ),
    ),
  }),
  route('GET', '/task/{definition_id}/revisions', ['v6'], {
    id: 'listRevisions',
    tag: 'definitions',
    summary: 'Lists the revisions of a definition, the newest first',
    query: pageParameters,
    refusals: [404],
    answer: json(
      shape({
        total: count,
        revisions: { type: 'array', items: revisionAnswer },
        limit: pageParameters.limit.schema,
        offset: pageParameters.offset.schema,
      }),
    ),
  }),
  route('GET', '/task/{definition_id}/revisions/{revision}', ['v6'], {
    id: 'getRevision',
    tag: 'definitions',
    summary: 'A revision of a definition, or with `1..3` how two of them differ',
    refusals: [404],
    answer: json({ anyOf: [revisionAnswer, differenceAnswer] }),
  }),
  route('PUT', '/task/{definition_id}/revisions/{revision}/restore', ['v6'], {
    id: 'restoreRevision',
    tag: 'definitions',
    summary: 'Makes a definition what it was',
    description: 'As a new revision, which is answered.',
    headers: changeHeaders,
    refusals: [404, 409, 412],
    answer: json(definitionAnswer),
  }),
  route('PUT', '/task/{definition_id}/execute', ['v6', 'v4'], {
    ...execute,
    id: 'executeDefinition',
    body: launchBody.v4,
  }),
  route('PUT', '/task/{definition_id}/execute', ['v2'], { ...execute, id: 'executeDefinition', body: launchBody.v2 }),
  route('PUT', '/task/{definition_id}/execute', ['v1'], { ...execute, id: 'executeDefinition', body: launchBody.v1 }),
  route('PUT', '/task/alias/{alias}/execute', both, {
    ...execute,
    id: 'executeDefinitionByAlias',
    body: launchBody.v4,
  }),
  route('GET', '/groups', both, names('listGroups', 'groups')),
  route('GET', '/tags', both, names('listTags', 'tags')),
];
