/** How two revisions of a definition differ, and what a run keeps of the one that it was made from. */
import { changesBetween } from '../../api/wire/revision';
import { anywhere, freeze, type Definition } from '../../domain/job';
import { savedDefinition } from '../accepted-run';

const definition = savedDefinition({
  ...{ definitionId: 'test-1', alias: 'etl', groupName: 'test', revision: 1 },
  env: [{ name: 'A', value: '1' }],
  tags: ['one', 'two'],
});

describe('between two revisions', () => {
  test('that say the same nothing has changed, whatever their numbers and what ECS calls them', () => {
    expect(changesBetween(definition, { ...definition, revision: 2, arn: 'arn:aws:ecs:2' })).toEqual([]);
  });

  test.each<[string, Partial<Definition>, object[]]>([
    ['a value', { memoryMb: 64 }, [{ field: 'memory', before: 512, after: 64 }]],
    ['what was not there', { cpu: 100 }, [{ field: 'cpu', after: 100 }]],
    [
      'the order of a list',
      { tags: ['two', 'one'] },
      [{ field: 'tags', before: ['one', 'two'], after: ['two', 'one'] }],
    ],
    ['a variable', { env: [] }, [{ field: 'env', before: [{ name: 'A', value: '1' }], after: [] }]],
    [
      'several fields',
      { image: 'busybox:2', command: 'false' },
      [
        { field: 'command', before: 'true', after: 'false' },
        { field: 'image', before: 'busybox:1', after: 'busybox:2' },
      ],
    ],
  ])('%s is told by the names of the wire', (_, to, changes) => {
    expect(changesBetween(definition, { ...definition, ...to })).toEqual(changes);
  });

  test('what went is told without an after', () => {
    expect(changesBetween({ ...definition, cpu: 100 }, definition)).toEqual([{ field: 'cpu', before: 100 }]);
  });
});

test('a job keeps the revision that it was frozen from; that of a template has none', () => {
  const placed = { ...anywhere, owner: 'ann', deadlineSeconds: 60 };
  expect(freeze({ ...definition, revision: 7 }, {}, [], placed).source).toHaveProperty('revision', 7);
  const unsaved = { ...definition };
  delete unsaved.revision;
  expect(freeze(unsaved, {}, [], placed).source).not.toHaveProperty('revision');
});
