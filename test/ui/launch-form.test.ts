/** Launch forms: what they are filled with, what they mark as changed, and what of them goes to the API (ui.md C5). */
import { newRow, type EnvRow } from '../../ui/form/env';
import { baseOf, givenEnv, prefillOf, startLike, startOf, type Ran, type Runnable } from '../../ui/launch/from-run';
import {
  carried,
  changesOf,
  inOrder,
  isChanged,
  isShown,
  labelOf,
  newLabel,
  ownFaults,
  withoutKept,
  type LaunchForm,
} from '../../ui/launch/launch-form';

const mask = '********';
const place = {
  engine: 'local',
  deadlineSeconds: 3600,
  clusters: [
    { name: 'default', engine: 'local' },
    { name: 'west', engine: 'eks' },
    { name: 'east', engine: 'eks' },
  ],
};
const etl: Runnable = { command: 'echo now', env: [{ name: 'DAY', value: '1' }], memory: 512, cpu: 256 };
const given = { of: etl, place, owner: 'ann', prefill: [] };

const ran: Ran = {
  user: 'ben',
  alias: 'etl',
  engine: 'local',
  cluster: 'default',
  node_lifecycle: 'spot',
  command: 'echo then',
  memory: 640,
  env: [
    { name: 'FLOTILLA_SERVER_MODE', value: 'prod' },
    { name: 'FLOTILLA_RUN_ID', value: 'local-1' },
    { name: 'AWS_ROLE_SESSION_NAME', value: 'local-1' },
    { name: 'OWNER_OF_IT', value: 'ben' },
    { name: 'PARENT_FLOTILLA_RUN_ID', value: 'local-0' },
    { name: 'DAY', value: '2' },
    { name: 'DB_PASSWORD', value: mask },
  ],
  active_deadline_seconds: 3600,
  description: 'etl',
  labels: { team: 'x' },
};

describe('a launch of a definition', () => {
  const start = startOf(given);

  test('says nothing of what is as the definition says it', () => {
    expect(changesOf(start.initial, start)).toEqual({});
  });

  test('says what differs, as the API wants it', () => {
    const form: LaunchForm = {
      ...start.initial,
      memory: '1024',
      node_lifecycle: 'ondemand',
      command: 'true',
      env: [newRow('DAY', ''), newRow()],
      active_deadline_seconds: '60',
      description: 'by hand',
      labels: [newLabel('team', 'x'), newLabel()],
    };
    expect(changesOf(form, start)).toEqual({
      memory: 1024,
      node_lifecycle: 'ondemand',
      command: 'true',
      env: [{ name: 'DAY', value: '' }],
      active_deadline_seconds: 60,
      description: 'by hand',
      labels: { team: 'x' },
    });
  });

  test('an emptied field is the definition’s, and no change', () => {
    const form = { ...start.initial, memory: '', command: '', active_deadline_seconds: '' };
    expect(changesOf(form, start)).toEqual({});
    expect(isChanged(form, start.base, 'memory')).toBe(false);
  });

  test('what is no number goes as it is, so that the rules can say so', () => {
    expect(changesOf({ ...start.initial, cpu: '1.5' }, start)).toEqual({ cpu: '1.5' });
  });

  test('another engine is sent with its cluster, and without one where any will do', () => {
    const form = { ...start.initial, engine: 'eks', cluster: '' };
    expect(changesOf(form, start)).toEqual({ engine: 'eks' });
    expect(changesOf({ ...form, cluster: 'west' }, start)).toEqual({ engine: 'eks', cluster: 'west' });
  });

  test.each([
    ['the only cluster of the default engine', {}, 'local', 'default'],
    ['the cluster that the definition goes to, and its engine', { target_cluster: 'east' }, 'eks', 'east'],
  ])('starts from %s', (_name, more, engine, cluster) => {
    expect(baseOf({ ...etl, ...more }, place, 'ann')).toMatchObject({ engine, cluster });
  });

  test('starts from any cluster where there are several', () => {
    expect(baseOf(etl, { ...place, engine: 'eks' }, 'ann').cluster).toBe('');
  });

  test('takes variables from its address, with | in their values', () => {
    const prefill = prefillOf(['A|1', 'B|x|y', 'C|', '|none', 'none']);
    const { initial, base } = startOf({ ...given, prefill });
    expect(changesOf(initial, { base, origin: base })).toEqual({
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: 'x|y' },
        { name: 'C', value: '' },
      ],
    });
  });
});

describe('a launch like an earlier run', () => {
  const asItRan = startLike(ran, given, true, 'echo then');

  test('leaves out what Flotilla and a parent gave that run', () => {
    expect(givenEnv(ran).map(({ name }) => name)).toEqual(['DAY', 'DB_PASSWORD']);
  });

  test('a variable with the owner as its value stays, where it is not the one that Flotilla set', () => {
    const env = [...ran.env, { name: 'MAIL_TO', value: 'ben' }];
    expect(givenEnv({ env, user: 'ben' }).at(-1)).toEqual({ name: 'MAIL_TO', value: 'ben' });
  });

  test('what follows the last of Flotilla’s variables stays, where it is another’s value', () => {
    const env = [
      { name: 'AWS_ROLE_SESSION_NAME', value: 'local-1' },
      { name: 'DAY', value: '2' },
    ];
    expect(givenEnv({ env, user: 'ben' })).toEqual([{ name: 'DAY', value: '2' }]);
  });

  test('says nothing of what is as it was in that run', () => {
    expect(changesOf(asItRan.initial, asItRan)).toEqual({});
  });

  test('is filled from that run, for whoever asks now', () => {
    expect(asItRan.initial).toMatchObject({ owner: 'ann', memory: '640', cpu: '256', description: '' });
    expect(asItRan.initial.labels).toMatchObject([{ name: 'team', value: 'x' }]);
  });

  test('a masked value is sent by its name alone, never as dots', () => {
    const [day, password] = asItRan.initial.env as [EnvRow, EnvRow];
    const form = { ...asItRan.initial, env: [{ ...day, value: '3' }, password] };
    const body = changesOf(form, asItRan);
    expect(body).toEqual({ env: [{ name: 'DAY', value: '3' }, { name: 'DB_PASSWORD' }] });
    expect(JSON.stringify(body)).not.toContain('***');
  });

  test('rules that want its value are not told, others are', () => {
    const faults = [
      { field: 'env.1.value', message: 'Missing' },
      { field: 'env.0.value', message: 'Missing' },
    ];
    expect(withoutKept(faults, asItRan.initial.env)).toEqual([faults[1]]);
  });

  test('all variables removed is a change, and none is sent', () => {
    expect(changesOf({ ...asItRan.initial, env: [] }, asItRan)).toEqual({ env: [] });
  });

  test('what is undone to the definition’s value is sent, as that run had another', () => {
    expect(isChanged(asItRan.initial, asItRan.base, 'memory')).toBe(true);
    const form = { ...asItRan.initial, memory: asItRan.base.memory };
    expect(changesOf(form, asItRan)).toEqual({ memory: 512 });
  });

  test('GPUs can be taken away, CPU that only that run had cannot', () => {
    const of = { command: 'true', env: [], memory: 512 };
    const start = startLike({ ...ran, gpu: 1, cpu: 512 }, { ...given, of }, true, 'true');
    const form = { ...start.initial, gpu: '', cpu: '' };
    expect(changesOf(form, start)).toMatchObject({ gpu: 0 });
    expect(ownFaults(form, start, 'owner_id')).toEqual([
      { field: 'cpu', message: 'Can be changed, not removed; was 512' },
    ]);
  });

  test('as defined now it has the command of now, unless that run had one of its own', () => {
    const now = startLike(ran, given, false, 'echo then');
    expect(now.initial.command).toBe('echo now');
    expect(changesOf(now.initial, now)).toEqual({});
    const own = startLike(ran, given, false, 'echo defined then');
    expect(own.initial.command).toBe('echo then');
    expect(changesOf(own.initial, own)).toEqual({ command: 'echo then' });
  });

  test('the other choice keeps what was typed, and changes the rest', () => {
    const now = startLike(ran, given, false, 'echo then');
    const form = { ...asItRan.initial, description: 'by hand' };
    expect(carried(form, asItRan.initial, now.initial)).toMatchObject({ description: 'by hand', command: 'echo now' });
  });

  test('is opened with what is proposed, which is a change', () => {
    const start = startLike({ ...ran, outcome: 'OOM' }, given, true, 'echo then');
    expect(changesOf(start.initial, start)).toEqual({ memory: 1120 });
  });
});

describe('what is wrong with a form', () => {
  const start = startOf(given);

  test('is told where no rule of the API tells it', () => {
    const labels = [newLabel('a', '1'), newLabel('a', '2'), newLabel('', '3')];
    expect(ownFaults({ ...start.initial, owner: ' ', labels }, start, 'run_tags.owner_id')).toEqual([
      { field: 'run_tags.owner_id', message: 'Say who runs it' },
      { field: 'labels', message: 'A value without a name' },
      { field: 'labels', message: 'a is there twice' },
    ]);
  });

  test('is in the order of the page, once a field', () => {
    const faults = ['labels', 'env.0.name', 'template_payload.days', 'cpu', 'owner_id', 'cpu'];
    const ordered = inOrder(faults.map((field) => ({ field, message: '' })));
    expect(ordered.map(({ field }) => field)).toEqual([
      'template_payload.days',
      'owner_id',
      'env.0.name',
      'cpu',
      'labels',
    ]);
  });

  test.each([
    ['run_tags.owner_id', 'Owner'],
    ['cluster_name', 'Cluster'],
    ['env.1.value', 'Environment, variable 2, value'],
    ['labels.team', 'Labels'],
    ['template_payload', 'Payload'],
  ])('%s is called %s', (field, label) => {
    expect(isShown(field)).toBe(true);
    expect(labelOf(field)).toBe(label);
  });

  test('of a field that is not on the page is told in the summary', () => {
    expect(isShown('from_run')).toBe(false);
  });
});
