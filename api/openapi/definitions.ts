/** Operations on definitions, and on the names that they use. */
import { count, shape, text } from '../wire/answer';
import { definitionListRules } from '../wire/lists';
import { definitionAnswer, definitionBody, definitionChange } from '../wire/definition';
import { runAnswer } from '../wire/run-answer';
import { launchBody } from '../wire/run';
import { listAnswer, listParameters, pageParameters } from './list';
import { json, route, type Operation, type Route } from './operation';

const both = ['v6', 'v1'] as const;

const execute: Omit<Operation, 'id' | 'body'> = {
  tag: 'runs',
  summary: 'Runs a definition',
  description: 'Answers at once, with the run QUEUED. Variables that Flotilla sets itself are refused with 409.',
  refusals: [404, 409],
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
    answer: listAnswer('definitions', definitionAnswer, definitionListRules),
  }),
  route('POST', '/task', both, {
    id: 'createDefinition',
    tag: 'definitions',
    summary: 'Saves a definition',
    description: 'Its alias must be free: else 409.',
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
    body: definitionChange,
    refusals: [404, 409],
    answer: json(definitionAnswer),
  }),
  route('DELETE', '/task/{definition_id}', both, {
    id: 'deleteDefinition',
    tag: 'definitions',
    summary: 'Deletes a definition',
    description: 'Its runs stay. While some of them are not over it is refused with 409.',
    refusals: [404, 409],
    answer: json(shape({ deleted: { const: true } })),
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
