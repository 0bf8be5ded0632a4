/** A definition that two people change at once: nobody's change is lost without a word (ui.md C4). */
import { newRow, type EnvRow } from '../../ui/form/env';
import { changesOf, formToChange, type DefinitionForm } from '../../ui/tasks/definition-form';
import { caughtUp, decided, disputes, draftOf, type Draft } from '../../ui/tasks/draft';
import { mask, storedDefinition as stored } from './stored-definition';

const opened = draftOf(formToChange(stored), 3);
const typed = (draft: Draft, to: Partial<DefinitionForm>): Draft => ({ ...draft, form: { ...draft.form, ...to } });
const theirs = (change: Partial<typeof stored>): typeof stored => ({ ...stored, revision: 4, ...change });
const row = (draft: Draft, name: string): EnvRow => {
  const found = draft.form.env.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no row ${name}`);
  return found;
};
const saved = (draft: Draft): Record<string, unknown> => changesOf(draft.form, draft.before);

test('news of the same revision, or of an older one, change nothing', () => {
  expect(caughtUp(opened, stored)).toBe(opened);
  expect(caughtUp(opened, { ...stored, revision: 2, memory: 1 })).toBe(opened);
});

test('other fields than the user’s are the newest, and the user’s stay', () => {
  const draft = caughtUp(typed(opened, { memory: '128' }), theirs({ image: 'a:2' }));
  expect(draft).toMatchObject({ form: { memory: '128', image: 'a:2' }, revision: 4, openedAt: 3, disputed: {} });
  expect(saved(draft)).toEqual({ memory: 128 });
});

test('a field that both have changed is the user’s, and is not saved before somebody has said so', () => {
  const draft = caughtUp(typed(opened, { memory: '128' }), theirs({ memory: 256 }));
  expect(disputes(draft)).toEqual([{ field: 'memory', message: expect.stringMatching(/choose/) as string }]);
  const mine = decided(draft, 'memory', true);
  expect([disputes(mine), saved(mine)]).toEqual([[], { memory: 128 }]);
  const other = decided(draft, 'memory', false);
  expect([disputes(other), saved(other)]).toEqual([[], {}]);
  expect(other.form.memory).toBe('256');
});

test('the same change by both is no dispute', () => {
  const draft = caughtUp(typed(opened, { memory: '128' }), theirs({ memory: 128 }));
  expect([disputes(draft), saved(draft)]).toEqual([[], {}]);
});

test('what is disputed stays so when a third one changes something else, and ends when theirs becomes the user’s', () => {
  const draft = caughtUp(typed(opened, { memory: '128' }), theirs({ memory: 256 }));
  const later = caughtUp(draft, theirs({ memory: 256, image: 'a:2', revision: 5 }));
  expect([later.disputed, later.form.image]).toEqual([{ memory: '256' }, 'a:2']);
  expect(caughtUp(draft, theirs({ memory: 128, revision: 5 })).disputed).toEqual({});
});

describe('of an environment', () => {
  const env = [...stored.env, { name: 'THEIRS', value: 'x' }];

  test('variables that each has added, changed or removed are merged', () => {
    const mine = [{ ...row(opened, 'A'), value: '2' }, row(opened, 'DB_PASSWORD'), newRow('MINE', 'y')];
    const draft = caughtUp(typed(opened, { env: mine }), theirs({ env }));
    expect(disputes(draft)).toEqual([]);
    expect(saved(draft)['env']).toEqual([
      { name: 'A', value: '2' },
      { name: 'DB_PASSWORD', value: mask },
      { name: 'THEIRS', value: 'x' },
      { name: 'MINE', value: 'y' },
    ]);
    const less = caughtUp(typed(opened, { env: [row(opened, 'DB_PASSWORD')] }), theirs({ env }));
    expect(saved(less)['env']).toEqual([
      { name: 'DB_PASSWORD', value: mask },
      { name: 'THEIRS', value: 'x' },
    ]);
  });

  test('the same variable with two values is disputed, and stays so', () => {
    const mine = typed(opened, { env: [{ ...row(opened, 'A'), value: '2' }, row(opened, 'DB_PASSWORD')] });
    const draft = caughtUp(mine, theirs({ env: [{ name: 'A', value: '3' }, ...stored.env.slice(1)] }));
    expect(disputes(draft).map(({ field }) => field)).toEqual(['env']);
    const more = [{ name: 'A', value: '3' }, ...env.slice(1)];
    expect(Object.keys(caughtUp(draft, theirs({ env: more, revision: 5 })).disputed)).toEqual(['env']);
  });

  test('a variable that one has removed and the other changed is disputed', () => {
    const draft = caughtUp(
      typed(opened, { env: [row(opened, 'DB_PASSWORD')] }),
      theirs({ env: [{ name: 'A', value: '3' }, ...stored.env.slice(1)] }),
    );
    expect(disputes(draft).map(({ field }) => field)).toEqual(['env']);
  });
});
