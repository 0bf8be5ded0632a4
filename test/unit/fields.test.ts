/** Which field a refusal is about, so that a form can say it there. */
import { readBody } from '../../api/body';
import { RequestError, type FieldFault } from '../../api/errors';
import { definitionFromWire } from '../../api/wire/definition';
import { listFromWire } from '../../api/wire/list';
import { reportFromWire } from '../../api/wire/report';
import { launchFromWire, type Dialect } from '../../api/wire/run';
import { templateFromWire, templateLaunchFromWire } from '../../api/wire/template';
import { Readable } from 'node:stream';
import { runColumns } from '../../db/run';
import { mask } from '../../domain/secret';

const job = { image: 'busybox:1', group_name: 'etl', alias: 'nightly', memory: 512, command: 'echo hi' };
const template = { template_name: 'a', schema: { type: 'object' }, command_template: 'x', image: 'busybox:1' };
const masked = [{ name: 'TOKEN', value: mask }];
const owner = { run_tags: { owner_id: 'ann' } };
const rules = { columns: runColumns, sortable: ['run_id'], defaultSort: 'run_id' } as const;

const define = (part: object) => () => definitionFromWire({ ...job, ...part }, () => 'id');
const launch =
  (part: object, dialect: Dialect = 'v4') =>
  () =>
    launchFromWire({ ...owner, ...part }, dialect);
const list = (query: Record<string, string>) => () => listFromWire(query, rules);
const body = (text: string) => () => readBody({ req: Readable.from([text]) } as never, 1000);

const faults: Record<string, [act: () => unknown, fields: string[]]> = {
  'what is missing': [
    () => definitionFromWire({ image: 'a', group_name: 'b' }, () => 'id'),
    ['alias', 'memory', 'command'],
  ],
  'a variable without a name': [define({ env: [{ name: 'A', value: '' }, { value: '1' }] }), ['env.1.name']],
  'a variable with = in its name': [launch({ env: [{ name: 'A=B', value: '' }] }), ['env.0.name']],
  'two faults': [define({ memory: 0, ports: [80, 70_000] }), ['memory', 'ports.1']],
  'a masked variable': [define({ env: masked }), ['env.0.value']],
  'a masked variable of a template': [
    () => templateFromWire({ ...template, env: [{ name: 'PLAIN', value: 'a' }, ...masked] }),
    ['env.1.value'],
  ],
  'a wrong name of a label': [launch({ labels: { 'a/b/c': 'x' } }), ['labels.a/b/c']],
  'a wrong value of a label': [launch({ labels: { 'example.com/a': 1 } }), ['labels.example.com/a']],
  'no owner': [launch({ run_tags: {} }), ['run_tags.owner_id']],
  'no team': [launch({ run_tags: { owner_email: 'a@b' } }, 'v2'), ['run_tags.team_name']],
  'no owner of a template’s run': [() => templateLaunchFromWire({}), ['owner_id']],
  'a template’s image': [() => templateFromWire({ ...template, image: '' }), ['image']],
  'a status': [() => reportFromWire({ status: 'DONE' }), ['status']],
  'an unknown filter': [list({ clutser: 'a' }), ['clutser']],
  'a filter’s value': [list({ queued_at_since: 'soon' }), ['queued_at_since']],
  'an order': [list({ order: 'up' }), ['order']],
  'a limit': [list({ limit: 'all' }), ['limit']],
  'a text that cannot be stored': [body('{"env": [{"name": "a\\u0000"}]}'), ['env.0.name']],
  'a body that is no object': [() => definitionFromWire([], () => 'id'), []],
  'a body that is no JSON': [body('{'), []],
};

test.each(Object.entries(faults))('%s is told of its field, and in the sentence of all', async (_, [act, fields]) => {
  const refused = await Promise.resolve()
    .then(act)
    .then(
      () => null,
      (error: unknown) => error as RequestError,
    );
  expect(refused).toBeInstanceOf(RequestError);
  const told: FieldFault[] = refused?.fields ?? [];
  expect(told.map(({ field }) => field)).toEqual(fields);
  for (const { message } of told) expect(refused?.message).toContain(message);
});
