/** Operations on templates. */
import { count, shape, text } from '../wire/answer';
import { templateListRules } from '../wire/lists';
import { dryRunAnswer } from '../wire/run-answer';
import { templateAnswer, templateBody, templateLaunchBody } from '../wire/template';
import { pagingParameters, pageParameters } from './list';
import { idempotence, json, route, type Operation, type Route } from './operation';

const { limit, offset, sort_by, order } = pagingParameters(templateListRules);

const execute = (id: string): Operation => ({
  id,
  tag: 'templates',
  summary: 'Runs a template',
  description:
    'Its command is rendered from the payload and the defaults below it. Answers at once, with the run QUEUED.',
  ...idempotence,
  refusesUndeclared: true,
  body: templateLaunchBody,
  refusals: [404, 409, 422],
  answer: json(dryRunAnswer),
});

export const templateOperations: readonly Route[] = [
  route('GET', '/template', ['v7'], {
    id: 'listTemplates',
    tag: 'templates',
    summary: 'Lists templates',
    query: {
      ...{ limit, offset, sort_by, order },
      latest_only: {
        description: 'Of each name the latest version alone',
        schema: { enum: ['true', 'false'], default: 'true' },
      },
      template_name: { description: 'Of these names alone', schema: { type: 'array', items: text } },
    },
    answer: json(
      shape({
        total: { ...count, description: 'Of all that match' },
        templates: { type: 'array', items: templateAnswer },
        limit: pageParameters.limit.schema,
        offset: pageParameters.offset.schema,
        sort_by: { enum: templateListRules.sortable },
        order: { enum: ['asc', 'desc'] },
      }),
    ),
  }),
  route('POST', '/template', ['v7'], {
    id: 'createTemplate',
    tag: 'templates',
    summary: 'Saves a template, as a new version where its name is known',
    description: 'What says nothing new makes no version: the latest is answered.',
    body: templateBody,
    answer: json(shape({ did_create: { type: 'boolean' }, template: templateAnswer })),
  }),
  route('GET', '/template/{template_id}', ['v7'], {
    id: 'getTemplate',
    tag: 'templates',
    summary: 'A template, in one version',
    refusals: [404],
    answer: json(templateAnswer),
  }),
  route('PUT', '/template/{template_id}/execute', ['v7'], execute('executeTemplate')),
  route(
    'PUT',
    '/template/name/{template_name}/version/{template_version}/execute',
    ['v7'],
    execute('executeTemplateByName'),
  ),
];
