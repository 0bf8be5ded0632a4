/** What callers may send, and the sentences they read when they may not. */
import { definitionFromWire, definitionToWire, mergeFromWire } from '../../api/wire/definition';
import { launchFromWire } from '../../api/wire/run';
import { refusal } from './refusal';

const maxInt = 2147483647;
const body = { image: 'busybox:1', group_name: 'etl', alias: 'nightly', memory: 512, command: 'echo hi' };
const idFor = (groupName: string): string => `${groupName}-id`;
const created = (part: object = {}) => definitionFromWire({ ...body, ...part }, idFor);

/** Faults that a new definition and an update share. */
const faults: Record<string, [part: Record<string, unknown>, sentence: string]> = {
  'a number for an image': [{ image: 5 }, 'image must be a string'],
  'an alias with a slash': [{ alias: 'a/b' }, 'alias must have 255 characters or less and no /'],
  'an alias of 256 characters': [{ alias: 'a'.repeat(256) }, 'alias must have 255 characters or less and no /'],
  'a text for a memory': [{ memory: '512' }, 'memory must be an integer'],
  'a fraction for a memory': [{ memory: 512.5 }, 'memory must be an integer'],
  'no memory at all': [{ memory: 0 }, 'memory must be >= 1'],
  'a negative memory': [{ memory: -1 }, 'memory must be >= 1'],
  'more memory than the database can hold': [{ memory: maxInt + 1 }, `memory must be <= ${maxInt}`],
  'an endless memory': [{ memory: Infinity }, 'memory must be an integer'],
  'no cpu at all': [{ cpu: 0 }, 'cpu must be >= 1'],
  'more cpu than the database can hold': [{ cpu: maxInt + 1 }, `cpu must be <= ${maxInt}`],
  'a negative gpu': [{ gpu: -1 }, 'gpu must be >= 0'],
  'no shared memory at all': [{ shared_memory_size: 0 }, 'shared_memory_size must be >= 1'],
  'a list for a command': [{ command: ['echo'] }, 'command must be a string'],
  'an object for an environment': [{ env: { A: '1' } }, 'env must be an array'],
  'a text for a variable': [{ env: ['A=1'] }, 'env.0 must be an object'],
  "a number for a variable's value": [{ env: [{ name: 'A', value: 1 }] }, 'env.0.value must be a string'],
  'a variable without a value': [{ env: [{ name: 'A' }] }, 'string [env.0.value] must be specified'],
  'a variable without a name': [{ env: [{ value: '1' }] }, 'string [env.0.name] must be specified'],
  'a variable with an empty name': [{ env: [{ name: '', value: '1' }] }, 'string [env.0.name] must be specified'],
  'a variable with = in its name': [{ env: [{ name: 'A=B', value: '1' }] }, 'env names must not contain ='],
  'no scratch space at all': [{ ephemeral_storage: 0 }, 'ephemeral_storage must be >= 1'],
  'a text for whether to try again': [{ retry_on_oom: 'yes' }, 'retry_on_oom must be a boolean'],
  'port 0': [{ ports: [0] }, 'ports.0 must be >= 1'],
  'port 65536': [{ ports: [80, 65536] }, 'ports.1 must be <= 65535'],
  'a port twice': [{ ports: [80, 80] }, 'ports must not name anything twice'],
  'a text for a port': [{ ports: ['80'] }, 'ports.0 must be an integer'],
  'an empty tag': [{ tags: [''] }, 'string [tags.0] must be specified'],
  'a tag twice': [{ tags: ['a', 'a'] }, 'tags must not name anything twice'],
  'a text for yes or no': [{ privileged: 'true' }, 'privileged must be a boolean'],
  'a number for a user': [{ user: 0 }, 'user must be a string'],
};

describe('a new definition', () => {
  test('takes the id of its group, and defaults for what is absent', () => {
    expect(created()).toEqual({
      definitionId: 'etl-id',
      arn: '',
      alias: 'nightly',
      groupName: 'etl',
      image: 'busybox:1',
      command: 'echo hi',
      memoryMb: 512,
      cpu: null,
      gpu: null,
      env: [],
      targetCluster: null,
      tags: [],
      ports: [],
      user: null,
      privileged: false,
      adaptiveResourceAllocation: true,
      sharedMemoryMb: null,
      ephemeralStorageMb: null,
      retryOnInterruption: false,
      retryOnOom: false,
    });
  });

  test('keeps all that it may have', () => {
    const part = {
      cpu: 256,
      gpu: 0,
      env: [{ name: 'A', value: '' }],
      tags: ['x'],
      ports: [1, 65535],
      user: 'nobody',
      privileged: true,
      adaptive_resource_allocation: false,
      shared_memory_size: 64,
      ephemeral_storage: 100,
      retry_on_interruption: true,
      retry_on_oom: true,
    };
    expect(created(part)).toMatchObject({
      cpu: 256,
      gpu: 0,
      env: [{ name: 'A', value: '' }],
      tags: ['x'],
      ports: [1, 65535],
      user: 'nobody',
      privileged: true,
      adaptiveResourceAllocation: false,
      sharedMemoryMb: 64,
      ephemeralStorageMb: 100,
      retryOnInterruption: true,
      retryOnOom: true,
    });
  });

  test('takes its id from the server, and ignores what it does not know', () => {
    const given = created({ definition_id: 'mine', unknown: 1, env: [{ name: 'A', value: '1', secret: true }] });
    expect(given).toMatchObject({ definitionId: 'etl-id', env: [{ name: 'A', value: '1' }] });
    expect(given).not.toHaveProperty('unknown');
  });

  test('may be spelled in any case', () => {
    const shouted = {
      IMAGE: 'i',
      Group_Name: 'g',
      ALIAS: 'a',
      Memory: 1,
      COMMAND: 'c',
      ENV: [{ NAME: 'A', Value: '1' }],
    };
    expect(definitionFromWire(shouted, idFor)).toMatchObject({ image: 'i', env: [{ name: 'A', value: '1' }] });
  });

  test('may have the largest number and the longest names', () => {
    const part = { memory: maxInt, alias: 'a'.repeat(255), group_name: 'g'.repeat(255) };
    expect(created(part)).toMatchObject({ memoryMb: maxInt });
  });

  test.each<[string, string]>([
    ['image', 'string [image] must be specified'],
    ['group_name', 'string [group_name] must be specified'],
    ['alias', 'string [alias] must be specified'],
    ['memory', 'int [memory] must be specified'],
    ['command', 'string [command] must be specified'],
  ])("without %s is refused in the original's words, as it is with null", (name, sentence) => {
    const rest = Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));
    expect(refusal(() => definitionFromWire(rest, idFor))).toBe(sentence);
    expect(refusal(() => created({ [name]: null }))).toBe(sentence);
  });

  test.each(['image', 'group_name', 'alias', 'command'])('with an empty %s is refused like one without', (name) => {
    expect(refusal(() => created({ [name]: '' }))).toBe(`string [${name}] must be specified`);
  });

  test.each([{}, null])("that is %j lacks everything, in the original's order (§4.1)", (empty) => {
    expect(refusal(() => definitionFromWire(empty, idFor)).split('\n')).toEqual([
      'string [image] must be specified',
      'string [group_name] must be specified',
      'string [alias] must be specified',
      'int [memory] must be specified',
      'string [command] must be specified',
    ]);
  });

  test.each([[[]], ['text'], [5], [true], [undefined]])('that is %j is no object', (value) => {
    expect(refusal(() => definitionFromWire(value, idFor))).toBe('The body must be a JSON object');
  });

  test.each(['a b', 'a.b', 'a\\b', 'a/b', 'ä', 'a\n', 'g'.repeat(256)])('of the group %j is refused', (group) => {
    expect(refusal(() => created({ group_name: group }))).toBe(
      'Group name can only contain letters, numbers, hyphens, and underscores, 255 characters or less',
    );
  });

  test.each(Object.entries(faults))('with %s is refused', (_, [part, sentence]) => {
    expect(refusal(() => created(part))).toBe(sentence);
  });

  test('with several faults has a line for each, and none twice', () => {
    const part = {
      memory: 0,
      cpu: '1',
      env: [
        { name: 'A=', value: '1' },
        { name: 'B=', value: '1' },
      ],
    };
    expect(
      refusal(() => created(part))
        .split('\n')
        .sort(),
    ).toEqual(['cpu must be an integer', 'env names must not contain =', 'memory must be >= 1']);
  });
});

describe('an updated definition', () => {
  const stored = created({
    cpu: 256,
    gpu: 1,
    env: [{ name: 'A', value: '1' }],
    tags: ['x'],
    ports: [80],
    user: 'nobody',
    privileged: true,
    adaptive_resource_allocation: false,
    shared_memory_size: 64,
  });

  test.each([{}, null, { unknown: 1 }, { alias: null }])('by %j is the stored one', (nothing) => {
    expect(mergeFromWire(stored, nothing)).toEqual(stored);
  });

  test('has the new fields and keeps the others', () => {
    expect(mergeFromWire(stored, { Alias: 'weekly', memory: 1 })).toEqual({ ...stored, alias: 'weekly', memoryMb: 1 });
  });

  test('has new lists in the place of the old', () => {
    const part = { env: [{ NAME: 'B', value: '2' }], tags: ['y', 'z'], ports: [81] };
    const lists = { env: [{ name: 'B', value: '2' }], tags: ['y', 'z'], ports: [81] };
    expect(mergeFromWire(stored, part)).toEqual({ ...stored, ...lists });
  });

  test('may lose its lists', () => {
    const none = { env: [], tags: [], ports: [] };
    expect(mergeFromWire(stored, none)).toEqual({ ...stored, ...none });
  });

  test('may turn its switches and gpu off', () => {
    expect(mergeFromWire(stored, { privileged: false, gpu: 0 })).toEqual({ ...stored, privileged: false, gpu: 0 });
  });

  test.each(['image', 'alias', 'command', 'user', 'group_name'])('keeps its %s for an empty text', (name) => {
    expect(mergeFromWire(stored, { [name]: '' })).toEqual(stored);
  });

  test('keeps its group and its id', () => {
    expect(mergeFromWire(stored, { group_name: 'other', GROUP_NAME: 'other', definition_id: 'other' })).toEqual(stored);
  });

  test.each(Object.entries(faults))('with %s is refused', (_, [part, sentence]) => {
    expect(refusal(() => mergeFromWire(stored, part))).toBe(sentence);
  });

  test('is refused where what was stored breaks a rule, too', () => {
    const old = { ...stored, alias: 'a/b' };
    expect(refusal(() => mergeFromWire(old, { memory: 1 }))).toBe('alias must have 255 characters or less and no /');
    expect(mergeFromWire(old, { alias: 'mended' }).alias).toBe('mended');
  });

  test.each([[[]], ['text'], [5]])('by %j is refused', (value) => {
    expect(refusal(() => mergeFromWire(stored, value))).toBe('The body must be a JSON object');
  });
});

test('a definition on the wire leaves out what it does not have, and reads back as it was', () => {
  const lean = definitionToWire(created());
  for (const name of ['cpu', 'gpu', 'user', 'shared_memory_size', 'ephemeral_storage'])
    expect(lean).not.toHaveProperty(name);
  expect(Object.values(lean)).not.toContain(null);
  expect(lean).toMatchObject({
    definition_id: 'etl-id',
    container_name: 'etl-id',
    arn: '',
    env: [],
    ports: [],
    tags: [],
  });
  const whole = created({ cpu: 1, gpu: 0, user: 'u', ports: [1], tags: ['t'], shared_memory_size: 2 });
  expect(definitionFromWire(definitionToWire(whole), idFor)).toEqual(whole);
});

describe('a launch', () => {
  const owner = { run_tags: { owner_id: 'ann' } };

  test('needs nothing but an owner', () => {
    expect(launchFromWire(owner)).toEqual({
      cluster: null,
      env: [],
      ...{ tier: null, description: null },
      ownerId: 'ann',
      engine: null,
      command: null,
      memoryMb: null,
      cpu: null,
      gpu: null,
      activeDeadlineSeconds: null,
      nodeLifecycle: 'spot',
      ephemeralStorageMb: null,
      retryOnInterruption: null,
      retryOnOom: null,
      arch: null,
      serviceAccount: null,
      labels: {},
      idempotenceKey: null,
      fromRun: null,
    });
  });

  test('may have all that it asks for', () => {
    const part = {
      cluster: 'c',
      env: [{ name: 'A', value: '1', more: 2 }],
      engine: 'local',
      command: 'echo',
      memory: 1,
      cpu: 2,
      gpu: 0,
      active_deadline_seconds: 60,
      node_lifecycle: 'ondemand',
      ephemeral_storage: 100,
      retry_on_interruption: true,
      retry_on_oom: false,
      arch: 'arm64',
      service_account: 'etl.jobs',
      labels: { team: 'A b', 'example.com/Cost_Center': '7' },
      idempotence_key: 'once',
      from_run: 'local-1',
    };
    expect(launchFromWire({ ...owner, ...part })).toEqual({
      cluster: 'c',
      env: [{ name: 'A', value: '1' }],
      ...{ tier: null, description: null },
      ownerId: 'ann',
      engine: 'local',
      command: 'echo',
      memoryMb: 1,
      cpu: 2,
      gpu: 0,
      activeDeadlineSeconds: 60,
      nodeLifecycle: 'ondemand',
      ephemeralStorageMb: 100,
      retryOnInterruption: true,
      retryOnOom: false,
      arch: 'arm64',
      serviceAccount: 'etl.jobs',
      labels: { team: 'A b', 'example.com/Cost_Center': '7' },
      idempotenceKey: 'once',
      fromRun: 'local-1',
    });
  });

  test.each([
    { run_tags: { OWNER_ID: 'ann' } },
    { RUN_TAGS: { Owner_Id: 'ann' } },
    { run_tags: { OWNER_ID: 'bob', owner_id: 'ann' } },
    { run_tags: { owner_id: 'ann', team: 'x' } },
  ])("reads its owner from %j, as the original's UI sends it", (given) => {
    expect(launchFromWire(given).ownerId).toBe('ann');
  });

  test.each([
    {},
    null,
    { run_tags: null },
    { run_tags: {} },
    { run_tags: { owner_id: '' } },
    { run_tags: { owner_id: null } },
    { owner_id: 'ann' },
  ])('with %j has no owner', (given) => {
    expect(refusal(() => launchFromWire(given))).toBe('run_tags must exist in body and contain [owner_id]');
  });

  test('takes empty texts for absent ones', () => {
    const empty = { cluster: '', engine: '', command: '', arch: '', service_account: '' };
    expect(launchFromWire({ ...owner, ...empty })).toEqual(launchFromWire(owner));
  });

  test.each<[string, object, string]>([
    ['an unknown lifecycle', { node_lifecycle: 'normal' }, 'node_lifecycle must be one of [spot, ondemand]'],
    ['a lifecycle in upper case', { node_lifecycle: 'SPOT' }, 'node_lifecycle must be one of [spot, ondemand]'],
    ['an object for an environment', { env: {} }, 'env must be an array'],
    ['a variable without a name', { env: [{ value: '1' }] }, 'string [env.0.name] must be specified'],
    ['a variable with = in its name', { env: [{ name: '=', value: '1' }] }, 'env names must not contain ='],
    ["a number for a variable's value", { env: [{ name: 'A', value: 1 }] }, 'env.0.value must be a string'],
    ['a list for its tags', { run_tags: ['ann'] }, 'run_tags must be an object'],
    ['a text for its tags', { run_tags: 'ann' }, 'run_tags must be an object'],
    ['a number for its owner', { run_tags: { owner_id: 1 } }, 'run_tags.owner_id must be a string'],
    [
      'a very long owner',
      { run_tags: { owner_id: 'a'.repeat(256) } },
      'run_tags.owner_id must have 255 characters or less',
    ],
    ['no memory at all', { memory: 0 }, 'memory must be >= 1'],
    ['a memory beyond the database', { memory: maxInt + 1 }, `memory must be <= ${maxInt}`],
    ['no time at all', { active_deadline_seconds: 0 }, 'active_deadline_seconds must be >= 1'],
    ['a number for a command', { command: 1 }, 'command must be a string'],
    ['an unknown architecture', { arch: 'x86' }, 'arch must be one of [amd64, arm64]'],
    [
      'a service account in upper case',
      { service_account: 'Etl' },
      'service_account must be a name of lower case letters, digits, - and . (253 characters or less)',
    ],
    ['a list for its labels', { labels: ['a'] }, 'labels must be an object'],
    ['a number for a label', { labels: { team: 1 } }, 'labels.team must be a string'],
    [
      'a label with a blank in its name',
      { labels: { 'my team': 'a' } },
      'a name in labels must have 63 characters or less of letters, digits, -, _ and ., after a prefix such as example.com/ if any',
    ],
    [
      'too many labels',
      { labels: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`l${n}`, ''])) },
      'labels must NOT have more than 64 properties',
    ],
  ])('with %s is refused', (_, part, sentence) => {
    expect(refusal(() => launchFromWire({ ...owner, ...part }))).toBe(sentence);
  });

  test.each([[[]], ['text'], [5]])('that is %j is no object', (value) => {
    expect(refusal(() => launchFromWire(value))).toBe('The body must be a JSON object');
  });
});
